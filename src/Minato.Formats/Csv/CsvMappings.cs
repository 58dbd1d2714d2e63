using System.Reflection;

namespace Minato.Formats.Csv;

/// <summary>The layouts that Minato ships (<c>standards/formats/csv</c>), and those that an operator adds in a folder.</summary>
internal static class CsvMappings
{
    /// <summary>What the layout asks most of comes first, so that a registry with more columns is not taken for one with fewer.</summary>
    public static IReadOnlyList<MappedCsvReader> Shipped { get; } = Ordered(
        from name in Assembly.GetExecutingAssembly().GetManifestResourceNames()
        where name.StartsWith("csv/", StringComparison.Ordinal)
        select new MappedCsvReader(CsvMapping.Parse(Text(name), name).Value));

    /// <summary>All mappings of a folder; one that is wrong refuses the folder, with every fault of every file.</summary>
    public static Outcome<IReadOnlyList<MappedCsvReader>> Read(string folder)
    {
        var read = Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(f => CsvMapping.Parse(File.ReadAllText(f), Path.GetFileName(f))).ToList();
        var faults = read.Where(r => !r.IsOk).SelectMany(r => r.Findings).ToList();
        if (read.Where(r => r.IsOk).GroupBy(r => r.Value.Format).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            faults.Add(Finding.Error("mapping.twice", $"Two files declare the format {twice.Key}", "Give each format a name of its own", new Place(folder)));
        }

        return faults.Count > 0 ? Outcome<IReadOnlyList<MappedCsvReader>>.Refused(faults) : Outcome<IReadOnlyList<MappedCsvReader>>.Ok(Ordered(read.Select(r => new MappedCsvReader(r.Value))));
    }

    private static IReadOnlyList<MappedCsvReader> Ordered(IEnumerable<MappedCsvReader> readers) =>
        [.. readers.OrderByDescending(r => r.Mapping.Recognise.Columns?.Count ?? 0).ThenBy(r => r.Format, StringComparer.Ordinal)];

    private static string Text(string resource)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
