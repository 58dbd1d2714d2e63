using System.Text.Json;
using System.Text.RegularExpressions;
using Minato.Formats.Fhir;

namespace Minato.Formats.Views;

/// <summary>Reads a ViewDefinition and compiles its paths; every mistake is told, not only the first.</summary>
internal sealed partial class ViewCompiler(string file)
{
    private const int MostBytes = 1 << 20;
    private const int MostColumns = 1600;
    private const int MostLevels = 16;

    private static readonly string[] Iterations = ["forEach", "forEachOrNull", "repeat"];

    private readonly List<Finding> errors = [];
    private readonly List<Finding> remarks = [];
    private readonly Dictionary<string, Item> constants = new(StringComparer.Ordinal);
    private readonly List<ViewColumn> columns = [];
    private PathCompiler paths = new(new Dictionary<string, Item>(), false);
    private string view = System.IO.Path.GetFileNameWithoutExtension(file);

    public Outcome<View> Compile(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MostBytes)
        {
            return Finding.Error("view.too-large", "A view is at most 1 MiB", "Send the ViewDefinition alone", new Place(file));
        }

        try
        {
            using var document = JsonDocument.Parse(json, Json.Strict);
            return Of(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Finding.Error("view.json", "The view is not well-formed JSON, or has a property twice", "Correct the JSON", new Place(file, (e as JsonException)?.LineNumber + 1));
        }
    }

    private Outcome<View> Of(JsonElement definition)
    {
        if (definition.Text("name") is { } name)
        {
            if (SqlName().IsMatch(name))
            {
                view = name;
            }
            else
            {
                Error("view.name", "name", "the name is not one of a table", "Use letters, digits and underscores, a letter first");
            }
        }

        if (definition.Get("resourceType") is { } kind && !definition.Is("resourceType", "ViewDefinition"))
        {
            return Error("view.kind", "resourceType", $"this is no ViewDefinition but a {(kind.ValueKind == JsonValueKind.String ? kind.GetString() : "value")}", "Give a ViewDefinition of SQL on FHIR v2");
        }

        if (definition.Text("resource") is not { } resource || FhirType.Of(resource) is not { IsResource: true, IsAbstract: false } type)
        {
            return Error("view.resource", "resource", "the type of resource is missing, or FHIR R4 has none of that name", "Name one, such as Patient");
        }

        if (definition.Get("fhirVersion") is { ValueKind: JsonValueKind.Array } versions && !versions.EnumerateArray().Any(v => v.ValueKind == JsonValueKind.String && v.GetString()!.StartsWith("4.0", StringComparison.Ordinal)))
        {
            remarks.Add(Finding.Warning("view.fhir-version", $"View {view}: it is meant for other versions than FHIR R4", "Check its paths against R4", new Place(file, null, "fhirVersion")));
        }

        ReadConstants(definition);
        paths = new(constants, definition.GetRawText().Contains("extension", StringComparison.Ordinal));
        IReadOnlyList<FhirType> root = [type];
        var where = new List<ViewPath>();
        foreach (var (condition, at) in List(definition, "where", ""))
        {
            if (PathOf(condition, "path", at, root) is not (var path, var types))
            {
                continue;
            }

            if (types is not null && types.Any(t => t.Kind != ValueKind.Boolean))
            {
                Error("view.where", path.At, $"the condition '{path.Text}' gives {string.Join(" or ", types.Select(t => t.Name))}, not boolean", "Compare it, or ask with exists()");
            }

            where.Add(path);
        }

        if (definition.Get("select") is not { ValueKind: JsonValueKind.Array } selects || selects.GetArrayLength() == 0)
        {
            Error("view.select", "select", "there is no select", "Give at least one select with columns");
        }

        var nested = new List<Selection>();
        foreach (var (select, at) in List(definition, "select", ""))
        {
            nested.Add(Select(select, at, root, 1));
        }

        if (errors.Count == 0 && columns.Count is 0 or > MostColumns)
        {
            Error("view.columns", "select", $"a view has 1 to {MostColumns} columns", "Give columns with name and path");
        }

        foreach (var missing in paths.Missing.Distinct())
        {
            remarks.Add(Finding.Warning("view.element", OneLine($"View {view}: {missing} in FHIR R4, so the path is always empty"), "Correct the name, if it is a slip", new Place(file)));
        }

        return errors.Count > 0
            ? Outcome<View>.Refused([.. errors, .. remarks])
            : new View(view, type, definition.Text("title"), columns, new() { Columns = [], Selects = nested, Union = [], First = 0, End = columns.Count }, where, remarks);
    }

    private void ReadConstants(JsonElement definition)
    {
        foreach (var (constant, at) in List(definition, "constant", ""))
        {
            var name = constant.Text("name");
            var value = constant.ValueKind == JsonValueKind.Object ? constant.EnumerateObject().Where(p => p.Name.StartsWith("value", StringComparison.Ordinal)).ToList() : [];
            if (name is null || !SqlName().IsMatch(name) || name == "rowIndex" || constants.ContainsKey(name))
            {
                Error("view.constant", at + ".name", "a constant's name is missing, given twice or not made of letters, digits and underscores", "Name the constant");
            }
            else if (value is not [var only] || FhirType.Of(char.ToLowerInvariant(only.Name[5]) + only.Name[6..]) is not { Kind: not ValueKind.Complex } type || Primitive(type, only.Value) is not { } item)
            {
                Error("view.constant", at, $"the constant {name} needs one value of a primitive type", "Write it as valueString, valueCode, valueInteger …");
            }
            else
            {
                constants.Add(name, item);
            }
        }
    }

    private static Item? Primitive(FhirType type, JsonElement value) => (type.Kind, value.ValueKind) switch
    {
        (ValueKind.Boolean, JsonValueKind.True or JsonValueKind.False) => Item.Of(value.GetBoolean()),
        (ValueKind.Integer, JsonValueKind.Number) when value.TryGetInt64(out var whole) => new Item(type, whole),
        (ValueKind.Decimal, JsonValueKind.Number) when value.TryGetDecimal(out var number) => Item.Of(number),
        (not (ValueKind.Boolean or ValueKind.Integer or ValueKind.Decimal), JsonValueKind.String) => new Item(type, value.GetString()!),
        _ => null,
    };

    private Selection Select(JsonElement select, string at, IReadOnlyList<FhirType>? focus, int level)
    {
        var first = columns.Count;
        var own = new List<(int, ViewPath)>();
        var selects = new List<Selection>();
        var union = new List<Selection>();
        if (select.ValueKind != JsonValueKind.Object || level > MostLevels)
        {
            Error("view.select", at, level > MostLevels ? $"selects are nested deeper than {MostLevels}" : "a select is an object", "Correct the select");
            return new() { Columns = own, Selects = selects, Union = union, First = first, End = first };
        }

        var ways = Iterations.Where(w => select.Get(w) is not null).ToList();
        if (ways.Count > 1)
        {
            Error("view.for-each", at, $"{string.Join(" and ", ways)} stand in one select", "Use one of them, and nest selects for more");
        }

        ViewPath? forEach = null;
        List<ViewPath>? repeat = null;
        if (ways is ["forEach" or "forEachOrNull", ..] && PathOf(select, ways[0], at, focus) is (var each, var types))
        {
            (forEach, focus) = (each, types);
        }
        else if (ways is ["repeat"])
        {
            (repeat, focus) = Repeat(select, at, focus);
        }

        foreach (var (column, where) in List(select, "column", at + "."))
        {
            if (Column(column, where, focus) is { } path)
            {
                own.Add((columns.Count - 1, path));
            }
        }

        foreach (var (inner, where) in List(select, "select", at + "."))
        {
            selects.Add(Select(inner, where, focus, level + 1));
        }

        var begin = columns.Count;
        var end = begin;
        foreach (var (branch, where) in List(select, "unionAll", at + "."))
        {
            // Every branch fills the same columns; the first says which.
            var firstBranch = columns.GetRange(begin, end - begin);
            columns.RemoveRange(begin, end - begin);
            union.Add(Select(branch, where, focus, level + 1));
            if (union.Count > 1 && !columns.Skip(begin).Select(c => (c.Name, c.IsCollection, c.Type)).SequenceEqual(firstBranch.Select(c => (c.Name, c.IsCollection, c.Type))))
            {
                Error("view.union", where, "the branches of a unionAll differ in the names, order or types of their columns", "Give every branch the same columns");
            }

            if (union.Count > 1)
            {
                columns.RemoveRange(begin, columns.Count - begin);
                columns.AddRange(firstBranch);
            }

            end = columns.Count;
        }

        return new() { ForEach = forEach, OrNull = ways is ["forEachOrNull", ..], Repeat = repeat, Columns = own, Selects = selects, Union = union, First = first, End = columns.Count };
    }

    private (List<ViewPath>, IReadOnlyList<FhirType>?) Repeat(JsonElement select, string at, IReadOnlyList<FhirType>? focus)
    {
        var texts = select.Get("repeat") is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select(r => r.ValueKind == JsonValueKind.String ? r.GetString() : null).ToList() : [null];
        if (texts.Count == 0 || texts.Contains(null))
        {
            Error("view.repeat", at + ".repeat", "repeat is a list of paths", "Write it as [\"item\"]");
            return ([], focus);
        }

        // What a path reaches is where it starts from again, so the types are collected until nothing new comes.
        var types = new List<FhirType>();
        var known = focus is not null;
        IReadOnlyList<FhirType>? from = focus;
        for (var round = 0; round < 8 && known; round++)
        {
            var reached = texts.Select((t, i) => Compiled(t!, $"{at}.repeat[{i}]", from)).ToList();
            known = reached.All(r => r?.Types is not null);
            var fresh = known ? reached.SelectMany(r => r!.Value.Types!).Where(t => types.All(x => x.Name != t.Name)).DistinctBy(t => t.Name).ToList() : [];
            if (fresh.Count == 0)
            {
                break;
            }

            types.AddRange(fresh);
            from = fresh;
        }

        // Steps that look at each item's own type: the root and what is reached from it differ.
        var steps = texts.Select((t, i) => Compiled(t!, $"{at}.repeat[{i}]", null)).ToList();
        return (steps.All(s => s is not null) ? [.. steps.Select(s => s!.Value.Path)] : [], known ? types : null);
    }

    private ViewPath? Column(JsonElement column, string at, IReadOnlyList<FhirType>? focus)
    {
        var name = column.Text("name");
        if (name is null || !SqlName().IsMatch(name))
        {
            Error("view.column-name", at + ".name", "a column's name is missing or not made of letters, digits and underscores", "Name the column, a letter first");
            return null;
        }

        if (columns.Any(c => string.Equals(c.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            Error("view.column-twice", at + ".name", $"the column {name} is already there", "Give each column its own name");
            return null;
        }

        if (PathOf(column, "path", at, focus) is not (var path, var types))
        {
            return null;
        }

        var isCollection = column.Boolean("collection") == true;
        var inferred = types is [{ } single] ? single : null;
        var declared = column.Text("type");
        FhirType? type = inferred;
        if (declared is not null)
        {
            var plain = declared[(declared.LastIndexOf('/') + 1)..];
            var known = FhirType.Of(plain);
            if (known is not null && types is { Count: > 0 } && !types.Any(t => Fits(t.Kind, known.Kind)))
            {
                Error("view.column-type", at + ".type", $"the column {name} is declared {plain}, but '{path.Text}' gives {string.Join(" or ", types.Select(t => t.Name))}", "Correct type or path");
                return null;
            }

            // A backbone element (Observation.component) is a whole element as well.
            type = known ?? inferred;
        }
        else if (types is { Count: > 0 } && types.All(t => t.Kind == ValueKind.Complex))
        {
            Error("view.column-type", at + ".path", $"'{path.Text}' gives whole elements ({string.Join(" or ", types.Select(t => t.Name))}), not values", "Go on to a value, or declare the column's type to have it as JSON");
            return null;
        }

        var tags = List(column, "tag", at + ".").Concat(List(column, "tags", at + ".")).Select(t => t.Item1).ToList();
        var sql = Default(type);
        if (!isCollection && tags.FirstOrDefault(t => t.Is("name", "ansi/type")).Text("value") is { } ansi)
        {
            if (Ansi(ansi) is { } wanted && Can(type?.Kind, wanted))
            {
                sql = wanted;
            }
            else
            {
                remarks.Add(Finding.Warning("view.ansi-type", OneLine($"View {view}: the column {name} cannot have the SQL type of its tag"), "Use one that fits the FHIR type", new Place(file, null, at)));
            }
        }

        columns.Add(new(name, type?.Name ?? (declared is null ? null : declared[(declared.LastIndexOf('/') + 1)..]), isCollection, sql, column.Text("description")) { Kind = type?.Kind });
        return path;
    }

    /// <summary>Whether values of that kind can stand in a column of the other.</summary>
    public static bool Fits(ValueKind value, ValueKind column) => value == column || (value, column) switch
    {
        (not ValueKind.Complex, ValueKind.Text) or (ValueKind.Integer, ValueKind.Decimal) or (ValueKind.Date, ValueKind.DateTime) => true,
        _ => false,
    };

    private static SqlType Default(FhirType? type) => type switch
    {
        { Kind: ValueKind.Boolean } => SqlType.Boolean,
        { Name: "integer64" } => SqlType.BigInteger,
        { Kind: ValueKind.Integer } => SqlType.Integer,
        { Name: "instant" } => SqlType.Timestamp,
        _ => SqlType.Text,
    };

    private static bool Can(ValueKind? kind, SqlType wanted) => wanted switch
    {
        SqlType.Text => true,
        SqlType.Boolean => kind == ValueKind.Boolean,
        SqlType.Integer or SqlType.BigInteger => kind == ValueKind.Integer,
        SqlType.Decimal => kind is ValueKind.Integer or ValueKind.Decimal,
        _ => kind is ValueKind.Date or ValueKind.DateTime,
    };

    private static SqlType? Ansi(string name) => name.Split('(')[0].Trim().ToUpperInvariant() switch
    {
        "CHARACTER VARYING" or "VARCHAR" or "CHARACTER" or "CHAR" or "TEXT" => SqlType.Text,
        "BOOLEAN" => SqlType.Boolean,
        "INT" or "INTEGER" or "SMALLINT" => SqlType.Integer,
        "BIGINT" => SqlType.BigInteger,
        "DECIMAL" or "NUMERIC" or "FLOAT" or "REAL" or "DOUBLE PRECISION" => SqlType.Decimal,
        "DATE" => SqlType.Date,
        "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" or "TIMESTAMPTZ" => SqlType.Timestamp,
        _ => null,
    };

    private (ViewPath Path, IReadOnlyList<FhirType>? Types)? PathOf(JsonElement holder, string property, string at, IReadOnlyList<FhirType>? focus)
    {
        var place = at + "." + property;
        if (holder.Text(property) is { } text)
        {
            return Compiled(text, place, focus);
        }

        Error("view.path", place, "a path is missing, or is no text", "Write a FHIRPath expression");
        return null;
    }

    private (ViewPath Path, IReadOnlyList<FhirType>? Types)? Compiled(string text, string place, IReadOnlyList<FhirType>? focus)
    {
        try
        {
            var compiled = paths.Compile(text, focus);
            return (new(text, place, compiled.Step), compiled.Types);
        }
        catch (PathError e)
        {
            Error("view.path", place, $"the path '{text}' cannot be used: {e.Message}", "Correct the path; docs/formats.md says what is supported");
            return null;
        }
    }

    private static IEnumerable<(JsonElement, string)> List(JsonElement holder, string property, string prefix) =>
        holder.Get(property) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray().Select((e, i) => (e, $"{prefix}{property}[{i}]")) : [];

    private Finding Error(string code, string at, string reason, string remedy)
    {
        var finding = Finding.Error(code, OneLine($"View {view}: {reason}"), remedy, new Place(file, null, at));
        errors.Add(finding);
        return finding;
    }

    /// <summary>Findings quote names and paths of the view, in which control characters may stand.</summary>
    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,62}$")]
    private static partial Regex SqlName();
}
