using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>Steps of an order, as written on the ledger.</summary>
internal static class Transcryption
{
    public const string Enrol = "enrol";
    public const string Begin = "begin";
    public const string Pass = "pass";
    public const string Finish = "finish";

    /// <summary>
    /// Who goes on: those whose tag the set does not name, or, inverted, those whose tag it names. Both transcryptors compute it
    /// by themselves from the same proved tags, so neither alone can let a refused person through.
    /// </summary>
    public static int[] Kept(Point[] tags, HashSet<Point> named, bool inverted) =>
        [.. Enumerable.Range(0, tags.Length).Where(i => named.Contains(tags[i]) == inverted)];
}

/// <summary>The linkage authority's first answer: its share off, its factor exchanged for the run's.</summary>
/// <param name="Run">Commitment to its factor of the run.</param>
/// <param name="Named">The people of the set of refusals, in the first part of a run.</param>
internal sealed record Begun(Point Run, Hopped People, Hopped? Named);

/// <summary>The overseer's answer: one-time tags, who goes on, and those wrapped for the receiver.</summary>
/// <param name="Wrapped">Null where nobody goes on.</param>
internal sealed record Passed(Point Run, Tagged People, Tagged? Named, int[] Kept, Hopped? Wrapped);

/// <summary>What both transcryptors offer beside conversion. All values may cross a wire; secrets are in none.</summary>
internal interface ITranscryptor
{
    Outcome<FactorStatement> Promise(Domain domain);

    Task<Outcome<bool>> OpenAsync(SignedOrder signed, FactorStatement peer, CancellationToken ct = default);

    Task<Outcome<bool>> CloseAsync(SignedOrder signed, CancellationToken ct = default);

    Task<Outcome<bool>> RetireAsync(SignedOrder signed, CancellationToken ct = default);

    Task<Outcome<bool>> RaiseQuotaAsync(SignedOrder signed, CancellationToken ct = default);
}

/// <summary>The linkage authority (LA): factor <c>a</c> of every domain, and <c>k_L</c> of the master. It sees blinded points and ciphertexts.</summary>
internal interface ILinkageAuthority : ITranscryptor
{
    Task<Outcome<Hopped>> EnrolAsync(SignedOrder order, Point[] blinded, CancellationToken ct = default);

    Task<Outcome<Begun>> BeginAsync(SignedOrder order, Ciphers people, Ciphers named, CancellationToken ct = default);

    /// <summary>Null where nobody goes on.</summary>
    Task<Outcome<Hopped?>> FinishAsync(SignedOrder order, Begun begun, Passed passed, CancellationToken ct = default);
}

/// <summary>The overseer (OV): factor <c>b</c> of every domain, and a veto. It sees ciphertexts and one-time tags.</summary>
internal interface IOverseer : ITranscryptor
{
    Task<Outcome<Hopped>> EnrolAsync(SignedOrder order, Point[] blinded, Hopped wrapped, CancellationToken ct = default);

    Task<Outcome<Passed>> PassAsync(SignedOrder order, Ciphers people, Ciphers named, Begun begun, CancellationToken ct = default);
}
