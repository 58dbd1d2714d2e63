using System.Text.Json;

namespace Minato.Formats.Views;

/// <summary>One step of a compiled path: from an item to the items it leads to.</summary>
internal abstract class Step
{
    /// <summary>Adds to <paramref name="into"/> what the step gives for <paramref name="focus"/>.</summary>
    /// <exception cref="ViewFault">The data do not allow it.</exception>
    public abstract void Run(in Item focus, Scope scope, Items into);

    /// <summary>As a condition: null where nothing is known. A single item that is no boolean counts as true, as in FHIRPath.</summary>
    public virtual bool? Test(in Item focus, Scope scope)
    {
        var list = scope.Rent();
        Run(focus, scope, list);
        var result = list.Count switch
        {
            0 => (bool?)null,
            1 when !list[0].HasValue => list[0].Type.Kind == ValueKind.Complex ? true : null,
            1 => list[0].Type.Kind != ValueKind.Boolean || list[0].Boolean(),
            _ => throw new ViewFault("a condition has several values"),
        };
        scope.Return();
        return result;
    }

    /// <summary>At most one item; null where there is none.</summary>
    public Item? One(in Item focus, Scope scope, string of)
    {
        var list = scope.Rent();
        Run(focus, scope, list);
        if (list.Count > 1)
        {
            throw new ViewFault($"{of} has several values where one is needed");
        }

        Item? result = list.Count == 1 && list[0].HasValue ? list[0] : null;
        scope.Return();
        return result;
    }
}

/// <summary>A step that first takes its source's items.</summary>
internal abstract class StepOn(Step source) : Step
{
    public Step Source => source;

    public override void Run(in Item focus, Scope scope, Items into)
    {
        if (source is This)
        {
            Each(focus, focus, scope, into);
            return;
        }

        var items = scope.Rent();
        source.Run(focus, scope, items);
        for (var i = 0; i < items.Count; i++)
        {
            Each(items[i], focus, scope, into);
        }

        scope.Return();
    }

    /// <summary>What the step gives for one item of its source.</summary>
    protected abstract void Each(in Item item, in Item focus, Scope scope, Items into);
}

/// <summary><c>$this</c>, and the beginning of every path.</summary>
internal sealed class This : Step
{
    public static readonly This Step = new();

    public override void Run(in Item focus, Scope scope, Items into) => into.Add(focus);
}

/// <summary><c>{}</c>, and elements that the type does not have.</summary>
internal sealed class Nothing : Step
{
    public static readonly Nothing Step = new();

    public override void Run(in Item focus, Scope scope, Items into)
    {
    }
}

/// <summary>A literal or a constant of the view.</summary>
internal sealed class Constant(Item value) : Step
{
    public Item Value { get; } = value;

    public override void Run(in Item focus, Scope scope, Items into) => into.Add(Value);
}

/// <summary><c>%rowIndex</c>.</summary>
internal sealed class RowIndex : Step
{
    public override void Run(in Item focus, Scope scope, Items into) => into.Add(Item.Of(scope.RowIndex));
}

/// <summary>
/// An element by its name. <paramref name="known"/> is set where the source's type is certain, so that nothing is looked up
/// while reading; else the item's own type says how the element is written.
/// </summary>
internal sealed class Child(Step source, string name, FhirElement? known, bool withExtensions) : StepOn(source)
{
    /// <summary>Only these ways of writing it: <c>value.ofType(Quantity)</c> looks for <c>valueQuantity</c> alone.</summary>
    public Child Only(FhirType type) => new(Source, name, known! with { Written = [.. known.Written.Where(w => w.Type.Name == type.Name)] }, withExtensions);

    public bool IsKnown => known is not null;

    protected override void Each(in Item item, in Item focus, Scope scope, Items into)
    {
        if (!item.IsJson || item.Type.Kind != ValueKind.Complex)
        {
            // The children of a primitive stand in the property beside it.
            if (item.Shadow is { } shadow && item.Type.Element(name) is { } of)
            {
                foreach (var w in of.Written)
                {
                    Add(shadow, w, into);
                }
            }

            return;
        }

        if (item.Json.ValueKind != JsonValueKind.Object)
        {
            throw new ViewFault($"the data are not of the FHIR type {item.Type.Name}");
        }

        var element = known ?? item.Type.Element(name);
        if (element is null)
        {
            return;
        }

        if (element.Written.Count <= 4)
        {
            foreach (var w in element.Written)
            {
                Add(item.Json, w, into);
            }

            return;
        }

        // A choice of many types: rather pass over the object's properties once than look for fifty.
        foreach (var property in item.Json.EnumerateObject())
        {
            var written = System.Runtime.InteropServices.JsonMarshal.GetRawUtf8PropertyName(property);
            if (written.Length <= name.Length || written[0] != name[0])
            {
                continue;
            }

            foreach (var w in element.Written)
            {
                if (written.SequenceEqual(w.Name))
                {
                    Add(item.Json, w, into);
                    break;
                }
            }
        }
    }

    private void Add(JsonElement parent, WrittenAs w, Items into)
    {
        var found = parent.TryGetProperty(w.Name, out var value);
        var shadow = default(JsonElement);
        var shadowed = w.Type.Kind != ValueKind.Complex && (withExtensions || !found || value.ValueKind == JsonValueKind.Array) && parent.TryGetProperty(w.Shadow, out shadow);
        if (!found)
        {
            if (!shadowed)
            {
                return;
            }

            value = shadow.ValueKind == JsonValueKind.Array ? shadow : default;
        }

        if (value.ValueKind == JsonValueKind.Null)
        {
            return; // FHIR has no null outside of lists of primitives
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            into.Add(new(TypeOf(w.Type, value), value, shadowed ? shadow : null));
            return;
        }

        var i = 0;
        foreach (var each in value.EnumerateArray())
        {
            JsonElement? beside = shadowed && shadow.ValueKind == JsonValueKind.Array && i < shadow.GetArrayLength() && shadow[i].ValueKind == JsonValueKind.Object ? shadow[i] : null;
            if (beside is not null || (found && each.ValueKind != JsonValueKind.Null))
            {
                into.Add(found ? new(TypeOf(w.Type, each), each, beside) : new(w.Type, default(JsonElement), beside));
            }

            i++;
        }
    }

    private static FhirType TypeOf(FhirType declared, JsonElement value) =>
        declared.IsAbstract && value.ValueKind == JsonValueKind.Object && value.TryGetProperty("resourceType"u8, out var t) && t.ValueKind == JsonValueKind.String
            ? FhirType.Of(t.GetString()!) ?? declared
            : declared;
}

/// <summary><c>where(criteria)</c>.</summary>
internal sealed class Where(Step source, Step criteria) : StepOn(source)
{
    protected override void Each(in Item item, in Item focus, Scope scope, Items into)
    {
        if (criteria.Test(item, scope) == true)
        {
            into.Add(item);
        }
    }
}

/// <summary><c>select(projection)</c>.</summary>
internal sealed class Select(Step source, Step projection) : StepOn(source)
{
    protected override void Each(in Item item, in Item focus, Scope scope, Items into) => projection.Run(item, scope, into);
}

/// <summary><c>ofType(T)</c>: exactly that type.</summary>
internal sealed class OfType(Step source, FhirType type) : StepOn(source)
{
    protected override void Each(in Item item, in Item focus, Scope scope, Items into)
    {
        if (item.Type.Name == type.Name)
        {
            into.Add(item);
        }
    }
}

/// <summary><c>extension(url)</c>.</summary>
internal sealed class Extension(Step source, byte[] url) : StepOn(source)
{
    protected override void Each(in Item item, in Item focus, Scope scope, Items into)
    {
        var holder = item.Type.Kind == ValueKind.Complex ? item.IsJson ? item.Json : default : item.Shadow ?? default;
        if (holder.ValueKind == JsonValueKind.Object && holder.TryGetProperty("extension"u8, out var extensions) && extensions.ValueKind == JsonValueKind.Array)
        {
            foreach (var extension in extensions.EnumerateArray())
            {
                if (extension.ValueKind == JsonValueKind.Object && extension.TryGetProperty("url"u8, out var u) && u.ValueKind == JsonValueKind.String && u.ValueEquals(url))
                {
                    into.Add(new(FhirType.Extension, extension));
                }
            }
        }
    }
}

/// <summary>One of the source's items by its place: <c>[n]</c>, <c>first()</c>, and <c>last()</c> as -1.</summary>
internal sealed class At(Step source, Step index) : Step
{
    public static readonly Constant First = new(Item.Of(0L));

    public static readonly Constant Last = new(Item.Of(-1L));

    public override void Run(in Item focus, Scope scope, Items into)
    {
        if (index.One(focus, scope, "an index") is not { } place)
        {
            return;
        }

        var begin = into.Count;
        source.Run(focus, scope, into);
        var count = into.Count - begin;
        var n = place.Number();
        n = ReferenceEquals(index, Last) ? count - 1 : n;
        var chosen = n >= 0 && n < count ? into[begin + (int)n] : (Item?)null;
        into.Keep(begin);
        if (chosen is { } item)
        {
            into.Add(item);
        }
    }
}

/// <summary><c>exists()</c> and <c>empty()</c>.</summary>
internal sealed class Exists(Step source, bool wanted) : Condition
{
    public override bool? Test(in Item focus, Scope scope)
    {
        var list = scope.Rent();
        source.Run(focus, scope, list);
        scope.Return();
        return list.Count > 0 == wanted;
    }
}

/// <summary><c>count()</c>.</summary>
internal sealed class Count(Step source) : Step
{
    public override void Run(in Item focus, Scope scope, Items into)
    {
        var list = scope.Rent();
        source.Run(focus, scope, list);
        scope.Return();
        into.Add(Item.Of((long)list.Count));
    }
}

/// <summary><c>join(separator)</c>; of nothing, the empty text.</summary>
internal sealed class Join(Step source, Step separator) : Step
{
    public override void Run(in Item focus, Scope scope, Items into)
    {
        var list = scope.Rent();
        source.Run(focus, scope, list);
        var parts = new List<string>(list.Count);
        foreach (ref readonly var item in list.Span)
        {
            if (item.HasValue)
            {
                parts.Add(item.Type.Kind == ValueKind.Text ? item.Text() : throw new ViewFault("join() is for texts"));
            }
        }

        scope.Return();
        into.Add(Item.Of(string.Join(separator.One(focus, scope, "a separator")?.Text() ?? "", parts)));
    }
}

/// <summary><c>getResourceKey()</c>.</summary>
internal sealed class ResourceKey(Step source) : StepOn(source)
{
    protected override void Each(in Item item, in Item focus, Scope scope, Items into)
    {
        if (scope.Keys.OfResource(item) is { } key)
        {
            into.Add(Item.Of(key));
        }
    }
}

/// <summary><c>getReferenceKey(Type)</c>.</summary>
internal sealed class ReferenceKey(Step source, string? type) : StepOn(source)
{
    protected override void Each(in Item item, in Item focus, Scope scope, Items into)
    {
        if (scope.Keys.OfReference(item, type) is { } key)
        {
            into.Add(Item.Of(key));
        }
    }
}
