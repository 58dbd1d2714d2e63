using System.Text.Json;

namespace Minato.Web;

/// <summary>A command that the permission table refused: who, which, on what, by which rule. Nothing of the command's content.</summary>
internal sealed record Refusal(DateTimeOffset At, string Who, string Command, string On, string Rule);

/// <summary>
/// What was tried and refused, for auditors: a line of JSON each. Beside the ledger, because whoever may not do a thing must not be able to fill the ledger by
/// trying. When the file is full, it becomes the one before it.
/// </summary>
internal sealed class RefusalBook(string path)
{
    private const long Full = 8 << 20;

    private readonly Lock gate = new();

    public void Add(Refusal refusal)
    {
        lock (gate)
        {
            if (File.Exists(path) && new FileInfo(path).Length > Full)
            {
                File.Move(path, path + ".before", overwrite: true);
            }

            File.AppendAllText(path, JsonSerializer.Serialize(refusal) + "\n");
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Refusal> Last(int most)
    {
        lock (gate)
        {
            // The last line may be torn by a power cut.
            return [.. new[] { path + ".before", path }.Where(File.Exists).SelectMany(File.ReadLines).Where(l => l.EndsWith('}')).TakeLast(most).Reverse().Select(l => JsonSerializer.Deserialize<Refusal>(l)!)];
        }
    }
}
