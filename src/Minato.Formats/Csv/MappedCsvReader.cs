using System.Text;
using Minato.Formats.Text;
using Sylvan.Data.Csv;

namespace Minato.Formats.Csv;

/// <summary>
/// Reads CSV files of one declared layout. A header row names the columns, their order is free. Each row is one record;
/// a bad row is quarantined alone, with its line, its column and the reason.
/// </summary>
internal sealed class MappedCsvReader(CsvMapping mapping) : IFormatReader
{
    private readonly HashSet<string> known = new(RowPlan.ColumnsOf(mapping).Concat(mapping.Ignored), StringComparer.OrdinalIgnoreCase);
    private readonly string[] required = [.. RowPlan.Needed(mapping)];
    private readonly char delimiter = mapping.Delimiter[0];

    public CsvMapping Mapping => mapping;

    public string Format => mapping.Format;

    public bool Recognises(FileHead head) => HasColumns(head.Bytes.Span) || HasName(FieldText.BaseName(head.Name));

    private bool HasColumns(ReadOnlySpan<byte> bytes)
    {
        if (mapping.Recognise.Columns is not { Count: > 0 } marks || mapping.Columns is not null)
        {
            return false;
        }

        bytes = bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;
        var end = bytes.IndexOfAny((byte)'\n', (byte)'\r');
        var line = end < 0 ? bytes : bytes[..end];
        if (!SourceText.TryDecode(line, System.Text.Unicode.Utf8.IsValid(line) ? SourceEncoding.Utf8 : SourceEncoding.Cp932, out var header))
        {
            return false;
        }

        var columns = header.Split(delimiter).Select(c => c.Trim(' ', '"')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return marks.All(columns.Contains);
    }

    private bool HasName(string name)
    {
        if (mapping.Recognise.FileName is not { } form)
        {
            return false;
        }

        var at = form.IndexOf('*');
        return name.Length >= form.Length - 1 && name.StartsWith(form.AsSpan(0, at), StringComparison.OrdinalIgnoreCase) && name.EndsWith(form.AsSpan(at + 1), StringComparison.OrdinalIgnoreCase);
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        using var rows = new WholeRows(stream, fileName, delimiter, mapping.Encoding switch { "utf-8" => SourceEncoding.Utf8, "cp932" => SourceEncoding.Cp932, _ => null }, ct);
        var tally = new Tally(fileName);
        if (Open(rows) is not { } csv)
        {
            while (rows.Withheld.TryDequeue(out var bad))
            {
                yield return bad;
            }

            yield return new ReadItem.Bad(Finding.Error("csv.empty", "The file has no header row", "Begin the file with the header row of its layout (docs/formats.md)", new Place(fileName, 1)), default);
            yield break;
        }

        using (csv)
        {
            var columns = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
            var header = mapping.Columns is null ? rows.Given.Dequeue() : rows.Given.Peek();
            var unknown = 0;
            var twice = false;
            for (var i = 0; i < (mapping.Columns?.Count ?? csv.FieldCount); i++)
            {
                var name = mapping.Columns is { } declared ? declared[i] : csv.GetName(i).Trim();
                if (known.Contains(name))
                {
                    twice |= !columns.TryAdd(name, i);
                }
                else if (mapping.Columns is null)
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

            var plan = new RowPlan(mapping, columns);
            var width = mapping.Columns?.Count ?? csv.FieldCount;
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

                var row = new Row(csv, mapping.Missing, fileName, source);
                if (step == Stepped.Broken || csv.RowFieldCount != width)
                {
                    yield return new ReadItem.Bad(Finding.Error("csv.columns", mapping.Columns is null ? "The row has not as many fields as the header" : "The row has not as many fields as the layout", "Check the row's commas and quotes", new Place(fileName, source.Line)), source.Bytes);
                    continue;
                }

                yield return Take(plan, row, tally);
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
        const string Remedy = "Use the header row of the layout (docs/formats.md)";
        var absent = Array.Find(required, c => !columns.ContainsKey(c));
        return twice ? Finding.Error("csv.header", "The header names a column twice", Remedy, at)
            : absent is not null ? Finding.Error("csv.header", "The header lacks a column that every row needs; no row could be read", Remedy, at with { Field = absent })
            : null;
    }

    private static ReadItem Take(RowPlan plan, Row row, Tally tally)
    {
        try
        {
            var record = plan.Record(row, tally);
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

    private CsvDataReader? Open(WholeRows rows)
    {
        try
        {
            return CsvDataReader.Create(rows, new CsvDataReaderOptions
            {
                HasHeaders = mapping.Columns is null,
                Delimiter = delimiter,
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
