using System.Text;

namespace Minato.Formats.Writing;

/// <summary>One act of an EF file: an E row, and an F row for each item.</summary>
/// <param name="Day">退院年月日 of an inpatient (empty: not discharged), 生年月日 of an outpatient.</param>
/// <param name="AdmittedOn">入院年月日, or the day of the visit.</param>
/// <param name="Class">診療識別.</param>
/// <param name="On">実施年月日.</param>
public sealed record DpcAct(string Facility, string Patient, string Day, string AdmittedOn, string Class, string On)
{
    public bool IsOutpatient { get; init; }

    public int Points { get; init; }

    public int DrugPoints { get; init; }

    public int MaterialPoints { get; init; }

    /// <summary>The three sums are yen (円・点区分 1).</summary>
    public bool InYen { get; init; }

    /// <summary>行為回数.</summary>
    public int Times { get; init; } = 1;

    /// <summary>レセプト電算コード (nine digits), 使用量, name.</summary>
    public IReadOnlyList<(string Code, decimal Amount, string Name)> Items { get; init; } = [];
}

/// <summary>EF統合ファイル (<c>EFn</c>, <c>EFg</c>).</summary>
public sealed class EfWriter(Stream stream, Encoding? encoding = null) : DpcWriter(stream, encoding, Titles)
{
    private static readonly string[] Titles =
    [
        "施設コード", "データ識別番号", "退院年月日", "入院年月日", "データ区分", "順序番号", "行為明細番号", "病院点数マスタコード", "レセプト電算コード", "解釈番号",
        "診療明細名称", "使用量", "基準単位", "明細点数・金額", "円点区分", "出来高実績点数", "行為明細区分情報", "行為点数", "行為薬剤料", "行為材料料", "行為回数",
        "保険者番号", "レセプト種別", "実施年月日", "レセプト科区分", "診療科区分", "医師コード", "病棟コード", "病棟区分", "入外区分", "施設タイプ",
    ];

    private string stay = "";
    private int number;

    public void Write(DpcAct act)
    {
        var current = act.Patient + act.AdmittedOn + act.Class;
        number = current == stay ? number + 1 : 1;
        stay = current;
        Row(act, 0, "", 0m, "");
        for (var i = 0; i < act.Items.Count; i++)
        {
            var (code, amount, name) = act.Items[i];
            Row(act, i + 1, code, amount, name);
        }
    }

    private void Row(DpcAct act, int detail, string code, decimal amount, string name)
    {
        var isAct = detail == 0;
        Row(
            act.Facility, act.Patient, DayOrZeros(act.Day), act.AdmittedOn, act.Class, Padded(number, 4), Padded(detail, 3), "", code, "", name,
            isAct ? "" : amount.ToString("0000000.000", System.Globalization.CultureInfo.InvariantCulture), "", "", act.InYen ? "1" : "0", "", "000010000000",
            Padded(isAct ? act.Points : 0, 8), Padded(isAct ? act.DrugPoints : 0, 8), Padded(isAct ? act.MaterialPoints : 0, 8), Padded(act.Times, 3),
            "", "", act.On, "", "", "", "", "0", act.IsOutpatient ? "1" : "0", "");
    }
}
