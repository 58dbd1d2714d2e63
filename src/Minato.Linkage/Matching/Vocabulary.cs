using System.Collections.Concurrent;

namespace Minato.Linkage.Matching;

/// <summary>
/// Normal forms ↔ small ids from 1; 0 is "not known". Many threads may intern at once. Which id a text gets depends on who came
/// first, so ids say 'equal or not' and nothing else: no result may depend on their order.
/// </summary>
internal sealed class Vocabulary
{
    private readonly ConcurrentDictionary<string, int> ids = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> bySpan;
    private readonly Lock adding = new();
    private string[] texts = new string[1024];
    private int count = 1;

    public Vocabulary()
    {
        texts[0] = "";
        bySpan = ids.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Ids given, with the 0: sizes arrays that are indexed by id.</summary>
    public int Count => Volatile.Read(ref count);

    public string this[int id] => Volatile.Read(ref texts)[id];

    public int Intern(ReadOnlySpan<char> text) => text.IsEmpty ? 0 : bySpan.TryGetValue(text, out var id) ? id : Add(text.ToString());

    public int Intern(string text) => text.Length == 0 ? 0 : ids.TryGetValue(text, out var id) ? id : Add(text);

    private int Add(string text)
    {
        lock (adding)
        {
            if (ids.TryGetValue(text, out var known))
            {
                return known;
            }

            if (count == texts.Length)
            {
                var more = new string[count * 2];
                texts.CopyTo(more, 0);
                Volatile.Write(ref texts, more);
            }

            texts[count] = text;
            ids[text] = count;
            return count++;
        }
    }
}
