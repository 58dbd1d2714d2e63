using System.Text;
using Minato.Formats.Text;
using Sylvan.Data.Csv;

namespace Minato.Formats.Csv;

/// <summary>
/// A CSV layout of ours (docs/formats.md): a header row names the columns, their order is free. Each row is one record;
/// a bad row is quarantined alone, with its line, its column and the reason.
/// </summary>
internal abstract class RowReader(string format, string filePrefix, string mark, string[] required, string[] optional) : IFormatReader
{
    public string Format => format;

    public bool Recognises(FileHead head)
    {
        var bytes = head.Bytes.Span;
        bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
        var header = Encoding.Latin1.GetString(end < 0 ? bytes : bytes[..end]).ToLowerInvariant();
        var columns = header.Split(',').Select(c => c.Trim(' ', '"')).ToHashSet();
        var name = FieldText.BaseName(head.Name);
        return (columns.Contains("record_id") && columns.Contains(mark))
            || (name.StartsWith(filePrefix, StringComparison.OrdinalIgnoreCase) && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase));
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        using var rows = new WholeRows(stream, fileName, ct);
        var tally = new Tally(fileName);
        if (Open(rows) is not { } csv)
        {
            while (rows.Withheld.TryDequeue(out var bad))
            {
                yield return bad;
            }

            yield return new ReadItem.Bad(Finding.Error("csv.empty", "The file has no header row", "Begin the file with the header row of docs/formats.md", new Place(fileName, 1)), default);
            yield break;
        }

        using (csv)
        {
            var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            var header = rows.Given.Dequeue();
            var unknown = 0;
            var twice = false;
            for (var i = 0; i < csv.FieldCount; i++)
            {
                var name = csv.GetName(i).Trim();
                if (required.Contains(name, StringComparer.OrdinalIgnoreCase) || optional.Contains(name, StringComparer.OrdinalIgnoreCase))
                {
                    twice |= !columns.TryAdd(name, i);
                }
                else
                {
                    unknown++;
                }
            }

            if (HeaderFault(twice, columns, new Place(fileName, header.Line)) is { } fault)
            {
                yield return new ReadItem.Bad(fault, Raw.Capped(header.Bytes));
                yield break;
            }

            if (unknown > 0)
            {
                tally.Note("csv.unknown-column", $"header with columns that the layout does not have ({unknown}); they were not read", header.Line);
            }

            var any = false;
            while (Step(csv) is var step && step != Stepped.End)
            {
                any = true;
                ct.ThrowIfCancellationRequested();
                var source = rows.Given.Count > 0 ? rows.Given.Dequeue() : header;
                while (rows.Withheld.TryDequeue(out var bad))
                {
                    yield return bad;
                }

                var row = new Row(csv, columns, fileName, source);
                if (step == Stepped.Broken || csv.RowFieldCount != csv.FieldCount)
                {
                    yield return new ReadItem.Bad(Finding.Error("csv.columns", "The row has not as many fields as the header", "Check the row's commas and quotes", new Place(fileName, source.Line)), source.Bytes);
                    continue;
                }

                yield return Take(row, tally);
            }

            if (!any && rows.Withheld.Count == 0)
            {
                tally.Warn("csv.no-rows", "file with a header and no row", header.Line, "Check whether the right file was sent");
            }
        }

        while (rows.Withheld.TryDequeue(out var bad))
        {
            yield return bad;
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    private Finding? HeaderFault(bool twice, Dictionary<string, int> columns, Place at)
    {
        const string Remedy = "Use the header row of docs/formats.md";
        var absent = Array.Find(required, c => !columns.ContainsKey(c));
        return twice ? Finding.Error("csv.header", "The header names a column twice", Remedy, at)
            : absent is not null ? Finding.Error("csv.header", "The header lacks a column that every row needs; no row could be read", Remedy, at with { Field = absent })
            : null;
    }

    /// <summary>One row as a record; faults are noted in the row.</summary>
    protected abstract DeliveredRecord Record(Row row, Tally tally);

    private ReadItem Take(Row row, Tally tally)
    {
        try
        {
            var record = Record(row, tally);
            return row.Fault is null ? new ReadItem.Good(record) : new ReadItem.Bad(row.Fault, row.Source.Bytes);
        }
        catch (FormatException)
        {
            // The CSV parser's own objection to a field.
            return new ReadItem.Bad(Finding.Error("csv.quotes", "A field of the row cannot be read", "Quote as RFC 4180 says", new Place(row.File, row.Source.Line)), row.Source.Bytes);
        }
    }

    private enum Stepped
    {
        Row,
        Broken,
        End,
    }

    private static Stepped Step(CsvDataReader csv)
    {
        try
        {
            return csv.Read() ? Stepped.Row : Stepped.End;
        }
        catch (FormatException)
        {
            return Stepped.Broken;
        }
    }

    private static CsvDataReader? Open(WholeRows rows)
    {
        try
        {
            return CsvDataReader.Create(rows, new CsvDataReaderOptions
            {
                HasHeaders = true,
                Delimiter = ',',
                BufferSize = CsvLimits.Line * 2,
                MaxBufferSize = CsvLimits.Line * 4,
                HeaderComparer = StringComparer.Ordinal,
                OwnsReader = false,
            });
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            return null;
        }
    }
}
