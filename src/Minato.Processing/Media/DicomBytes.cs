using System.Buffers.Binary;
using System.Text;

namespace Minato.Processing.Media;

/// <summary>How the elements of a dataset are written: explicit VR or not, which byte comes first.</summary>
internal readonly record struct DicomCoding(bool IsExplicit, bool IsBigEndian)
{
    public ushort U16(ReadOnlySpan<byte> b) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(b) : BinaryPrimitives.ReadUInt16LittleEndian(b);

    public uint U32(ReadOnlySpan<byte> b) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(b) : BinaryPrimitives.ReadUInt32LittleEndian(b);

    /// <summary>VRs whose length has four bytes (PS3.5 §7.1.2).</summary>
    public static bool IsLong(string vr) => vr is "OB" or "OW" or "OF" or "OD" or "OL" or "OV" or "SQ" or "UC" or "UR" or "UT" or "UN" or "SV" or "UV";

    public void Write(Stream to, ReadOnlySpan<char> vr, uint tag, uint length)
    {
        Span<byte> head = stackalloc byte[12];
        Put16(head, (ushort)(tag >> 16));
        Put16(head[2..], (ushort)tag);
        if (!IsExplicit || tag >> 16 == 0xFFFE)
        {
            Put32(head[4..], length);
            to.Write(head[..8]);
        }
        else
        {
            (head[4], head[5]) = ((byte)vr[0], (byte)vr[1]);
            if (IsLong(vr.ToString()))
            {
                Put16(head[6..], 0);
                Put32(head[8..], length);
                to.Write(head);
            }
            else
            {
                Put16(head[6..], checked((ushort)length));
                to.Write(head[..8]);
            }
        }
    }

    public void Write(Stream to, string vr, uint tag, ReadOnlySpan<byte> value)
    {
        Write(to, vr, tag, (uint)(value.Length + (value.Length & 1)));
        to.Write(value);
        if ((value.Length & 1) == 1)
        {
            to.WriteByte(vr is "UI" or "OB" or "UN" or "UR" ? vr == "UR" ? (byte)' ' : (byte)0 : (byte)' ');
        }
    }

    public void Write(Stream to, string vr, uint tag, string ascii) => Write(to, vr, tag, Encoding.ASCII.GetBytes(ascii));

    private void Put16(Span<byte> at, ushort value)
    {
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteUInt16BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, value);
        }
    }

    private void Put32(Span<byte> at, uint value)
    {
        if (IsBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(at, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(at, value);
        }
    }
}

/// <summary>A stream's bytes in order, with a count and one look ahead.</summary>
internal sealed class DicomSource(Stream stream)
{
    private readonly byte[] buffer = new byte[64 * 1024];
    private int from;
    private int to;

    public long Position { get; private set; }

    public bool IsAtEnd => from == to && !Fill();

    public bool Peek(Span<byte> into)
    {
        while (to - from < into.Length)
        {
            if (!Fill())
            {
                return false;
            }
        }

        buffer.AsSpan(from, into.Length).CopyTo(into);
        return true;
    }

    /// <exception cref="EndOfStreamException">The file breaks off.</exception>
    public void Read(Span<byte> into)
    {
        while (into.Length > 0)
        {
            var n = Some(into.Length);
            buffer.AsSpan(from, n).CopyTo(into);
            into = into[n..];
            Took(n);
        }
    }

    /// <exception cref="EndOfStreamException">The file breaks off.</exception>
    public void Copy(Stream? into, long count)
    {
        while (count > 0)
        {
            var n = Some((int)Math.Min(count, int.MaxValue));
            into?.Write(buffer, from, n);
            count -= n;
            Took(n);
        }
    }

    /// <summary>What is buffered and what follows, as one stream.</summary>
    public Rejoined Rest() => new(buffer.AsMemory(from, to - from), stream);

    private int Some(int most) => from == to && !Fill() ? throw new EndOfStreamException() : Math.Min(most, to - from);

    private void Took(int n)
    {
        from += n;
        Position += n;
    }

    private bool Fill()
    {
        if (from > 0)
        {
            buffer.AsSpan(from, to - from).CopyTo(buffer);
            (from, to) = (0, to - from);
        }

        var n = stream.Read(buffer.AsSpan(to));
        to += n;
        return n > 0;
    }
}
