using System.Globalization;
using Minato.Tables;
using Minato.Warehouse;

namespace Minato.Catalogue;

/// <summary>
/// Counts a snapshot by SQL: one scan per table for sizes, gaps and ranges, one grouping per coded column. Everything that is
/// of fewer people than the small-cell limit is left out here, so that nothing later can show it.
/// </summary>
internal sealed class FactCounter(ITableSession session, Snapshot snapshot, IReadOnlyDictionary<string, TableShape> shapes, IVocabulary vocabulary, int smallCell)
{
    private const string PersonId = "person_id";

    /// <summary>How many frequent values are shown of a column.</summary>
    private const int TopValues = 20;

    /// <summary>Between a code system and a code; neither contains it.</summary>
    private const char Separator = '|';

    /// <summary>Pseudonyms below this are one in thirty-two.</summary>
    private static readonly Guid OneIn32 = new("08000000-0000-0000-0000-000000000000");

    private readonly Dictionary<string, long?> rowsByTable = new(StringComparer.Ordinal);
    private readonly List<VariableDescription> variables = [];
    private readonly SortedSet<long> yearsWithEnoughPeople = [];
    private readonly SortedDictionary<long, long> rowsByLinkClass = [];
    private long mapped, coded, filled, cells, plausible, dated;

    public DatasetFacts Count()
    {
        // Vocabulary and places are tables of no person: they say nothing of who is in the data.
        foreach (var shape in shapes.Values.Where(s => s.Columns.Any(c => c.Name == PersonId)).OrderBy(s => s.Name, StringComparer.Ordinal))
        {
            if (snapshot.Files.Any(f => f.Table == shape.Name && f.Rows > 0))
            {
                CountTable(shape);
            }
        }

        var (persons, quality, age) = People();
        if (coded >= smallCell)
        {
            quality["mapped"] = Rounded.Share(mapped, coded);
        }

        if (cells >= smallCell)
        {
            quality["complete"] = Rounded.Share(filled, cells);
        }

        if (dated >= smallCell)
        {
            quality["plausible.dates"] = Rounded.Share(plausible, dated);
        }

        var linked = rowsByLinkClass.Values.Sum();
        foreach (var (linkClass, rows) in rowsByLinkClass.Where(c => c.Value >= smallCell))
        {
            quality[$"linked.{linkClass.ToString(CultureInfo.InvariantCulture)}"] = Rounded.Share(rows, linked);
        }

        // Only years of enough people, or the first year would be the year of one old record.
        long[] years = [.. yearsWithEnoughPeople.Where(y => y is > 1800 and < 9999)];
        var made = DateOnly.FromDateTime(snapshot.At.UtcDateTime);
        var last = years.Length == 0 ? (DateOnly?)null : new DateOnly((int)years[^1], 12, 31);
        return new DatasetFacts(
            snapshot.At, persons, rowsByTable, years.Length == 0 ? null : new DateOnly((int)years[0], 1, 1),
            last > made && last.Value.Year == made.Year ? made : last, age, quality, variables);
    }

    private void CountTable(TableShape shape)
    {
        string Q(string name) => session.Dialect.Quote(name);
        var columns = shape.Columns.Select(c => (Column: c, Kind: VariableKinds.Of(c))).Where(c => c.Kind != VariableKind.Plumbing).ToArray();
        var hasPersons = shape.Columns.Any(c => c.Name == PersonId);
        var sizes = session.Query(
            $"select count(*), {string.Join(", ", columns.Select(c => $"count({Q(c.Column.Name)})"))} from {Q(shape.Name)}").Single();
        var rows = (long)sizes[0]!;
        var shown = rows >= smallCell && WithEnoughPeople(shape, "1", ["1"], hasPersons).Count == 1;
        rowsByTable[shape.Name] = shown ? rows : null;

        // Of a genome it is told that it is there, and how much: no value of it.
        var values = shown && shape.Name != WarehouseRoom.Variants;
        var ranges = values ? Ranges(shape, [.. columns.Select((c, i) => (c.Column, c.Kind, Present: (long)sizes[1 + i]!))]) : [];
        foreach (var ((column, kind), i) in columns.Select((c, i) => (c, i)))
        {
            var present = (long)sizes[1 + i]!;
            var missing = rows - present;
            var tells = shown && !(missing > 0 && missing < smallCell) && !(present > 0 && present < smallCell);
            var (low, high) = ranges.GetValueOrDefault(column.Name);
            variables.Add(new VariableDescription(
                shape.Name, column.Name, column.Type.ToString(), shown ? rows : null, tells ? Rounded.Share(missing, rows) : null, low, high,
                values && kind is VariableKind.Concept or VariableKind.Category && present >= smallCell ? Frequent(shape, column, kind, hasPersons) : []));

            // A column that this kind of dataset never fills is no gap.
            if (kind is not VariableKind.Identifier && present > 0)
            {
                (filled, cells) = (filled + present, cells + rows);
            }
        }

        CountQuality(shape, hasPersons);
    }

    /// <summary>From the 1st to the 99th percentile, but never with fewer values beyond than the small-cell limit.</summary>
    private Dictionary<string, (string? Low, string? High)> Ranges(TableShape shape, IReadOnlyList<(Column Column, VariableKind Kind, long Present)> columns)
    {
        var ranged = columns.Where(c => c.Kind is VariableKind.Number or VariableKind.Year or VariableKind.Date && c.Present >= 3 * smallCell).ToArray();
        if (ranged.Length == 0)
        {
            return [];
        }

        IEnumerable<string> Percentiles((Column Column, VariableKind Kind, long Present) c)
        {
            var tail = Math.Max(0.01m, (decimal)smallCell / c.Present);
            foreach (var share in new[] { tail, 1 - tail })
            {
                yield return $"percentile_disc({share.ToString("0.##########", CultureInfo.InvariantCulture)}) within group (order by {session.Dialect.Quote(c.Column.Name)})";
            }
        }

        var row = session.Query($"select {string.Join(", ", ranged.SelectMany(Percentiles))} from {session.Dialect.Quote(shape.Name)}").Single();
        return ranged.Select((c, i) => (c.Column.Name, (Shown(c.Kind, row[2 * i], up: false), Shown(c.Kind, row[(2 * i) + 1], up: true)))).ToDictionary(x => x.Name, x => x.Item2);
    }

    private void CountQuality(TableShape shape, bool hasPersons)
    {
        string Q(string name) => session.Dialect.Quote(name);
        if (VariableKinds.MainConcept(shape) is { } concept)
        {
            var row = session.Query($"select count(*), count(case when {Q(concept.Name)} <> 0 then 1 end) from {Q(shape.Name)}").Single();
            (coded, mapped) = (coded + (long)row[0]!, mapped + (long)row[1]!);
        }

        if (shape.Columns.Any(c => c.Name == "link_class"))
        {
            foreach (var row in session.Query($"select {Q("link_class")}, count(*) from {Q(shape.Name)} where {Q("link_class")} is not null group by 1"))
            {
                rowsByLinkClass[(long)row[0]!] = rowsByLinkClass.GetValueOrDefault((long)row[0]!) + (long)row[1]!;
            }
        }

        if (VariableKinds.MainDate(shape) is { } date)
        {
            var until = DateOnly.FromDateTime(snapshot.At.UtcDateTime).AddDays(1);
            List<string> years = [];
            foreach (var row in session.Query(
                $"select extract(year from {Q(date.Name)}), count(*), count(case when {Q(date.Name)} <= {session.Dialect.Literal(until)} then 1 end) from {Q(shape.Name)} where {Q(date.Name)} is not null group by 1"))
            {
                var year = Convert.ToInt64(row[0], CultureInfo.InvariantCulture);
                (dated, plausible) = (dated + (long)row[1]!, plausible + (year >= 1900 ? (long)row[2]! : 0));
                if ((long)row[1]! >= smallCell)
                {
                    years.Add(year.ToString(CultureInfo.InvariantCulture));
                }
            }

            yearsWithEnoughPeople.UnionWith(
                WithEnoughPeople(shape, $"extract(year from {Q(date.Name)})", years, hasPersons).Select(y => long.Parse(y, CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>
    /// Which of these values of an expression are of enough people. Rows are not people: a value with many rows of one person is
    /// a small cell all the same. Asked first of one person in thirty-two, pseudonyms being random and tables sorted by them:
    /// enough there is enough; only what is not is counted in full.
    /// </summary>
    private HashSet<string> WithEnoughPeople(TableShape shape, string expression, IReadOnlyList<string> literals, bool hasPersons)
    {
        var (table, person) = (session.Dialect.Quote(shape.Name), session.Dialect.Quote(PersonId));
        HashSet<string> enough = [.. hasPersons ? [] : literals];
        foreach (var among in new[] { $"{person} < {session.Dialect.Literal(OneIn32)}", "1 = 1" })
        {
            string[] open = [.. literals.Where(l => !enough.Contains(l))];
            if (open.Length == 0)
            {
                break;
            }

            foreach (var row in session.Query($"select {expression}, count(distinct {person}) from {table} where {among} and {expression} in ({string.Join(", ", open)}) group by 1"))
            {
                if ((long)row[1]! >= smallCell)
                {
                    enough.Add(session.Dialect.Literal(row[0]));
                }
            }
        }

        return enough;
    }

    private TopValue[] Frequent(TableShape shape, Column column, VariableKind kind, bool hasPersons)
    {
        string Q(string name) => session.Dialect.Quote(name);
        var (table, name) = (Q(shape.Name), Q(column.Name));

        // The same code means different things in different systems, so they are counted together.
        var value = column == VariableKinds.MainSourceValue(shape) ? $"(coalesce({Q(VariableKinds.SourceSystem)}, '') || '{Separator}' || {name})" : name;
        (object Value, long Count)[] frequent =
        [
            .. session.Query(
                $"select {value} as v, count(*) as n from {table} where {name} is not null group by 1 having count(*) >= {smallCell.ToString(CultureInfo.InvariantCulture)} order by n desc, v limit {(2 * TopValues).ToString(CultureInfo.InvariantCulture)}")
                .Select(row => (row[0]!, (long)row[1]!)),
        ];
        var enough = WithEnoughPeople(shape, value, [.. frequent.Select(f => session.Dialect.Literal(f.Value))], hasPersons);
        return [.. frequent.Where(f => enough.Contains(session.Dialect.Literal(f.Value))).Take(TopValues).Select(f => Named(kind, Convert.ToString(f.Value, CultureInfo.InvariantCulture)!, f.Count))];
    }

    private TopValue Named(VariableKind kind, string value, long count)
    {
        if (kind == VariableKind.Concept)
        {
            var id = long.Parse(value, CultureInfo.InvariantCulture);
            var name = id == 0 ? new Bilingual("対応する概念なし", "No matching concept") : vocabulary.NameOf(id) ?? new Bilingual($"概念 {value}", $"Concept {value}");
            return new TopValue("omop", value, name, count);
        }

        var cut = value.IndexOf(Separator, StringComparison.Ordinal);
        var (system, code) = cut < 0 ? ("", value) : (value[..cut], value[(cut + 1)..]);
        return new TopValue(system, code, (system.Length > 0 ? vocabulary.NameOf(system, code) : null) ?? new Bilingual(code, code), count);
    }

    private static string? Shown(VariableKind kind, object? value, bool up) => value switch
    {
        null => null,
        DateOnly date => Rounded.Year(date.Year, up),
        _ when kind == VariableKind.Year => Rounded.Year(Convert.ToInt64(value, CultureInfo.InvariantCulture), up, step: 5),
        _ => Rounded.Number(Convert.ToDecimal(value, CultureInfo.InvariantCulture), up),
    };

    private (long? Persons, Dictionary<string, double> Quality, TypicalAge? Age) People()
    {
        Dictionary<string, double> quality = new(StringComparer.Ordinal);
        if (!shapes.TryGetValue("person", out var person) || !rowsByTable.ContainsKey("person"))
        {
            return (null, quality, null);
        }

        string Column(string name) => person.Columns.Any(c => c.Name == name) ? session.Dialect.Quote(name) : "null";
        var row = session.Query(
            $"select count(*), count({Column("year_of_birth")}), count(case when {Column("gender_concept_id")} <> 0 then 1 end) from {session.Dialect.Quote("person")}").Single();
        var (all, born, sexed) = ((long)row[0]!, (long)row[1]!, (long)row[2]!);
        if (all < smallCell)
        {
            return (null, quality, null);
        }

        quality["complete.birth-year"] = Rounded.Share(born, all);
        quality["complete.sex"] = Rounded.Share(sexed, all);
        if (born < 20 * smallCell)
        {
            return (all, quality, null);
        }

        var years = session.Query(
            $"select percentile_disc(0.05) within group (order by {Column("year_of_birth")}), percentile_disc(0.95) within group (order by {Column("year_of_birth")}) from {session.Dialect.Quote("person")}").Single();
        int Age(object? year) => Math.Clamp(snapshot.At.Year - Convert.ToInt32(year, CultureInfo.InvariantCulture), 0, 130);
        return (all, quality, new TypicalAge(Age(years[1]) / 5 * 5, (Age(years[0]) + 4) / 5 * 5));
    }
}
