namespace Minato.Linkage.Matching;

/// <summary>What a blocking key may be made of. Readings are taken without voice marks and long vowels.</summary>
internal enum BlockPart
{
    Family,
    Given,
    Whole,
    FamilyKanji,
    GivenKanji,
    WholeKanji,

    /// <summary>How the name sounds, roughly: the first two kana, or the first letter and three groups of consonants.</summary>
    FamilySound,
    GivenSound,

    /// <summary>Both parts of the name in either order.</summary>
    Names,
    Birth,
    BirthYear,
    BirthMonthDay,

    /// <summary>The date with day and month in either order.</summary>
    BirthSwap,
    Household,
    Branch,
    Local,
    Place,
    Town,
    Lot,
    Postal,
    Other1,
    Other2,
    Other3,
    Other4,

    /// <summary>How the first further field begins: slips stand more often at the end of a mail address or number.</summary>
    Other1Head,
}

/// <summary>One way of finding candidates: pairs that agree in every part. Data, written <c>given+birth</c>.</summary>
internal sealed record BlockPass(IReadOnlyList<BlockPart> Parts)
{
    private const string Settle = "settle";
    private const int Head = 6;

    /// <summary>
    /// No pass but a rest between passes, written <c>settle</c>: where each person stands once on either side, who has found a partner beyond doubt looks for no other.
    /// </summary>
    public bool IsSettling => Parts.Count == 0;

    /// <exception cref="FormatException">A part is not known.</exception>
    public static BlockPass Parse(string text) => text == Settle ? new([]) : new([.. text.Split('+').Select(p =>
        Enum.TryParse<BlockPart>(p, ignoreCase: true, out var part) && char.IsAsciiLetterLower(p[0]) ? part : throw new FormatException($"Pass '{text}': there is no part '{p}'."))]);

    public override string ToString() => IsSettling ? Settle : string.Join('+', Parts.Select(p => char.ToLowerInvariant(p.ToString()[0]) + p.ToString()[1..]));

    /// <summary>0 where a part is not known: such a row is in no block of this pass.</summary>
    public uint KeyOf(in MatchRow row, IdentityColumns columns)
    {
        var key = 0x9E37_79B9_7F4A_7C15UL;
        foreach (var part in Parts)
        {
            var value = ValueOf(part, row, columns);
            if (value == 0)
            {
                return 0;
            }

            key = (key ^ value) * 0xFF51_AFD7_ED55_8CCD;
            key ^= key >> 32;
        }

        return (uint)(key >> 16) | 1;
    }

    /// <summary>
    /// The fields in which two people of a block agree more often than any two people do: the block's own, and what those who live together
    /// share, and the sex where given names are one. Nothing can be learned about them from it.
    /// </summary>
    public IReadOnlySet<PatternField> Fields => Parts.SelectMany(p => p switch
    {
        BlockPart.Family or BlockPart.FamilyKanji or BlockPart.FamilySound => (IEnumerable<PatternField>)[PatternField.Family],
        BlockPart.Given or BlockPart.GivenKanji or BlockPart.GivenSound => [PatternField.Given, PatternField.Sex],
        BlockPart.Whole or BlockPart.WholeKanji or BlockPart.Names => [PatternField.Family, PatternField.Given, PatternField.Order, PatternField.Sex],
        BlockPart.Birth or BlockPart.BirthYear or BlockPart.BirthMonthDay or BlockPart.BirthSwap => [PatternField.Birth],
        BlockPart.Household or BlockPart.Branch => [PatternField.Number, PatternField.Family, PatternField.Place, PatternField.Town, PatternField.Lot, PatternField.Postal],
        BlockPart.Local => [PatternField.Local],
        BlockPart.Place => [PatternField.Place, PatternField.Postal],
        BlockPart.Town => [PatternField.Town, PatternField.Postal],
        BlockPart.Lot => [PatternField.Lot, PatternField.Town, PatternField.Place, PatternField.Postal, PatternField.Number, PatternField.Family],
        BlockPart.Postal => [PatternField.Postal, PatternField.Place, PatternField.Town],
        BlockPart.Other1 or BlockPart.Other1Head => [PatternField.Other1],
        BlockPart.Other2 => [PatternField.Other2],
        BlockPart.Other3 => [PatternField.Other3],
        _ => [PatternField.Other4],
    }).ToHashSet();

    /// <summary>Of the content, never of an id: which blocks are sampled must not depend on who was interned first.</summary>
    private static ulong ValueOf(BlockPart part, in MatchRow row, IdentityColumns columns)
    {
        var (readings, kanji, texts) = (columns.Readings, columns.Kanji, columns.Texts);
        switch (part)
        {
            case BlockPart.Family:
                return readings.VoiceOf(row.Family);
            case BlockPart.Given:
                return readings.VoiceOf(row.Given);
            case BlockPart.Whole:
                return columns.Wholes.VoiceOf(row.Whole);
            case BlockPart.FamilyKanji:
                return kanji.ContentOf(row.FamilyKanji);
            case BlockPart.GivenKanji:
                return kanji.ContentOf(row.GivenKanji);
            case BlockPart.WholeKanji:
                return kanji.ContentOf(row.WholeKanji);
            case BlockPart.FamilySound:
                return readings.SoundOf(row.Family);
            case BlockPart.GivenSound:
                return readings.SoundOf(row.Given);
            case BlockPart.Names:
                var (one, two) = (readings.VoiceOf(row.Family), readings.VoiceOf(row.Given));
                return one == 0 || two == 0 ? 0 : Math.Min(one, two) ^ ulong.RotateLeft(Math.Max(one, two), 23);
            case BlockPart.Birth:
                return (uint)row.Birth;
            case BlockPart.BirthYear:
                return (uint)row.Birth / 10000;
            case BlockPart.BirthMonthDay:
                return (uint)row.Birth % 10000 is var day && day is 0 or 101 ? 0 : day;
            case BlockPart.BirthSwap:
                var (m, d) = ((uint)row.Birth / 100 % 100, (uint)row.Birth % 100);
                return m == 0 || d == 0 ? 0 : ((uint)row.Birth / 10000 * 10000) + (Math.Min(m, d) * 100) + Math.Max(m, d);
            case BlockPart.Household:
                return columns.Numbers.ContentOf(row.Household);
            case BlockPart.Branch:
                return row.Branch;
            case BlockPart.Local:
                return columns.Numbers.ContentOf(row.Local);
            case BlockPart.Place:
                return texts.ContentOf(row.Place);
            case BlockPart.Town:
                return texts.ContentOf(row.Town);
            case BlockPart.Lot:
                return texts.ContentOf(row.Lot);
            case BlockPart.Postal:
                return texts.ContentOf(row.Postal);
            case BlockPart.Other1Head:
                return texts[row.Other1] is { Length: >= Head } text ? KeyedHash.Content(text[..Head]) : 0;
            default:
                return texts.ContentOf(row.Other(part - BlockPart.Other1));
        }
    }
}
