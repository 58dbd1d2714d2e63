using System.Text.Json;

namespace Minato.Processing.Standards;

/// <summary>What a standard does with images and genomes.</summary>
/// <param name="DicomOptions">Options of PS3.15 Annex E beside the basic profile, by their names in <c>standards/media/dicom-table-v1.json</c>.</param>
/// <param name="Regions">Contigs of genomes that are given, or parts of them (<c>chr1</c>, <c>chr7:55000000-55300000</c>); null: all.</param>
/// <param name="LeastCarriers">Alleles that fewer persons carry are left out; 0: all are given.</param>
internal sealed record MediaRule(bool Dicom, IReadOnlySet<string> DicomOptions, bool Vcf, IReadOnlyList<Media.GenomeRegion>? Regions, int LeastCarriers)
{
    /// <exception cref="FormatException">The message says what is wrong.</exception>
    public static MediaRule Read(JsonElement json)
    {
        JsonElement dicom = default, vcf = default;
        if (json.ValueKind != JsonValueKind.Object || (!json.TryGetProperty("dicom", out dicom) & !json.TryGetProperty("vcf", out vcf)))
        {
            throw new FormatException("'media' names dicom, vcf or both");
        }

        var options = dicom.ValueKind == JsonValueKind.Object && dicom.TryGetProperty("options", out var o) ? o.EnumerateArray().Select(e => e.GetString()!).ToHashSet(StringComparer.Ordinal) : [];
        if (options.FirstOrDefault(n => !Media.DicomTable.Shipped.Options.ContainsKey(n)) is { } unknown)
        {
            throw new FormatException($"there is no option '{unknown}' of the confidentiality profile: use {string.Join(", ", Media.DicomTable.Shipped.Options.Keys)}");
        }

        if (options.Contains("full-dates") && options.Contains("modified-dates"))
        {
            throw new FormatException("dates are kept in full or shifted, not both");
        }

        IReadOnlyList<Media.GenomeRegion>? regions = vcf.ValueKind == JsonValueKind.Object && vcf.TryGetProperty("regions", out var r)
            ? [.. r.EnumerateArray().Select(e => e.GetString()!).Select(x => Media.GenomeRegion.Parse(x) ?? throw new FormatException($"'{x}' is no region: write a contig, or contig:from-to"))]
            : null;

        return new MediaRule(
            dicom.ValueKind == JsonValueKind.Object, options, vcf.ValueKind == JsonValueKind.Object, regions,
            vcf.ValueKind == JsonValueKind.Object && vcf.TryGetProperty("leastCarriers", out var k) ? k.GetInt32() : 0);
    }
}
