using System.Globalization;
using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Vcf;

internal enum VcfType
{
    Integer,
    Float,
    Flag,
    Character,
    String,
}

/// <param name="Number">How many values: a count, or -1 (one per alternative allele), -2 (per allele), -3 (per genotype), -4 (any).</param>
internal readonly record struct VcfField(int Number, VcfType Type)
{
    public const int PerAlternative = -1;
    public const int PerAllele = -2;
    public const int PerGenotype = -3;
    public const int Any = -4;
}

/// <summary>The meta lines and the column line of a VCF 4.x file: what its fields mean, what it was called against, whose samples it holds.</summary>
internal sealed class VcfHeader
{
    private const int MostDeclarations = 10_000;
    private readonly Dictionary<string, VcfField> info = new(StringComparer.Ordinal);
    private readonly Dictionary<string, VcfField> format = new(StringComparer.Ordinal);

    /// <summary>Declared INFO fields, asked by the bytes of their key.</summary>
    public InfoFields InfoBytes => new(info);

    /// <summary><c>4.3</c>.</summary>
    public string Version { get; private set; } = "";

    /// <summary>##fileDate; null where it is missing or no day.</summary>
    public DateOnly? Date { get; private set; }

    /// <summary>The genome that positions refer to, by its short name; <c>unknown</c> where the header does not say one that is known.</summary>
    public string Reference { get; private set; } = "unknown";

    public string[] Samples { get; private set; } = [];

    public bool HasGenotypes { get; private set; }

    /// <summary>One line that begins with ##; the words of what is wrong with it, or null.</summary>
    public string? Meta(ReadOnlySpan<byte> bytes)
    {
        var line = Encoding.UTF8.GetString(bytes[2..]);
        var equals = line.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            return "A meta line is not of the form ##key=value";
        }

        var (key, value) = (line[..equals], line[(equals + 1)..]);
        switch (key)
        {
            case "fileformat":
                Version = value.Length == 7 && value.StartsWith("VCFv4.", StringComparison.Ordinal) && char.IsAsciiDigit(value[6]) ? value[4..] : "";
                return Version.Length > 0 ? null : "The version is not VCF 4";
            case "fileDate":
                Date = DateOnly.TryParseExact(value.Replace("-", "", StringComparison.Ordinal), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1990 and <= 2200 ? day : null;
                return null;
            case "reference" or "contig" or "assembly":
                Reference = Reference != "unknown" ? Reference
                    : value.Contains("38", StringComparison.Ordinal) && (value.Contains("GRCh38", StringComparison.OrdinalIgnoreCase) || value.Contains("hg38", StringComparison.OrdinalIgnoreCase)) ? "GRCh38"
                    : value.Contains("GRCh37", StringComparison.OrdinalIgnoreCase) || value.Contains("hg19", StringComparison.OrdinalIgnoreCase) || value.Contains("b37", StringComparison.OrdinalIgnoreCase) ? "GRCh37"
                    : value.Contains("T2T", StringComparison.OrdinalIgnoreCase) ? "T2T-CHM13"
                    : "unknown";
                return null;
            case "INFO" or "FORMAT":
                return Declare(key == "INFO" ? info : format, value);
            default:
                return null;
        }
    }

    /// <summary>The line #CHROM…; what is wrong with it, or null.</summary>
    public string? Columns(ReadOnlySpan<byte> bytes)
    {
        var columns = Encoding.UTF8.GetString(bytes).Split('\t');
        string[] needed = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"];
        if (columns.Length < 8 || !columns.AsSpan(0, 8).SequenceEqual(needed) || (columns.Length > 8 && columns[8] != "FORMAT"))
        {
            return "The column line is not #CHROM POS ID REF ALT QUAL FILTER INFO, and FORMAT with samples behind it";
        }

        HasGenotypes = columns.Length > 9;
        Samples = HasGenotypes ? columns[9..] : [];
        return Samples.Any(s => s.Length is 0 or > 200 || s.AsSpan().ContainsAnyInRange('\0', '\u001F')) ? "A sample has no name, or one that is far too long"
            : Samples.Distinct(StringComparer.Ordinal).Count() < Samples.Length ? "Two samples have the same name"
            : null;
    }

    private static string? Declare(Dictionary<string, VcfField> fields, string value)
    {
        if (Attribute(value, "ID") is not { Length: > 0 } id || Attribute(value, "Number") is not { } number || Attribute(value, "Type") is not { } type)
        {
            return "A declaration lacks ID, Number or Type";
        }

        int? count = number switch
        {
            "A" => VcfField.PerAlternative,
            "R" => VcfField.PerAllele,
            "G" => VcfField.PerGenotype,
            "." or "P" or "LA" or "LR" or "LG" or "M" => VcfField.Any,
            _ => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n <= 1000 ? n : null,
        };
        if (count is null || !Enum.TryParse<VcfType>(type, out var kind) || !Enum.IsDefined(kind) || int.TryParse(type, out _))
        {
            return "A declaration's Number or Type is not one of VCF's";
        }

        if (fields.Count < MostDeclarations)
        {
            fields[id] = new VcfField(count.Value, kind);
        }

        return null;
    }

    /// <summary>A key's value inside &lt;…&gt;, outside of quoted descriptions.</summary>
    private static string? Attribute(string value, string key)
    {
        if (value.Length < 2 || value[0] != '<' || value[^1] != '>')
        {
            return null;
        }

        var at = 1;
        while (at < value.Length - 1)
        {
            var equals = value.IndexOf('=', at);
            if (equals < 0)
            {
                return null;
            }

            var name = value.AsSpan(at, equals - at);
            int end;
            if (equals + 1 < value.Length && value[equals + 1] == '"')
            {
                end = equals + 2;
                while (end < value.Length && value[end] != '"')
                {
                    end += value[end] == '\\' ? 2 : 1;
                }

                end = Math.Min(end + 1, value.Length - 1);
            }
            else
            {
                end = value.IndexOf(',', equals);
                end = end < 0 ? value.Length - 1 : end;
            }

            if (name.SequenceEqual(key))
            {
                return value[(equals + 1)..end];
            }

            at = end + 1;
        }

        return null;
    }
}

/// <summary>Looks a key up without making a string of it.</summary>
internal readonly struct InfoFields(Dictionary<string, VcfField> fields)
{
    public bool TryGetValue(ReadOnlySpan<byte> key, out VcfField field)
    {
        field = default;
        Span<char> name = stackalloc char[64];
        return key.Length <= 64 && Encoding.Latin1.GetChars(key, name) is var n && fields.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name[..n], out field);
    }
}
