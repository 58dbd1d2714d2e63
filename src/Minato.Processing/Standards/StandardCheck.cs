using System.Reflection;
using System.Text.Json;
using Minato.Tables;
using Minato.Warehouse;

namespace Minato.Processing.Standards;

/// <summary>
/// What no processing standard may say, found when it is loaded and not when somebody's data are made: a table or column that the CDM
/// does not have, an action that the column's type does not bear, and above all a column of names or words that would leave.
/// </summary>
internal static class StandardCheck
{
    private const string Cohort = "cohort";

    private static readonly Dictionary<string, ColumnType> CohortColumns = new(StringComparer.Ordinal) { ["cohort_start_date"] = ColumnType.Date, ["cohort_end_date"] = ColumnType.Date };

    private static readonly TellingColumns Telling = TellingColumns.Load();

    /// <returns>Errors, each at <c>table.column</c>: <c>standard.table-unknown</c>, <c>standard.column-unknown</c>, <c>standard.action-type</c>,
    /// <c>standard.names-left</c>, <c>standard.words-left</c>, <c>standard.words-outside</c>, <c>standard.too-fine</c>, <c>standard.media-outside</c>, or <c>standard.broken</c>.</returns>
    public static IEnumerable<Finding> Of(ProcessingStandard standard)
    {
        Place At(string field) => new(File: $"{standard.Name}.json", Field: field);
        foreach (var (table, rule) in standard.Tables.OrderBy(t => t.Key, StringComparer.Ordinal))
        {
            if (ColumnsOf(table) is not { } columns)
            {
                yield return Finding.Error("standard.table-unknown", "The standard names a table that the CDM does not have", "Correct the name, or leave it out", At(table));
                continue;
            }

            foreach (var (column, actions) in rule.Columns.OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                if (Defect(table, column, actions, columns, At($"{table}.{column}")) is { } defect)
                {
                    yield return defect;
                }
            }

            if (rule.Rare is { } rare)
            {
                foreach (var finding in Rare(table, rule, rare, columns, At($"{table}.rare")))
                {
                    yield return finding;
                }
            }
        }

        if (standard.Shifts && standard.ShiftDays <= 0)
        {
            yield return ProcessingStandard.Broken("dates are shifted, but 'shiftDays' is missing", standard.Name, "shiftDays");
        }

        foreach (var missing in standard.QuasiIdentifiers.Where(c => !standard.Tables.TryGetValue("person", out var p) || p.For(c) is null))
        {
            yield return ProcessingStandard.Broken($"the quasi-identifier '{missing}' is not a column of the person table that is handed over", standard.Name, "quasiIdentifiers");
        }

        if (standard.K < 0 || standard.SuppressionLimit is < 0 or > 1 || standard.MinimumCell < 0)
        {
            yield return ProcessingStandard.Broken("'k' and 'minimumCell' are not negative, 'suppressionLimit' is between 0 and 1", standard.Name);
        }

        if (standard.Kind == StandardKind.Statistics && standard.MinimumCell < 3)
        {
            yield return ProcessingStandard.Broken("a standard for statistics needs 'minimumCell', 3 at least", standard.Name, "minimumCell");
        }

        // The numbers follow the days: where those are made coarser, they would tell the order that was taken out.
        if (standard.NumbersRecords && (standard.Kind is StandardKind.Anonymised or StandardKind.Statistics || standard.Tables.Values.Any(t => t.Columns.Values.Any(a => a.Any(x => x is ColumnAction.Floor)))))
        {
            yield return ProcessingStandard.Broken("records are numbered in pseudonymised data alone, where days are told as they are", standard.Name, "records");
        }

        if (standard.Kind == StandardKind.Anonymised && standard.K < 2)
        {
            yield return ProcessingStandard.Broken("a standard for anonymised data needs 'k', 2 at least", standard.Name, "k");
        }

        var leaves = standard.Places.Any(p => p != DataPlace.Environment);
        if ((standard.Kind == StandardKind.Media || standard.Media is not null) && leaves)
        {
            yield return Finding.Error("standard.media-outside", "Images and genomes stay in the secure environment (A6)", "Leave 'environment' alone in 'places'", At("places"));
        }

        if (!standard.GivesGenomes && standard.Tables.ContainsKey(WarehouseRoom.Variants))
        {
            yield return Finding.Error("standard.media-outside", "Variants are given under a standard for genomes alone (A6)", "Leave the table out, or say 'vcf' under 'media'", At(WarehouseRoom.Variants));
        }

        // Rules find the names they know (decision 88): good enough where people look after the text, not where nobody does.
        if (leaves)
        {
            foreach (var (table, column) in standard.Tables.SelectMany(t => t.Value.Columns.Where(c => c.Value.Any(a => a is ColumnAction.Scrub)).Select(c => (t.Key, c.Key))).Order())
            {
                yield return Finding.Error("standard.words-outside", "Words that rules have gone through stay in the secure environment", "Drop the column, or leave 'environment' alone in 'places'", At($"{table}.{column}"));
            }
        }

        if (standard.Kind == StandardKind.Media && standard.Media is null)
        {
            yield return ProcessingStandard.Broken("a standard for images and genomes needs 'media'", standard.Name, "media");
        }
    }

    private static Finding? Defect(string table, string column, IReadOnlyList<ColumnAction> actions, Dictionary<string, ColumnType> columns, Place at)
    {
        if (!columns.TryGetValue(column, out var type))
        {
            return Finding.Error("standard.column-unknown", "The standard names a column that the table does not have", "Correct the name, or leave it out", at);
        }

        if (actions.Count == 0 || (actions.Count > 1 && actions.Any(a => a is ColumnAction.Drop or ColumnAction.Renumber)))
        {
            return Finding.Error("standard.broken", "Drop and renumber stand alone, and a column has at least one action", "Correct the actions", at);
        }

        if (actions is [ColumnAction.Drop])
        {
            return null;
        }

        foreach (var action in actions)
        {
            if (!action.Fits(type))
            {
                return Finding.Error("standard.action-type", $"The action '{action.Name}' cannot be applied to a column of type {type}", "Use an action that fits", at);
            }

            type = action.Result(type);
        }

        return Telling.IsIdentifying(table, column)
            ? Finding.Error("standard.names-left", "The column by itself says who somebody is", "Drop it", at)
            : Telling.IsWords(table, column) && !actions.Any(a => a.TakesWordsOut)
                ? Finding.Error("standard.words-left", "The column holds words, which may name somebody", "Drop it, scrub it, or keep codes alone", at)
                : null;
    }

    private static IEnumerable<Finding> Rare(string table, TableRule rule, RareRule rare, Dictionary<string, ColumnType> columns, Place at)
    {
        if (!columns.TryGetValue(rare.Column, out var type) || (rare.With ?? []).Any(c => !columns.ContainsKey(c)))
        {
            yield return Finding.Error("standard.column-unknown", "The rule for rare values names a column that the table does not have", "Correct the name", at);
            yield break;
        }

        if (rare.Persons < 2)
        {
            yield return Finding.Error("standard.broken", "'persons' is 2 at least: a value that one person has is rare", "Correct the number", at);
        }

        if (rare.RollUp is not { } ladder)
        {
            yield break;
        }

        if (ladder.Of != type || ladder.Levels.Any(l => l.Result != type))
        {
            yield return Finding.Error("standard.action-type", $"The values climb a ladder, all of whose levels must be of the column's type {type}", "Use a ladder that fits", at);
        }

        // What says the same more finely would undo the climbing.
        var concept = table switch
        {
            "death" or "death_signal" => "cause_concept_id",
            _ => rare.Column.Replace("_source_value", "_concept_id", StringComparison.Ordinal),
        };
        var source = concept.Replace("_concept_id", "_source_concept_id", StringComparison.Ordinal);
        foreach (var finer in new[] { concept, source, concept.Replace("_concept_id", "_source_value", StringComparison.Ordinal) })
        {
            if (finer != rare.Column && rule.For(finer) is not null && !(rare.With ?? []).Contains(finer))
            {
                yield return Finding.Error("standard.too-fine", $"'{finer}' says the same as the rolled-up column, more finely", "Name it under 'with', or drop it", at);
            }
        }
    }

    private static Dictionary<string, ColumnType>? ColumnsOf(string table) =>
        table == Cohort ? CohortColumns
        : WarehouseRoom.Shapes.TryGetValue(table, out var shape) ? shape.Columns.ToDictionary(c => c.Name, c => c.Type, StringComparer.Ordinal)
        : null;

    /// <summary>The columns that tell who somebody is, and those made for words: <c>standards/free-text/columns-v1.json</c>, compiled in, so that no folder can be without it.</summary>
    private sealed class TellingColumns(HashSet<string> identifying, HashSet<string> words)
    {
        public bool IsIdentifying(string table, string column) => identifying.Contains($"{table}.{column}") || identifying.Contains($"*.{column}");

        public bool IsWords(string table, string column) => words.Contains($"{table}.{column}") || words.Contains($"*.{column}");

        public static TellingColumns Load()
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("columns-v1.json")!;
            using var document = JsonDocument.Parse(stream);
            HashSet<string> Of(string kind) => document.RootElement.GetProperty(kind).GetProperty("columns").EnumerateArray().Select(c => c.GetString()!).ToHashSet(StringComparer.Ordinal);
            return new TellingColumns(Of("identifying"), Of("words"));
        }
    }
}
