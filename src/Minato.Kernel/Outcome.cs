using System.Diagnostics.CodeAnalysis;

namespace Minato.Kernel;

public enum Severity
{
    /// <summary>Worth knowing; nothing was lost.</summary>
    Note,

    /// <summary>Something was taken in with a gap or a repair.</summary>
    Warning,

    /// <summary>The record, file or command was not accepted.</summary>
    Error,
}

/// <summary>Where a finding is: file, 1-based line (or byte offset where there are no lines), field in the format's own name.</summary>
public readonly record struct Place(string? File = null, long? Line = null, string? Field = null)
{
    public override string ToString() =>
        string.Join(", ", new[] { File, Line is { } l ? $"line {l}" : null, Field is { } f ? $"field {f}" : null }.Where(s => s is not null));
}

/// <summary>
/// An error or remark that a user can cause and mend: a stable code (<c>uke.birth-date</c>), what is wrong, and what to
/// do. It must never quote an identifying or medical value: findings are written to receipts and to the ledger.
/// </summary>
[method: System.Text.Json.Serialization.JsonConstructor]
public sealed record Finding(string Code, Severity Severity, string Reason, string Remedy)
{
    public Finding(string code, Severity severity, string reason, string remedy, Place place)
        : this(code, severity, reason, remedy) => Place = place;

    /// <summary>Not a parameter of the record: the exporter of the API's description cannot write the default of a struct.</summary>
    public Place Place { get; init; }

    public static Finding Error(string code, string reason, string remedy, Place place = default) => new(code, Severity.Error, reason, remedy, place);

    public static Finding Warning(string code, string reason, string remedy, Place place = default) => new(code, Severity.Warning, reason, remedy, place);

    public static Finding Note(string code, string reason, string remedy = "", Place place = default) => new(code, Severity.Note, reason, remedy, place);

    public override string ToString() => Place == default ? $"{Code}: {Reason}. {Remedy}" : $"{Code} at {Place}: {Reason}. {Remedy}";
}

/// <summary>The result of something a user can get wrong: a value, or at least one <see cref="Severity.Error"/> finding. Warnings may accompany a value.</summary>
public sealed class Outcome<T>
{
    private readonly T? value;

    private Outcome(bool ok, T? value, IReadOnlyList<Finding> findings) => (IsOk, this.value, Findings) = (ok, value, findings);

    public bool IsOk { get; }

    public IReadOnlyList<Finding> Findings { get; }

    /// <exception cref="RefusedException">There is no value, because the outcome is a refusal.</exception>
    public T Value => IsOk ? value! : throw new RefusedException(Findings);

    public static Outcome<T> Ok(T value, IReadOnlyList<Finding>? findings = null) => new(true, value, findings ?? []);

    public static Outcome<T> Refused(params IReadOnlyList<Finding> findings) =>
        findings.Count == 0 ? throw new ArgumentException("A refusal needs a reason", nameof(findings)) : new(false, default, findings);

    public bool Try([MaybeNullWhen(false)] out T result)
    {
        result = value;
        return IsOk;
    }

    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) => IsOk ? next(value!) : Outcome<TNext>.Refused(Findings);

    public Outcome<TNext> Map<TNext>(Func<T, TNext> map) => IsOk ? Outcome<TNext>.Ok(map(value!), Findings) : Outcome<TNext>.Refused(Findings);

    public static implicit operator Outcome<T>(T value) => Ok(value);

    public static implicit operator Outcome<T>(Finding finding) => Refused(finding);
}

/// <summary>Somebody took the value of a refusal: a defect of the caller, carrying the reasons for the log.</summary>
public sealed class RefusedException(IReadOnlyList<Finding> findings) : InvalidOperationException(string.Join("; ", findings))
{
    public IReadOnlyList<Finding> Findings { get; } = findings;
}
