using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Minato.Linkage.Store;

/// <summary>Writes a page: unsigned numbers in groups of seven bits, least first; texts as length and UTF-8.</summary>
internal sealed class PageWriter
{
    private byte[] bytes = new byte[4096];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Number(uint value)
    {
        var to = Room(5);
        var n = 0;
        while (value >= 0x80)
        {
            to[n++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[n++] = (byte)value;
        Length += n;
    }

    public void Number(int value) => Number((uint)value);

    /// <summary>A number that may be negative, small either way.</summary>
    public void Signed(int value) => Number((uint)((value << 1) ^ (value >> 31)));

    public void Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
        Length += 8;
    }

    public void Wide(UInt128 value)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(Room(16), value);
        Length += 16;
    }

    public void Text(ReadOnlySpan<char> text)
    {
        Number((uint)Encoding.UTF8.GetByteCount(text));
        Length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));
    }

    private Span<byte> Room(int size)
    {
        if (bytes.Length < Length + size)
        {
            Array.Resize(ref bytes, (int)BitOperations.RoundUpToPowerOf2((uint)(Length + size)));
        }

        return bytes.AsSpan(Length);
    }
}

/// <summary>Reads what <see cref="PageWriter"/> wrote.</summary>
internal ref struct PageReader(ReadOnlySpan<byte> page)
{
    private ReadOnlySpan<byte> rest = page;

    public readonly bool AtEnd => rest.Length == 0;

    /// <exception cref="FormatException">The page ends too early.</exception>
    public uint Number()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var b = Take(1)[0];
            value |= (uint)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("A number is too long.");
    }

    public int Int() => (int)Number();

    public int Signed()
    {
        var z = Number();
        return (int)(z >> 1) ^ -(int)(z & 1);
    }

    public long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public UInt128 Wide() => BinaryPrimitives.ReadUInt128LittleEndian(Take(16));

    public string Text() => Encoding.UTF8.GetString(Take(Int()));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > rest.Length)
        {
            throw new FormatException("A page ends too early.");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
