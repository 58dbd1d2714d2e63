using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Minato.Intake;

/// <summary>128-bit fingerprints to find repeats inside one delivery; not a security property.</summary>
internal static class Fingerprint
{
    public static UInt128 Of(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(text.AsSpan()));

    /// <summary>Of the whole content, not of where it stood in the file.</summary>
    public static UInt128 Of(DeliveredRecord record)
    {
        var hash = new HashCode128();
        var i = record.Identity;
        hash.Add(i.InsurerNumber, i.InsuredSymbol, i.InsuredNumber, i.InsuredBranch, i.NameKanji, i.NameKana, i.Address, i.LocalPatientId);
        hash.Add(i.BirthDate?.DayNumber ?? -1, (int)i.Sex, record.Facts.Count);
        foreach (var f in record.Facts)
        {
            hash.Add(f.System, f.Code, f.Unit, f.ValueCode, f.VisitKey);
            hash.Add((int)f.Kind, f.Start.DayNumber, f.End?.DayNumber ?? -1, f.Days ?? -1);
            hash.Add(f.Value?.GetHashCode() ?? -1, f.Quantity?.GetHashCode() ?? -1, f.Suspected ? 1 : 0);
        }

        return hash.Done();
    }

    private sealed class HashCode128
    {
        private readonly XxHash128 hash = new();

        public void Add(params ReadOnlySpan<string?> texts)
        {
            foreach (var t in texts)
            {
                hash.Append(MemoryMarshal.AsBytes((t ?? "").AsSpan()));
                hash.Append([0xFF, 0xFF]);
            }
        }

        public void Add(params ReadOnlySpan<int> numbers) => hash.Append(MemoryMarshal.AsBytes(numbers));

        public UInt128 Done() => hash.GetCurrentHashAsUInt128();
    }
}
