using System.Text.Json.Serialization;

namespace Minato.Warehouse;

/// <summary>Kahn's categories (2016), as the OHDSI quality dashboard uses them.</summary>
public enum QualityCategory
{
    /// <summary>Does the data keep to the CDM's own rules?</summary>
    Conformance,

    /// <summary>Is there what should be there?</summary>
    Completeness,

    /// <summary>Can it be true?</summary>
    Plausibility,
}

public enum QualityStatus
{
    Passed,
    Failed,

    /// <summary>Would fail, and is meant to: <see cref="QualityResult.Reason"/> says why.</summary>
    Departure,

    /// <summary>Nothing is there that the check is about.</summary>
    NotApplicable,
}

/// <summary>One check of one table, column or concept.</summary>
/// <param name="Check">Its kind, named as the OHDSI DataQualityDashboard names it (<c>isRequired</c>, <c>plausibleValueHigh</c>).</param>
/// <param name="Field">Null for checks of a whole table.</param>
/// <param name="About">The concept it is about, in words; null where it is about the whole column.</param>
/// <param name="Violated">Rows that break it, of <paramref name="Rows"/> that it applies to; of checks of form 0 or 1 of 1.</param>
/// <param name="Percent">The greatest share of violations allowed, 0 to 100.</param>
public sealed record QualityResult(
    string Check, QualityCategory Category, string Table, string? Field, string? About, long Violated, long Rows, decimal Percent, QualityStatus Status, string? Reason);

/// <summary>All checks of a snapshot, or of what one delivery brought to it.</summary>
/// <param name="Delivery">Null: the whole snapshot.</param>
/// <param name="Standard">Version of the thresholds (<c>standards/quality</c>).</param>
/// <param name="Departures">Version of the declared departures (<c>standards/cdm</c>).</param>
public sealed record QualityReport(
    string Dataset, string Snapshot, int Number, string? Delivery, DateTimeOffset At, string Standard, string Departures, IReadOnlyList<QualityResult> Results)
{
    public int Count(QualityStatus status, QualityCategory? category = null) => Results.Count(r => r.Status == status && (category is null || r.Category == category));

    /// <summary>Passed of those that passed or failed, 0 to 1; null where none applied.</summary>
    public double? Share(QualityCategory category) =>
        (Count(QualityStatus.Passed, category), Count(QualityStatus.Failed, category)) is ({ } passed, { } failed) && passed + failed > 0 ? Math.Round((double)passed / (passed + failed), 3) : null;
}

/// <summary>What the checks of a whole snapshot came to: shares of checks passed, 0 to 1, null where none of the category applied.</summary>
public sealed record QualityShares(int Number, string Snapshot, DateTimeOffset At, double? Conformance, double? Completeness, double? Plausibility, int Passed, int Failed)
{
    internal static QualityShares Of(QualityReport report) => new(
        report.Number, report.Snapshot, report.At, report.Share(QualityCategory.Conformance), report.Share(QualityCategory.Completeness), report.Share(QualityCategory.Plausibility),
        report.Count(QualityStatus.Passed), report.Count(QualityStatus.Failed));
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(QualityReport))]
internal sealed partial class QualityJson : JsonSerializerContext;
