using Moments = Hl7.Fhir.ElementModel.Types.DateTime;
using Time = Hl7.Fhir.ElementModel.Types.Time;

namespace Minato.Formats.Views;

/// <summary>A step that gives true, false or nothing.</summary>
internal abstract class Condition : Step
{
    public abstract override bool? Test(in Item focus, Scope scope);

    public override void Run(in Item focus, Scope scope, Items into)
    {
        if (Test(focus, scope) is { } known)
        {
            into.Add(Item.Of(known));
        }
    }
}

/// <summary>FHIRPath's three-valued <c>and or xor implies</c>.</summary>
internal sealed class Logic(string op, Step left, Step right) : Condition
{
    public override bool? Test(in Item focus, Scope scope)
    {
        var l = left.Test(focus, scope);
        if ((op, l) is ("and", false) or ("implies", false) or ("or", true))
        {
            return op != "and";
        }

        if (op == "xor" && l is null)
        {
            return null;
        }

        var r = right.Test(focus, scope);
        return op switch
        {
            "and" => l & r,
            "or" => l | r,
            "xor" => l ^ r,
            _ => !l | r,
        };
    }
}

/// <summary><c>not()</c>.</summary>
internal sealed class Not(Step source) : Condition
{
    public override bool? Test(in Item focus, Scope scope) => !source.Test(focus, scope);
}

/// <summary><c>is</c>: a single item of exactly that type.</summary>
internal sealed class Is(Step source, FhirType type) : Condition
{
    public override bool? Test(in Item focus, Scope scope)
    {
        var list = scope.Rent();
        source.Run(focus, scope, list);
        scope.Return();
        return list.Count switch
        {
            0 => null,
            1 => list[0].Type.Name == type.Name,
            _ => throw new ViewFault("the left side of 'is' has several values"),
        };
    }
}

/// <summary><c>startsWith</c>, <c>endsWith</c>, <c>contains</c> of texts, by code unit.</summary>
internal sealed class TextTest(string name, Step source, Step part) : Condition
{
    public override bool? Test(in Item focus, Scope scope)
    {
        if (source.One(focus, scope, $"{name}()") is not { } whole || part.One(focus, scope, $"{name}()") is not { } sought)
        {
            return null;
        }

        var (text, wanted) = (whole.Text(), sought.Text());
        return name switch
        {
            "startsWith" => text.StartsWith(wanted, StringComparison.Ordinal),
            "endsWith" => text.EndsWith(wanted, StringComparison.Ordinal),
            _ => text.Contains(wanted, StringComparison.Ordinal),
        };
    }
}

/// <summary><c>=</c> and <c>!=</c>: item by item, in order.</summary>
internal sealed class Equality(Step left, Step right, bool negated) : Condition
{
    public override bool? Test(in Item focus, Scope scope)
    {
        var a = scope.Rent();
        left.Run(focus, scope, a);
        var b = scope.Rent();
        if (a.Count > 0)
        {
            right.Run(focus, scope, b);
        }

        scope.Return();
        scope.Return();
        if (IsNothing(a) || IsNothing(b))
        {
            return null;
        }

        bool? equal = a.Count == b.Count;
        for (var i = 0; i < a.Count && equal == true; i++)
        {
            equal = Comparing.Equal(a[i], b[i]);
        }

        return negated ? !equal : equal;
    }

    private static bool IsNothing(Items items) => items.Count == 0 || (items.Count == 1 && !items[0].HasValue && items[0].Type.Kind != ValueKind.Complex);
}

/// <summary><c>=</c> and <c>!=</c> with a text that the view gives, as most conditions are: compared in the resource's own bytes.</summary>
internal sealed class TextEquality(Step source, string text, bool negated) : Condition
{
    private readonly byte[] utf8 = System.Text.Encoding.UTF8.GetBytes(text);

    public override bool? Test(in Item focus, Scope scope)
    {
        var list = scope.Rent();
        source.Run(focus, scope, list);
        scope.Return();
        if (list.Count != 1)
        {
            return list.Count == 0 ? null : negated;
        }

        ref readonly var item = ref list[0];
        return !item.HasValue && item.Type.Kind != ValueKind.Complex
            ? null
            : negated != (item.Type.Kind == ValueKind.Text && (item.IsJson ? item.Json.ValueKind == System.Text.Json.JsonValueKind.String && item.Json.ValueEquals(utf8) : item.Text() == text));
    }
}

/// <summary><c>&lt; &lt;= &gt; &gt;=</c>.</summary>
internal sealed class Ordering(string op, Step left, Step right) : Condition
{
    public override bool? Test(in Item focus, Scope scope) =>
        left.One(focus, scope, $"a side of '{op}'") is { } a && right.One(focus, scope, $"a side of '{op}'") is { } b && Comparing.Order(a, b) is { } order
            ? op switch
            {
                "<" => order < 0,
                "<=" => order <= 0,
                ">" => order > 0,
                _ => order >= 0,
            }
            : null;
}

/// <summary><c>+ - * / &amp;</c>. Division by nothing, and what a decimal cannot hold, gives nothing.</summary>
internal sealed class Arithmetic(string op, Step left, Step right) : Step
{
    public override void Run(in Item focus, Scope scope, Items into)
    {
        var a = left.One(focus, scope, $"a side of '{op}'");
        var b = right.One(focus, scope, $"a side of '{op}'");
        if (op == "&")
        {
            into.Add(Item.Of((a?.Text() ?? "") + (b?.Text() ?? "")));
        }
        else if (a is { } x && b is { } y && Of(x, y) is { } result)
        {
            into.Add(result);
        }
    }

    private Item? Of(in Item a, in Item b)
    {
        if (op == "+" && (a.Type.Kind, b.Type.Kind) is (ValueKind.Text, ValueKind.Text))
        {
            return Item.Of(a.Text() + b.Text());
        }

        if (a.Type.Kind is not (ValueKind.Integer or ValueKind.Decimal) || b.Type.Kind is not (ValueKind.Integer or ValueKind.Decimal))
        {
            throw new ViewFault($"'{op}' is for numbers");
        }

        var (x, y) = (a.Number(), b.Number());
        if (op == "/" && y == 0)
        {
            return null;
        }

        try
        {
            var result = op switch
            {
                "+" => x + y,
                "-" => x - y,
                "*" => x * y,
                _ => x / y,
            };
            var whole = op != "/" && a.Type.Kind == ValueKind.Integer && b.Type.Kind == ValueKind.Integer;
            return !whole ? Item.Of(result) : result is >= int.MinValue and <= int.MaxValue ? Item.Of((long)result) : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}

/// <summary>How two values compare. Dates are compared by the reference implementation's own types, with their precision and offset.</summary>
internal static class Comparing
{
    /// <returns>Null where the precision does not allow an answer, or one has no value.</returns>
    public static bool? Equal(in Item a, in Item b)
    {
        if (!a.HasValue || !b.HasValue)
        {
            return a.Type.Kind == ValueKind.Complex || b.Type.Kind == ValueKind.Complex ? false : null;
        }

        switch (a.Type.Kind, b.Type.Kind)
        {
            case (ValueKind.Text, ValueKind.Text):
                return a.IsJson && a.Json.ValueKind == System.Text.Json.JsonValueKind.String ? a.Json.ValueEquals(b.Text()) : string.Equals(a.Text(), b.Text(), StringComparison.Ordinal);
            case (ValueKind.Boolean, ValueKind.Boolean):
                return a.Boolean() == b.Boolean();
            case (ValueKind.Integer or ValueKind.Decimal, ValueKind.Integer or ValueKind.Decimal):
                return a.Number() == b.Number();
            case (ValueKind.Date or ValueKind.DateTime, ValueKind.Date or ValueKind.DateTime):
                return Moment(a).TryEquals(Moment(b), out var same) ? same : null;
            case (ValueKind.Time, ValueKind.Time):
                return TimeOf(a).TryEquals(TimeOf(b), out var equal) ? equal : null;
            case (ValueKind.Complex, ValueKind.Complex):
                throw new ViewFault("whole elements are compared; compare what is in them");
            default:
                return false;
        }
    }

    /// <returns>Negative, 0 or positive; null where the precision does not allow an answer.</returns>
    public static int? Order(in Item a, in Item b)
    {
        switch (a.Type.Kind, b.Type.Kind)
        {
            case (ValueKind.Text, ValueKind.Text):
                return string.CompareOrdinal(a.Text(), b.Text());
            case (ValueKind.Integer or ValueKind.Decimal, ValueKind.Integer or ValueKind.Decimal):
                return a.Number().CompareTo(b.Number());
            case (ValueKind.Date or ValueKind.DateTime, ValueKind.Date or ValueKind.DateTime):
                return Moment(a).TryCompareTo(Moment(b), out var order) ? order : null;
            case (ValueKind.Time, ValueKind.Time):
                return TimeOf(a).TryCompareTo(TimeOf(b), out var of) ? of : null;
            default:
                throw new ViewFault($"{a.Type} and {b.Type} have no order between them");
        }
    }

    private static Moments Moment(in Item item) =>
        Moments.TryParse(item.Text(), out var parsed) ? parsed : throw new ViewFault($"the data are not of the FHIR type {item.Type.Name}");

    private static Time TimeOf(in Item item) =>
        Time.TryParse(item.Text(), out var parsed) ? parsed : throw new ViewFault($"the data are not of the FHIR type {item.Type.Name}");
}
