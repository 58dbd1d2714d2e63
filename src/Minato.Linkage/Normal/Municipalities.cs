namespace Minato.Linkage.Normal;

/// <summary>
/// The municipalities of Japan (<c>standards/linkage/municipalities-v1.txt</c>). Where 市 ends a name cannot be told without them
/// (四日市市, 余市町, 市川市), and most people leave out the prefecture.
/// </summary>
internal static class Municipalities
{
    private const int Longest = 14;
    private static readonly Dictionary<string, Municipality[]> Known = Read();
    private static readonly Dictionary<string, Municipality[]>.AlternateLookup<ReadOnlySpan<char>> Find = Known.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Prefectures =
        Known.Values.SelectMany(m => m).Select(m => m.Prefecture).ToHashSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The prefecture with which a text begins, or empty. 京都 begins no text: it is a city, until 府 follows.</summary>
    public static string PrefectureOf(ReadOnlySpan<char> text)
    {
        for (var length = 3; length <= 4 && length <= text.Length; length++)
        {
            if (text[length - 1] is '県' or '都' or '府' or '道' && Prefectures.TryGetValue(text[..length], out var prefecture))
            {
                return prefecture;
            }
        }

        return "";
    }

    /// <summary>
    /// The municipality with which a folded text begins, the longest there is: with or without its 郡, a designated city without
    /// its ward, a ward without its city. The prefecture is empty where several have one of that name and none is stated. Null
    /// where the table has none: municipalities that were merged away, or misspelt ones.
    /// </summary>
    public static Municipality? At(ReadOnlySpan<char> text, string prefecture, out int length)
    {
        for (length = Math.Min(Longest, text.Length); length >= 2; length--)
        {
            if (text[length - 1] is not ('市' or '区' or '町' or '村') || !Find.TryGetValue(text[..length], out var all))
            {
                continue;
            }

            var found = default(Municipality?);
            foreach (var one in all)
            {
                if (prefecture.Length == 0 || one.Prefecture == prefecture)
                {
                    if (found is not null)
                    {
                        return new Municipality(prefecture, found.Name == one.Name ? one.Name : text[..length].ToString());
                    }

                    found = one;
                }
            }

            if (found is not null)
            {
                return found;
            }
        }

        length = 0;
        return null;
    }

    private static Dictionary<string, Municipality[]> Read()
    {
        using var stream = typeof(Municipalities).Assembly.GetManifestResourceStream("municipalities-v1.txt")
            ?? throw new InvalidOperationException("The table of municipalities is not compiled in");
        using var text = new StreamReader(stream);
        var found = new Dictionary<string, HashSet<Municipality>>(StringComparer.Ordinal);
        while (text.ReadLine() is { } line)
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0] == "#")
            {
                continue;
            }

            foreach (var written in words.Skip(1))
            {
                var full = AddressText.Fold(written);
                var gun = full.IndexOf('郡', 1);
                // 郡 ends a district (余市郡余市町), or begins a city's name (郡山市, 郡上市) or stands in it (小郡市, 大和郡山市).
                var district = gun > 0 && full[^1] is '町' or '村' && gun > 0 && gun < full.Length - 2;
                var bare = district ? full[(gun + 1)..] : full;
                var city = full.IndexOf('市', StringComparison.Ordinal);
                Add(full, bare);
                Add(bare, bare);
                if (full[^1] == '区' && city > 0)
                {
                    Add(full[..(city + 1)], full[..(city + 1)]);
                    Add(full[(city + 1)..], full);
                }

                void Add(string key, string name)
                {
                    found.TryAdd(key, []);
                    found[key].Add(new Municipality(words[0], name));
                }
            }
        }

        return found.ToDictionary(f => f.Key, f => f.Value.ToArray(), StringComparer.Ordinal);
    }
}

/// <summary>A municipality without its 郡, in folded writing, and the prefecture that it is in.</summary>
internal sealed record Municipality(string Prefecture, string Name);
