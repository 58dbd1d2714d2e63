using System.Text;
using Hl7.FhirPath;
using Hl7.FhirPath.Expressions;
using Types = Hl7.Fhir.ElementModel.Types;

namespace Minato.Formats.Views;

/// <summary>A compiled path: what to do, and the FHIR types it can give. Null: the data say; none: it is always empty.</summary>
internal sealed record CompiledPath(Step Step, IReadOnlyList<FhirType>? Types);

/// <summary>What is wrong with a path; a mistake of the view's author.</summary>
internal sealed class PathError(string reason) : Exception(reason);

/// <summary>
/// Compiles FHIRPath, parsed by the reference implementation, into steps over a resource's JSON. The subset is the one of
/// the Shareable View Definition profile with its experimental functions, and a few more that cost nothing. Types are
/// followed through FHIR R4's definitions, so a choice becomes the one property it is written as.
/// </summary>
internal sealed class PathCompiler(IReadOnlyDictionary<string, Item> constants, bool withExtensions)
{
    /// <summary>Longest path, and deepest brackets in one: the parser recurses.</summary>
    public const int MostCharacters = 2000;

    private const int MostBrackets = 32;

    private const string Supported = "where, exists, empty, not, count, first, last, select, ofType, is, as, extension, join, startsWith, endsWith, contains, lowBoundary, highBoundary, getResourceKey, getReferenceKey";

    private static readonly FhirPathCompiler Parser = new();

    /// <summary>Elements that the type does not have: the path is empty there, most likely by a slip.</summary>
    public List<string> Missing { get; } = [];

    /// <exception cref="PathError">The path cannot be read, or asks for what is not supported.</exception>
    public CompiledPath Compile(string path, IReadOnlyList<FhirType>? focus)
    {
        if (path.Length > MostCharacters || Depth(path) > MostBrackets)
        {
            throw new PathError($"it is longer than {MostCharacters} characters or nested deeper than {MostBrackets} brackets");
        }

        try
        {
            return Of(Parser.Parse(path), focus);
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new PathError("it is not FHIRPath, or a number in it is too large");
        }
    }

    private static int Depth(string path)
    {
        var (depth, deepest) = (0, 0);
        foreach (var c in path)
        {
            depth += c is '(' or '[' or '{' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            deepest = Math.Max(deepest, depth);
        }

        return deepest;
    }

    private CompiledPath Of(Expression e, IReadOnlyList<FhirType>? focus)
    {
        switch (e)
        {
            case BracketExpression bracket:
                return Of(bracket.Operand, focus);
            case AxisExpression { AxisName: "this" or "that" }:
                return new(This.Step, focus);
            case NewNodeListInitExpression list when !list.Contents.Any():
                return new(Nothing.Step, []);
            case IdentifierExpression identifier:
                throw new PathError($"'{identifier.Value}' stands where a value is needed");
            case ConstantExpression literal:
                return Literal(literal.Value);
            case AxisExpression axis:
                throw new PathError($"'${axis.AxisName}' is not supported");
            case VariableRefExpression { Name: "rowIndex" }:
                return new(new RowIndex(), [FhirType.Integer]);
            case VariableRefExpression variable:
                return constants.TryGetValue(variable.Name, out var value) ? new(new Constant(value), [value.Type])
                    : throw new PathError($"%{variable.Name} is no constant of the view");
            case ChildExpression child:
                return ChildOf(child, focus);
            case IndexerExpression indexer:
                var items = Of(indexer.Focus, focus);
                return items with { Step = new At(items.Step, Of(indexer.Index, focus).Step) };
            case UnaryExpression { Op: "-" } minus:
                var operand = Of(minus.Arguments.First(), focus);
                return new(new Arithmetic("-", At.First, operand.Step), operand.Types);
            case UnaryExpression plus:
                return Of(plus.Arguments.First(), focus);
            case BinaryExpression binary:
                return Binary(binary, focus);
            case FunctionCallExpression call:
                return Call(call, focus);
            default:
                throw new PathError("it uses a part of FHIRPath that is not supported");
        }
    }

    private static CompiledPath Literal(object value)
    {
        var item = value switch
        {
            bool b => Item.Of(b),
            int i => Item.Of((long)i),
            long l => Item.Of(l),
            decimal d => Item.Of(d),
            string s => Item.Of(s),
            Types.Date d => new Item(FhirType.Date, d.ToString()),
            Types.DateTime d => new Item(FhirType.DateTime, d.ToString()),
            Types.Time t => new Item(FhirType.Time, t.ToString()),
            _ => throw new PathError("quantities with units are not supported; compare value and code"),
        };
        return new(new Constant(item), [item.Type]);
    }

    private CompiledPath ChildOf(ChildExpression child, IReadOnlyList<FhirType>? focus)
    {
        var name = child.ChildName;

        // Patient.name: a path may begin with the type of the resource.
        if (child.Focus is AxisExpression { AxisName: "that" } && focus is [{ IsResource: true } resource] && resource.Name == name)
        {
            return new(This.Step, focus);
        }

        var source = Of(child.Focus, focus);
        if (source.Types is null || source.Types.Any(t => t.IsAbstract))
        {
            return new(new Child(source.Step, name, null, withExtensions), null);
        }

        var elements = source.Types.Select(t => t.Element(name)).OfType<FhirElement>().ToList();
        if (elements.Count == 0)
        {
            if (source.Types.Count > 0)
            {
                Missing.Add($"{string.Join('|', source.Types.Select(t => t.Name))} has no element '{name}'");
            }

            return new(Nothing.Step, []);
        }

        return new(
            new Child(source.Step, name, source.Types.Count == 1 ? elements[0] : null, withExtensions),
            [.. elements.SelectMany(x => x.Written).Select(w => w.Type).DistinctBy(t => t.Kind == ValueKind.Complex && FhirType.Of(t.Name) != t ? (object)t : t.Name)]);
    }

    private CompiledPath Binary(BinaryExpression binary, IReadOnlyList<FhirType>? focus)
    {
        // Its operands are its arguments; Left and Right are something else.
        var operands = binary.Arguments.ToList();
        var left = Of(operands[0], focus);
        if (binary.Op is "is" or "as")
        {
            return TypeTest(binary.Op, left, operands[1]);
        }

        var right = Of(operands[1], focus);
        switch (binary.Op)
        {
            case "and" or "or" or "xor" or "implies":
                return Boolean(new Logic(binary.Op, left.Step, right.Step));
            case "=" or "!=" when right.Step is Constant { Value: { Type.Kind: ValueKind.Text } text }:
                return Boolean(new TextEquality(left.Step, text.Text(), binary.Op == "!="));
            case "=" or "!=":
                return Boolean(new Equality(left.Step, right.Step, binary.Op == "!="));
            case "<" or "<=" or ">" or ">=":
                return Boolean(new Ordering(binary.Op, left.Step, right.Step));
            case "+" or "-" or "*" or "/":
                var kinds = Enumerable.Concat(left.Types ?? [], right.Types ?? []).Select(t => t.Kind).ToHashSet();
                return new(
                    new Arithmetic(binary.Op, left.Step, right.Step),
                    binary.Op == "+" && kinds.SetEquals([ValueKind.Text]) ? [FhirType.String] : binary.Op != "/" && kinds.SetEquals([ValueKind.Integer]) ? [FhirType.Integer] : [FhirType.Decimal]);
            case "&":
                return new(new Arithmetic("&", left.Step, right.Step), [FhirType.String]);
            default:
                throw new PathError($"the operator '{binary.Op}' is not supported");
        }
    }

    private CompiledPath Call(FunctionCallExpression call, IReadOnlyList<FhirType>? focus)
    {
        var source = Of(call.Focus, focus);
        var arguments = call.Arguments.ToList();
        var name = call.FunctionName;
        CompiledPath Argument(int i, bool ofEach) => Of(arguments[i], ofEach ? source.Types : focus);
        void Takes(int least, int most)
        {
            if (arguments.Count < least || arguments.Count > most)
            {
                throw new PathError($"{name}() takes {(least == most ? least.ToString(System.Globalization.CultureInfo.InvariantCulture) : $"{least} to {most}")} arguments");
            }
        }

        switch (name)
        {
            case "where":
                Takes(1, 1);
                return source with { Step = new Where(source.Step, Argument(0, true).Step) };
            case "select":
                Takes(1, 1);
                var projection = Argument(0, true);
                return projection with { Step = new Select(source.Step, projection.Step) };
            case "exists":
                Takes(0, 1);
                return Boolean(new Exists(arguments.Count == 0 ? source.Step : new Where(source.Step, Argument(0, true).Step), true));
            case "empty":
                Takes(0, 0);
                return Boolean(new Exists(source.Step, false));
            case "not":
                Takes(0, 0);
                return Boolean(new Not(source.Step));
            case "count":
                Takes(0, 0);
                return new(new Count(source.Step), [FhirType.Integer]);
            case "first" or "last":
                Takes(0, 0);
                return source with { Step = new At(source.Step, name == "first" ? At.First : At.Last) };
            case "ofType" or "is" or "as":
                Takes(1, 1);
                return TypeTest(name, source, arguments[0]);
            case "extension":
                Takes(1, 1);
                return Argument(0, false).Step is Constant { Value: { Type.Kind: ValueKind.Text } url }
                    ? new(new Extension(source.Step, Encoding.UTF8.GetBytes(url.Text())), [FhirType.Extension])
                    : throw new PathError("extension() takes the extension's URL as a literal or a constant");
            case "join":
                Takes(0, 1);
                return new(new Join(source.Step, arguments.Count == 0 ? Nothing.Step : Argument(0, false).Step), [FhirType.String]);
            case "startsWith" or "endsWith" or "contains":
                Takes(1, 1);
                return Boolean(new TextTest(name, source.Step, Argument(0, false).Step));
            case "lowBoundary" or "highBoundary":
                Takes(0, 1);
                return new(
                    new Boundary(source.Step, name == "highBoundary", arguments.Count == 0 ? null : Argument(0, false).Step),
                    source.Types?.Select(t => t.Kind switch
                    {
                        ValueKind.Integer or ValueKind.Decimal => FhirType.Decimal,
                        ValueKind.Date => FhirType.Date,
                        ValueKind.Time => FhirType.Time,
                        _ => FhirType.DateTime,
                    }).Distinct().ToList());
            case "getResourceKey":
                Takes(0, 0);
                return new(new ResourceKey(source.Step), [FhirType.String]);
            case "getReferenceKey":
                Takes(0, 1);
                return new(new ReferenceKey(source.Step, arguments.Count == 0 ? null : TypeNamed(arguments[0]).Name), [FhirType.String]);
            default:
                throw new PathError($"the function {name}() is not supported. Supported are: {Supported}");
        }
    }

    private static CompiledPath TypeTest(string name, CompiledPath source, Expression typeName)
    {
        var type = TypeNamed(typeName);
        if (name == "is")
        {
            return Boolean(new Is(source.Step, type));
        }

        if (source.Types is not null && !source.Types.Any(t => t.Name == type.Name || t.IsAbstract))
        {
            return new(Nothing.Step, [type]);
        }

        return new(source.Step is Child { IsKnown: true } choice ? choice.Only(type) : new OfType(source.Step, type), [type]);
    }

    private static FhirType TypeNamed(Expression e)
    {
        var name = e switch
        {
            IdentifierExpression i => i.Value.ToString()!,
            ChildExpression { Focus: ChildExpression { ChildName: "FHIR" } } c => c.ChildName,
            ChildExpression c => c.ChildName,
            _ => throw new PathError("the name of a type is needed"),
        };
        name = name.StartsWith("FHIR.", StringComparison.Ordinal) ? name[5..] : name;
        return FhirType.Of(name) ?? throw new PathError($"FHIR R4 has no type '{name}'");
    }

    private static CompiledPath Boolean(Step step) => new(step, [FhirType.Boolean]);
}
