using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Minato.Intake;

/// <summary>
/// Fingerprints to find repeats inside one delivery; not a security property. A key's has 128 bits, because all keys of a delivery are
/// compared with each other; a content's has 64, because it is compared with those of the same key alone.
/// </summary>
internal sealed class Fingerprint
{
    /// <summary>Stands between texts, so that moving a letter from one to the next makes a difference.</summary>
    private const char Between = '\uFFFF';

    private char[] content = new char[4096];
    private int length;

    public static UInt128 Of(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Of the whole content, not of where it stood in the file.</summary>
    public ulong Of(DeliveredRecord record)
    {
        length = 0;
        var i = record.Identity;
        Add(i.InsurerNumber);
        Add(i.InsuredSymbol);
        Add(i.InsuredNumber);
        Add(i.InsuredBranch);
        Add(i.NameKanji);
        Add(i.NameKana);
        Add(i.Address);
        Add(i.LocalPatientId);
        Add(i.BirthDate?.DayNumber ?? -1);
        Add((int)i.Sex);
        Add(record.Facts.Count);
        foreach (var f in record.Facts)
        {
            Add(f.System);
            Add(f.Code);
            Add(f.Unit);
            Add(f.ValueCode);
            Add(f.VisitKey);
            Add(((int)f.Kind << 1) | (f.Suspected ? 1 : 0));
            Add(f.Start.DayNumber);
            Add(f.End?.DayNumber ?? -1);
            Add(f.Days ?? -1);
            Add(f.Value?.GetHashCode() ?? -1);
            Add(f.Quantity?.GetHashCode() ?? -1);
        }

        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(content.AsSpan(0, length)));
    }

    private void Add(string? text)
    {
        var n = text?.Length ?? 0;
        Room(n + 1);
        text.AsSpan().CopyTo(content.AsSpan(length));
        length += n;
        content[length++] = Between;
    }

    private void Add(int number)
    {
        Room(2);
        (content[length], content[length + 1]) = ((char)number, (char)(number >>> 16));
        length += 2;
    }

    private void Room(int more)
    {
        if (content.Length - length < more)
        {
            Array.Resize(ref content, Math.Max(content.Length * 2, length + more));
        }
    }
}
