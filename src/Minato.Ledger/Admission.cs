using System.Text.Json;
using System.Text.Unicode;

namespace Minato.Ledger;

/// <summary>What an append must look like before it may wait for the writer.</summary>
internal static class Admission
{
    public static Finding? Check(string stream, long expectedVersion, IReadOnlyList<NewEvent> events, string? idempotencyKey)
    {
        if (!StreamName.IsValid(stream))
        {
            return Finding.Error("ledger.stream-name", "The stream's name is not made of slugs joined by '/'", "Use for example application/a-2026-0001");
        }

        if (stream.StartsWith(StreamName.ReservedPrefix, StringComparison.Ordinal))
        {
            return Finding.Error("ledger.reserved-stream", $"Streams under {StreamName.ReservedPrefix} are written by the ledger itself", "Use a stream of your own room");
        }

        if (expectedVersion < -1)
        {
            return Finding.Error("ledger.expected-version", $"{expectedVersion} is no version", "0 means a new stream, -1 any version");
        }

        if (idempotencyKey is { Length: 0 or > 200 })
        {
            return Finding.Error("ledger.idempotency-key", "An idempotency key has 1 to 200 characters", "Use for example a UUID");
        }

        if (events.Count == 0)
        {
            return Finding.Error("ledger.nothing", "There is no event to append", "Append at least one");
        }

        foreach (var e in events)
        {
            if (!Slug.IsValid(e.Type))
            {
                return Finding.Error("ledger.event-type", "An event's type is not a slug", "Use for example access.application-submitted");
            }

            if (e.Json.Length > LedgerRoom.LargestPayload || !IsJson(e.Json.Span))
            {
                return Finding.Error("ledger.payload", $"The payload of a {e.Type} is not one JSON value of at most {LedgerRoom.LargestPayload} bytes", "Keep files beside the ledger and record their hash");
            }
        }

        return null;
    }

    private static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(utf8);
            while (reader.Read())
            {
                reader.Skip();
            }

            return reader.BytesConsumed == utf8.Length && utf8.Length > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
