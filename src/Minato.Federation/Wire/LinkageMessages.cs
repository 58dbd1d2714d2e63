using ProtoBuf;

namespace Minato.Federation.Wire;

// The messages of ILinkageWire. Numbers of members are the wire format: never reuse one. Pseudonyms travel as 16 bytes each,
// one after the other; days as days since 0001-01-01; instants as ticks of 100 ns since then, UTC. A message that names
// a person prints itself as its type, so that no log can leak it.
[ProtoContract]
public sealed class FindingMessage
{
    [ProtoMember(1)] public string Code { get; set; } = "";

    [ProtoMember(2)] public int Severity { get; set; }

    [ProtoMember(3)] public string Reason { get; set; } = "";

    [ProtoMember(4)] public string Remedy { get; set; } = "";

    [ProtoMember(5)] public string? File { get; set; }

    [ProtoMember(6)] public long? Line { get; set; }

    [ProtoMember(7)] public string? Field { get; set; }
}

/// <summary>Yes with remarks, or no with reasons.</summary>
[ProtoContract]
public sealed class Verdict
{
    [ProtoMember(1)] public bool Ok { get; set; }

    [ProtoMember(2)] public List<FindingMessage> Findings { get; set; } = [];
}

[ProtoContract]
public sealed class IdentityMessage
{
    [ProtoMember(1)] public string? InsurerNumber { get; set; }

    [ProtoMember(2)] public string? InsuredSymbol { get; set; }

    [ProtoMember(3)] public string? InsuredNumber { get; set; }

    [ProtoMember(4)] public string? InsuredBranch { get; set; }

    [ProtoMember(5)] public string? NameKanji { get; set; }

    [ProtoMember(6)] public string? NameKana { get; set; }

    [ProtoMember(7)] public int? BirthDate { get; set; }

    [ProtoMember(8)] public int Sex { get; set; }

    [ProtoMember(9)] public string? PostalCode { get; set; }

    [ProtoMember(10)] public string? Address { get; set; }

    [ProtoMember(11)] public string? LocalPatientId { get; set; }

    [ProtoMember(12)] public int? AsOf { get; set; }

    /// <summary>The caller's row number, where the identity is a ticket.</summary>
    [ProtoMember(13)] public int Ticket { get; set; }

    [ProtoMember(14)] public string? Id1 { get; set; }

    [ProtoMember(15)] public string? Id2 { get; set; }

    [ProtoMember(16)] public string? Id4 { get; set; }

    [ProtoMember(17)] public string? Id5 { get; set; }
}

[ProtoContract]
public sealed class LinkPart
{
    [ProtoMember(1)] public string? Holder { get; set; }

    [ProtoMember(2)] public string? Dataset { get; set; }

    [ProtoMember(3)] public string? Delivery { get; set; }

    [ProtoMember(4)] public List<IdentityMessage> Tickets { get; set; } = [];
}

[ProtoContract]
public sealed class LinkReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2, IsPacked = true)] public int[] Tickets { get; set; } = [];

    [ProtoMember(3)] public byte[] People { get; set; } = [];

    /// <summary>One byte each.</summary>
    [ProtoMember(4)] public byte[] Classes { get; set; } = [];
}

[ProtoContract]
public sealed class HistoryMessage
{
    [ProtoMember(1)] public IdentityMessage? Before { get; set; }

    [ProtoMember(2)] public IdentityMessage? After { get; set; }

    [ProtoMember(3)] public int ChangedOn { get; set; }
}

[ProtoContract]
public sealed class HistoryPart
{
    [ProtoMember(1)] public string? By { get; set; }

    [ProtoMember(2)] public List<HistoryMessage> Changes { get; set; } = [];
}

[ProtoContract]
public sealed class ConvertPart
{
    [ProtoMember(1)] public string? Permit { get; set; }

    [ProtoMember(2)] public string? Dataset { get; set; }

    [ProtoMember(3)] public string? By { get; set; }

    [ProtoMember(4)] public string? RefusalSet { get; set; }

    [ProtoMember(5)] public long RefusalsAsOf { get; set; }

    [ProtoMember(6)] public bool RefusalsInverted { get; set; }

    [ProtoMember(7)] public byte[] People { get; set; } = [];

    [ProtoMember(8)] public byte[] Refused { get; set; } = [];

    /// <summary>How many refusals the whole request has: a stream that was cut short must not convert people who refused.</summary>
    [ProtoMember(9)] public long RefusedInAll { get; set; }

    [ProtoMember(10)] public long PeopleInAll { get; set; }

    [ProtoMember(11)] public string? Provision { get; set; }
}

[ProtoContract]
public sealed class ConvertReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public int Withheld { get; set; }

    [ProtoMember(3)] public string? KeyEpoch { get; set; }

    /// <summary>Withheld places are sixteen zero bytes.</summary>
    [ProtoMember(4)] public byte[] People { get; set; } = [];

    /// <summary>One bit for each place, from the lowest; 1 = converted.</summary>
    [ProtoMember(5)] public byte[] Present { get; set; } = [];
}

[ProtoContract]
public sealed class OpenProjectMessage
{
    [ProtoMember(1)] public string? Permit { get; set; }

    [ProtoMember(2)] public List<string> Datasets { get; set; } = [];

    [ProtoMember(3)] public long Until { get; set; }

    [ProtoMember(4)] public string? By { get; set; }
}

[ProtoContract]
public sealed class CloseProjectMessage
{
    [ProtoMember(1)] public string? Permit { get; set; }

    [ProtoMember(2)] public string? By { get; set; }
}

[ProtoContract]
public sealed class UsePart
{
    [ProtoMember(1)] public string? Permit { get; set; }

    [ProtoMember(2)] public string? Extraction { get; set; }

    [ProtoMember(3)] public byte[] People { get; set; } = [];

    [ProtoMember(4)] public long PeopleInAll { get; set; }
}

/// <summary>
/// A part of what is asked about ways back to holders: people, then homes, then sets of persons who refuse. The first says how many there are of each: a
/// request that was cut short must not find a way to who refuses.
/// </summary>
[ProtoContract]
public sealed class WayBackPart
{
    [ProtoMember(1)] public string? Permit { get; set; }

    [ProtoMember(2)] public string? By { get; set; }

    [ProtoMember(3)] public byte[] People { get; set; } = [];

    [ProtoMember(4)] public List<HomeMessage> Homes { get; set; } = [];

    [ProtoMember(5)] public RefusalSetMessage? Set { get; set; }

    [ProtoMember(6)] public byte[] Refused { get; set; } = [];

    [ProtoMember(7)] public long PeopleInAll { get; set; }

    [ProtoMember(8)] public long HomesInAll { get; set; }

    [ProtoMember(9)] public long SetsInAll { get; set; }
}

/// <summary>A set begins: those who refuse follow in this part and the next ones, until another begins.</summary>
[ProtoContract]
public sealed class RefusalSetMessage
{
    [ProtoMember(1)] public string? Id { get; set; }

    [ProtoMember(2)] public long AsOf { get; set; }

    [ProtoMember(3)] public bool Inverted { get; set; }

    [ProtoMember(4)] public long RefusedInAll { get; set; }
}

[ProtoContract]
public sealed class HomeMessage
{
    [ProtoMember(1)] public string? Holder { get; set; }

    [ProtoMember(2)] public string? PublicKey { get; set; }
}

[ProtoContract]
public sealed class WayHomeReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    /// <summary>Holder and address, filled up to one length: whoever watches the line does not see whether there is a way. Empty in a refusal.</summary>
    [ProtoMember(2)] public byte[] Way { get; set; } = [];
}

[ProtoContract]
public sealed class AddressedReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public List<int> Rows { get; set; } = [];

    [ProtoMember(3)] public byte[] Sealed { get; set; } = [];

    [ProtoMember(4)] public long RowsInAll { get; set; }

    [ProtoMember(5)] public long SealedInAll { get; set; }
}

[ProtoContract]
public sealed class CitizenMessage
{
    [ProtoMember(1)] public byte[] Citizen { get; set; } = [];
}

[ProtoContract]
public sealed class MergeMessage
{
    [ProtoMember(1)] public byte[] Keep { get; set; } = [];

    [ProtoMember(2)] public byte[] Merge { get; set; } = [];

    [ProtoMember(3)] public string? Reason { get; set; }

    [ProtoMember(4)] public string? By { get; set; }
}

[ProtoContract]
public sealed class SplitMessage
{
    [ProtoMember(1)] public string? MergeId { get; set; }

    [ProtoMember(2)] public string? Reason { get; set; }

    [ProtoMember(3)] public string? By { get; set; }
}

[ProtoContract]
public sealed class FiguresMessage;

/// <summary>A count; or a truth value, as 0 and 1.</summary>
[ProtoContract]
public sealed class NumberReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public int Number { get; set; }
}

[ProtoContract]
public sealed class TextReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public string? Text { get; set; }
}

[ProtoContract]
public sealed class PeopleReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public byte[] People { get; set; } = [];
}

[ProtoContract]
public sealed class UseMessage
{
    [ProtoMember(1)] public string? Permit { get; set; }

    [ProtoMember(2)] public string? Extraction { get; set; }

    [ProtoMember(3)] public long At { get; set; }
}

[ProtoContract]
public sealed class UsesReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public List<UseMessage> Uses { get; set; } = [];
}

[ProtoContract]
public sealed class HoldingMessage
{
    [ProtoMember(1)] public string? Dataset { get; set; }

    [ProtoMember(2)] public long FirstDelivery { get; set; }

    [ProtoMember(3)] public long LastDelivery { get; set; }
}

[ProtoContract]
public sealed class HoldingsReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public List<HoldingMessage> Holdings { get; set; } = [];
}

[ProtoContract]
public sealed class FiguresReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public long Persons { get; set; }

    [ProtoMember(3)] public long Identities { get; set; }

    [ProtoMember(4)] public long Numbers { get; set; }

    [ProtoMember(5)] public Dictionary<int, long> TicketsByClass { get; set; } = [];

    [ProtoMember(6)] public long Merges { get; set; }

    [ProtoMember(7)] public long Splits { get; set; }

    [ProtoMember(8)] public long Ambiguous { get; set; }

    [ProtoMember(9)] public long NumbersOfSeveralPersons { get; set; }

    [ProtoMember(10)] public long PersonsOfTwoSexes { get; set; }

    [ProtoMember(11)] public long PersonsOfSeveralBirthDates { get; set; }

    [ProtoMember(12)] public long Id5OfSeveralPersons { get; set; }

    [ProtoMember(13)] public long PersonsOfSeveralId5 { get; set; }

    [ProtoMember(14)] public long OpenCases { get; set; }
}

[ProtoContract]
public sealed class CorrectionsMessage
{
    /// <summary>A dataset or a permit.</summary>
    [ProtoMember(1)] public string? Of { get; set; }

    [ProtoMember(2)] public long After { get; set; }
}

[ProtoContract]
public sealed class MovedMessage
{
    [ProtoMember(1)] public string? Holder { get; set; }

    [ProtoMember(2)] public string? Delivery { get; set; }

    [ProtoMember(3, IsPacked = true)] public int[] Tickets { get; set; } = [];
}

[ProtoContract]
public sealed class CorrectionMessage
{
    [ProtoMember(1)] public long Number { get; set; }

    [ProtoMember(2)] public int Kind { get; set; }

    /// <summary>Nothing, or one pseudonym.</summary>
    [ProtoMember(3)] public byte[] Record { get; set; } = [];

    [ProtoMember(4)] public byte[] From { get; set; } = [];

    [ProtoMember(5)] public byte[] To { get; set; } = [];

    [ProtoMember(6)] public string? Reason { get; set; }

    [ProtoMember(7)] public long At { get; set; }

    [ProtoMember(8)] public List<MovedMessage> Moved { get; set; } = [];
}

[ProtoContract]
public sealed class CorrectionsReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public List<CorrectionMessage> Corrections { get; set; } = [];
}

/// <summary>Who asks, with the roles that the calling node knows of them.</summary>
[ProtoContract]
public sealed class DeskMessage
{
    [ProtoMember(1)] public string? By { get; set; }

    [ProtoMember(2)] public int Roles { get; set; }

    [ProtoMember(3)] public int Most { get; set; }
}

[ProtoContract]
public sealed class DecideMessage
{
    [ProtoMember(1)] public string? By { get; set; }

    [ProtoMember(2)] public int Roles { get; set; }

    [ProtoMember(3)] public string? Case { get; set; }

    [ProtoMember(4)] public int Verdict { get; set; }

    [ProtoMember(5)] public string? Reason { get; set; }
}

[ProtoContract]
public sealed class DeskEvidenceMessage
{
    [ProtoMember(1)] public string? FieldJa { get; set; }

    [ProtoMember(2)] public string? FieldEn { get; set; }

    [ProtoMember(3)] public string? AgreementJa { get; set; }

    [ProtoMember(4)] public string? AgreementEn { get; set; }
}

[ProtoContract]
public sealed class DeskCaseMessage
{
    [ProtoMember(1)] public string? Id { get; set; }

    [ProtoMember(2)] public string? RuleJa { get; set; }

    [ProtoMember(3)] public string? RuleEn { get; set; }

    [ProtoMember(4)] public List<IdentityMessage> Left { get; set; } = [];

    [ProtoMember(5)] public List<IdentityMessage> Right { get; set; } = [];

    [ProtoMember(6)] public List<DeskEvidenceMessage> Evidence { get; set; } = [];

    [ProtoMember(7)] public bool Undecided { get; set; }
}

[ProtoContract]
public sealed class DeskReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public List<DeskCaseMessage> Cases { get; set; } = [];
}

[ProtoContract]
public sealed class QualityMessage
{
    /// <summary>Null: every dataset.</summary>
    [ProtoMember(1)] public string? Dataset { get; set; }

    [ProtoMember(2)] public string? By { get; set; }
}

[ProtoContract]
public sealed class GroupLinkageMessage
{
    [ProtoMember(1)] public string? Group { get; set; }

    [ProtoMember(2)] public string? Value { get; set; }

    [ProtoMember(3)] public long Persons { get; set; }

    [ProtoMember(4)] public Dictionary<string, double> ByClass { get; set; } = [];

    [ProtoMember(5)] public double? Contested { get; set; }
}

[ProtoContract]
public sealed class LinkageQualityMessage
{
    [ProtoMember(1)] public string? Dataset { get; set; }

    [ProtoMember(2)] public string? Rules { get; set; }

    [ProtoMember(3)] public GroupLinkageMessage? All { get; set; }

    [ProtoMember(4)] public List<GroupLinkageMessage> Groups { get; set; } = [];

    [ProtoMember(5)] public double? EstimatedFalse { get; set; }

    [ProtoMember(6)] public double? EstimatedMissed { get; set; }

    [ProtoMember(7)] public long? NumbersOfSeveralPersons { get; set; }

    [ProtoMember(8)] public long? PersonsOfTwoSexes { get; set; }

    [ProtoMember(9)] public long? PersonsOfSeveralBirthDates { get; set; }
}

[ProtoContract]
public sealed class QualityReply
{
    [ProtoMember(1)] public Verdict? Verdict { get; set; }

    [ProtoMember(2)] public List<LinkageQualityMessage> Datasets { get; set; } = [];
}
