using System.Text;
using System.Text.RegularExpressions;
using Minato.Disclosure;
using Minato.Tables;

namespace Minato.Release.Checks;

/// <summary>What the mirror shows of one file's row.</summary>
/// <param name="Persons">Distinct persons of the extraction who have the row's values, counted up to a limit; null where nothing could be compared.</param>
/// <param name="Columns">On how many columns the row was compared.</param>
internal readonly record struct Reflection(int? Persons, int Columns);

/// <summary>
/// The extraction that the output was made of, held against it: whether identifiers of persons are in the output, how many
/// persons there are at all, and how many have the values that a row of the output names. It counts persons, not rows.
/// </summary>
internal sealed partial class ExtractionMirror
{
    /// <summary>A person is <c>person_id</c> in tables and <c>subject_id</c> in a cohort (OMOP CDM v5.4).</summary>
    private static int PersonColumn(List<string> header) => header.FindIndex(h => h is "person_id" or "subject_id");

    /// <summary>A column is taken for one of the extraction's by its content where so much of it is found there.</summary>
    private const double Alike = 0.95;

    private const int LeastDistinct = 2;

    /// <summary>Sets of columns are bits of an int; nobody publishes a table of more dimensions.</summary>
    private const int MostColumns = 30;

    /// <summary>Hexadecimal digits of a pseudonym.</summary>
    private const int PseudonymLength = 32;

    private readonly string folder;
    private readonly Lazy<IReadOnlySet<string>> persons;

    public ExtractionMirror(string folder)
    {
        this.folder = folder;
        persons = new(() => Tables().SelectMany(PersonsOf).Select(Plain).ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Distinct persons of the extraction.</summary>
    public int Persons => persons.Value.Count;

    /// <summary>Whether a text is the project's pseudonym of one of them, with or without hyphens, or has one in it.</summary>
    public bool HoldsPerson(string text) => persons.Value.Contains(Plain(text)) || Pseudonyms().EnumerateMatches(text) is var found && Any(found, text);

    private bool Any(Regex.ValueMatchEnumerator found, string text)
    {
        foreach (var piece in found)
        {
            // A run of digits may begin before the pseudonym: every place in it is tried.
            var plain = Plain(text.Substring(piece.Index, piece.Length));
            for (var at = 0; at + PseudonymLength <= plain.Length; at++)
            {
                if (persons.Value.Contains(plain.Substring(at, PseudonymLength)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    [GeneratedRegex("[0-9a-fA-F][0-9a-fA-F-]{30,}", RegexOptions.CultureInvariant)]
    private static partial Regex Pseudonyms();

    private static string Plain(string id) => id.Replace("-", "", StringComparison.Ordinal).Trim();

    /// <param name="columns">The output's category columns.</param>
    /// <param name="rows">Values of these columns, row by row; a total (<see cref="TotalLabel"/>) stands for everybody.</param>
    /// <param name="limit">Persons are counted up to this.</param>
    /// <param name="byName">Only columns that have the extraction's own names, so that they mean the same; else also those whose content looks alike.</param>
    public IReadOnlyList<Reflection> Reflect(IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, int limit, bool byName)
    {
        var best = new Reflection[rows.Count];
        if (columns.Count == 0 || rows.Count == 0)
        {
            return best;
        }

        foreach (var table in Tables())
        {
            var map = Match(table, columns, rows, byName);
            if (map.Count == 0)
            {
                continue;
            }

            // Rows of the output by their values on the mapped columns; a row with a total is looked up on fewer columns.
            var wanted = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
            var shapes = new HashSet<int>();
            var keys = new (string? Key, int Columns)[rows.Count];
            for (var r = 0; r < rows.Count; r++)
            {
                var shape = 0;
                for (var m = 0; m < map.Count; m++)
                {
                    shape |= TotalLabel.Is(rows[r][map[m].Mine]) ? 0 : 1 << m;
                }

                if (shape != 0)
                {
                    shapes.Add(shape);
                    var row = rows[r];
                    var key = Key(shape, map.Count, m => row[map[m].Mine]);
                    wanted.TryAdd(key, new(StringComparer.Ordinal));
                    keys[r] = (key, int.PopCount(shape));
                }
            }

            foreach (var (header, fields) in Read(table))
            {
                var person = PersonColumn(header);
                foreach (var shape in shapes)
                {
                    if (wanted.TryGetValue(Key(shape, map.Count, m => fields[map[m].Theirs]), out var found) && found.Count < limit)
                    {
                        found.Add(person >= 0 ? fields[person] : $"row {found.Count}");
                    }
                }
            }

            for (var r = 0; r < rows.Count; r++)
            {
                // The table that explains most columns.
                if (keys[r].Key is { } key && keys[r].Columns > best[r].Columns)
                {
                    best[r] = new(wanted[key].Count, keys[r].Columns);
                }
            }
        }

        return best;
    }

    /// <summary>Which of the output's columns are columns of the table.</summary>
    private static List<(int Mine, int Theirs)> Match(string table, IReadOnlyList<string> columns, IReadOnlyList<IReadOnlyList<string>> rows, bool byName)
    {
        List<string>? header = null;
        var values = columns.Select((_, c) => rows.Select(r => r[c]).Where(v => !TotalLabel.Is(v) && v.Length > 0).ToHashSet(StringComparer.Ordinal)).ToArray();
        HashSet<string>[][]? seen = null;
        foreach (var (names, fields) in Read(table))
        {
            header ??= names;
            if (byName)
            {
                break;
            }

            seen ??= [.. columns.Select(_ => header.Select(_ => new HashSet<string>(StringComparer.Ordinal)).ToArray())];
            for (var mine = 0; mine < columns.Count; mine++)
            {
                for (var theirs = 0; theirs < fields.Count; theirs++)
                {
                    if (seen[mine][theirs].Count < values[mine].Count && values[mine].Contains(fields[theirs]))
                    {
                        seen[mine][theirs].Add(fields[theirs]);
                    }
                }
            }
        }

        var map = new List<(int Mine, int Theirs)>();
        for (var mine = 0; header is not null && mine < columns.Count && map.Count < MostColumns; mine++)
        {
            var theirs = header.FindIndex(h => string.Equals(h, columns[mine], StringComparison.OrdinalIgnoreCase));
            for (var t = 0; theirs < 0 && seen is not null && values[mine].Count >= LeastDistinct && t < header.Count; t++)
            {
                theirs = map.All(m => m.Theirs != t) && seen[mine][t].Count >= Alike * values[mine].Count ? t : -1;
            }

            if (theirs >= 0)
            {
                map.Add((mine, theirs));
            }
        }

        return map;
    }

    private static string Key(int shape, int count, Func<int, string> value)
    {
        var key = new StringBuilder().Append(shape);
        for (var m = 0; m < count; m++)
        {
            if ((shape & (1 << m)) != 0)
            {
                key.Append('\u001f').Append(value(m));
            }
        }

        return key.ToString();
    }

    private IEnumerable<string> Tables() =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.parquet", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "changes.parquet")
                .Concat(Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "dictionary.csv" && !File.Exists(Path.ChangeExtension(f, ".parquet"))))
                .Order(StringComparer.Ordinal)
            : [];

    private static IEnumerable<string> PersonsOf(string table)
    {
        foreach (var (header, fields) in Read(table))
        {
            var person = PersonColumn(header);
            if (person < 0)
            {
                yield break;
            }

            yield return fields[person];
        }
    }

    /// <summary>Rows of one of our own files, one at a time: an extraction may be large.</summary>
    private static IEnumerable<(List<string> Header, List<string> Fields)> Read(string path) =>
        path.EndsWith(".parquet", StringComparison.Ordinal) ? ReadParquet(path) : ReadCsv(path);

    /// <summary>Values as the CSV of the same rows has them.</summary>
    private static IEnumerable<(List<string> Header, List<string> Fields)> ReadParquet(string path)
    {
        using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1, MemoryMegabytes = 512 });
        var read = $"read_parquet({session.Dialect.Literal(path)})";
        List<string> header = [.. session.Query($"select column_name from (describe select * from {read})").Select(r => (string)r[0]!)];
        foreach (var row in session.Query($"select cast(columns(*) as varchar) from {read}"))
        {
            yield return (header, [.. row.Select(v => (string?)v ?? "")]);
        }
    }

    /// <summary>UTF-8, quoted where needed.</summary>
    private static IEnumerable<(List<string> Header, List<string> Fields)> ReadCsv(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        List<string>? header = null;
        while (ReadRecord(reader) is { } fields)
        {
            if (header is null)
            {
                header = fields;
            }
            else if (fields.Count == header.Count)
            {
                yield return (header, fields);
            }
        }
    }

    private static List<string>? ReadRecord(StreamReader reader)
    {
        var line = reader.ReadLine();
        if (line is null)
        {
            return null;
        }

        var fields = new List<string>();
        var field = new StringBuilder();
        var quoted = false;
        for (var at = 0; ; at++)
        {
            if (at == line.Length)
            {
                if (!quoted || reader.ReadLine() is not { } more)
                {
                    break;
                }

                field.Append('\n');
                (line, at) = (more, -1);
            }
            else if (line[at] == '"')
            {
                if (quoted && at + 1 < line.Length && line[at + 1] == '"')
                {
                    field.Append('"');
                    at++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (line[at] == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(line[at]);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
