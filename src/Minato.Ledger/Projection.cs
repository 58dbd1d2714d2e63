using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Ledger;

/// <summary>
/// Event records to and from the ledger. A room's events are one abstract record with
/// <see cref="JsonDerivedTypeAttribute"/> for each case; the discriminator, with the room's name before it, is the event type.
/// </summary>
public static class EventJson
{
    private static readonly ConcurrentDictionary<Type, string> Types = new();

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <param name="room">Lower-case name of the room, for example <c>access</c>.</param>
    public static NewEvent Write<TEvent>(string room, TEvent e) where TEvent : class
    {
        var type = Types.GetOrAdd(e.GetType(), static (t, root) =>
            (string?)root.GetCustomAttributes<JsonDerivedTypeAttribute>(inherit: false).FirstOrDefault(a => a.DerivedType == t)?.TypeDiscriminator
            ?? throw new InvalidOperationException($"{t} has no JsonDerivedType on {root}"), typeof(TEvent));
        return new NewEvent($"{room}.{type}", JsonSerializer.SerializeToUtf8Bytes(e, Options));
    }

    /// <exception cref="InvalidDataException">The payload is not such an event: it was changed, or this program is older than the event.</exception>
    public static TEvent Read<TEvent>(RecordedEvent e) where TEvent : class
    {
        try
        {
            return JsonSerializer.Deserialize<TEvent>(e.Json.Span, Options) ?? throw new JsonException();
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException or ArgumentException)
        {
            // The cause may quote the payload, so it stays behind.
            throw new InvalidDataException($"Event {e.Index} (stream {e.Stream}, version {e.Version}, {e.Type}) cannot be read; verify the ledger");
        }
    }
}

/// <summary>
/// State rebuilt from events, per stream, kept in memory and caught up when asked. Pure: <c>evolve(state, event)</c>.
/// Erased payloads are skipped. Thread-safe.
/// </summary>
/// <param name="streamPrefix">Streams that begin so, for example <c>application/</c>.</param>
public sealed class Projection<TState, TEvent>(ILedger ledger, string room, string streamPrefix, Func<TState?, TEvent, RecordedEvent, TState> evolve)
    where TState : class
    where TEvent : class
{
    private readonly Lock gate = new();
    // State is null while all events of the stream that were read are erased: the version must be known all the same.
    private readonly Dictionary<string, (TState? State, long Version)> states = new(StringComparer.Ordinal);
    private long next;
    private long version;

    public TState? Find(string stream)
    {
        lock (gate)
        {
            CatchUp();
            return states.TryGetValue(stream, out var s) ? s.State : null;
        }
    }

    /// <summary>How many events were read so far: what was worked out from all states holds until it changes.</summary>
    public long Version
    {
        get
        {
            lock (gate)
            {
                CatchUp();
                return version;
            }
        }
    }

    /// <summary>All states, in the order of their first events.</summary>
    public IReadOnlyList<TState> All
    {
        get
        {
            lock (gate)
            {
                CatchUp();
                return [.. states.Values.Where(s => s.State is not null).Select(s => s.State!)];
            }
        }
    }

    /// <summary>
    /// Decides on the present state and appends what was decided; decides again where another writer was faster.
    /// An empty list of events appends nothing.
    /// </summary>
    public async Task<Outcome<TState>> DecideAsync(
        string stream, ActorId by, Func<TState?, Outcome<IReadOnlyList<TEvent>>> decide, string? idempotencyKey = null, CancellationToken ct = default)
    {
        // A repeated command is answered, not decided again: in its own after-state it might be refused.
        if (idempotencyKey is not null && ledger.Recall(stream, idempotencyKey) is not null && Find(stream) is { } already)
        {
            return already;
        }

        for (var attempt = 0; ; attempt++)
        {
            TState? state;
            long version;
            lock (gate)
            {
                CatchUp();
                (state, version) = states.TryGetValue(stream, out var s) ? s : (null, 0);
            }

            var decided = decide(state);
            if (!decided.Try(out var events))
            {
                return Outcome<TState>.Refused(decided.Findings);
            }

            if (events.Count > 0)
            {
                var appended = await ledger.AppendAsync(stream, version, by, [.. events.Select(e => EventJson.Write(room, e))], idempotencyKey, ct).ConfigureAwait(false);
                if (!appended.IsOk)
                {
                    if (attempt < 20 && appended.Findings.Any(f => f.Code == "ledger.conflict"))
                    {
                        continue;
                    }

                    return Outcome<TState>.Refused(appended.Findings);
                }
            }

            return Find(stream) is { } after
                ? Outcome<TState>.Ok(after, decided.Findings)
                : Finding.Error("ledger.nothing-there", $"Nothing was decided for {stream}", "Create it first");
        }
    }

    private void CatchUp()
    {
        // Everything below the size is visible already, so the tail of other streams' events is read once.
        var size = ledger.Size;
        if (size <= next)
        {
            return;
        }

        foreach (var e in ledger.ReadAll(next, streamPrefix))
        {
            var state = states.TryGetValue(e.Stream, out var s) ? s.State : null;
            states[e.Stream] = (e.Erased ? state : evolve(state, EventJson.Read<TEvent>(e), e), e.Version);
            next = e.Index + 1;
            version++;
        }

        next = Math.Max(next, size);
    }
}
