using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Formats.Fhir;
using Minato.Formats.Text;

namespace Minato.Formats.OpenMHealth;

/// <summary>
/// Data points of Open mHealth and IEEE 1752.1: a header (schema, provenance, whose) and a body. One point is one record. Objects one
/// after another, NDJSON, or an array. Notes and names of activities are words of the person and stay behind.
/// </summary>
internal sealed class OpenMHealthReader : IFormatReader
{
    /// <summary>An array is held whole; points themselves have some hundred bytes.</summary>
    private const int Limit = 16 << 20;

    private const int MostPoints = 200_000;

    private static readonly string[] Statistics = ["average", "count", "maximum", "median", "minimum", "standard deviation", "sum", "variance", "1st quartile", "3rd quartile"];

    public string Format => "open-mhealth";

    public bool Recognises(FileHead head)
    {
        var bytes = head.Bytes.Span;
        bytes = (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).TrimStart(" \t\r\n"u8);
        return bytes is [(byte)'{' or (byte)'[', ..] && bytes.IndexOf("\"schema_id\""u8) >= 0 && bytes.IndexOf("\"resourceType\""u8) < 0;
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        var pieces = new JsonPieces(stream, fileName.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase) || fileName.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase), Limit, ct);
        var tally = new Tally(fileName);
        var any = false;
        while (pieces.Next())
        {
            any = true;
            foreach (var item in Take(pieces, fileName, tally))
            {
                ct.ThrowIfCancellationRequested();
                yield return item;
            }
        }

        if (!any)
        {
            tally.Warn("omh.empty", "file without a single data point", 1, "Check whether the right file was sent");
        }

        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    private static List<ReadItem> Take(JsonPieces piece, string file, Tally tally)
    {
        var at = new Place(file, piece.Line);
        if (PieceFault.Of(piece.Kind, piece.Bytes.Span, "omh", "data point", at) is { } refusal)
        {
            return [new ReadItem.Bad(refusal, Raw.Capped(piece.Bytes.Span))];
        }

        var items = new List<ReadItem>();
        try
        {
            using var document = JsonDocument.Parse(piece.Bytes, Json.Strict);
            foreach (var point in ((JsonElement?)document.RootElement).Items().Take(MostPoints))
            {
                items.Add(Point(point, at, tally));
            }

            if (document.RootElement.ValueKind == JsonValueKind.Array && document.RootElement.GetArrayLength() > MostPoints)
            {
                items.Add(new ReadItem.Bad(Finding.Error("omh.too-many", $"The array has more than {MostPoints} data points; those behind were not read", "Send one data point in each line (NDJSON)", at), default));
            }

            if (items.Count == 0)
            {
                items.Add(new ReadItem.Bad(Finding.Error("omh.point", "This is no data point", "A data point is an object with header and body", at), Raw.Capped(piece.Bytes.Span)));
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escaped text is no text (a lone surrogate).
            items.Add(new ReadItem.Bad(Finding.Error("omh.json", "The JSON is not well formed, is nested too deep, or has a property twice", "Correct the JSON at this place", at), Raw.Capped(piece.Bytes.Span)));
        }

        return items;
    }

    private static ReadItem Point(JsonElement point, Place at, Tally tally)
    {
        var header = point.Get("header");
        var body = point.Get("body");
        var id = header.Text("id") ?? header.Text("uuid");
        var schema = header.Get("schema_id");
        if (id is null || !FieldText.IsCode(id) || body is not { ValueKind: JsonValueKind.Object } said)
        {
            return Bad("omh.header", "The data point has no id, or no body", "Fill in header.id and body", "header.id");
        }

        if (schema.Text("name") is not { } name || schema.Text("version") is not { } version)
        {
            return Bad("omh.schema", "The header does not say which schema the body follows", "Fill in header.schema_id", "header.schema_id");
        }

        if (MeasureBook.Shipped.Of(schema.Text("namespace") ?? "", name) is not { } known || !known.Reads(version))
        {
            return Bad("omh.schema", "The schema, or this version of it, is not one that is read", "See standards/formats/open-mhealth-v1.json; others are added there", "header.schema_id");
        }

        if (header.Text("user_id") is not { Length: <= 200 } user || FieldText.OrNull(user) is null || user.AsSpan().ContainsAnyInRange('\0', '\u001F'))
        {
            return Bad("omh.user", "The data point does not say whose it is", "Fill in header.user_id with the number under which the person is known", "header.user_id");
        }

        if (Frame(said) is not var (start, end))
        {
            return Bad("omh.time", "The effective time frame is missing, or is no time that exists", "Give date_time, or time_interval with its beginning", "body.effective_time_frame");
        }

        var words = new[] { Statistic(said), (header.Get("acquisition_provenance").Text("modality") ?? header.Text("modality")) is "self-reported" ? "self-reported" : null }.OfType<string>();
        var how = string.Join('+', words);
        var facts = new List<HealthFact>();
        foreach (var measure in known.Measures)
        {
            if (said.Get(measure.Field) is not { } value)
            {
                continue;
            }

            var unit = value.ValueKind == JsonValueKind.Object ? value.Text("unit") : measure.Bare;
            decimal? number = value.ValueKind == JsonValueKind.Object ? ((JsonElement?)value).Number("value") : value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var d) ? d : null;
            if (measure.Units is { } only && unit is not null && !only.Contains(unit))
            {
                continue; // the same property under the code of its other unit
            }

            if (number is not { } n || unit is null || MeasureBook.Shipped.Ucum(unit) is not { } ucum || Math.Abs(n) >= 1_000_000_000)
            {
                return Bad("omh.value", "A value is no number with a unit of its schema", "Give value and unit as the schema says", "body." + measure.Field);
            }

            facts.Add(new HealthFact { Kind = FactKind.Measurement, Start = start, End = end == start ? null : end, System = measure.System, Code = measure.Code, Value = n, Unit = ucum, ValueCode = how.Length > 0 ? how : null, Line = at.Line!.Value });
        }

        if (facts.Count == 0)
        {
            return Bad("omh.value", "The body has none of the values of its schema", "Fill in the schema's measure", "body");
        }

        if (said.Text("user_notes") is not null || said.Text("activity_name") is not null)
        {
            tally.Note("omh.words", "data point whose notes or name of the activity stayed behind", at.Line!.Value);
        }

        var key = id == user ? "h-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("minato-omh-key:" + id)).AsSpan(0, 16)) : id.ToLowerInvariant();
        return new ReadItem.Good(new DeliveredRecord(at, "omh-" + key, new PersonIdentity { LocalPatientId = user.Trim(), AsOf = start }, new Demographics(), facts));

        ReadItem.Bad Bad(string code, string reason, string remedy, string field) => new(Finding.Error(code, reason, remedy, at with { Field = field }), Encoding.UTF8.GetBytes(point.GetRawText()) is var raw ? Raw.Capped(raw) : default);
    }

    /// <summary>The calendar days of the frame as written at the source. An interval has a beginning, an end, or a day with a part of it; a length of less than a day moves no date that is not written.</summary>
    private static (DateOnly Start, DateOnly End)? Frame(JsonElement body)
    {
        var frame = body.Get("effective_time_frame");
        if (FhirDate.TryParse(frame.Text("date_time"), out var at, out var isPart) && !isPart)
        {
            return (at, at);
        }

        var interval = frame.Get("time_interval");
        var day = Day(interval.Text("date"));
        var start = Day(interval.Text("start_date_time")) ?? day ?? Day(interval.Text("end_date_time"));
        var end = Day(interval.Text("end_date_time")) ?? start;
        return start is { } s && end is { } e && e >= s ? (s, e) : null;
    }

    private static DateOnly? Day(string? text) => FhirDate.TryParse(text, out var date, out var isPart) && !isPart ? date : null;

    /// <summary>A value that stands for many is told apart from a single reading.</summary>
    private static string? Statistic(JsonElement body) => body.Text("descriptive_statistic") is { } said ? Statistics.Contains(said) ? said.Replace(' ', '-') : "other-statistic" : null;
}
