using System.Text.Json.Serialization;

namespace Minato.Linkage.Quality;

/// <summary>What the ledger hears of a dataset's linkage, for the catalogue to show: no identities, nothing of fewer than ten people.</summary>
[JsonDerivedType(typeof(QualityMeasured), "quality-measured")]
internal abstract record QualityEvent
{
    public const string Prefix = "linkage/quality/";

    private QualityEvent() { }

    public static string StreamOf(DatasetId dataset) => Prefix + dataset.Value;

    /// <param name="Groups">The whole (<c>all</c>) first.</param>
    public sealed record QualityMeasured(
        string Rules, IReadOnlyList<GroupLinkage> Groups, double? EstimatedFalse, double? EstimatedMissed, long? NumbersOfSeveralPersons, long? PersonsOfTwoSexes, long? PersonsOfSeveralBirthDates) : QualityEvent
    {
        public static QualityMeasured Of(LinkageQuality q) => new(
            q.Rules, [q.All, .. q.Groups], q.EstimatedFalse, q.EstimatedMissed, q.NumbersOfSeveralPersons, q.PersonsOfTwoSexes, q.PersonsOfSeveralBirthDates);
    }
}
