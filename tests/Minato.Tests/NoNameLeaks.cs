using System.Buffers;
using System.IO.Compression;
using System.Text;
using Minato.Demo;
using Minato.Tables;

namespace Minato.Tests;

/// <summary>
/// Names and diagnoses never meet (D2): every name, insured number, address and local patient id of every synthetic
/// person, as it was written, is looked for in every byte of the warehouse, of the extractions and of the workspace.
/// </summary>
public class NoNameLeaks(TheVoyage voyage)
{
    [Theory]
    [InlineData("warehouse")]
    [InlineData("projects")]
    [InlineData("workspace")]
    [InlineData("release")]
    public void No_identifying_string_is_in_any_byte(string room)
    {
        var (inside, whole) = Identifying();
        var texts = SearchValues.Create([.. inside], StringComparison.Ordinal);
        var cells = whole.ToHashSet(StringComparer.Ordinal);
        var bytes = SearchValues.Create([.. inside.SelectMany(Encodings).Distinct()], StringComparison.Ordinal);
        var files = Directory.EnumerateFiles(Path.Combine(voyage.Folder, room), "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 0).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            if (file.EndsWith(".parquet", StringComparison.Ordinal))
            {
                foreach (var cell in Cells(file))
                {
                    Assert.False(cells.Contains(cell), $"{Path.GetFileName(file)} has an identifying cell");
                    Assert.False(cell.AsSpan().ContainsAny(texts), $"{Path.GetFileName(file)} has an identifying text");
                }
            }

            foreach (var content in Contents(file))
            {
                Assert.False(Encoding.Latin1.GetString(content).AsSpan().ContainsAny(bytes), $"{Path.GetFileName(file)} has identifying bytes");
            }
        }
    }

    [Fact]
    public void The_search_would_find_a_name()
    {
        // The same search finds what it looks for where names belong: in the deliveries.
        var (inside, _) = Identifying();
        var bytes = SearchValues.Create([.. inside.SelectMany(Encodings).Distinct()], StringComparison.Ordinal);
        var found = Directory.EnumerateFiles(Path.Combine(voyage.Nation, "deliveries"), "*", SearchOption.AllDirectories)
            .GroupBy(Path.GetExtension).Select(g => (g.Key, Found: g.Take(5).SelectMany(Contents).Any(c => Encoding.Latin1.GetString(c).AsSpan().ContainsAny(bytes)))).ToList();
        Assert.All(found, f => Assert.True(f.Found, $"nothing was found in {f.Key} files"));
    }

    /// <summary>Strings long enough to be looked for anywhere, and short ones that must not be a whole cell.</summary>
    private (IReadOnlyCollection<string> Inside, IReadOnlyCollection<string> Whole) Identifying()
    {
        var inside = new HashSet<string>(StringComparer.Ordinal);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        foreach (var person in TruthPerson.Read(voyage.Nation))
        {
            foreach (var name in person.Kanji.Concat(person.Kana))
            {
                (name.Length >= 4 ? inside : whole).Add(name);
            }

            foreach (var address in person.Addresses)
            {
                inside.Add(address);
            }

            foreach (var local in person.LocalIds)
            {
                var id = local[(local.IndexOf(':', StringComparison.Ordinal) + 1)..];
                (id.Length >= 8 ? inside : whole).Add(id);
            }

            foreach (var insured in person.Insured)
            {
                var parts = insured.Split(':');
                var (symbol, number) = (parts[1], parts[2]);
                if (number.Length >= 7)
                {
                    inside.Add(number);
                }

                if (symbol.Length > 0 && symbol.Length + number.Length >= 6)
                {
                    inside.Add(symbol + number);
                    inside.Add(symbol + "・" + number);
                    inside.Add(symbol + "," + number);
                }
            }
        }

        return (inside, whole);
    }

    private static IEnumerable<string> Encodings(string text)
    {
        yield return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        yield return Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(text));
        var sjis = CodePagesEncodingProvider.Instance.GetEncoding(932)!.GetBytes(text);
        if (!sjis.AsSpan().Contains((byte)'?'))
        {
            yield return Encoding.Latin1.GetString(sjis);
        }
    }

    private static IEnumerable<string> Cells(string parquet)
    {
        using var session = TablesRoom.OpenSession();
        var quoted = session.Dialect.Literal(parquet);
        var text = session.Query($"select column_name from (describe select * from read_parquet({quoted})) where column_type = 'VARCHAR'").Select(r => (string)r[0]!).ToList();
        foreach (var column in text)
        {
            foreach (var row in session.Query($"select distinct {session.Dialect.Quote(column)} from read_parquet({quoted}) where {session.Dialect.Quote(column)} is not null"))
            {
                yield return (string)row[0]!;
            }
        }
    }

    private static IEnumerable<byte[]> Contents(string file)
    {
        var raw = File.ReadAllBytes(file);
        yield return raw;
        if (raw.Length > 2 && raw[0] == 0x1F && raw[1] == 0x8B)
        {
            using var gz = new GZipStream(new MemoryStream(raw), CompressionMode.Decompress);
            using var memory = new MemoryStream();
            gz.CopyTo(memory);
            yield return memory.ToArray();
        }
        else if (raw.Length > 4 && raw[0] == 'P' && raw[1] == 'K')
        {
            using var zip = new ZipArchive(new MemoryStream(raw));
            foreach (var entry in zip.Entries.Take(200))
            {
                using var stream = entry.Open();
                using var memory = new MemoryStream();
                stream.CopyTo(memory);
                yield return memory.ToArray();
            }
        }
    }
}
