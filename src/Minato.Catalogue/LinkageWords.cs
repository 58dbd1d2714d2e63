using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Catalogue;

/// <summary>How the records of one group of people came to their persons, as Linkage last told; shares from 0 to 1.</summary>
/// <param name="Persons">Down to tens.</param>
/// <param name="Contested">Share of records that fitted several people and were joined with none; null where of too few people.</param>
public sealed record LinkageGroup(string Group, string Value, long Persons, IReadOnlyDictionary<string, double> ByClass, double? Contested);

/// <summary>A dataset's linkage as Linkage tells it on the ledger: nothing of fewer than ten people is in it.</summary>
public sealed record LinkageDescription(
    string Rules, IReadOnlyList<LinkageGroup> Groups, double? EstimatedFalse, double? EstimatedMissed, long? NumbersOfSeveralPersons, long? PersonsOfTwoSexes, long? PersonsOfSeveralBirthDates)
{
    public DateTimeOffset At { get; init; }
}

[JsonDerivedType(typeof(QualityMeasured), "quality-measured")]
internal abstract record LinkageTold
{
    private LinkageTold() { }

    public sealed record QualityMeasured(
        string Rules, IReadOnlyList<LinkageGroup> Groups, double? EstimatedFalse, double? EstimatedMissed, long? NumbersOfSeveralPersons, long? PersonsOfTwoSexes, long? PersonsOfSeveralBirthDates) : LinkageTold;
}

/// <summary>What Linkage last said of a dataset.</summary>
internal static class LinkageWords
{
    public const string Prefix = "linkage/quality/";

    public static string StreamOf(DatasetId dataset) => Prefix + dataset.Value;

    public static LinkageDescription Evolve(LinkageDescription? state, LinkageTold e, RecordedEvent recorded) => e switch
    {
        LinkageTold.QualityMeasured x => new LinkageDescription(x.Rules, x.Groups, x.EstimatedFalse, x.EstimatedMissed, x.NumbersOfSeveralPersons, x.PersonsOfTwoSexes, x.PersonsOfSeveralBirthDates) { At = recorded.At },
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };
}
