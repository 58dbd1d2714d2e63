using System.Buffers;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Minato.Intake;

/// <summary>128-bit fingerprints to find repeats inside one delivery; not a security property. Used by one thread at a time.</summary>
internal sealed class Fingerprint
{
    private readonly ArrayBufferWriter<byte> content = new(4096);

    public static UInt128 Of(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Of the whole content, not of where it stood in the file.</summary>
    public UInt128 Of(DeliveredRecord record)
    {
        content.ResetWrittenCount();
        var i = record.Identity;
        Add(i.InsurerNumber, i.InsuredSymbol, i.InsuredNumber, i.InsuredBranch, i.NameKanji, i.NameKana, i.Address, i.LocalPatientId);
        Add(i.BirthDate?.DayNumber ?? -1, (int)i.Sex, record.Facts.Count);
        foreach (var f in record.Facts)
        {
            Add(f.System, f.Code, f.Unit, f.ValueCode, f.VisitKey);
            Add((int)f.Kind, f.Start.DayNumber, f.End?.DayNumber ?? -1, f.Days ?? -1, f.Value?.GetHashCode() ?? -1, f.Quantity?.GetHashCode() ?? -1, f.Suspected ? 1 : 0);
        }

        return XxHash128.HashToUInt128(content.WrittenSpan);
    }

    private void Add(params ReadOnlySpan<string?> texts)
    {
        foreach (var text in texts)
        {
            content.Write(MemoryMarshal.AsBytes(text.AsSpan()));
            content.Write((ReadOnlySpan<byte>)[0xFF, 0xFF]);
        }
    }

    private void Add(params ReadOnlySpan<int> numbers) => content.Write(MemoryMarshal.AsBytes(numbers));
}
