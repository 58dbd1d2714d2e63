using System.Text;

namespace Minato.Formats.Writing;

/// <summary>One row of a D file.</summary>
/// <param name="Class">診療識別: 93 is the bundle.</param>
/// <param name="Group">診断群分類番号, 14 characters.</param>
/// <param name="Factor">医療機関別係数, as <c>1.3245</c>.</param>
public sealed record DpcClaimed(string Facility, string Patient, string DischargedOn, string AdmittedOn, string Class, string On, int Points, int Times, string Group, string Factor, bool InYen = false);

/// <summary>Dファイル (<c>D</c>).</summary>
public sealed class DWriter(Stream stream, Encoding? encoding = null) : DpcWriter(stream, encoding, Titles)
{
    private static readonly string[] Titles =
    [
        "施設コード", "データ識別番号", "退院年月日", "入院年月日", "データ区分", "順序番号", "病院点数マスタコード", "レセプト電算コード", "解釈番号", "診療行為名称",
        "行為点数", "行為薬剤料", "行為材料料", "円点区分", "行為回数", "保険者番号", "レセプト種別", "実施年月日", "レセプト科区分", "診療科区分",
        "医師コード", "病棟コード", "病棟区分", "入外区分", "施設タイプ", "算定開始日", "算定終了日", "算定起算日", "診断群分類番号", "医療機関別係数",
    ];

    private int number;

    public void Write(DpcClaimed r) => Row(
        r.Facility, r.Patient, DayOrZeros(r.DischargedOn), r.AdmittedOn, r.Class, Padded(++number % 10_000, 4), "", "", "", "", Padded(r.Points, 8), Padded(0, 8), Padded(0, 8), r.InYen ? "1" : "0", Padded(r.Times, 3),
        "", "", r.On, "", "", "", "", "0", "0", "", r.AdmittedOn, DayOrZeros(r.DischargedOn), r.AdmittedOn, r.Group, r.Factor);
}
