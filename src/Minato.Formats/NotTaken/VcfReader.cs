using System.Text;

namespace Minato.Formats.NotTaken;

/// <summary>VCF: variants of a genome, which no processing makes anonymous (A6).</summary>
internal sealed class VcfReader() : NotTakenReader("vcf")
{
    public override bool Recognises(FileHead head) => head.Bytes.Span.StartsWith("##fileformat=VCFv"u8);

    protected override ReadItem Say(string fileName, ReadOnlyMemory<byte> beginning)
    {
        var version = Encoding.ASCII.GetString(beginning.Span.Slice(17, Math.Min(3, beginning.Length - 17)));
        var said = version.Length == 3 && char.IsAsciiDigit(version[0]) && version[1] == '.' && char.IsAsciiDigit(version[2]) ? $"VCF {version}" : "VCF";
        return Refuse(
            "vcf.not-taken",
            $"Genome variants ({said}): they identify a person by themselves and are kept by region only inside the secure environment; not yet supported",
            "Do not send genome files with a delivery; register the dataset in the catalogue, it will be fetched into the secure environment",
            fileName,
            beginning);
    }
}
