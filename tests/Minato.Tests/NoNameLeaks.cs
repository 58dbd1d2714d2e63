using System.IO.Compression;
using System.Text;
using Minato.Tables;

namespace Minato.Tests;

/// <summary>
/// Names and diagnoses never meet (D2): every name, insured number, address and local patient id of every synthetic
/// person, as it was written, is looked for in every byte of the warehouse, of the extractions and of the workspace.
/// </summary>
public class NoNameLeaks(TheVoyage voyage, IdentifyingStrings identifying) : IClassFixture<IdentifyingStrings>
{
    private const string Text = " VARCHAR";

    [Theory]
    [InlineData("warehouse")]
    [InlineData("projects")]
    [InlineData("workspace")]
    [InlineData("release")]
    public void No_identifying_string_is_in_any_byte(string room)
    {
        var files = Directory.EnumerateFiles(Path.Combine(voyage.Folder, room), "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).Length > 0).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            foreach (var content in Contents(file))
            {
                Assert.False(identifying.AreIn(content), $"{Path.GetFileName(file)} has identifying bytes");
            }
        }

        // Parquet compresses its pages: what its bytes hide, its cells show. All files of one shape are read as one table.
        using var session = TablesRoom.OpenSession();
        foreach (var alike in files.Where(f => f.EndsWith(".parquet", StringComparison.Ordinal)).GroupBy(f => string.Join('|', ColumnsOf(session, f))))
        {
            foreach (var cell in alike.Key.Split('|').Where(c => c.EndsWith(Text, StringComparison.Ordinal)).SelectMany(c => Cells(session, alike, c[..^Text.Length])))
            {
                Assert.False(identifying.IsCell(cell), $"a file like {Path.GetFileName(alike.First())} has an identifying cell");
                Assert.False(identifying.AreIn(cell), $"a file like {Path.GetFileName(alike.First())} has an identifying text");
            }
        }
    }

    [Fact]
    public void The_search_would_find_a_name()
    {
        // The same search finds what it looks for where names belong: in the deliveries.
        var found = Directory.EnumerateFiles(Path.Combine(voyage.Nation, "deliveries"), "*", SearchOption.AllDirectories)
            .GroupBy(Path.GetExtension).Select(g => (g.Key, Found: g.Take(5).SelectMany(Contents).Any(identifying.AreIn))).ToList();
        Assert.All(found, f => Assert.True(f.Found, $"nothing was found in {f.Key} files"));
        Assert.True(identifying.AreIn(identifying.Longest) && identifying.AreIn("x" + identifying.Longest));
        Assert.True(identifying.IsCell(identifying.ShortName));

        // A number by itself, among others and among letters is found; by chance in a hash it is not one.
        var number = identifying.Number;
        Assert.All(new[] { number, $"a{number},b", $"12{number}34", $"abc:{number}", $"{number}-1" }, t => Assert.True(identifying.AreIn(t) && identifying.AreIn(Encoding.UTF8.GetBytes(t)), t));
        Assert.All(new[] { $"3fa9{number}c04e", $"e{number}0123456789abcdef" }, t => Assert.False(identifying.AreIn(t) || identifying.AreIn(Encoding.UTF8.GetBytes(t)), t));
    }

    private static IEnumerable<string> ColumnsOf(ITableSession session, string parquet) =>
        session.Query($"select column_name || ' ' || column_type from (describe select * from read_parquet({session.Dialect.Literal(parquet)}))").Select(r => (string)r[0]!);

    private static IEnumerable<string> Cells(ITableSession session, IEnumerable<string> parquet, string column)
    {
        var (files, text) = (string.Join(", ", parquet.Select(f => session.Dialect.Literal(f))), session.Dialect.Quote(column));
        return session.Query($"select distinct {text} from read_parquet([{files}]) where {text} is not null").Select(r => (string)r[0]!);
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
