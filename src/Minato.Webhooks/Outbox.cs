using System.Text.Json;

namespace Minato.Webhooks;

/// <param name="Due">When it is tried next.</param>
internal sealed record Waiting(long Event, string Type, DateTimeOffset At, int Tried, DateTimeOffset Due);

/// <summary>
/// Where a subscription's deliveries are: every event below <see cref="Next"/> was looked at; of those what was to be told and is not yet delivered waits. A file that
/// is replaced whole, so a power cut leaves the state before or after a try, never half of it.
/// </summary>
internal sealed record Outbox(long Next, IReadOnlyList<Waiting> Waiting, IReadOnlyList<DeliveryAttempt> Log)
{
    /// <summary>More than this is not kept waiting: a receiver that was away for so long reads the register.</summary>
    public const int MostWaiting = 10_000;
    private const int MostLog = 200;

    public Outbox With(DeliveryAttempt attempt) => this with { Log = [attempt, .. Log.Take(MostLog - 1)] };

    public static Outbox? Read(string path) => File.Exists(path) ? JsonSerializer.Deserialize<Outbox>(File.ReadAllBytes(path)) : null;

    public void Write(string path)
    {
        using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
    }
}
