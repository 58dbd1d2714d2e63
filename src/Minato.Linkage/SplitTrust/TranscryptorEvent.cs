using System.Text.Json.Serialization;

namespace Minato.Linkage.SplitTrust;

/// <summary>What a transcryptor writes on its ledger. No event holds a point of a person.</summary>
[JsonDerivedType(typeof(DomainOpened), "domain-opened")]
[JsonDerivedType(typeof(ProjectOpened), "split-project-opened")]
[JsonDerivedType(typeof(ProjectClosed), "split-project-closed")]
[JsonDerivedType(typeof(FactorDestroyed), "factor-destroyed")]
[JsonDerivedType(typeof(Served), "served")]
[JsonDerivedType(typeof(Declined), "declined")]
[JsonDerivedType(typeof(QuotaRaised), "quota-raised")]
internal abstract record TranscryptorEvent
{
    /// <summary>Own and the other transcryptor's statement, which is pinned from here on.</summary>
    public sealed record DomainOpened(string Domain, int Version, FactorStatement Own, FactorStatement Peer, string ReceiverKey, string CallerKey, string Order) : TranscryptorEvent;

    public sealed record ProjectOpened(string Permit, IReadOnlyList<string> Datasets, DateTimeOffset Until, FactorStatement Own, FactorStatement Peer, string ReceiverKey, string CallerKey, string Order) : TranscryptorEvent;

    public sealed record ProjectClosed(string Permit, string Order) : TranscryptorEvent;

    /// <summary>The signed statement that the factor behind the commitment is gone.</summary>
    public sealed record FactorDestroyed(string Domain, int Version, string Commitment, DateTimeOffset At, string Signature) : TranscryptorEvent;

    /// <summary>An order was answered, by this much.</summary>
    public sealed record Served(OrderKind Kind, string Step, string Caller, string From, string To, string Permit, int Asked, int Withheld, string Detail, string Order) : TranscryptorEvent;

    public sealed record Declined(OrderKind Kind, string Caller, string From, string To, string Code) : TranscryptorEvent;

    public sealed record QuotaRaised(OrderKind Kind, long PersonsADay, string First, string Second, string Order) : TranscryptorEvent;
}

/// <summary>A transcryptor's signed word on the public side of its factor for a domain: hex points.</summary>
/// <param name="Commitment">The factor times the generator.</param>
/// <param name="Enrolment">The linkage authority: <c>k_L</c> times that. The overseer: the same as the commitment.</param>
/// <param name="Share">Its share of the joint key.</param>
internal sealed record FactorStatement(string Party, string Domain, int Version, string Commitment, string Enrolment, string Share, string Signature)
{
    public byte[] Text() => System.Text.Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"minato factor v1\n{Party}\n{Domain}\n{Version}\n{Commitment}\n{Enrolment}\n{Share}\n"));
}
