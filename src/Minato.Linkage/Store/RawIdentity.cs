using System.Globalization;
using System.Text;

namespace Minato.Linkage.Store;

/// <summary>
/// An identity exactly as written, in one line of text: what the digest is made of, and what is kept under seal so that
/// a better normalisation can read all identities anew. The day of the record is not part of it.
/// </summary>
internal static class RawIdentity
{
    private const char Between = '\u001F';

    /// <param name="holder">Only where the holder's patient number makes it part of the identity.</param>
    public static string Line(PersonIdentity i, HolderId? holder)
    {
        var line = new StringBuilder(160);
        foreach (var field in (ReadOnlySpan<string?>)[i.InsurerNumber, i.InsuredSymbol, i.InsuredNumber, i.InsuredBranch, i.NameKanji, i.NameKana, i.PostalCode, i.Address, i.LocalPatientId])
        {
            line.Append(field?.Replace(Between, ' ')).Append(Between);
        }

        return line
            .Append(i.BirthDate?.DayNumber.ToString(CultureInfo.InvariantCulture)).Append(Between)
            .Append((int)i.Sex).Append(Between)
            .Append(string.IsNullOrWhiteSpace(i.LocalPatientId) ? null : holder?.Value)
            .ToString();
    }

    public static (PersonIdentity Identity, HolderId? Holder) Read(string line)
    {
        var f = line.Split(Between);
        static string? Text(string s) => s.Length == 0 ? null : s;
        return (
            new PersonIdentity
            {
                InsurerNumber = Text(f[0]),
                InsuredSymbol = Text(f[1]),
                InsuredNumber = Text(f[2]),
                InsuredBranch = Text(f[3]),
                NameKanji = Text(f[4]),
                NameKana = Text(f[5]),
                PostalCode = Text(f[6]),
                Address = Text(f[7]),
                LocalPatientId = Text(f[8]),
                BirthDate = f[9].Length == 0 ? null : DateOnly.FromDayNumber(int.Parse(f[9], CultureInfo.InvariantCulture)),
                Sex = (Sex)int.Parse(f[10], CultureInfo.InvariantCulture),
            },
            f[11].Length == 0 ? null : new HolderId(f[11]));
    }

    /// <summary>Two tickets of a delivery with the same identity are linked once; the day does not count.</summary>
    public static IEqualityComparer<PersonIdentity> SameWriting { get; } = new Writing();

    private sealed class Writing : IEqualityComparer<PersonIdentity>
    {
        public bool Equals(PersonIdentity? x, PersonIdentity? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null
            && x.InsuredNumber == y.InsuredNumber && x.InsuredBranch == y.InsuredBranch && x.InsuredSymbol == y.InsuredSymbol && x.InsurerNumber == y.InsurerNumber
            && x.NameKana == y.NameKana && x.NameKanji == y.NameKanji && x.BirthDate == y.BirthDate && x.Sex == y.Sex
            && x.PostalCode == y.PostalCode && x.Address == y.Address && x.LocalPatientId == y.LocalPatientId);

        public int GetHashCode(PersonIdentity i) => HashCode.Combine(i.InsurerNumber, i.InsuredNumber, i.InsuredBranch, i.NameKana, i.NameKanji, i.BirthDate, i.Address, i.LocalPatientId);
    }
}
