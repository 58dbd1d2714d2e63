using Minato.Disclosure;
using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing;

/// <summary>Re-identification risk of a file of persons by its quasi-identifiers (<see cref="ReidentificationRisk"/>). Shares are of 1.</summary>
/// <param name="SmallestClass">k.</param>
/// <param name="Prosecutor">Highest chance of who knows that somebody is in the file: 1 / smallest class.</param>
/// <param name="Journalist">Highest chance of who knows only that somebody is among all linked persons: 1 / smallest class of those there.</param>
/// <param name="Marketer">Share of right guesses of who guesses everybody.</param>
public sealed record RiskFigures(long Persons, long SmallestClass, double ShareUnique, double Prosecutor, double Journalist, double Marketer);

/// <summary>The risk of the same persons by the same quasi-identifiers, as the sources have them and as they were handed over.</summary>
public sealed record ComparedRisk(IReadOnlyList<string> QuasiIdentifiers, RiskFigures Before, RiskFigures After)
{
    /// <summary>Measures a file against the population it comes from, both with the same columns.</summary>
    /// <param name="file">One row a person, with the columns.</param>
    /// <param name="population">One row a person: all from whom the file was taken, with the same columns processed alike.</param>
    internal static RiskFigures Of(ITableSession session, Query file, Query population, IReadOnlyList<string> columns)
    {
        Query Classes(Query rows) => rows.Select([.. columns.Select(c => ("q_" + c, Text(rows, c)))]).GroupBy([.. columns.Select(c => "q_" + c)], Folded.Count("size"));
        var classes = session.Materialise("risk_classes", Classes(file));
        var risk = ReidentificationRisk.Of(session.Read(classes.Keep("size")).Select(r => (long)r[0]!), 0);
        var people = Classes(population).Prefixed("p_");
        var smallest = session.Read(classes.InnerJoin(people, All([.. columns.Select(c => Col("q_" + c).Eq(Col("p_q_" + c)))])).GroupBy([], Folded.Min("least", "p_size"))).Single()[0];
        session.Drop(classes);
        return new RiskFigures(risk.Records, risk.MinimumClass, risk.ShareUnique, risk.ProsecutorHighest, smallest is long n and > 0 ? 1.0 / n : 0, risk.ProsecutorAverage);
    }

    /// <summary>Unknown looks like unknown: NULL is a value of its own here.</summary>
    private static Expr Text(Query rows, string column)
    {
        const string Unknown = "\u0001";
        return Coalesce(rows.Columns.TypeOf(column) == ColumnType.Text ? Col(column) : Col(column).As(ColumnType.Text), Unknown);
    }
}
