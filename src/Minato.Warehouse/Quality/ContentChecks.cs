using System.Globalization;
using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Quality;

/// <summary>Is there what should be there, and can it be true? By the limits of a <see cref="QualityStandard"/>.</summary>
/// <param name="today">The day of the snapshot: nothing can have happened after it.</param>
/// <param name="below">The concepts of the snapshot below a concept, itself included.</param>
internal sealed class ContentChecks(ISqlDialect sql, IReadOnlyDictionary<string, TableShape> shapes, QualityStandard standard, DateOnly today, Func<long, IReadOnlyList<long>> below)
{
    /// <summary>A death is often recorded a while after it, and what was ordered before is still delivered (the dashboard's sixty days).</summary>
    private const int DaysAfterDeath = 60;

    private const int DaysAroundVisit = 7;

    public IEnumerable<QualityCheck> All() =>
        [.. Persons(), .. shapes.Values.Where(s => s.Columns.Any(c => c.Name == "person_id")).OrderBy(s => s.Name, StringComparer.Ordinal).SelectMany(Of), .. Limits(), .. Measured(), .. OneSex()];

    private static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<QualityCheck> Persons()
    {
        yield return new QualityCheck(
            "measurePersonCompleteness", "observation_period", null, "person as x left join (select distinct person_id from observation_period) as k on k.person_id = x.person_id", "true", "k.person_id is null");
        yield return new QualityCheck(
            "measureObservationPeriodOverlap", "observation_period", null,
            "(select observation_period_end_date as stop, lead(observation_period_start_date) over (partition by person_id order by observation_period_start_date) as next from observation_period) as x", "true", "next <= stop + 1");
        yield return new QualityCheck(
            "measureConditionEraCompleteness", "condition_era", null,
            $"(select distinct person_id from condition_occurrence where condition_concept_id <> 0 and condition_status_concept_id <> {Concepts.Suspected}) as x left join (select distinct person_id from condition_era) as k on k.person_id = x.person_id",
            "true", "k.person_id is null");
    }

    private IEnumerable<QualityCheck> Of(TableShape shape)
    {
        var (table, rows) = (shape.Name, sql.Quote(shape.Name));
        foreach (var column in shape.Columns.Where(c => standard.PercentOf("measureValueCompleteness", table, c.Name) < 100 && CdmField.All.Any(f => f.Table == table && f.Name == c.Name)))
        {
            yield return new QualityCheck("measureValueCompleteness", table, column.Name, rows, "true", $"{sql.Quote(column.Name)} is null");
        }

        foreach (var source in shape.Columns.Where(c => c.Name.EndsWith("_source_value", StringComparison.Ordinal)))
        {
            var concept = source.Name[..^"_source_value".Length] + "_concept_id";
            if (table != "person" && shape.Columns.Any(c => c.Name == concept))
            {
                yield return new QualityCheck(
                    "sourceValueCompleteness", table, source.Name, $"(select {sql.Quote(source.Name)} as id, max({sql.Quote(concept)}) as concept from {rows} where {sql.Quote(source.Name)} is not null group by 1) as s", "true", "coalesce(concept, 0) = 0");
            }
        }

        var dates = shape.Columns.Where(c => c.Type == ColumnType.Date && !c.Name.EndsWith("_datetime", StringComparison.Ordinal)).Select(c => c.Name).ToList();
        foreach (var date in dates)
        {
            var day = "x." + sql.Quote(date);
            yield return new QualityCheck("plausibleValueLow", table, date, $"{rows} as x", $"{day} is not null", $"{day} < {sql.Literal(standard.Earliest)}");
            yield return new QualityCheck("plausibleValueHigh", table, date, $"{rows} as x", $"{day} is not null", $"{day} > {sql.Literal(today)}");
            if (date.EndsWith("_start_date", StringComparison.Ordinal) && date[..^"start_date".Length] + "end_date" is var end && dates.Contains(end))
            {
                yield return new QualityCheck("plausibleStartBeforeEnd", table, date, $"{rows} as x", $"{day} is not null and x.{sql.Quote(end)} is not null", $"{day} > x.{sql.Quote(end)}");
            }

            // The first day alone: an end may rightly be later.
            if (date != dates[0] || table is "observation_period" or "payer_plan_period")
            {
                continue;
            }

            yield return new QualityCheck(
                "plausibleAfterBirth", table, date, $"{rows} as x join person as p on p.person_id = x.person_id", $"{day} is not null and p.year_of_birth between 1 and 9999",
                $"extract(year from {day}) * 12 + extract(month from {day}) < p.year_of_birth * 12 + coalesce(p.month_of_birth, 1)");
            if (table is not ("death" or "death_signal"))
            {
                yield return new QualityCheck(
                    "plausibleBeforeDeath", table, date, $"{rows} as x join death as d on d.person_id = x.person_id", $"{day} is not null", $"{day} > d.death_date + {DaysAfterDeath.ToString(CultureInfo.InvariantCulture)}");
            }

            if (table != "visit_occurrence" && shape.Columns.Any(c => c.Name == "visit_occurrence_id"))
            {
                yield return new QualityCheck(
                    "withinVisitDates", table, date, $"{rows} as x join visit_occurrence as v on v.visit_occurrence_id = x.visit_occurrence_id", $"{day} is not null",
                    $"{day} < v.visit_start_date - {DaysAroundVisit.ToString(CultureInfo.InvariantCulture)} or {day} > v.visit_end_date + {DaysAroundVisit.ToString(CultureInfo.InvariantCulture)}");
            }
        }
    }

    private IEnumerable<QualityCheck> Limits()
    {
        foreach (var limit in standard.Values)
        {
            var (rows, value) = ($"{sql.Quote(limit.Table)} as x", "x." + sql.Quote(limit.Field));
            if (limit.Low is { } low)
            {
                yield return new QualityCheck("plausibleValueLow", limit.Table, limit.Field, rows, $"{value} is not null", $"{value} < {Number(low)}");
            }

            if (limit.High is { } high)
            {
                yield return new QualityCheck("plausibleValueHigh", limit.Table, limit.Field, rows, $"{value} is not null", $"{value} > {Number(high)}");
            }
        }
    }

    private IEnumerable<QualityCheck> Measured()
    {
        const string Table = "measurement";
        foreach (var item in standard.Measurements)
        {
            var concept = item.Concept.ToString(CultureInfo.InvariantCulture);
            var units = string.Join(", ", item.Units.Select(u => u.ToString(CultureInfo.InvariantCulture)));
            var valued = $"x.measurement_concept_id = {concept} and x.value_as_number is not null";
            yield return new QualityCheck("plausibleUnitConceptIds", Table, "unit_concept_id", "measurement as x", valued, $"coalesce(x.unit_concept_id, 0) not in ({units})", About: item.Name);
            yield return new QualityCheck("plausibleValueLow", Table, "value_as_number", "measurement as x", $"{valued} and x.unit_concept_id in ({units})", $"x.value_as_number < {Number(item.Low)}", About: item.Name);
            yield return new QualityCheck("plausibleValueHigh", Table, "value_as_number", "measurement as x", $"{valued} and x.unit_concept_id in ({units})", $"x.value_as_number > {Number(item.High)}", About: item.Name);
        }
    }

    private IEnumerable<QualityCheck> OneSex()
    {
        foreach (var only in standard.Sexes)
        {
            var concepts = string.Join(", ", below(only.Concept).Select(c => c.ToString(CultureInfo.InvariantCulture)));
            var other = Concepts.GenderOf(only.Sex == "male" ? Sex.Female : Sex.Male);
            yield return new QualityCheck(
                "plausibleGender", "condition_occurrence", "condition_concept_id", "condition_occurrence as x join person as p on p.person_id = x.person_id",
                concepts.Length == 0 ? "false" : $"x.condition_concept_id in ({concepts})", $"p.gender_concept_id = {other.ToString(CultureInfo.InvariantCulture)}", About: $"{only.Name}: {only.Sex}");
        }
    }
}
