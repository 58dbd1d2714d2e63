namespace Minato.Formats.Writing;

/// <summary>One 特定健診 result (hc08_V08). Texts as the sender typed them.</summary>
public sealed record CheckupDocument
{
    /// <summary>Document id; written as the extension of ClinicalDocument/id.</summary>
    public required string Id { get; init; }

    /// <summary>報告区分: 10 特定健診, 40 other, 41 employer's.</summary>
    public string ReportKind { get; init; } = "10";

    /// <summary>プログラム種別: 010 特定健診, 030 employer's.</summary>
    public string Program { get; init; } = "010";
    public required string WrittenOn { get; init; }
    public required string PerformedOn { get; init; }
    public string Insurer { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string Number { get; init; } = "";
    public string Branch { get; init; } = "";
    public string Kana { get; init; } = "";
    public string Sex { get; init; } = "";
    public string BirthDate { get; init; } = "";
    public string PostalCode { get; init; } = "";
    public string Address { get; init; } = "";

    /// <summary>10-digit institution.</summary>
    public required string Institution { get; init; }
    public string InstitutionName { get; init; } = "";
    public IReadOnlyList<CheckupItem> Items { get; init; } = [];
}

/// <summary>One item: a quantity with a unit, or a coded answer with the code system of the answer.</summary>
/// <param name="Code">17 characters.</param>
/// <param name="Unit">UCUM; null for coded answers.</param>
/// <param name="AnswerSystem">OID of the answer's code system; null for quantities.</param>
public sealed record CheckupItem(string Code, string Name, string Value, string? Unit, string? AnswerSystem = null, string? Interpretation = null);
