using System.Globalization;

namespace Minato.Synthetic;

internal enum InsurerKind
{
    /// <summary>協会けんぽ, 健保組合, 共済: claims go to 支払基金.</summary>
    Employees,

    /// <summary>国民健康保険 of a municipality: claims go to 国保連.</summary>
    National,

    /// <summary>後期高齢者医療: claims go to 国保連.</summary>
    LateElderly,
}

/// <param name="Number">保険者番号: 8 digits, 6 for 国保.</param>
/// <param name="Symbols">The 記号 of its employers; empty where the scheme has none.</param>
internal sealed record Insurer(InsurerKind Kind, string Number, string Name, IReadOnlyList<string> Symbols, double Weight);

/// <summary>A contract: one symbol and number, with a branch for each person in it.</summary>
internal sealed class Policy(Insurer insurer, string symbol, string number)
{
    // Few people share a contract: a list is smaller than a dictionary and as fast.
    private readonly List<(int Person, string Branch)> branches = new(0);

    private static readonly string[] Branches = ["00", "01", "02", "03", "04", "05", "06", "07", "08", "09"];

    public Insurer Insurer => insurer;
    public string Symbol => symbol;
    public string Number => number;

    /// <summary>枝番: 00 for the insured employee, then 01, 02 …; the same person keeps theirs. The late-elderly scheme has none.</summary>
    public string BranchOf(int person, bool holder)
    {
        if (insurer.Kind == InsurerKind.LateElderly)
        {
            return "";
        }

        var next = 1;
        foreach (var (who, had) in branches)
        {
            if (who == person)
            {
                return had;
            }

            next += had == "00" ? 0 : 1;
        }

        var branch = holder ? "00" : next < Branches.Length ? Branches[next] : next.ToString("00", CultureInfo.InvariantCulture);
        branches.Add((person, branch));
        return branch;
    }
}

/// <summary>A stretch of one person's insurance, from its first day until the next stretch begins.</summary>
internal sealed record Cover(DateOnly From, Insurer Insurer, string Symbol, string Number, string Branch, bool Holder)
{
    public bool SameNumber(Cover other) => Insurer == other.Insurer && Symbol == other.Symbol && Number == other.Number && Branch == other.Branch;
}

/// <summary>The insurers of the nation. Numbers follow the rule (law 2, prefecture 2, insurer 3, check digit) in a range nobody has.</summary>
internal sealed class Insurers
{
    private readonly Dictionary<Insurer, int> issued = [];

    public Insurers()
    {
        Insurer Employer(string law, string prefecture, int n, string name, double weight, Func<int, string> symbol, int employers) =>
            new(InsurerKind.Employees, Numbered(law + prefecture, n), name, [.. Enumerable.Range(1, employers).Select(symbol)], weight);

        static string Digits(int n) => n.ToString(CultureInfo.InvariantCulture);
        Employees =
        [
            Employer("06", "13", 921, "みなと海運健康保険組合", 0.22, n => Digits(100 + n), 12),
            Employer("01", "13", 922, "協会けんぽ東京支部", 0.20, n => Digits(21700000 + (n * 137)), 30),
            Employer("01", "14", 923, "協会けんぽ神奈川支部", 0.14, n => Digits(31600000 + (n * 211)), 30),
            Employer("01", "12", 924, "協会けんぽ千葉支部", 0.10, n => Digits(41500000 + (n * 173)), 30),
            Employer("01", "11", 925, "協会けんぽ埼玉支部", 0.10, n => Digits(51400000 + (n * 191)), 30),
            Employer("06", "14", 926, "架空電機健康保険組合", 0.09, n => "架" + Digits(n), 8),
            Employer("06", "12", 927, "架空製鉄健康保険組合", 0.06, n => "鉄" + Digits(10 + n), 6),
            Employer("31", "13", 928, "架空職員共済組合", 0.05, n => "公" + Digits(n), 4),
            Employer("34", "13", 929, "架空学校共済組合", 0.04, n => "学" + Digits(n), 4),
        ];
        National = [.. Geography.Municipalities.Select(m => new Insurer(InsurerKind.National, Numbered(m.Prefecture, 930 + m.Index), m.Name + "国民健康保険", [m.Name[..1] + "国"], m.Weight))];
        LateElderly = Geography.Municipalities.GroupBy(m => m.Prefecture).ToDictionary(
            g => g.Key, g => new Insurer(InsurerKind.LateElderly, Numbered("39" + g.Key, 950), g.First().PrefectureName + "後期高齢者医療広域連合", [], 1));
        EmployeeWeights = [.. Employees.Select(e => e.Weight)];
    }

    /// <summary>The first one offers 特定健診 results to the platform.</summary>
    public IReadOnlyList<Insurer> Employees { get; }

    public double[] EmployeeWeights { get; }

    public IReadOnlyList<Insurer> National { get; }

    public IReadOnlyDictionary<string, Insurer> LateElderly { get; }

    /// <summary>A number never given before by this insurer: 8 digits, scattered so that neighbours are strangers.</summary>
    public Policy Issue(Insurer insurer, string symbol)
    {
        var n = issued[insurer] = issued.GetValueOrDefault(insurer) + 1;
        // A golden-section step that is prime to 40 000 000: the numbers run through the whole range before one returns.
        var number = 60_000_000 + ((((long)n * 24_721_359) + (insurer.Number[^2] * 7_654_321L)) % 40_000_000);
        return new(insurer, symbol, number.ToString(CultureInfo.InvariantCulture));
    }

    private static string Numbered(string head, int n)
    {
        var body = head + n.ToString(CultureInfo.InvariantCulture);
        var sum = 0;
        for (var i = body.Length - 1; i >= 0; i--)
        {
            var d = (body[i] - '0') * ((body.Length - 1 - i) % 2 == 0 ? 2 : 1);
            sum += (d / 10) + (d % 10);
        }

        return body + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }
}
