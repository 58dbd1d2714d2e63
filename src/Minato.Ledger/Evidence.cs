using System.Text;
using System.Text.Json;

namespace Minato.Ledger;

/// <summary>
/// One event with all that is needed to check it without the ledger: hand it to whoever has a right to the event, and
/// they can prove with the published key that it stands in the signed log, unchanged.
/// </summary>
/// <param name="Payload">The payload's text; null where it was erased.</param>
/// <param name="Salt">Base64; null where the payload was erased. Whoever has it can show the payload to others.</param>
/// <param name="Commitment">Base64 of 32 bytes: see <see cref="EventLeaf"/>.</param>
/// <param name="Path">Base64 of 32 bytes each: RFC 9162 inclusion path from the leaf up.</param>
/// <param name="Checkpoint">The signed note.</param>
public sealed record Evidence(
    string VerifierKey, long Index, string Stream, long Version, string Type, DateTimeOffset At, string By, string? Payload, string? Salt, string Commitment,
    IReadOnlyList<string> Path, string Checkpoint)
{
    public string ToJson() => JsonSerializer.Serialize(this, LedgerJson.Default.Evidence);

    public static Outcome<Evidence> Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, LedgerJson.Default.Evidence) is { } evidence ? evidence : Unreadable();
        }
        catch (JsonException)
        {
            return Unreadable();
        }

        static Finding Unreadable() => Finding.Error("evidence.unreadable", "This is no evidence of an event", "Give the JSON that the ledger gave, whole");
    }

    /// <summary>
    /// Checks against a key that the checker has from elsewhere, not from the evidence: the checkpoint's signature, the
    /// payload's commitment, and the path from the event to the signed root. Gives the tree that the event stands in.
    /// </summary>
    public Outcome<TreeHead> Check(VerifierKey published)
    {
        if (!TreeHead.TryOpen(Checkpoint, published, out var head))
        {
            return Finding.Error("evidence.signature", "The checkpoint has no good signature of the published key", "Ask the operator for the key, and the ledger for new evidence");
        }

        if (!TryHash(Commitment, out var commitment) || !Slug.IsValid(By) || Stream is null || Type is null
            || (Payload is null) != (Salt is null) || (Payload is not null && !(TryHash(Salt, out var salt) && EventLeaf.Commit(salt, Encoding.UTF8.GetBytes(Payload)).AsSpan().SequenceEqual(commitment))))
        {
            return Finding.Error("evidence.payload", "The payload is not the one that was recorded", "Do not rely on it");
        }

        var path = new List<ReadOnlyMemory<byte>>();
        foreach (var text in Path ?? [])
        {
            if (TryHash(text, out var hash))
            {
                path.Add(hash);
            }
        }

        var leaf = EventLeaf.Hash(Index, Stream, Version, Type, At, new ActorId(By), commitment);
        return path.Count == Path?.Count && MerkleProof.VerifyInclusion(Index, head.Size, leaf, path, head.RootHash)
            ? head
            : Finding.Error("evidence.not-included", "The event is not in the signed log as it is told here", "Do not rely on it");
    }

    private static bool TryHash(string? base64, out byte[] hash)
    {
        hash = new byte[32];
        return base64 is { Length: 44 } && Convert.TryFromBase64String(base64, hash, out var length) && length == 32;
    }
}
