using System.Buffers.Binary;
using System.Text;

namespace Minato.Formats.NotTaken;

/// <summary>DICOM part 10 files (images): recognised by their magic, named by their modality (0008,0060).</summary>
internal sealed class DicomReader() : NotTakenReader("dicom")
{
    private const int Preamble = 128;

    public override bool Recognises(FileHead head) => head.Bytes.Length >= Preamble + 4 && head.Bytes.Span.Slice(Preamble, 4).SequenceEqual("DICM"u8);

    protected override ReadItem Say(string fileName, ReadOnlyMemory<byte> beginning)
    {
        var modality = Modality(beginning.Span[(Preamble + 4)..]);
        return Refuse(
            "dicom.not-taken",
            $"A DICOM image (modality {modality ?? "not readable"}): images are not taken into tables; header and pixels may show the person",
            "Keep images in the imaging archive and deliver the report; images for research come under the rules for data that cannot be made anonymous",
            fileName,
            beginning);
    }

    /// <summary>Walks the data elements up to the modality. Little endian, explicit or implicit VR; anything odd ends the walk.</summary>
    private static string? Modality(ReadOnlySpan<byte> elements)
    {
        while (elements.Length >= 8)
        {
            var (group, element) = (BinaryPrimitives.ReadUInt16LittleEndian(elements), BinaryPrimitives.ReadUInt16LittleEndian(elements[2..]));
            if (group > 8 || (group == 8 && element > 0x60))
            {
                return null;
            }

            var isExplicit = char.IsAsciiLetterUpper((char)elements[4]) && char.IsAsciiLetterUpper((char)elements[5]);
            var vr = isExplicit ? Encoding.ASCII.GetString(elements.Slice(4, 2)) : "";
            var isLong = vr is "OB" or "OW" or "OF" or "OD" or "OL" or "SQ" or "UC" or "UR" or "UT" or "UN";
            var header = isLong ? 12 : 8;
            if (elements.Length < header)
            {
                return null;
            }

            var length = !isExplicit ? BinaryPrimitives.ReadUInt32LittleEndian(elements[4..])
                : isLong ? BinaryPrimitives.ReadUInt32LittleEndian(elements[8..])
                : BinaryPrimitives.ReadUInt16LittleEndian(elements[6..]);
            if (length > elements.Length - header)
            {
                return null;
            }

            var value = elements.Slice(header, (int)length);
            if (group == 8 && element == 0x60)
            {
                var text = Encoding.ASCII.GetString(value).Trim(' ', '\0');
                return text.Length is >= 2 and <= 8 && text.All(char.IsAsciiLetterUpper) ? text : null;
            }

            elements = elements[(header + (int)length)..];
        }

        return null;
    }
}
