using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Linkage.Pseudonyms;

/// <summary>One key that is gone: committed to when it was made, stated destroyed later, both signed.</summary>
public sealed record DestroyedKey(int Epoch, string Commitment, long MadeAt, DateTimeOffset Made, long DestroyedAt, DateTimeOffset Destroyed);

/// <summary>
/// Evidence that every key of a closed project was destroyed: the whole stream of its keys, each event provable against the
/// node's published key, without the ledger and without this node.
/// </summary>
/// <remarks>
/// It shows that the very keys that were committed to before the first conversion were stated destroyed, none left out. That
/// no copy was kept elsewhere nobody can show; but a copy that ever turned up would fit the commitment, and convict.
/// </remarks>
public sealed record DestructionProof(string Permit, IReadOnlyList<Evidence> Events)
{
    /// <summary>Collects the evidence.</summary>
    /// <returns>Refused with <c>linkage.key-not-destroyed</c> while a key is in force, <c>linkage.unknown-key</c> where there never was one.</returns>
    public static Outcome<DestructionProof> Of(ILedger ledger, PermitId permit)
    {
        var events = new List<Evidence>();
        foreach (var e in ledger.ReadStream(StreamOf(permit.Value)))
        {
            if (!ledger.ProveEvent(e.Index).Try(out var evidence))
            {
                return Outcome<DestructionProof>.Refused(ledger.ProveEvent(e.Index).Findings);
            }

            events.Add(evidence);
        }

        var proof = new DestructionProof(permit.Value, events);
        return proof.Replay().Map(_ => proof);
    }

    public string ToJson() => JsonSerializer.Serialize(this, ProofJson.Default.DestructionProof);

    public static Outcome<DestructionProof> Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ProofJson.Default.DestructionProof) is { } proof && Slug.IsValid(proof.Permit) && proof.Events?.Any(e => e is null) == false
                ? proof
                : Unreadable();
        }
        catch (JsonException)
        {
            return Unreadable();
        }

        static Finding Unreadable() => Finding.Error("proof.unreadable", "This is no proof of a destruction", "Give the JSON that 'linkage keys proof' gave, whole");
    }

    /// <summary>Checks everything against a key that the checker has from elsewhere.</summary>
    public Outcome<IReadOnlyList<DestroyedKey>> Check(VerifierKey published)
    {
        foreach (var e in Events)
        {
            if (!e.Check(published).Try(out _))
            {
                return Outcome<IReadOnlyList<DestroyedKey>>.Refused(e.Check(published).Findings);
            }
        }

        return Replay();
    }

    private static string StreamOf(string permit) => LedgerStreams.Keys($"domain/project/{permit}");

    /// <summary>What the events say, taken one after the other from the first: nothing may be missing between them.</summary>
    private Outcome<IReadOnlyList<DestroyedKey>> Replay()
    {
        var keys = new SortedDictionary<int, DestroyedKey?>();
        var made = new Dictionary<int, (LinkageEvent.KeyMade Key, Evidence At)>();
        for (var i = 0; i < Events.Count; i++)
        {
            var e = Events[i];
            if (e.Stream != StreamOf(Permit) || e.Version != i + 1)
            {
                return Finding.Error("proof.incomplete", "The events are not the whole stream of the project's keys", "Ask the node for a new proof");
            }

            switch (Read(e))
            {
                case LinkageEvent.KeyMade m when made.TryAdd(m.Epoch, (m, e)):
                    keys.Add(m.Epoch, null);
                    break;
                case LinkageEvent.KeyRetired:
                    break;
                case LinkageEvent.KeyDestroyed d when made.TryGetValue(d.Epoch, out var first) && d.Commitment == first.Key.Commitment && d.MadeAt == first.At.Index && d.MadeAt < e.Index:
                    keys[d.Epoch] = new DestroyedKey(d.Epoch, d.Commitment, d.MadeAt, first.At.At, e.Index, e.At);
                    break;
                default:
                    return Finding.Error("proof.other-key", $"Event {e.Index} is not about a key that was committed to before", "Do not rely on it");
            }
        }

        return keys.Count == 0 ? Finding.Error("linkage.unknown-key", $"The project {Permit} never had a key", "Name a permit that was opened for linkage")
            : keys.Values.Any(k => k is null) ? Finding.Error("linkage.key-not-destroyed", $"A key of the project {Permit} was not destroyed", "Close the project first")
            : Outcome<IReadOnlyList<DestroyedKey>>.Ok([.. keys.Values.Select(k => k!)]);
    }

    private static LinkageEvent? Read(Evidence e)
    {
        try
        {
            return e.Payload is { } payload
                ? EventJson.Read<LinkageEvent>(new RecordedEvent(e.Index, e.Stream, e.Version, e.Type, Encoding.UTF8.GetBytes(payload), e.At, new ActorId(e.By), false, default))
                : null;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(DestructionProof))]
internal sealed partial class ProofJson : JsonSerializerContext;
