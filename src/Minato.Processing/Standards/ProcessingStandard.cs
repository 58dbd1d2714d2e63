using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Minato.Processing.Standards;

/// <summary>
/// A value of the column that too few persons have. Where <paramref name="RollUp"/> is null its rows are left out (特異な記述, a rare disease
/// tells who it is); otherwise the value climbs the ladder until enough persons share it, and only what is rare at the top is left out.
/// </summary>
/// <param name="With">Columns that say the same more finely (the concept of a source code): NULL in rows whose value climbed.</param>
internal sealed record RareRule(string Column, int Persons, Ladder? RollUp = null, IReadOnlyList<string>? With = null);

/// <summary>What a standard does with one table. A column it does not name is dropped.</summary>
internal sealed record TableRule(IReadOnlyDictionary<string, IReadOnlyList<ColumnAction>> Columns, RareRule? Rare)
{
    /// <summary>Why a column is treated so, where the standard says it.</summary>
    public IReadOnlyDictionary<string, string> Reasons { get; init; } = new Dictionary<string, string>();

    /// <summary>The column's actions; null where it is dropped, by name or by silence.</summary>
    public IReadOnlyList<ColumnAction>? For(string column) =>
        Columns.TryGetValue(column, out var actions) && !actions.Any(a => a is ColumnAction.Drop) ? actions : null;
}

/// <summary>What kind of data a standard makes; decides what may be made under it.</summary>
internal enum StandardKind
{
    /// <summary>仮名加工: rows, inside the secure environment.</summary>
    Pseudonymised,

    /// <summary>匿名加工: rows.</summary>
    Anonymised,

    /// <summary>統計: tables made here; nobody sees rows.</summary>
    Statistics,

    /// <summary>Images and genomes, inside the secure environment only (A6).</summary>
    Media,
}

/// <summary>Where data may be put.</summary>
public enum DataPlace
{
    /// <summary>The project's secure environment.</summary>
    Environment,

    /// <summary>A certified user's own premises (認定利用事業者): handed over sealed, on terms, to come back destroyed.</summary>
    CertifiedUser,

    /// <summary>Anywhere else: handed over, downloaded, sent.</summary>
    Outside,
}

/// <summary>
/// A processing standard 加工基準 (H9): per column what is done with it, and what risk may remain. Data in
/// <c>standards/processing/</c>, versioned; an extraction names the one it was made under.
/// </summary>
/// <param name="Name">The file's name without extension, by which permits refer to it.</param>
/// <param name="Sha256">Of the file; where it names others (ladders, rules), of it and of them.</param>
/// <param name="QuasiIdentifiers">Columns of the person file by which an outsider could know somebody.</param>
/// <param name="K">Every person shares their quasi-identifiers with at least this many (themselves included); 0: measured only.</param>
/// <param name="SuppressionLimit">Largest share of persons (of 1) that may be left out to reach <paramref name="K"/>.</param>
/// <param name="ShiftDays">Dates of a person move by the same number of days, between minus and plus this; 0: not at all.</param>
internal sealed record ProcessingStandard(
    string Name,
    string Id,
    string Version,
    Bilingual Title,
    string Sha256,
    IReadOnlyList<string> QuasiIdentifiers,
    int K,
    double SuppressionLimit,
    int ShiftDays,
    IReadOnlyDictionary<string, TableRule> Tables)
{
    public StandardKind Kind { get; init; } = StandardKind.Pseudonymised;

    /// <summary>Where what is made under it may be put. Nothing said: the secure environment.</summary>
    public IReadOnlyList<DataPlace> Places { get; init; } = [DataPlace.Environment];

    /// <summary>Under a standard for statistics: no cell below this is shown.</summary>
    public int MinimumCell { get; init; }

    /// <summary>What is done with images and genomes; null where the standard gives none.</summary>
    public MediaRule? Media { get; init; }

    /// <summary>Whether the source's form says which lines are of one record, by numbers of the extraction's own (<c>"records": "renumber"</c>). A record's own key never leaves.</summary>
    public bool NumbersRecords { get; init; }

    public bool GivesGenomes => Media is { Vcf: true };

    public bool Shifts => Tables.Values.Any(t => t.Columns.Values.Any(a => a.Any(x => x is ColumnAction.Shift)));

    /// <summary>The functions that a session must know before columns are processed (<see cref="Tables.ITableSession.Define"/>).</summary>
    public void Prepare(Minato.Tables.ITableSession session)
    {
        foreach (var scrub in Tables.Values.SelectMany(t => t.Columns.Values).SelectMany(a => a).OfType<ColumnAction.Scrub>().DistinctBy(s => s.Function))
        {
            session.Define(scrub.Function, scrub.Text.Scrub);
        }
    }

    /// <summary>Whether rows may be made under it and put there.</summary>
    /// <returns>The reason why not: <c>standard.no-rows</c> or <c>standard.place</c>.</returns>
    public Finding? Refuses(DataPlace place) =>
        Kind == StandardKind.Statistics
            ? Finding.Error("standard.no-rows", "Under this processing standard only tables are made; nobody sees rows", "Ask for statistics, or apply under a standard for rows", new Place(File: $"{Name}.json"))
            : Places.Contains(place) || (place == DataPlace.CertifiedUser && Places.Contains(DataPlace.Outside))
                ? null
                : Finding.Error("standard.place", "What is made under this processing standard stays in the secure environment", "Use it there", new Place(File: $"{Name}.json"));

    /// <summary>The standard of that name: a file's name, its id, or <c>id@version</c>.</summary>
    /// <returns>Refused with <c>standard.unknown</c>, or for what is wrong with it (see <see cref="Read"/>).</returns>
    public static Outcome<ProcessingStandard> Find(string folder, string name)
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray() : [];
        foreach (var file in files.OrderByDescending(f => Path.GetFileNameWithoutExtension(f) == name).ThenBy(f => f, StringComparer.Ordinal))
        {
            var fileName = Path.GetFileNameWithoutExtension(file);
            var bytes = File.ReadAllBytes(file);
            if (fileName == name || IsNamed(bytes, name))
            {
                return Read(fileName, bytes, folder);
            }
        }

        return Finding.Error("standard.unknown", "There is no processing standard of that name", $"Use one of: {string.Join(", ", files.Select(Path.GetFileNameWithoutExtension))}");
    }

    /// <summary>All standards of a folder, each with what is wrong with it.</summary>
    public static IReadOnlyList<(string Name, Outcome<ProcessingStandard> Read)> All(string folder) =>
        Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(f => (Path.GetFileNameWithoutExtension(f), Read(Path.GetFileNameWithoutExtension(f), File.ReadAllBytes(f), folder)))]
            : [];

    /// <param name="name">The file's name without extension.</param>
    /// <param name="folder"><c>standards/processing</c>, for the files that it names; null: it may name none.</param>
    /// <returns>Refused with every defect, each at its table and column: <c>standard.broken</c>, or a code of <see cref="StandardCheck"/>.</returns>
    public static Outcome<ProcessingStandard> Read(string name, byte[] utf8, string? folder = null)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            var files = new StandardFiles(folder);
            var findings = new List<Finding>();
            var kind = Kinds(root, name, findings);
            var tables = new Dictionary<string, TableRule>(StringComparer.Ordinal);
            if (kind != StandardKind.Media || root.TryGetProperty("tables", out _))
            {
                foreach (var table in root.GetProperty("tables").EnumerateObject())
                {
                    tables[table.Name] = Table(table, name, files, findings);
                }
            }

            MediaRule? media = null;
            if (root.TryGetProperty("media", out var m))
            {
                try
                {
                    media = MediaRule.Read(m);
                }
                catch (FormatException e)
                {
                    findings.Add(Broken(e.Message, name, "media"));
                }
            }

            var title = root.GetProperty("title");
            var standard = new ProcessingStandard(
                name,
                root.GetProperty("id").GetString()!,
                root.GetProperty("version").GetString()!,
                new Bilingual(title.GetProperty("ja").GetString()!, title.GetProperty("en").GetString()!),
                Hash(utf8, files.Named),
                root.TryGetProperty("quasiIdentifiers", out var q) ? [.. q.EnumerateArray().Select(e => e.GetString()!)] : [],
                root.TryGetProperty("k", out var k) ? k.GetInt32() : 0,
                root.TryGetProperty("suppressionLimit", out var limit) ? limit.GetDouble() : 0,
                root.TryGetProperty("shiftDays", out var days) ? days.GetInt32() : 0,
                tables)
            {
                Kind = kind,
                Places = root.TryGetProperty("places", out var places) ? [.. places.EnumerateArray().Select(p => PlaceOf(p.GetString()))] : [DataPlace.Environment],
                MinimumCell = root.TryGetProperty("minimumCell", out var cell) ? cell.GetInt32() : 0,
                Media = media,
                NumbersRecords = root.TryGetProperty("records", out var records) && (records.GetString() == "renumber" ? true : throw new FormatException("'records' is renumber, or is not there")),
            };
            findings.AddRange(StandardCheck.Of(standard));
            return findings.Count > 0 ? Outcome<ProcessingStandard>.Refused(findings) : standard;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or ArgumentException)
        {
            return Broken("it is not a processing standard: id, version, title, tables.{table}.columns are needed", name);
        }
    }

    internal static Finding Broken(string reason, string name, string? field = null) =>
        Finding.Error("standard.broken", $"The processing standard cannot be used: {reason}", "Correct the file", new Place(File: $"{name}.json", Field: field));

    private static TableRule Table(JsonProperty table, string name, StandardFiles files, List<Finding> findings)
    {
        var columns = new Dictionary<string, IReadOnlyList<ColumnAction>>(StringComparer.Ordinal);
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var column in table.Value.GetProperty("columns").EnumerateObject())
        {
            try
            {
                // {"do": …, "why": …} says its reason; the action alone is the short form.
                var said = column.Value;
                if (said.ValueKind == JsonValueKind.Object && said.TryGetProperty("do", out var action))
                {
                    reasons[column.Name] = said.GetProperty("why").GetString()!;
                    said = action;
                }

                columns[column.Name] = said.ValueKind == JsonValueKind.Array ? [.. said.EnumerateArray().Select(a => ColumnAction.Read(a, files))] : [ColumnAction.Read(said, files)];
            }
            catch (FormatException e)
            {
                findings.Add(Broken(e.Message, name, $"{table.Name}.{column.Name}"));
            }
        }

        RareRule? rare = null;
        if (table.Value.TryGetProperty("rare", out var r))
        {
            try
            {
                rare = new RareRule(
                    r.GetProperty("column").GetString()!,
                    r.GetProperty("persons").GetInt32(),
                    r.TryGetProperty("rollUp", out var ladder) ? files.Ladder(ladder.GetString()!) : null,
                    r.TryGetProperty("with", out var with) ? [.. with.EnumerateArray().Select(w => w.GetString()!)] : []);
            }
            catch (FormatException e)
            {
                findings.Add(Broken(e.Message, name, $"{table.Name}.rare"));
            }
        }

        return new TableRule(columns, rare) { Reasons = reasons };
    }

    private static StandardKind Kinds(JsonElement root, string name, List<Finding> findings)
    {
        var said = root.TryGetProperty("kind", out var k) ? k.GetString() : "pseudonymised";
        StandardKind? kind = said switch
        {
            "pseudonymised" => StandardKind.Pseudonymised,
            "anonymised" => StandardKind.Anonymised,
            "statistics" => StandardKind.Statistics,
            "media" => StandardKind.Media,
            _ => null,
        };
        if (kind is null)
        {
            findings.Add(Broken("'kind' is pseudonymised, anonymised, statistics or media", name, "kind"));
        }

        return kind ?? StandardKind.Pseudonymised;
    }

    private static DataPlace PlaceOf(string? said) => said switch
    {
        "environment" => DataPlace.Environment,
        "certified-user" => DataPlace.CertifiedUser,
        "outside" => DataPlace.Outside,
        _ => throw new FormatException("'places' are environment, certified-user and outside"),
    };

    private static bool IsNamed(byte[] utf8, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("id", out var id) && root.TryGetProperty("version", out var version)
                && id.ValueKind == JsonValueKind.String && version.ValueKind == JsonValueKind.String
                && (id.GetString() == name || $"{id.GetString()}@{version.GetString()}" == name);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Hash(byte[] utf8, IReadOnlyDictionary<string, byte[]> named)
    {
        if (named.Count == 0)
        {
            return Convert.ToHexStringLower(SHA256.HashData(utf8));
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(utf8);
        foreach (var (path, bytes) in named)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{path} {Convert.ToHexStringLower(SHA256.HashData(bytes))}"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
