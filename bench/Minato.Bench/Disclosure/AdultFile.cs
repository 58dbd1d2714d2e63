using Minato.Disclosure;
using Minato.Kernel;

namespace Minato.Bench.Disclosure;

/// <summary>The Adult file (UCI, CC BY 4.0) with its hierarchies: nine columns, 30,162 records; and the million records that are drawn from it.</summary>
internal static class AdultFile
{
    public static string Folder { get; set; } = Path.Combine(AppContext.BaseDirectory);

    public static bool Found => File.Exists(Path.Combine(Folder, "adult.csv"));

    public static Hierarchy Hierarchy(string column) =>
        Minato.Disclosure.Hierarchy.Of(column, [.. File.ReadLines(Path.Combine(Folder, $"adult_hierarchy_{column}.csv")).Where(l => l.Length > 0).Select(l => l.Split(';'))]).Value;

    /// <summary>Reads a file into distinct combinations; the text is never held whole.</summary>
    public static PersonTable Read(string file, IReadOnlyList<string> keys, IReadOnlyList<string> sensitive, Func<int, bool>? inSample = null)
    {
        var hierarchies = keys.Select(Hierarchy).ToArray();
        var builder = new PersonTable.Builder(hierarchies, sensitive);
        using var reader = new StreamReader(Path.Combine(Folder, file), new FileStreamOptions { BufferSize = 1 << 16 });
        var header = reader.ReadLine()!.Split(';');
        var role = header.Select(h => (Key: keys.ToList().IndexOf(h), Sensitive: sensitive.ToList().IndexOf(h))).ToArray();
        Span<int> codes = stackalloc int[keys.Count];
        Span<int> values = stackalloc int[sensitive.Count];
        var buffer = new char[1 << 16];
        int filled = 0, row = 0;
        while (true)
        {
            var got = reader.Read(buffer, filled, buffer.Length - filled);
            var text = buffer.AsSpan(0, filled + got);
            if (got == 0 && text.Length > 0 && text[^1] != '\n')
            {
                buffer[filled++] = '\n';
                text = buffer.AsSpan(0, filled);
            }

            while (text.IndexOf('\n') is >= 0 and var end)
            {
                var line = text[..end].TrimEnd('\r');
                text = text[(end + 1)..];
                for (var column = 0; column < role.Length; column++)
                {
                    var cut = line.IndexOf(';');
                    var field = cut < 0 ? line : line[..cut];
                    line = cut < 0 ? [] : line[(cut + 1)..];
                    if (role[column].Key is >= 0 and var k)
                    {
                        codes[k] = hierarchies[k].CodeOf(field);
                    }

                    if (role[column].Sensitive is >= 0 and var s)
                    {
                        values[s] = builder.SensitiveCode(s, field);
                    }
                }

                builder.AddCodes(codes, values, inSample is null || inSample(row));
                row++;
            }

            text.CopyTo(buffer);
            filled = text.Length;
            if (got == 0)
            {
                return builder.Build().Value;
            }
        }
    }

    /// <summary>A million records: each a drawn record in which every column is, one time in ten, that of another drawn record (SplitMix64, seed 42).</summary>
    public static string Million()
    {
        var path = Path.Combine(Path.GetTempPath(), "minato-adult1m.csv");
        if (File.Exists(path) && new FileInfo(path).Length == 82_447_267)
        {
            return path;
        }

        var lines = File.ReadAllLines(Path.Combine(Folder, "adult.csv"));
        var rows = lines.Skip(1).Select(l => l.Split(';')).ToArray();
        ulong state = 42;
        ulong Next()
        {
            unchecked
            {
                var z = state += 0x9E3779B97F4A7C15;
                z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
                z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
                return z ^ (z >> 31);
            }
        }

        using var writer = new StreamWriter(path) { NewLine = "\n" };
        writer.WriteLine(lines[0]);
        var fields = new string[rows[0].Length];
        for (var i = 0; i < 1_000_000; i++)
        {
            var from = rows[Next() % (ulong)rows.Length];
            for (var c = 0; c < fields.Length; c++)
            {
                var r = Next();
                fields[c] = r % 10 == 0 ? rows[Next() % (ulong)rows.Length][c] : from[c];
            }

            writer.WriteLine(string.Join(';', fields));
        }

        return path;
    }
}
