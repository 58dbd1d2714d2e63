using System.Diagnostics;
using CsCheck;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Tests.Normal;

/// <summary>No text breaks a form or makes it slow, whatever stands in a field.</summary>
public sealed class HostileTextTests
{
    private static readonly KanjiClasses Classes = KanjiClasses.Parse(File.ReadAllText(Path.Combine(Quay.Standards, "linkage", "kanji-classes-v1.txt")));

    /// <summary>UTF-16 of any kind, also halves of surrogate pairs, with the characters that the forms treat apart among them.</summary>
    private static readonly Gen<string> AnyText = Gen.OneOf(
        Gen.Char, Gen.Char['\uD800', '\uDFFF'], Gen.Char['ァ', 'ヿ'], Gen.Char['｡', 'ﾟ'], Gen.Char[' ', '~'],
        Gen.OneOfConst('\uDB40', '\uDD00', '(', ')', ',', ':', '-', 'ー', '゛', 'ヽ', 'ヴ', 'ン', 'ウ', '市', '郡', '区', '字', '第', '条', '千', '万', '一', '元', '年', '昭', '9', '0'))
        .Array[0, 80].Select(c => new string(c));

    private static readonly string[] Stubborn =
        ["(", "ー", "ｶﾞ", "ヴ", "ンア", "々", "●", "市", "区", "郡", "字", "千万条", "第1", "1-", "上ル", ",", ":", "A ", "OH", "ß", "\uD800", "\uDB40\uDD00", "9", "昭和", "一", "ST 1 "];

    [Fact]
    public void Nothing_breaks_a_form() => AnyText.Sample(text => Everything(text), iter: 10_000);

    [Fact]
    public void Unify_is_idempotent() => AnyText.Sample(text => WrittenForm.Unify(WrittenForm.Unify(text)) == WrittenForm.Unify(text), iter: 20_000);

    [Fact]
    public void Width_makes_no_difference() => Gen.Char['!', '~'].Array[0, 20].Select(c => new string(c)).Sample(
        text =>
        {
            var wide = string.Concat(text.Select(c => (char)(c + 0xFEE0)));
            return ReadingForm.Of(wide) == ReadingForm.Of(text) && KanjiForm.Of(wide, Classes) == KanjiForm.Of(text, Classes)
                && InsuredNumber.Of(wide, wide, wide, wide) == InsuredNumber.Of(text, text, text, text) && WrittenSex.Parse(wide) == WrittenSex.Parse(text);
        },
        iter: 10_000);

    [Fact]
    public void Time_is_linear_in_the_length()
    {
        // 60,000 characters: linear forms need a few seconds for all, a quadratic one minutes.
        var watch = Stopwatch.StartNew();
        foreach (var piece in Stubborn)
        {
            Everything(string.Concat(Enumerable.Repeat(piece, 60_000 / piece.Length)));
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    private static bool Everything(string text)
    {
        var reading = ReadingForm.Of(text);
        var kanji = KanjiForm.Of(text, Classes);
        var address = AddressForm.Of(text, text);
        var number = InsuredNumber.Of(text, text, text, text);
        var date = BirthDate.Parse(text);
        var id = LinkId.Parse(LinkIdKind.Id5, text);
        var string4 = InsuredNumber.Parse(text);
        _ = ReadingForm.OfParts(text, text);
        _ = KanjiForm.Matches(kanji.Whole, kanji.Family);
        _ = WrittenSex.Parse(text);
        return reading.Whole.Long.Length <= reading.Whole.Exact.Length && address.Lot.Length <= 64 && number.Branch.Length <= 2
            && (date.IsOk || date.Findings.Count > 0) && (id.IsOk || id.Findings.Count > 0) && (string4.IsOk || string4.Findings.Count > 0);
    }
}
