namespace Minato.Synthetic;

/// <summary>What to make. Equal options give equal bytes.</summary>
/// <param name="People">Everybody who lives in the nation at some time between the two days: the living at the start, and births.</param>
/// <param name="Rates">How much of life's mess the files contain.</param>
public sealed record NationOptions(int People = 10_000, ulong Seed = 2026, DateOnly From = default, DateOnly To = default, MessRates? Rates = null)
{
    /// <summary>First day, a first of January. Default 2016-01-01.</summary>
    public DateOnly From { get; init; } = From == default ? new(2016, 1, 1) : From;

    /// <summary>Last day. Default 2025-12-31.</summary>
    public DateOnly To { get; init; } = To == default ? new(2025, 12, 31) : To;

    public MessRates Rates { get; init; } = Rates ?? new();
}

/// <summary>
/// The mess of life as probabilities per occasion (what an occasion is, each rate says). They are written into nation.json
/// together with the shares that came out.
/// </summary>
public sealed record MessRates
{
    /// <summary>Of written kana names: half-width.</summary>
    public double HalfWidthKana { get; init; } = 0.10;

    /// <summary>Of kana names with ャュョッ…: large kana instead.</summary>
    public double LargeKana { get; init; } = 0.15;

    /// <summary>Of kana names with a long vowel: ー as it is heard.</summary>
    public double LongVowelMark { get; init; } = 0.03;

    /// <summary>Of names whose characters have older or variant forms: another form than the register's.</summary>
    public double VariantForm { get; init; } = 0.20;

    /// <summary>Of records with a kana field: left empty.</summary>
    public double MissingKana { get; init; } = 0.05;

    /// <summary>Of records with a branch field (枝番): left empty.</summary>
    public double MissingBranch { get; init; } = 0.08;

    /// <summary>Of records: wrong day of birth; day and month swapped, a year off or 1 January, in equal parts.</summary>
    public double WrongBirthDate { get; init; } = 0.012;

    /// <summary>Of records: sex empty or unknown.</summary>
    public double MissingSex { get; init; } = 0.01;

    /// <summary>Of records: one kana of the given name mistyped, in kanji a character lost.</summary>
    public double NameTypo { get; init; } = 0.006;

    /// <summary>Of symbols and numbers with digits: written full-width.</summary>
    public double FullWidthSymbol { get; init; } = 0.15;

    /// <summary>Of symbols: a space or hyphen inside or behind.</summary>
    public double SpacedSymbol { get; init; } = 0.02;

    /// <summary>Of insurer numbers that begin with 0: the 0 lost, as spreadsheets do.</summary>
    public double LostLeadingZero { get; init; } = 0.03;

    /// <summary>Of changes of insurer: the old number is used for another month.</summary>
    public double OldNumberUsed { get; init; } = 0.30;

    /// <summary>Of changes of family name: the old name is used for another two months.</summary>
    public double OldNameUsed { get; init; } = 0.30;

    /// <summary>Of records: the holder has written them a second time, unchanged, in its next delivery.</summary>
    public double Duplicate { get; init; } = 0.01;

    /// <summary>Of receipts: corrected in the next delivery (same key, changed content).</summary>
    public double CorrectedReceipt { get; init; } = 0.01;

    /// <summary>Of receipts: no 検索番号.</summary>
    public double MissingSearchNumber { get; init; } = 0.02;

    /// <summary>Of records: damaged beyond reading (half a line, an impossible date); intake must quarantine them.</summary>
    public double Malformed { get; init; } = 0.0015;

    /// <summary>Of patients of a hospital: two local patient numbers.</summary>
    public double SecondLocalId { get; init; } = 0.03;

    /// <summary>Of changes of number: unknown to the history service.</summary>
    public double MissingHistory { get; init; } = 0.05;

    /// <summary>Of records of people whose family name can be read in two ways (中島, 陳, NGUYEN): the other reading.</summary>
    public double OtherReading { get; init; } = 0.01;

    /// <summary>Of records of people with Latin names of several parts: the middle name left out.</summary>
    public double MiddleNameLost { get; init; } = 0.10;

    /// <summary>Of records of people with Latin names: given name before family name.</summary>
    public double LatinOrder { get; init; } = 0.04;

    /// <summary>Of records of people with Latin names: katakana where the name should stand.</summary>
    public double LatinAsKana { get; init; } = 0.20;

    /// <summary>Nothing wrong anywhere: for tests that look at something else.</summary>
    public static MessRates None { get; } = new()
    {
        HalfWidthKana = 0, LargeKana = 0, LongVowelMark = 0, VariantForm = 0, MissingKana = 0, MissingBranch = 0, WrongBirthDate = 0, MissingSex = 0,
        NameTypo = 0, FullWidthSymbol = 0, SpacedSymbol = 0, LostLeadingZero = 0, OldNumberUsed = 0, OldNameUsed = 0, Duplicate = 0, CorrectedReceipt = 0,
        MissingSearchNumber = 0, Malformed = 0, SecondLocalId = 0, MissingHistory = 0, OtherReading = 0, MiddleNameLost = 0, LatinOrder = 0, LatinAsKana = 0,
    };
}

/// <summary>How a rate came out: applied of occasions.</summary>
public sealed record RateFigure(string Name, double Stated, long Occasions, long Applied)
{
    public double Observed => Occasions == 0 ? 0 : (double)Applied / Occasions;
}

/// <summary>Files, bytes (as they lie on disk) and records of one format.</summary>
public sealed record FormatFigures(string Format, int Files, long Bytes, long Records);

/// <summary>What was written.</summary>
/// <param name="Persons">Everybody who ever lived in the nation.</param>
/// <param name="Malformed">Records damaged on purpose; they are in truth/malformed.csv and not in truth/records.csv.</param>
public sealed record NationSummary(
    string Folder, int Persons, int Deaths, int Births, int Marriages, int NumberChanges, IReadOnlyList<FormatFigures> Formats, long Malformed, IReadOnlyList<RateFigure> Rates)
{
    public int Files => Formats.Sum(f => f.Files);
    public long Bytes => Formats.Sum(f => f.Bytes);
    public long Records => Formats.Sum(f => f.Records);
}
