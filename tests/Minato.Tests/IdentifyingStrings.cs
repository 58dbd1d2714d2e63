using System.Buffers;
using System.Text;
using Minato.Demo;

namespace Minato.Tests;

/// <summary>
/// Every name, insured number, address and local patient id of every synthetic person, as it was written: those long enough
/// to be looked for anywhere, and short ones that must not be a whole cell. Made once: thousands of strings become one automaton.
/// </summary>
public sealed class IdentifyingStrings
{
    /// <summary>
    /// Fewer bytes than this stand in compressed pages by chance: some ten thousand strings in tens of megabytes. They are looked for in what the pages hold.
    /// </summary>
    private const int LeastBytes = 8;

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    private readonly HashSet<string> cells = new(StringComparer.Ordinal);
    private readonly HashSet<string> numbers;
    private readonly SearchValues<string> texts;
    private readonly SearchValues<string> bytes;

    public IdentifyingStrings(TheVoyage voyage)
    {
        var inside = new HashSet<string>(StringComparer.Ordinal);
        foreach (var person in TruthPerson.Read(voyage.Nation))
        {
            foreach (var name in person.Kanji.Concat(person.Kana))
            {
                (name.Length >= 4 ? inside : cells).Add(name);
            }

            inside.UnionWith(person.Addresses);
            foreach (var local in person.LocalIds)
            {
                var id = local[(local.IndexOf(':', StringComparison.Ordinal) + 1)..];
                (id.Length >= 8 ? inside : cells).Add(id);
            }

            foreach (var insured in person.Insured)
            {
                var parts = insured.Split(':');
                var (symbol, number) = (parts[1], parts[2]);
                if (number.Length >= 7)
                {
                    inside.Add(number);
                }

                if (symbol.Length > 0 && symbol.Length + number.Length >= 6)
                {
                    inside.Add(symbol + number);
                    inside.Add(symbol + "・" + number);
                    inside.Add(symbol + "," + number);
                }
            }
        }

        Longest = inside.MaxBy(t => t.Length)!;
        ShortName = cells.First();
        numbers = inside.Where(t => t.All(char.IsAsciiDigit)).ToHashSet(StringComparer.Ordinal);
        texts = SearchValues.Create([.. inside], StringComparison.Ordinal);
        bytes = SearchValues.Create([.. inside.SelectMany(Encodings).Where(b => b.Length >= LeastBytes).Distinct()], StringComparison.Ordinal);
    }

    public string Longest { get; }

    public string ShortName { get; }

    /// <summary>A number of eight digits.</summary>
    public string Number => numbers.First(n => n.Length == 8);

    public bool IsCell(string cell) => cells.Contains(cell);

    public bool AreIn(string text) => AreIn(text, texts);

    /// <summary>In any of the encodings of the deliveries.</summary>
    public bool AreIn(byte[] content) => AreIn(Encoding.Latin1.GetString(content), bytes);

    /// <summary>Eight digits stand in hashes and pseudonyms by chance; a number that somebody wrote there stands by itself.</summary>
    private bool AreIn(ReadOnlySpan<char> text, SearchValues<string> wanted)
    {
        for (var from = 0; text[from..].IndexOfAny(wanted) is >= 0 and var at; from += at + 1)
        {
            if (!IsInHash(text, from + at))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInHash(ReadOnlySpan<char> text, int at)
    {
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var end = at;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        for (var to = end; to > at; to--)
        {
            if (lookup.Contains(text[at..to]))
            {
                var before = at > 0 && char.IsAsciiHexDigitLower(text[at - 1]);
                var after = to < text.Length && char.IsAsciiHexDigitLower(text[to]);
                return (before || after) && RunOfHex(text, at, to) || IsFirstOfUuid(text, at, to);
            }
        }

        return false;
    }

    /// <summary>Whether the run of lower-case hexadecimal digits around it is as long as hashes are, and more than a number.</summary>
    private static bool RunOfHex(ReadOnlySpan<char> text, int at, int to)
    {
        const int Short = 12;
        while (at > 0 && char.IsAsciiHexDigitLower(text[at - 1]))
        {
            at--;
        }

        while (to < text.Length && char.IsAsciiHexDigitLower(text[to]))
        {
            to++;
        }

        return to - at >= Short && text[at..to].ContainsAnyInRange('a', 'f');
    }

    private static bool IsFirstOfUuid(ReadOnlySpan<char> text, int at, int to)
    {
        const int First = 8, Second = 4;
        return to - at == First && text.Length > to + Second + 1 && text[to] == '-' && text[to + Second + 1] == '-' && !text.Slice(to + 1, Second).ContainsAnyExcept(Hex);
    }

    private static IEnumerable<string> Encodings(string text)
    {
        yield return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
        yield return Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(text));
        var sjis = CodePagesEncodingProvider.Instance.GetEncoding(932)!.GetBytes(text);
        if (!sjis.AsSpan().Contains((byte)'?'))
        {
            yield return Encoding.Latin1.GetString(sjis);
        }
    }
}
