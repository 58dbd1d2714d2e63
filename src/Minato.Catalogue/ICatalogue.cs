using Minato.Warehouse;

namespace Minato.Catalogue;

/// <summary>Who may have the data, in the words of the EU's list of access rights: each is a profile of HealthDCAT-AP.</summary>
public enum AccessRights
{
    /// <summary>On application only, used in the secure environment.</summary>
    NonPublic,

    /// <summary>Under conditions, without the secure environment.</summary>
    Restricted,

    /// <summary>Anybody.</summary>
    Public,
}

/// <summary>What the holder says of a dataset (A7, B3).</summary>
public sealed record HolderDescription(
    Bilingual Title, Bilingual Summary, Bilingual WhoNeedsIt, string PriceClass, int DaysToObtain, IReadOnlyList<string> Keywords, string ContactPoint, string UpdateFrequency)
{
    /// <summary>Who is in the data and who is not, where the holder can say it better than the counts.</summary>
    public Bilingual? PopulationCoverage { get; init; }

    public AccessRights Access { get; init; }

    /// <summary>Until when the holder keeps the data.</summary>
    public DateOnly? RetainedUntil { get; init; }

    /// <summary>Conditions on its use; empty: those of the kind of data (<see cref="UseTerms"/>).</summary>
    public IReadOnlyList<UseCondition> UseConditions { get; init; } = [];
}

/// <summary>A description as the holder gave it on a day.</summary>
public sealed record DescriptionVersion(DateTimeOffset At, HolderDescription Description);

/// <summary>How a dataset's quality label stands with the body (EHDS Art. 78).</summary>
public enum LabelStanding
{
    Good,

    /// <summary>The body looks into it; the holder may answer.</summary>
    Doubted,

    /// <summary>The label may not be shown.</summary>
    Revoked,
}

/// <summary>What the body last said of a label, and why.</summary>
public sealed record LabelJudgement(LabelStanding Standing, string Reason, DateTimeOffset At);

/// <summary>A variable as it is in the data. Counts below the small-cell limit are not shown (null).</summary>
/// <param name="MissingShare">0 to 1; null where so few values are missing, or there, that the share would count them.</param>
/// <param name="Minimum">Not the smallest value but one that a few are below (1st percentile), rounded; of a date the year.</param>
/// <param name="Maximum">Likewise from above (99th percentile).</param>
public sealed record VariableDescription(string Table, string Column, string Type, long? Rows, double? MissingShare, string? Minimum, string? Maximum, IReadOnlyList<TopValue> TopValues);

public sealed record TopValue(string System, string Code, Bilingual Name, long Count);

/// <summary>Ages between which nine in ten people of a dataset are, in the year of the snapshot, in steps of five years.</summary>
public sealed record TypicalAge(int From, int To);

/// <summary>A dataset described by itself and by its holder.</summary>
/// <param name="RowsByTable">Only tables that have rows; null where the rows are of fewer people than the small-cell limit.</param>
/// <param name="From">First day of the first year with enough people; <paramref name="To"/> the last day of the last.</param>
/// <param name="Quality">Shares from 0 to 1: <c>mapped</c> codes, <c>complete</c> values, <c>complete.birth-year</c>, <c>complete.sex</c>, <c>plausible.dates</c>, <c>linked.N</c> rows by Linkage's class N.</param>
public sealed record DatasetDescription(
    DatasetInfo Dataset,
    HolderDescription? ByHolder,
    string? SnapshotId,
    long? Persons,
    IReadOnlyDictionary<string, long?> RowsByTable,
    DateOnly? From,
    DateOnly? To,
    IReadOnlyDictionary<string, double> Quality,
    IReadOnlyList<VariableDescription> Variables)
{
    public TypicalAge? TypicalAge { get; init; }

    /// <summary>When the counted snapshot was made.</summary>
    public DateTimeOffset? SnapshotAt { get; init; }

    /// <summary>What its holder confirmed (データ確定) of the counted snapshot, and from when all of it may be used; null before its first delivery.</summary>
    public DatasetStanding? Standing { get; init; }

    /// <summary>The quality checks of its snapshots in short, oldest first; empty before any was measured.</summary>
    public IReadOnlyList<QualityShares> Checks { get; init; } = [];

    /// <summary>What the holder said over time, oldest first; the last is <see cref="ByHolder"/>.</summary>
    public IReadOnlyList<DescriptionVersion> Versions { get; init; } = [];

    /// <summary>When the holder last said, by describing or by attesting, that the description holds; null before it was described.</summary>
    public DateTimeOffset? KeptAt { get; init; }

    /// <summary>By when the holder has to say so again: a year later.</summary>
    public DateOnly? AttestBy => KeptAt is { } at ? JapaneseDay.Of(at).AddYears(1) : null;

    /// <summary>Null: nobody doubted the quality label.</summary>
    public LabelJudgement? Label { get; init; }

    /// <summary>Conditions on its use, by the holder or else by the kind of data.</summary>
    public IReadOnlyList<DatasetCondition> Conditions { get; init; } = [];

    /// <summary>How well its records are linked to persons, as Linkage last told; null before it has.</summary>
    public LinkageDescription? Linkage { get; init; }
}

/// <summary>Dataset descriptions; what the data says of itself is counted from the latest snapshot.</summary>
public interface ICatalogue
{
    Task<Outcome<bool>> DescribeAsync(DatasetId dataset, HolderDescription description, Actor by, CancellationToken ct = default);

    /// <summary>The holder says that what it said of the dataset still holds: once a year at least.</summary>
    Task<Outcome<bool>> AttestAsync(DatasetId dataset, Actor by, CancellationToken ct = default);

    /// <summary>The operator doubts a dataset's quality label, revokes one that is doubted, or lets it stand again.</summary>
    Task<Outcome<bool>> JudgeLabelAsync(DatasetId dataset, LabelStanding standing, string reason, Actor by, CancellationToken ct = default);

    IReadOnlyList<DatasetDescription> All { get; }

    DatasetDescription? Find(DatasetId dataset);

    /// <summary>Full-text search in Japanese and English (bigrams for Japanese), best first.</summary>
    IReadOnlyList<DatasetDescription> Search(string text);

    /// <summary>HealthDCAT-AP as JSON-LD: one dataset, or the whole catalogue.</summary>
    string ToJsonLd(DatasetId? dataset, Uri baseUri);

    /// <summary>The same in Turtle.</summary>
    string ToTurtle(DatasetId? dataset, Uri baseUri);

    /// <summary>A page of the whole catalogue as JSON-LD: so many datasets by their ids' order, from a position on.</summary>
    string ToJsonLd(int from, int count, Uri baseUri);

    /// <summary>The same in Turtle.</summary>
    string ToTurtle(int from, int count, Uri baseUri);

    /// <summary>When a description last changed, as far as this run of the node knows; null before anything was described.</summary>
    DateTimeOffset? ChangedAt { get; }

    /// <summary>Counts again what changed since (new snapshots).</summary>
    void Refresh(IProgress<Step>? progress = null);
}
