namespace Minato.Formats.Text;

/// <summary>都道府県 as JIS X 0401 codes (<c>01</c>–<c>47</c>) and municipality codes: the finest places that facts carry.</summary>
internal static class Prefecture
{
    private static readonly string[] Names =
    [
        "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県", "群馬県", "埼玉県", "千葉県",
        "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県", "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県",
        "滋賀県", "京都府", "大阪府", "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県",
        "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県", "鹿児島県", "沖縄県",
    ];

    /// <summary>From an address or a state that begins with the prefecture's name; null where it does not.</summary>
    public static string? Of(string? address)
    {
        var text = FieldText.OrNull(address);
        for (var i = 0; text is not null && i < Names.Length; i++)
        {
            if (text.StartsWith(Names[i], StringComparison.Ordinal))
            {
                return Code(i + 1);
            }
        }

        return null;
    }

    /// <summary>From a municipality code (全国地方公共団体コード), which begins with the prefecture.</summary>
    public static string? OfMunicipality(string? code) =>
        code is { Length: 5 or 6 } && FieldText.IsDigits(code.AsSpan(0, 2), 2) && (code[0] - '0') * 10 + code[1] - '0' is >= 1 and <= 47 and var n ? Code(n) : null;

    /// <summary>The five digits of a municipality code that has five or, with its check digit, six; null where it is not one.</summary>
    public static string? MunicipalityOf(string? code) => OfMunicipality(code) is not null && FieldText.IsDigits(code, code!.Length) ? code[..5] : null;

    private static string Code(int n) => n.ToString("00", System.Globalization.CultureInfo.InvariantCulture);
}
