using System.Text;

namespace Minato.Formats.Writing;

/// <summary>One assessment of a day.</summary>
/// <param name="Item">コード, seven characters: <c>ASS0013</c> A, <c>ASS0021</c> B, <c>TAR0010</c> whom it concerns.</param>
/// <param name="Payloads">At most 20.</param>
public sealed record DpcAssessment(string Facility, string Ward, string Patient, string DischargedOn, string AdmittedOn, string On, string Item, IReadOnlyList<string> Payloads);

/// <summary>Hファイル (<c>H</c>).</summary>
public sealed class HWriter(Stream stream, Encoding? encoding = null) : DpcWriter(stream, encoding, Titles)
{
    private static readonly string[] Titles =
        ["施設コード", "病棟コード", "データ識別番号", "退院年月日", "入院年月日", "実施年月日", "コード", "バージョン", "連番", .. Enumerable.Range(1, 20).Select(i => $"ペイロード{i}")];

    public void Write(DpcAssessment r) => Row([r.Facility, r.Ward, r.Patient, DayOrZeros(r.DischargedOn), r.AdmittedOn, r.On, r.Item, "20240401", "0", .. r.Payloads]);
}
