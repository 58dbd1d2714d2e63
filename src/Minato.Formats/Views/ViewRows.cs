using System.Text.Json;

namespace Minato.Formats.Views;

/// <summary>
/// Makes the rows of a view from one resource after another, as the specification's processing algorithm says. A resource
/// gives all of its rows or, where it breaks a rule of the view, none.
/// </summary>
internal sealed class ViewRows(View view)
{
    /// <summary>Rows of one resource: a product of lists within it can grow without need.</summary>
    public const int MostRows = 1 << 20;

    private readonly Scope scope = new();
    private readonly ViewCell[] row = new ViewCell[view.Columns.Count];
    private readonly List<ViewCell> done = [];
    private ViewPath? path;

    public ResourceKeys Keys => scope.Keys;

    /// <summary>Values that a column of SQL type DATE left empty, because they are not whole days.</summary>
    public long NotWholeDays { get; private set; }

    /// <summary>Gives the resource's rows to the output.</summary>
    /// <returns>How many; or -1 and in <paramref name="fault"/> why there are none.</returns>
    public int Of(JsonElement resource, IViewOutput output, out (string Reason, ViewPath? Path) fault)
    {
        fault = default;
        var item = new Item(view.ResourceType, resource);
        done.Clear();
        path = null;
        scope.Reset();
        scope.RowIndex = 0;
        try
        {
            foreach (var condition in view.Where)
            {
                path = condition;
                if (condition.Step.One(item, scope, "the condition") is not { } kept)
                {
                    return 0;
                }

                if (kept.Type.Kind != ValueKind.Boolean)
                {
                    throw new ViewFault("the condition is not boolean");
                }

                if (!kept.Boolean())
                {
                    return 0;
                }
            }

            Run(new(view.Root, item, 0, null));
        }
        catch (ViewFault e)
        {
            fault = (e.Message, path);
            return -1;
        }
        catch (InvalidOperationException)
        {
            // The JSON reader's way to say that an escaped text is no text (a lone surrogate).
            fault = ("a text holds characters that do not exist", path);
            return -1;
        }

        var rows = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(done);
        for (var i = 0; i < rows.Length; i += row.Length)
        {
            output.Row(rows.Slice(i, row.Length));
        }

        return rows.Length / row.Length;
    }

    /// <summary>Fills the columns of the selection, then of all that wait behind it; a row is whole when nothing waits.</summary>
    private void Run(Waiting? waiting)
    {
        if (waiting is null)
        {
            if (done.Count >= MostRows * (long)row.Length)
            {
                throw new ViewFault($"it gives more than {MostRows} rows");
            }

            done.AddRange(row);
            return;
        }

        var (selection, focus, index, next) = waiting;
        if (selection.ForEach is null && selection.Repeat is null)
        {
            Focus(selection, focus, index, next);
            return;
        }

        var foci = scope.Rent();
        scope.RowIndex = index;
        if (selection.Repeat is { } repeat)
        {
            Repeat(repeat, focus, foci, 0);
        }
        else
        {
            path = selection.ForEach;
            selection.ForEach!.Step.Run(focus, scope, foci);
        }

        for (var i = 0; i < foci.Count; i++)
        {
            Focus(selection, foci[i], i, next);
        }

        if (foci.Count == 0 && selection.OrNull)
        {
            Empty(selection);
            Run(next);
        }

        scope.Return();
    }

    private void Focus(Selection selection, in Item focus, int index, Waiting? next)
    {
        scope.RowIndex = index;
        foreach (var (column, from) in selection.Columns)
        {
            path = from;
            row[column] = Cell(view.Columns[column], from, focus);
        }

        if (selection.Union.Count == 0)
        {
            Run(Behind(selection, focus, index, next));
            return;
        }

        foreach (var branch in selection.Union)
        {
            Run(Behind(selection, focus, index, new(branch, focus, index, next)));
        }
    }

    /// <summary>The nested selections, in their order, before what waited already.</summary>
    private static Waiting? Behind(Selection selection, in Item focus, int index, Waiting? next)
    {
        for (var i = selection.Selects.Count - 1; i >= 0; i--)
        {
            next = new(selection.Selects[i], focus, index, next);
        }

        return next;
    }

    private void Repeat(IReadOnlyList<ViewPath> paths, in Item from, Items into, int depth)
    {
        // JSON itself is nested at most 64 deep; a path that leads nowhere new ($this) would go on for ever.
        if (depth > 64)
        {
            throw new ViewFault("repeat does not come to an end");
        }

        foreach (var each in paths)
        {
            path = each;
            var children = scope.Rent();
            each.Step.Run(from, scope, children);
            for (var i = 0; i < children.Count; i++)
            {
                into.Add(children[i]);
                Repeat(paths, children[i], into, depth + 1);
            }

            scope.Return();
        }
    }

    /// <summary>The row that forEachOrNull gives for nothing; <c>%rowIndex</c> is 0 in it.</summary>
    private void Empty(Selection selection)
    {
        Array.Clear(row, selection.First, selection.End - selection.First);
        Zero(selection);
        void Zero(Selection s)
        {
            foreach (var (column, from) in s.Columns)
            {
                if (from.Step is RowIndex)
                {
                    row[column] = new(Item.Of(0L));
                }
            }

            foreach (var inner in s.Selects.Concat(s.Union))
            {
                Zero(inner);
            }
        }
    }

    private ViewCell Cell(ViewColumn column, ViewPath from, in Item focus)
    {
        var values = scope.Rent();
        from.Step.Run(focus, scope, values);
        if (values.Count > 1 && !column.IsCollection)
        {
            throw new ViewFault($"the column {column.Name} has several values; use forEach or first(), or set collection to true");
        }

        ViewCell cell = default;
        if (column.IsCollection)
        {
            var list = new List<Item>(values.Count);
            foreach (ref readonly var value in values.Span)
            {
                if (value.HasValue)
                {
                    list.Add(Checked(column, value));
                }
            }

            cell = new([.. list]);
        }
        else if (values.Count == 1 && values[0].HasValue)
        {
            cell = new(Checked(column, values[0]));
        }

        scope.Return();
        return cell;
    }

    private Item Checked(ViewColumn column, in Item value)
    {
        var written = value.Type.Kind;
        if (column.Kind is { } wanted ? !ViewCompiler.Fits(written, wanted) : written == ValueKind.Complex && column.FhirType is null)
        {
            throw new ViewFault($"the column {column.Name} is of type {column.FhirType ?? "string"}, but the value is of type {value.Type.Name}");
        }

        if (value.IsJson && (written, value.Json.ValueKind) is not
            ((ValueKind.Boolean, JsonValueKind.True or JsonValueKind.False)
            or (ValueKind.Integer or ValueKind.Decimal, JsonValueKind.Number)
            or (ValueKind.Complex, JsonValueKind.Object)
            or (ValueKind.Text or ValueKind.Date or ValueKind.DateTime or ValueKind.Time, JsonValueKind.String)))
        {
            throw new ViewFault($"the data are not of the FHIR type {value.Type.Name}");
        }

        if (value.Json.ValueKind == JsonValueKind.String && System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value.Json).Contains((byte)'\\'))
        {
            value.Json.GetString(); // throws now, not while the row is written, where an escape stands for no character
        }

        return column.Type switch
        {
            SqlType.Date => Day(value),
            SqlType.Integer or SqlType.BigInteger when new ViewCell(value).Integer is not { } n || (column.Type == SqlType.Integer && n is < int.MinValue or > int.MaxValue) =>
                throw new ViewFault($"the column {column.Name} holds whole numbers, which the value is not"),
            _ => value,
        };
    }

    /// <summary>The day as it was written; a month or a year is not a day.</summary>
    private Item Day(in Item value)
    {
        var text = value.Text();
        if (text.Length >= 10 && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out _))
        {
            return text.Length == 10 ? value : new(FhirType.Date, text[..10]);
        }

        NotWholeDays++;
        return default;
    }

    /// <summary>A selection that is still to be run before the row is whole.</summary>
    private sealed record Waiting(Selection Selection, Item Focus, int RowIndex, Waiting? Next);
}
