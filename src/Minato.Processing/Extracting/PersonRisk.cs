using Minato.Disclosure;
using Minato.Processing.Standards;
using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;

namespace Minato.Processing.Extracting;

/// <summary>
/// The gate of a standard that asks for k-anonymity, and the measure of all others: how alike the persons of the
/// processed person file are.
/// </summary>
internal static class PersonRisk
{
    /// <summary>What is left; <paramref name="Kept"/> is null where nobody had to be left out.</summary>
    public sealed record Measured(RemainingRisk? Risk, Scan? Kept);

    /// <param name="file">A column <c>person</c> and the processed columns.</param>
    /// <returns>Refused with <c>processing.k-anonymity</c> where more would have to be left out than the standard allows.</returns>
    public static Outcome<Measured> Measure(ITableSession session, Scan file, ProcessingStandard standard)
    {
        var known = standard.QuasiIdentifiers.Where(file.Columns.Has).ToArray();
        if (known.Length == 0)
        {
            return new Measured(null, null);
        }

        // Unknown looks like unknown: nulls are a value of their own here.
        const string Unknown = "\u0001";
        var texts = file.Select([("person", Col("person")), .. known.Select(c => ("q_" + c, Coalesce(file.Columns.TypeOf(c) == ColumnType.Text ? Col(c) : Col(c).As(ColumnType.Text), Unknown)))]);
        var columns = known.Select(c => "q_" + c).ToArray();
        var classes = texts.GroupBy(columns, Folded.Count("size"));
        var before = ReidentificationRisk.Of(session.Read(classes.Keep("size")).Select(r => (long)r[0]!), standard.K);
        if (before.BelowMinimum > standard.SuppressionLimit * before.Records)
        {
            return Finding.Error("processing.k-anonymity", $"Too few persons are alike: more than {standard.SuppressionLimit:P0} would have to be left out to reach k = {standard.K}", "Widen the cohort, or ask for coarser columns or fewer quasi-identifiers");
        }

        Scan? kept = null;
        var after = before;
        if (before.BelowMinimum > 0)
        {
            var large = classes.Where(Col("size").Ge((long)standard.K)).Prefixed("c_");
            kept = session.Materialise("kept_persons", texts.SemiJoin(large, All([.. columns.Select(c => Col(c).Eq(Col("c_" + c)))])).Keep("person"));
            after = ReidentificationRisk.Of(session.Read(classes.Keep("size")).Select(r => (long)r[0]!).Where(n => n >= standard.K), standard.K);
        }

        return new Measured(
            new RemainingRisk(known, after.Records, after.MinimumClass, after.ShareUnique, after.ProsecutorHighest, after.ProsecutorAverage, standard.K, before.BelowMinimum, 0), kept);
    }
}
