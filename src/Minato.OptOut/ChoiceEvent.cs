using System.Text.Json.Serialization;

namespace Minato.OptOut;

/// <summary>What a person chose, as it stands on the ledger. Whose choice it is stands only in the sealed part.</summary>
[JsonDerivedType(typeof(Made), "made")]
[JsonDerivedType(typeof(Withdrawn), "withdrawn")]
internal abstract record ChoiceEvent
{
    /// <param name="Sealed">The citizen's pseudonym and who acted for them, readable with the key <c>choice-persons</c> only.</param>
    /// <param name="From">Null: from the moment of the event.</param>
    public sealed record Made(string Id, string Sealed, DataCategory? Category, string? Purpose, string? Holder, bool Refused, DateTimeOffset? From, string Policy) : ChoiceEvent
    {
        public string? Dataset { get; init; }

        public string? Users { get; init; }

        /// <summary>The ground on which somebody else spoke; null: the person's own word.</summary>
        public string? Ground { get; init; }

        /// <summary>Null: online.</summary>
        public ChoiceChannel? Channel { get; init; }

        public DateTimeOffset? Until { get; init; }
    }

    public sealed record Withdrawn(string Id, string Sealed) : ChoiceEvent;
}
