using System.Globalization;
using Minato.OptOut.Desk;

namespace Minato.Portal.Paper;

/// <summary>The letter that confirms a choice by paper or phone. The desk writes the address on it from the register: this system does not know it.</summary>
public static class LetterPaper
{
    /// <param name="what">The choice in words; null: the letter confirms that somebody may choose for another.</param>
    public static PaperDocument Of(ConfirmationLetter letter, Bilingual? what, Bilingual? ground, Uri site, string language)
    {
        string T(string ja, string en) => language == "en" ? en : ja;
        string Day(DateTimeOffset at) => JapaneseDay.Of(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var recorded = new List<string>();
        if (letter.Choice is { } c && what is not null)
        {
            recorded.Add($"{what.In(language)} – {(letter.Kind == OrderKind.TakeBack ? T("取り消しました", "taken back") : c.Choice.Refused ? T("利用を断る", "refused") : T("利用を認める", "allowed"))}");
            recorded.Add($"{T("いつから", "From")}: {Day(letter.Kind == OrderKind.TakeBack ? letter.At : c.Choice.From)}");
            recorded.Add($"{T("選択の番号", "Number of the choice")}: {c.Choice.Id}");
        }

        if (ground is not null)
        {
            recorded.Add($"{T("代わりに選ぶ人", "Chosen by somebody else as")}: {ground.In(language)}");
        }

        return new PaperDocument(
            T("選択の記録のお知らせ", "Confirmation of a choice"),
            [
                new(T("宛先（窓口で記入）", "To (filled in by the desk)"), ["　", "　", "　"], [], []),
                new(T("記録したこと", "What was recorded"), recorded, [], []),
                new(T("受付番号と合言葉", "Number and word"), [$"{letter.Receipt[..4]}-{letter.Receipt[4..8]}-{letter.Receipt[8..]}", letter.Word, T($"{new Uri(site, "receipt")} で、記録を確かめられます。", $"Check it at {new Uri(site, "receipt")}.")], [], []),
                new(T("心当たりがないとき", "If you did not ask for this"), [T("だれかがあなたの名前で申し出たのかもしれません。窓口に、この受付番号をお知らせください。取り消しは、いつでもできます。", "Somebody may have used your name. Tell the desk this number. You may take it back at any time.")], [], []),
            ],
            letter.Receipt, letter.At);
    }
}
