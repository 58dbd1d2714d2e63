namespace Minato.Access;

/// <summary>Something worked out from all applications, kept until one of them changes or the hour does (permits and limits end by the calendar).</summary>
internal sealed class Kept<T> where T : class
{
    private readonly Lock gate = new();
    private (long Version, long Hour, T Value)? kept;

    public T Get(long version, DateTimeOffset now, Func<T> make)
    {
        var hour = now.ToUnixTimeSeconds() / 3600;
        lock (gate)
        {
            if (kept is not { } k || k.Version != version || k.Hour != hour)
            {
                kept = k = (version, hour, make());
            }

            return k.Value;
        }
    }
}
