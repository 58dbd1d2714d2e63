using System.Text.Json.Serialization;

namespace Minato.OptOut;

/// <summary>Whether a person wants to be told of findings, as it stands on the ledger. Whose word it is stands only in the sealed part.</summary>
[JsonDerivedType(typeof(Said), "not-to-know")]
internal abstract record KnowingEvent(string Sealed, bool Tell)
{
    public sealed record Said(string Sealed, bool Tell) : KnowingEvent(Sealed, Tell);
}

/// <param name="Position">Size of the ledger right after it was said.</param>
internal sealed record KnowingChoice(Pseudonym<Citizen> Citizen, bool Tell, long Position)
{
    public const string StreamPrefix = "not-to-know/";
}
