namespace Minato.Portal.Tests;

public class FuriganaTests
{
    [Fact]
    public void A_reading_stands_over_the_characters_and_not_over_the_kana_after_them()
    {
        Assert.Equal(
            [("研究", "けんきゅう"), ("への", null), ("利用", "りよう"), ("を", null), ("断", "ことわ"), ("る。", null)],
            Joined("研究への利用を断る。"));
        Assert.Equal([("医療機関", "いりょうきかん")], Joined("医療機関"));
        Assert.Equal([("Minato", null)], Joined("Minato"));
        Assert.Empty(Furigana.Split(""));
    }

    [Fact]
    public void Nothing_of_the_text_is_lost()
    {
        const string Text = "あなたの医療等情報は、審査で認められた公益目的の研究などに、名前の分からない形で利用されます。望まないときは、ここで一度申し出れば、選び直すまで利用されません。";
        Assert.Equal(Text, string.Concat(Furigana.Split(Text).Select(p => p.Text)));
    }

    /// <summary>Plain pieces beside one another are one for the reader.</summary>
    private static List<(string, string?)> Joined(string text)
    {
        var joined = new List<(string Text, string? Reading)>();
        foreach (var (piece, reading) in Furigana.Split(text))
        {
            if (reading is null && joined is [.., { Reading: null } last])
            {
                joined[^1] = (last.Text + piece, null);
            }
            else
            {
                joined.Add((piece, reading));
            }
        }

        return joined;
    }
}
