namespace Minato.Formats.Views;

/// <summary>What a column becomes in a table (ISO/IEC 9075), by the specification's default mapping or the column's tag <c>ansi/type</c>.</summary>
public enum SqlType
{
    /// <summary>CHARACTER VARYING; whole elements and lists stand in it as JSON where the output has nothing better.</summary>
    Text,
    Boolean,
    Integer,
    BigInteger,
    Decimal,
    Date,
    Timestamp,
}

/// <summary>A column of a view.</summary>
/// <param name="FhirType">Name of its FHIR type; null where neither the view nor the path tells it.</param>
/// <param name="IsCollection">It holds a list.</param>
public sealed record ViewColumn(string Name, string? FhirType, bool IsCollection, SqlType Type, string? Description)
{
    internal ValueKind? Kind { get; init; }
}

/// <summary>
/// A compiled ViewDefinition of SQL on FHIR v2: a table whose rows are made from FHIR resources of one type
/// (https://sql-on-fhir.org/ig/latest/StructureDefinition-ViewDefinition.html).
/// </summary>
public sealed class View
{
    internal View(string name, FhirType resource, string? title, IReadOnlyList<ViewColumn> columns, Selection root, IReadOnlyList<ViewPath> where, IReadOnlyList<Finding> remarks) =>
        (Name, ResourceType, Title, Columns, Root, Where, Remarks) = (name, resource, title, columns, root, where, remarks);

    public string Name { get; }

    public string? Title { get; }

    /// <summary>The type of the resources it reads.</summary>
    public string Resource => ResourceType.Name;

    public IReadOnlyList<ViewColumn> Columns { get; }

    /// <summary>What is allowed but most likely a slip, such as an element that FHIR R4 does not have.</summary>
    public IReadOnlyList<Finding> Remarks { get; }

    internal FhirType ResourceType { get; }

    internal Selection Root { get; }

    internal IReadOnlyList<ViewPath> Where { get; }

    /// <summary>Compiles the JSON of a ViewDefinition.</summary>
    /// <param name="json">UTF-8, at most 1 MiB.</param>
    /// <param name="file">Its name, for findings; also the view's name where it has none.</param>
    /// <returns>Refused with <c>view.*</c>, each naming the place in the view, the path and the reason.</returns>
    public static Outcome<View> Compile(ReadOnlyMemory<byte> json, string file) => new ViewCompiler(file).Compile(json);
}

/// <summary>A path of a view, compiled; <paramref name="At"/> is where it stands (<c>select[0].column[1].path</c>).</summary>
internal sealed record ViewPath(string Text, string At, Step Step);

/// <summary>A selection structure: for each of its foci, its columns beside the rows of its nested selections and of its union.</summary>
internal sealed record Selection
{
    public ViewPath? ForEach { get; init; }

    public bool OrNull { get; init; }

    public IReadOnlyList<ViewPath>? Repeat { get; init; }

    public required IReadOnlyList<(int Index, ViewPath Path)> Columns { get; init; }

    public required IReadOnlyList<Selection> Selects { get; init; }

    public required IReadOnlyList<Selection> Union { get; init; }

    /// <summary>Its columns, with those nested in it, are those from <see cref="First"/> up to <see cref="End"/>.</summary>
    public required int First { get; init; }

    public required int End { get; init; }
}
