using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Minato.Formats.Views;

/// <summary>One value of a row. It looks into the resource's bytes, so it is valid only while the row is being taken.</summary>
public readonly struct ViewCell
{
    private readonly Item single;
    private readonly Item[]? list;

    internal ViewCell(in Item single) => this.single = single;

    internal ViewCell(Item[] list) => this.list = list;

    public bool IsNull => list is null && !single.HasValue;

    /// <summary>The value as FHIR writes it; a list or a whole element as JSON. Null where there is none.</summary>
    public string? Text
    {
        get
        {
            if (list is null)
            {
                return single.HasValue ? single.Written() : null;
            }

            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, NdjsonView.Options))
            {
                WriteTo(writer);
            }

            return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
        }
    }

    public bool? Boolean => single.HasValue ? single.Boolean() : null;

    /// <summary>Null too where the number is not whole or too large.</summary>
    public long? Integer => single.HasValue && single.Number() is var n && n == decimal.Truncate(n) && n is >= long.MinValue and <= long.MaxValue ? (long)n : null;

    public decimal? Number => single.HasValue ? single.Number() : null;

    public DateOnly? Date => single.HasValue && DateOnly.TryParseExact(single.Text(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>The value's bytes in UTF-8, as <see cref="Text"/>, where they can be had without copying.</summary>
    internal bool TryUtf8(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        if (list is not null || !single.IsJson)
        {
            return false;
        }

        utf8 = JsonMarshal.GetRawUtf8Value(single.Json);
        if (single.Json.ValueKind == JsonValueKind.String)
        {
            utf8 = utf8[1..^1];
            return !utf8.Contains((byte)'\\');
        }

        return true;
    }

    /// <summary>As a JSON value: text, number, true or false, list, object, null.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        if (list is null)
        {
            Write(writer, single);
            return;
        }

        writer.WriteStartArray();
        foreach (ref readonly var item in list.AsSpan())
        {
            Write(writer, item);
        }

        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, in Item item)
    {
        if (!item.HasValue)
        {
            writer.WriteNullValue();
        }
        else if (item.IsJson)
        {
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(item.Json), skipInputValidation: true);
        }
        else
        {
            switch (item.Type.Kind)
            {
                case ValueKind.Boolean:
                    writer.WriteBooleanValue(item.Boolean());
                    break;
                case ValueKind.Integer or ValueKind.Decimal:
                    writer.WriteNumberValue(item.Number());
                    break;
                default:
                    writer.WriteStringValue(item.Text());
                    break;
            }
        }
    }
}
