using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Cohorts;

/// <summary>Periods of persons that overlap become one.</summary>
internal static class Eras
{
    /// <summary>Days without the drug or the condition that are no interruption, in the CDM's own eras.</summary>
    private const long Persistence = 30;

    /// <summary>Days from one numbered person to the next on <see cref="OnOneLine"/>: more than the calendar has.</summary>
    private const long Apart = 10_000_000;

    /// <summary><c>person, start, end</c> in, the same out, disjoint.</summary>
    public static Query Merged(Query periods) => periods.Columns.TypeOf("person") == ColumnType.Integer ? OnOneLine(periods) : periods
        .Over("reach", WindowFunction.MaxBefore, Col("end"), ["person"], "start", "end")
        .With(("opens", Case([(Coalesce(Col("reach"), Col("start").AddDays(-1L)).Ge(Col("start")), 0L)], 1L)))
        .Keep("person", "start", "end", "opens")
        .Over("era", WindowFunction.RunningSum, Col("opens"), ["person"], "start", "end")
        .GroupBy(["person", "era"], Folded.Min("first", "start"), Folded.Max("last", "end"))
        .Select(("person", Col("person")), ("start", Col("first")), ("end", Col("last")));

    /// <summary>
    /// Numbered persons, one after another on one line of days: nobody's days reach the next person's, and one sort does where each person's own is twice as dear.
    /// </summary>
    private static Query OnOneLine(Query periods)
    {
        static Expr Place(string day) => Col("person").Times(Apart).Plus(((Expr)DateOnly.MinValue).DaysTo(Col(day)));
        return periods
            .Over("reach", WindowFunction.MaxBefore, Place("end"), [], "person", "start", "end")
            .With(("opens", Case([(Coalesce(Col("reach"), -1L).Ge(Place("start")), 0L)], 1L)))
            .Keep("person", "start", "end", "opens")
            .Over("era", WindowFunction.RunningSum, Col("opens"), [], "person", "start", "end")
            .GroupBy(["era"], Folded.Min("whose", "person"), Folded.Min("first", "start"), Folded.Max("last", "end"))
            .Select(("person", Col("whose")), ("start", Col("first")), ("end", Col("last")));
    }

    /// <summary>
    /// The CDM's eras: <c>person, concept, start, end, row</c> in; out <c>person, concept, start, end, count, gap</c>, where gaps of up to
    /// thirty days are no interruption, <c>count</c> is of the rows and <c>gap</c> of the days between them.
    /// </summary>
    public static Query OfConcepts(Query rows) => rows
        .Over("reach", WindowFunction.MaxBefore, Col("end"), ["person", "concept"], "start", "end", "row")
        .With(("opens", Case([(Coalesce(Col("reach").AddDays(Persistence), Col("start").AddDays(-1L)).Ge(Col("start")), 0L)], 1L)))
        .With(("between", Case([(All(Col("opens").Eq(0L), Col("reach").AddDays(1L).Lt(Col("start"))), Col("reach").AddDays(1L).DaysTo(Col("start")))], 0L)))
        .Keep("person", "concept", "start", "end", "row", "opens", "between")
        .Over("era", WindowFunction.RunningSum, Col("opens"), ["person", "concept"], "start", "end", "row")
        .GroupBy(["person", "concept", "era"], Folded.Min("first", "start"), Folded.Max("last", "end"), Folded.Count("count"), Folded.Sum("gap", "between"))
        .Select(("person", Col("person")), ("concept", Col("concept")), ("start", Col("first")), ("end", Col("last")), ("count", Col("count")), ("gap", Col("gap")));
}
