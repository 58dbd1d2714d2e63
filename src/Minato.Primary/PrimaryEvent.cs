using System.Text.Json.Serialization;

namespace Minato.Primary;

/// <summary>Consents and readings on the ledger. At which provider, why, and how much was read stands in the sealed part.</summary>
[JsonDerivedType(typeof(Consented), "consent-given")]
[JsonDerivedType(typeof(Withdrawn), "consent-withdrawn")]
[JsonDerivedType(typeof(Read), "record-read")]
[JsonDerivedType(typeof(Refused), "reading-refused")]
[JsonDerivedType(typeof(Reviewed), "emergency-reviewed")]
internal abstract record PrimaryEvent
{
    private PrimaryEvent() { }

    public sealed record Consented(string Id, string Sealed) : PrimaryEvent;

    public sealed record Withdrawn(string Id) : PrimaryEvent;

    public sealed record Read(string Id, ReadingGround Ground, string Sealed) : PrimaryEvent;

    /// <summary>Somebody asked for a record and was refused.</summary>
    public sealed record Refused(ReadingGround Ground, string Sealed, string Code) : PrimaryEvent;

    public sealed record Reviewed(string Reading, bool Justified, string Sealed) : PrimaryEvent;
}

/// <summary>The sealed part of a consent.</summary>
internal sealed record ConsentText(string Provider, DateOnly Until);

/// <summary>The sealed part of a reading.</summary>
internal sealed record ReadingText(string? Provider, string Reason, int Documents);

[JsonDerivedType(typeof(Declared), "disaster-declared")]
[JsonDerivedType(typeof(Ended), "disaster-ended")]
internal abstract record DisasterEvent
{
    private DisasterEvent() { }

    public sealed record Declared(string Reason, DateOnly Until) : DisasterEvent;

    public sealed record Ended : DisasterEvent;
}
