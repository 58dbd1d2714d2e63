using System.Diagnostics.CodeAnalysis;

namespace Minato.Kernel;

/// <summary>
/// A name that may stand in a path, a URL and a ledger stream: 1–80 characters of <c>a-z 0-9 - _ .</c>,
/// beginning with a letter or digit, never containing <c>..</c>. Everything that comes from outside and names a thing
/// passes here, so that no id can leave its folder.
/// </summary>
public static class Slug
{
    public static bool IsValid([NotNullWhen(true)] string? text)
    {
        if (text is null || text.Length is 0 or > 80 || !char.IsAsciiLetterOrDigit(text[0]) || text.Contains("..", StringComparison.Ordinal))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.'))
            {
                return false;
            }
        }

        return true;
    }

    /// <exception cref="ArgumentException">The text is not a slug.</exception>
    public static string Check(string text, string what) =>
        IsValid(text) ? text : throw new ArgumentException($"'{text}' is not a valid {what}: use 1 to 80 of a-z, 0-9, '-', '_', '.'", nameof(text));
}

/// <summary>Who holds data: a hospital, an insurer, a registry … (A2).</summary>
public readonly record struct HolderId(string Value)
{
    public string Value { get; } = Slug.Check(Value, "holder id");

    public override string ToString() => Value;
}

/// <summary>A dataset of one holder: the unit that has its own pseudonyms, snapshots and catalogue entry.</summary>
public readonly record struct DatasetId(string Value)
{
    public string Value { get; } = Slug.Check(Value, "dataset id");

    public override string ToString() => Value;
}

/// <summary>One delivery of a holder.</summary>
public readonly record struct DeliveryId(string Value)
{
    public string Value { get; } = Slug.Check(Value, "delivery id");

    public override string ToString() => Value;
}

/// <summary>An application for use.</summary>
public readonly record struct ApplicationId(string Value)
{
    public string Value { get; } = Slug.Check(Value, "application id");

    public override string ToString() => Value;
}

/// <summary>A permit; it is also the name of the project that the permit allows, and of its pseudonym domain.</summary>
public readonly record struct PermitId(string Value)
{
    public string Value { get; } = Slug.Check(Value, "permit id");

    public override string ToString() => Value;
}

/// <summary>A person who acts: subject of the sign-in, never a patient identifier.</summary>
public readonly record struct ActorId(string Value)
{
    public string Value { get; } = Slug.Check(Value, "actor id");

    public override string ToString() => Value;
}
