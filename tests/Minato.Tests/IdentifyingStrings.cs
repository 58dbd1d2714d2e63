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
    private readonly HashSet<string> cells = new(StringComparer.Ordinal);
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
        texts = SearchValues.Create([.. inside], StringComparison.Ordinal);
        bytes = SearchValues.Create([.. inside.SelectMany(Encodings).Distinct()], StringComparison.Ordinal);
    }

    public string Longest { get; }

    public string ShortName { get; }

    public bool IsCell(string cell) => cells.Contains(cell);

    public bool AreIn(string text) => text.AsSpan().ContainsAny(texts);

    /// <summary>In any of the encodings of the deliveries.</summary>
    public bool AreIn(byte[] content) => Encoding.Latin1.GetString(content).AsSpan().ContainsAny(bytes);

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
