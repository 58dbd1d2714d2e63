using System.Buffers;
using System.Text.RegularExpressions;

namespace Minato.Linkage.Normal;

/// <summary>
/// 保険者番号:記号:番号:枝番 in one writing (norm-v2; regime facts §2.3). Symbol and number lose width, spaces, dashes and
/// leading zeros; the insurer is eight digits (six-digit 国保 numbers are padded, and zeros that a spreadsheet lost come back).
/// A missing branch is not 00. The 負担者番号 of public assistance (法別番号 12) stands for the insurer, with no symbol and no branch.
/// </summary>
internal sealed partial record InsuredNumber(string Insurer, string Symbol, string Number, string Branch)
{
    private const int Longest = 120;
    private static readonly SearchValues<char> Blank = SearchValues.Create(" 09:,\"'");

    public static InsuredNumber Empty { get; } = new("", "", "", "");

    /// <summary>Insurer, symbol and number are known: this is a household, until the branch says who in it.</summary>
    public bool NamesHousehold => Insurer.Length > 0 && Number.Length > 0;

    /// <summary>
    /// One person: a branch is there, or the insurer is a 後期高齢者医療広域連合 (法別番号 39), whose numbers are personal.
    /// </summary>
    public bool NamesPerson => NamesHousehold && (Branch.Length > 0 || Insurer.StartsWith("39", StringComparison.Ordinal));

    public string Household => NamesHousehold ? $"{Insurer}:{Symbol}:{Number}" : "";

    public string Person => NamesPerson ? $"{Household}:{(Insurer.StartsWith("39", StringComparison.Ordinal) ? "" : Branch)}" : "";

    public static InsuredNumber Of(string? insurer, string? symbol, string? number, string? branch)
    {
        var size = InsuredText.Room(insurer, symbol, number, branch);
        var text = InsuredText.Of(insurer, symbol, number, branch, size <= 256 ? stackalloc char[256] : new char[size]);
        return new InsuredNumber(text.Insurer.ToString(), text.Symbol.ToString(), text.Number.ToString(), text.Branch.ToString());
    }

    /// <summary>
    /// The four parts in one string: 保険者番号:記号:番号:枝番 of any width; all full-width, quoted and with commas, as JP Core also writes
    /// it; or 負担者番号::受給者番号: of public assistance. Null where nothing or a filler is written, a refusal where it is none of
    /// these, a note where it had to be brought into the profile's writing.
    /// </summary>
    public static Outcome<InsuredNumber?> Parse(string? written)
    {
        var text = WrittenForm.Unify(written);
        if (text.Length == 0 || !text.AsSpan().ContainsAnyExcept(Blank))
        {
            return Outcome<InsuredNumber?>.Ok(null);
        }

        var parts = text.Length > Longest ? [] : text.Split(text.Contains(':', StringComparison.Ordinal) ? ':' : ',');
        var made = parts.Length == 4 ? Of(parts[0], parts[1], parts[2], parts[3]) : Empty;
        if (made.Insurer.Length == 0)
        {
            return Finding.Error("identity.insured-number", "An insured number is not insurer:symbol:number:branch", "Write eight digits, symbol, number and two digits, joined by three colons; leave out what there is not, but not the colons");
        }

        return !made.NamesHousehold
            ? Outcome<InsuredNumber?>.Ok(null)
            : Outcome<InsuredNumber?>.Ok(made, Profile().IsMatch(written!) ? [] : [Finding.Note("identity.insured-number-form", "An insured number was not in the writing of the national profile")]);
    }

    /// <summary>As the national profile writes it: three colons, eight digits, and no branch rather than 00 where there is none.</summary>
    public override string ToString() => $"{Insurer}:{Symbol}:{Number}:{Branch}";

    /// <summary>The rule of the national FHIR profile (JP-CLINS R1012, R1013), for a string in which width is free.</summary>
    [GeneratedRegex(@"^[0-9]{8}:[^:\s\u3000]*:[^:\s\u3000]*:([0-9][0-9])?$", RegexOptions.CultureInvariant)]
    public static partial Regex Profile();
}
