using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>A fact as it is staged: places and terms are numbers by now.</summary>
internal readonly record struct StagedFact(
    long Seq, long Record, long Term, DateOnly Start, DateOnly? Stop, decimal? Value, bool Suspected, int? Days, decimal? Quantity, long? Visit, long? Facility, long? Provider,
    string? Identifier, bool FromText, long Line);

/// <summary>The staged facts of one table of the CDM.</summary>
internal sealed class StagedFacts : IDisposable
{
    private readonly IRowAppender rows;
    private readonly string[] columns;

    public StagedFacts(ITableSession session, CdmTable table)
    {
        var shape = StagedRows.FactsOf(table);
        session.CreateTable(shape);
        rows = session.Insert(shape);
        columns = [.. shape.Columns.Select(c => c.Name)];
    }

    public void Add(in StagedFact fact)
    {
        foreach (var column in columns)
        {
            _ = column switch
            {
                "seq" => rows.Add(fact.Seq),
                "record" => rows.Add(fact.Record),
                "term" => rows.Add(fact.Term),
                "start" => rows.Add(fact.Start),
                "stop" => rows.Add(fact.Stop),
                "value" => rows.Add(fact.Value),
                "suspected" => rows.Add(fact.Suspected),
                "days" => rows.Add(fact.Days),
                "quantity" => rows.Add(fact.Quantity),
                "visit" => rows.Add(fact.Visit),
                "facility" => rows.Add(fact.Facility),
                "provider" => rows.Add(fact.Provider),
                "identifier" => rows.Add(fact.Identifier),
                "from_text" => rows.Add(fact.FromText),
                "line" => rows.Add(fact.Line),
                _ => throw new InvalidOperationException($"No staged fact has a column {column}"),
            };
        }

        rows.EndRow();
    }

    public void Dispose() => rows.Dispose();
}
