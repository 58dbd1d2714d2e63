namespace Minato.Formats.Text;

/// <summary>The bytes of a piece on its way, kept only so that quarantine can hold them; never more than 1 MiB.</summary>
internal sealed class Raw
{
    public const int Cap = 1 << 20;

    private byte[] bytes = new byte[8192];
    private int length;

    public void Add(ReadOnlySpan<byte> line)
    {
        var n = Math.Min(line.Length, Cap - length - 1);
        if (n < 0)
        {
            return;
        }

        if (length + n + 1 > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Min(Cap, Math.Max(bytes.Length * 2, length + n + 1)));
        }

        line[..n].CopyTo(bytes.AsSpan(length));
        length += n;
        bytes[length++] = (byte)'\n';
    }

    public void Clear() => length = 0;

    public ReadOnlyMemory<byte> Copy() => bytes.AsSpan(0, length).ToArray();

    public static ReadOnlyMemory<byte> Capped(ReadOnlySpan<byte> piece) => piece[..Math.Min(piece.Length, Cap)].ToArray();
}
