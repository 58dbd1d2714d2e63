namespace Minato.Linkage.Normal;

/// <summary>Sex as delivered files write it. It is never needed for a link: some databases did not ask for it until 2023 (linkage facts §1.1, ID4).</summary>
internal static class WrittenSex
{
    /// <summary>1, M, 男 and 2, F, 女 of any width; everything else, also 0, 9 and "other", is unknown.</summary>
    public static Sex Parse(string? written) => WrittenForm.Unify(written).Replace(" ", "", StringComparison.Ordinal) switch
    {
        "1" or "01" or "M" or "MALE" or "MAN" or "男" or "男性" or "男子" or "オトコ" or "おとこ" or "♂" => Sex.Male,
        "2" or "02" or "F" or "FEMALE" or "WOMAN" or "W" or "女" or "女性" or "女子" or "オンナ" or "おんな" or "♀" => Sex.Female,
        _ => Sex.Unknown,
    };
}
