namespace Minato.Formats.NotTaken;

/// <summary>Files that packing tools add by themselves (AppleDouble <c>._x</c>, <c>.DS_Store</c>): nothing of anybody is lost with them.</summary>
internal sealed class ArchiveNoiseReader() : NotTakenReader("archive-noise")
{
    public override bool Recognises(FileHead head) =>
        head.Bytes.Span.StartsWith<byte>([0x00, 0x05, 0x16, 0x07]) || head.Bytes.Span.StartsWith("\0\0\0\u0001Bud1"u8);

    protected override ReadItem Say(string fileName, ReadOnlyMemory<byte> beginning) =>
        new ReadItem.Remark(Finding.Note("archive.noise", "A by-product of the packing tool; it was passed over", "", new Place(fileName)));
}
