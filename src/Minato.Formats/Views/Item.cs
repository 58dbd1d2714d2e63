using System.Globalization;
using System.Text.Json;

namespace Minato.Formats.Views;

/// <summary>
/// One value while a path is followed: a piece of the resource's JSON, or something calculated (bool, long, decimal,
/// string). A primitive that has only extensions (<c>_gender</c>) is there but has no value.
/// </summary>
internal readonly struct Item
{
    private static readonly object TrueValue = true;
    private static readonly object FalseValue = false;

    private readonly object? value;

    /// <summary>A piece of JSON; <paramref name="shadow"/> holds a primitive's extensions where there are any.</summary>
    public Item(FhirType type, JsonElement json, JsonElement? shadow = null)
    {
        (Type, Json) = (type, json);
        value = shadow is { } s ? new Box(s) : null;
    }

    /// <summary>A calculated value.</summary>
    public Item(FhirType type, object value)
    {
        Type = type;
        this.value = value;
    }

    public FhirType Type { get; }

    public JsonElement Json { get; }

    public JsonElement? Shadow => (value as Box)?.Json;

    public bool IsJson => Json.ValueKind != JsonValueKind.Undefined;

    public bool HasValue => IsJson ? Json.ValueKind != JsonValueKind.Null : value is not (null or Box);

    public static Item Of(bool value) => new(FhirType.Boolean, value ? TrueValue : FalseValue);

    public static Item Of(long value) => new(FhirType.Integer, value);

    public static Item Of(decimal value) => new(FhirType.Decimal, value);

    public static Item Of(string value) => new(FhirType.String, value);

    public bool Boolean() => !IsJson ? (bool)value! : Json.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Unlike(),
    };

    public decimal Number() => !IsJson
        ? value is long whole ? whole : (decimal)value!
        : Json.ValueKind == JsonValueKind.Number ? Json.TryGetDecimal(out var number) ? number : throw new ViewFault("a number has more digits than can be calculated with (28)")
        : Type.Name == "integer64" && long.TryParse(Text(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var large) ? large
        : throw Unlike();

    /// <summary>The text of a text, date or time.</summary>
    public string Text() => !IsJson ? (string)value! : Json.ValueKind == JsonValueKind.String ? Json.GetString()! : throw Unlike();

    /// <summary>A value as FHIR writes it; a number with the digits it was sent with.</summary>
    public string Written() => IsJson
        ? Json.ValueKind == JsonValueKind.String ? Json.GetString()! : Json.GetRawText()
        : value switch
        {
            bool b => b ? "true" : "false",
            IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
            var other => (string)other!,
        };

    private ViewFault Unlike() => new($"the data are not of the FHIR type {Type.Name}");

    private sealed record Box(JsonElement Json);
}

/// <summary>A list of items that is used again and again.</summary>
internal sealed class Items
{
    private Item[] items = new Item[8];

    public int Count { get; private set; }

    public ref readonly Item this[int index] => ref items[index];

    public ReadOnlySpan<Item> Span => items.AsSpan(0, Count);

    public void Add(in Item item)
    {
        if (Count == items.Length)
        {
            // A resource is at most 16 MiB, but paths may name the same piece again and again.
            if (Count >= Scope.MostItems)
            {
                throw new ViewFault($"a path gives more than {Scope.MostItems} items");
            }

            Array.Resize(ref items, Count * 2);
        }

        items[Count++] = item;
    }

    public void Clear() => Count = 0;

    public void Keep(int count) => Count = count;
}

/// <summary>What a resource has that a view cannot take: the resource is left out, and the reason told.</summary>
internal sealed class ViewFault(string reason) : Exception(reason);

/// <summary>Where a path stands: the row's number, the Bundle around the resource, and lists to work with.</summary>
internal sealed class Scope
{
    public const int MostItems = 1 << 20;

    private readonly List<Items> lists = [];
    private int used;

    /// <summary>0-based, of the innermost <c>forEach</c> or <c>repeat</c>.</summary>
    public int RowIndex { get; set; }

    public ResourceKeys Keys { get; } = new();

    public Items Rent()
    {
        if (used == lists.Count)
        {
            lists.Add(new());
        }

        var list = lists[used++];
        list.Clear();
        return list;
    }

    /// <summary>Gives back the list rented last.</summary>
    public void Return() => used--;

    /// <summary>After a fault, whatever was rented is free.</summary>
    public void Reset() => used = 0;
}
