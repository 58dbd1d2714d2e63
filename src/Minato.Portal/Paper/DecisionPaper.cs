using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minato.Access;

namespace Minato.Portal.Paper;

/// <summary>The decision as a document to be printed and filed: what was decided and why, on what conditions, at what fee, and how to verify it.</summary>
public static class DecisionPaper
{
    /// <param name="jws">The signed permit; the paper names its hash, so that the two belong together.</param>
    public static PaperDocument Of(ApplicationView a, string jws, Uri site, string language)
    {
        string T(string ja, string en) => language == "en" ? en : ja;
        var p = a.Permit!;
        string Day(DateTimeOffset at) => JapaneseDay.Of(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string Yen(decimal yen) => yen.ToString("N0", CultureInfo.InvariantCulture);
        return new PaperDocument(
            T("利用の許可についての決定", "Decision on a permit"),
            [
                new(T("許可", "Permit"),
                [
                    $"{p.Id}, {T("版", "version")} {p.Version} ({a.Id})", p.Use.Title.In(language), p.Use.PlainSummary.In(language),
                    $"{T("期間", "Period")}: {Day(p.From)} – {Day(p.Until)}", $"{T("目的", "Purpose")}: {p.Use.Purpose}", $"{T("申請者", "Applicant")}: {a.Applicant} {a.Affiliation}",
                    $"{T("利用できる人", "Authorised persons")}: {string.Join(", ", p.Use.Members)}", $"{T("加工基準", "Processing standard")}: {p.Use.ProcessingStandard}",
                ], [], []),
                new(T("データ", "Data"), [], [T("データセット", "Dataset"), T("表", "Table"), T("項目", "Columns")], [.. p.Use.Datasets.SelectMany(d => d.Tables.Select(t => (IReadOnlyList<string>)[d.Dataset.Value, t.Table, string.Join(", ", t.Columns)]))]),
                new(T("決定と理由", "Decision and reasons"), [.. (a.Decision ?? "").Split('\n'), $"{T("適用した基準", "Standards applied")}: {string.Join(", ", a.Standards)}"], [], []),
                new(T("条件", "Conditions"), p.Conditions.Count > 0 ? [.. p.Conditions] : [T("特別な条件はない。", "No special conditions.")], [], []),
                new(T("利用料", "Fee"), [p.Fee.Tariff], [T("項目", "Item"), T("数量", "Quantity"), T("円", "Yen")],
                    [.. p.Fee.Lines.Select(l => (IReadOnlyList<string>)[l.Label.In(language), $"{l.Quantity.ToString("0.##", CultureInfo.InvariantCulture)} {l.Unit}", Yen(l.Yen)]), [T("合計", "Total"), "", Yen(p.Fee.TotalYen)]]),
                new(T("不服があるとき", "Redress"), [T("申請者は、決定に不服があるとき、ほかの審査員による審査を一度求めることができる。裁判所に訴えることもできる。", "The applicant may ask once for a review by other people, and may go to court.")], [], []),
                new(T("確かめ方", "How to verify"),
                [
                    T("この決定は署名つきの電子文書（JWS、ES384）と同じ内容である。", "This decision says what the signed document (JWS, ES384) says."),
                    $"SHA-256: {Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(jws)))}",
                    $"{T("公開鍵", "Public key")}: {new Uri(site, ".well-known/jwks.json")}",
                ], [], []),
            ],
            $"{p.Id} v{p.Version}", p.From);
    }
}
