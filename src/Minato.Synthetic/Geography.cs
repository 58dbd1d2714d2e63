using System.Globalization;

namespace Minato.Synthetic;

/// <summary>An invented town of a real prefecture; the code is one that no town has.</summary>
/// <param name="Code">6 digits with check digit.</param>
/// <param name="Weight">Share of the nation's people.</param>
internal sealed record Municipality(int Index, string Prefecture, string PrefectureName, string Name, string Code, string Postal, double Weight);

/// <summary>The nation's land: twelve towns in four prefectures.</summary>
internal static class Geography
{
    public static IReadOnlyList<Municipality> Municipalities { get; } =
    [
        Town(0, "13", "東京都", "汐見市", 901, "990", 0.19), Town(1, "13", "東京都", "若竹市", 902, "991", 0.10), Town(2, "13", "東京都", "鷹峰市", 903, "992", 0.07),
        Town(3, "14", "神奈川県", "港丘市", 904, "993", 0.15), Town(4, "14", "神奈川県", "風早市", 905, "994", 0.07), Town(5, "14", "神奈川県", "白砂町", 906, "995", 0.03),
        Town(6, "12", "千葉県", "千鳥市", 907, "996", 0.12), Town(7, "12", "千葉県", "朝霧市", 908, "997", 0.06), Town(8, "12", "千葉県", "浜辺町", 909, "998", 0.03),
        Town(9, "11", "埼玉県", "緑原市", 910, "980", 0.09), Town(10, "11", "埼玉県", "川瀬市", 911, "981", 0.06), Town(11, "11", "埼玉県", "霧島台町", 912, "982", 0.03),
    ];

    public static readonly double[] Weights = [.. Municipalities.Select(m => m.Weight)];

    private static readonly string[] Quarters =
        ["本町", "栄町", "緑町", "東町", "西町", "港町", "旭町", "桜木町", "花園", "大字上原", "大字下谷", "霞ケ丘", "美咲台", "中央", "新田", "寿町", "宮前", "若葉台"];

    private static readonly string[] Buildings = ["メゾン", "コーポ", "ハイツ", "グランドヒル", "サンライズ", "パークサイド"];

    public static Home NewHome(Draw draw, int? municipality = null)
    {
        var town = Municipalities[municipality ?? draw.Weighted(Weights)];
        var quarter = draw.Below(Quarters.Length);
        var building = draw.Chance(0.45) ? $"{draw.Pick(Buildings)}{town.Name[..2]} {draw.Between(1, 12) * 100 + draw.Between(1, 9)}" : "";
        var postal = string.Create(CultureInfo.InvariantCulture, $"{town.Postal}-{quarter * 37 + 11:0000}");
        return new(town, Quarters[quarter], draw.Between(1, 6), draw.Between(1, 40), draw.Between(1, 25), building, postal);
    }

    /// <summary>Municipality code: JIS X 0402 with its modulus-11 check digit.</summary>
    private static Municipality Town(int index, string prefecture, string prefectureName, string name, int number, string postal, double weight)
    {
        var five = prefecture + number.ToString(CultureInfo.InvariantCulture);
        var sum = five.Select((c, i) => (c - '0') * (6 - i)).Sum();
        return new(index, prefecture, prefectureName, name, five + ((11 - (sum % 11)) % 10).ToString(CultureInfo.InvariantCulture), postal, weight);
    }
}

/// <summary>How a holder writes addresses.</summary>
internal enum AddressStyle
{
    /// <summary>1丁目2番3号.</summary>
    Formal,

    /// <summary>1-2-3.</summary>
    Hyphens,

    /// <summary>１－２－３.</summary>
    FullWidth,

    /// <summary>Prefecture and building left out.</summary>
    Short,
}

internal sealed record Home(Municipality Town, string Quarter, int Chome, int Ban, int Go, string Building, string Postal)
{
    public string Write(AddressStyle style)
    {
        var quarter = style is AddressStyle.Hyphens ? Quarter.Replace('ケ', 'ヶ') : Quarter;
        var hyphens = string.Create(CultureInfo.InvariantCulture, $"{Chome}-{Ban}-{Go}");
        var building = Building.Length == 0 ? "" : " " + Building;
        return style switch
        {
            AddressStyle.Formal => string.Create(CultureInfo.InvariantCulture, $"{Town.PrefectureName}{Town.Name}{quarter}{Chome}丁目{Ban}番{Go}号{building}"),
            AddressStyle.Hyphens => Town.PrefectureName + Town.Name + quarter + hyphens + building,
            AddressStyle.FullWidth => Town.PrefectureName + Town.Name + quarter + Width.ToFull(hyphens + building),
            _ => Town.Name + quarter + hyphens,
        };
    }
}
