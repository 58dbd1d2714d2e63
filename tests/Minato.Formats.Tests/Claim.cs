namespace Minato.Formats.Tests;

/// <summary>Claim files for tests: fictitious people, the real record layout.</summary>
internal static class Claim
{
    public const string Ir = "IR,1,13,1,9900001,,架空中央病院,202604,00,03-0000-0000";
    public const string Re = "RE,1,1112,202603,架空　太郎,1,19700401,,,,,,,P000123,,,,,SRCH-001,,,,,,,,,,,,,,,,,,カクウ　タロウ,";
    public const string Ho = "HO,06990013,架１２,３４５,2,396,,,,,,,,,";
    public const string Sn = "SN,1,01,,,,01,,";

    /// <summary>291 on day 3; 2 × (14 + 14) = 56 for the drug; 49 on day 17.</summary>
    public static readonly string[] Rows =
    [
        "JD,1" + Days((3, "1"), (17, "1")),
        "MF,00" + Days(),
        "SY,2500015,20250610,1,,,01,",
        "SY,4659007,20260303,2,8002,,,",
        "SY,0000999,20260303,1,,架空症候群,,",
        Row("SI,11,1,111000110,,291,1", (3, "1")),
        "CO,21,1,810000001,１日１回朝食後 架空太郎様",
        Row("IY,21,1,612170710,1,2,28", (3, "14"), (17, "14")),
        Row("SI,60,1,160010010,,49,1", (17, "1")),
    ];

    public static string Go(int payers = 1, int points = 396) => $"GO,{payers},{points},99";

    /// <summary>An SI or IY row up to its count, then three empty comments and the days.</summary>
    public static string Row(string upToCount, params (int Day, string Value)[] on) => upToCount + ",,,,,," + Days(on);

    /// <summary>31 day columns, each with its comma in front.</summary>
    public static string Days(params (int Day, string Value)[] on)
    {
        var days = new string[31];
        Array.Fill(days, "");
        foreach (var (day, value) in on)
        {
            days[day - 1] = value;
        }

        return "," + string.Join(',', days);
    }

    public static string[] Receipt(string? re = null, string? ho = Ho, params string[] rows) =>
        [re ?? Re, .. ho is null ? Array.Empty<string>() : [ho], Sn, .. rows.Length == 0 ? Rows : rows];

    public static byte[] File(params IEnumerable<string>[] parts) =>
        Reading.Cp932(string.Concat(parts.SelectMany(p => p).Select(l => l + "\r\n")));

    public static byte[] Whole(params string[][] receipts) => File([Ir], receipts.SelectMany(r => r), [Go(receipts.Length, receipts.Length * 396)]);

    public static Reading Read(byte[] bytes) => Reading.Of("RECEIPTC.UKE", bytes);
}
