using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>A fact as it is staged: places and terms are numbers by now.</summary>
internal readonly record struct StagedFact(
    long Seq, long Record, long Term, DateOnly Start, DateOnly? Stop, decimal? Value, bool Suspected, int? Days, decimal? Quantity, long? Visit, long? Facility, long? Provider,
    string? Identifier, TextPlace? Text, long? Note, long Line);

/// <summary>The staged facts of one table of the CDM.</summary>
internal sealed class StagedFacts : IDisposable
{
    private readonly IRowAppender rows;
    private readonly Put[] columns;

    /// <summary>Puts one column of a fact.</summary>
    private delegate void Put(IRowAppender rows, in StagedFact fact);

    public StagedFacts(ITableSession session, CdmTable table)
    {
        var shape = StagedRows.FactsOf(table);
        session.CreateTable(shape, temporary: false);
        rows = session.Insert(shape);
        columns = [.. shape.Columns.Select(c => Of(c.Name))];
    }

    public void Add(in StagedFact fact)
    {
        foreach (var put in columns)
        {
            put(rows, fact);
        }

        rows.EndRow();
    }

    public void Dispose() => rows.Dispose();

    private static Put Of(string column) => column switch
    {
        "seq" => (rows, in f) => rows.Add(f.Seq),
        "record" => (rows, in f) => rows.Add(f.Record),
        "term" => (rows, in f) => rows.Add(f.Term),
        "start" => (rows, in f) => rows.Add(f.Start),
        "stop" => (rows, in f) => rows.Add(f.Stop),
        "value" => (rows, in f) => rows.Add(f.Value),
        "suspected" => (rows, in f) => rows.Add(f.Suspected),
        "days" => (rows, in f) => rows.Add(f.Days),
        "quantity" => (rows, in f) => rows.Add(f.Quantity),
        "visit" => (rows, in f) => rows.Add(f.Visit),
        "facility" => (rows, in f) => rows.Add(f.Facility),
        "provider" => (rows, in f) => rows.Add(f.Provider),
        "identifier" => (rows, in f) => rows.Add(f.Identifier),
        "from_text" => (rows, in f) => rows.Add(f.Text is not null),
        "line" => (rows, in f) => rows.Add(f.Line),
        "note" => (rows, in f) => rows.Add(f.Note),
        "text_offset" => (rows, in f) => rows.Add((long?)f.Text?.Offset),
        "text_length" => (rows, in f) => rows.Add((long?)f.Text?.Length),
        "confidence" => (rows, in f) => rows.Add(f.Text is { } text ? (decimal)Math.Round(text.Confidence, 6) : null),
        _ => throw new InvalidOperationException($"No staged fact has a column {column}"),
    };
}
