using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minato.Processing.Standards;

/// <summary>What was found in a text: where (UTF-16 units), and what it is.</summary>
internal readonly record struct FoundSpan(int Start, int Length, string Label);

/// <summary>
/// Takes names, addresses, numbers, institutions and dates out of free text by rules that are data (<c>standards/free-text/</c>); what stays
/// in their place says what stood there: 「[氏名]」. A rule engine finds what its rules know and no more: it is for use inside the secure
/// environment, never a way to make narrative anonymous (decision 0088 gives its measured recall).
/// </summary>
/// <remarks>Patterns run without backtracking: time is linear in the text, whatever it holds. Safe to call from several threads.</remarks>
internal sealed class FreeText
{
    /// <summary>Longer texts are cut here: nobody reads a million characters into a column.</summary>
    public const int Longest = 1_000_000;

    private const string Gone = "[…]";

    private readonly Dictionary<string, string> labels;
    private readonly IReadOnlyList<Rule> rules;
    private readonly HashSet<string> genericNames;
    private readonly string[] genericEndings;
    private readonly HashSet<string> genericFacilities;
    private readonly string[] particles;
    private readonly Words family;
    private readonly Words familyKana;
    private readonly Words municipalities;
    private readonly HashSet<string> given;
    private readonly HashSet<string> givenKana;

    private FreeText(Written said)
    {
        labels = said.Labels.ToDictionary(l => l.Key, l => $"[{l.Value.Ja}]", StringComparer.Ordinal);
        rules = [.. said.Rules.Select(r => new Rule(r.Label, r.Check, new Regex(r.Pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)))];
        genericNames = [.. said.Generic.Name];
        genericEndings = [.. said.Generic.NameEndings];
        genericFacilities = [.. said.Generic.Facility];
        particles = [.. said.Generic.Particles];
        family = new Words(said.Names.Family);
        familyKana = new Words(said.Names.FamilyKana);
        municipalities = new Words(said.Municipalities);
        given = [.. said.Names.Given];
        givenKana = [.. said.Names.GivenKana];
    }

    /// <exception cref="FormatException">The file is no set of rules.</exception>
    public static FreeText Read(byte[] utf8)
    {
        try
        {
            var said = JsonSerializer.Deserialize<Written>(utf8, JsonSerializerOptions.Web);
            return said is { Labels.Count: > 0, Rules.Count: > 0, Generic: not null, Names: not null, Municipalities: not null } && said.Rules.All(r => said.Labels.ContainsKey(r.Label) && r.Pattern.Contains("(?<v>", StringComparison.Ordinal) && (r.Check is null || Checks.Contains(r.Check)))
                ? new FreeText(said)
                : throw new FormatException("the rules for free text need labels, rules (each with a known label, a group v, a known check), generic, names and municipalities");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new FormatException("the rules for free text cannot be read: a pattern or the file is malformed");
        }
    }

    /// <summary>The text without what the rules find.</summary>
    public string Scrub(string text)
    {
        var isCut = text.Length > Longest;
        var body = isCut ? text[..Longest] : text;
        var spans = Find(body);
        if (spans.Count == 0 && !isCut)
        {
            return text;
        }

        var scrubbed = new StringBuilder(body.Length);
        var at = 0;
        foreach (var span in spans)
        {
            scrubbed.Append(body, at, span.Start - at).Append(labels[span.Label]);
            at = span.Start + span.Length;
        }

        return scrubbed.Append(body, at, body.Length - at).Append(isCut ? Gone : "").ToString();
    }

    /// <summary>All that the rules find, in order, without overlaps: where two meet the one that begins first stays, of two that begin together the longer.</summary>
    public IReadOnlyList<FoundSpan> Find(string text)
    {
        var folded = Fold(text);
        var found = new List<FoundSpan>();
        foreach (var rule in rules)
        {
            for (var match = rule.Pattern.Match(folded); match.Success; match = match.NextMatch())
            {
                var group = match.Groups["v"];
                if (group.Length > 0 && Passes(rule.Check, group.ValueSpan.Trim()))
                {
                    found.Add(Trimmed(folded, group.Index, group.Length, rule.Label));
                }
            }
        }

        Listed(folded, found);
        found.Sort((a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.Length.CompareTo(a.Length));
        var kept = new List<FoundSpan>(found.Count);
        foreach (var span in found)
        {
            if (kept.Count == 0 || span.Start >= kept[^1].Start + kept[^1].Length)
            {
                kept.Add(span);
            }
            else if (span.Start + span.Length > kept[^1].Start + kept[^1].Length)
            {
                // They overlap: all that either covers goes.
                kept[^1] = kept[^1] with { Length = span.Start + span.Length - kept[^1].Start };
            }
        }

        return kept;
    }

    private static readonly HashSet<string> Checks = ["phone", "my-number", "insurer", "facility", "date", "name"];

    private bool Passes(string? check, ReadOnlySpan<char> value) => check switch
    {
        null => true,
        "phone" => Digits(value).Length is >= 10 and <= 12,
        "my-number" => IsMyNumber(Digits(value)),
        "insurer" => IsInsurer(Digits(value)) || IsDay(Digits(value)),
        "facility" => !IsGenericFacility(value),
        "date" => true,
        _ => IsNameLike(value),
    };

    /// <summary>The check digit of the individual number: total-mod-11 with weights 2–7 (総務省令第85号).</summary>
    private static bool IsMyNumber(string digits)
    {
        if (digits.Length != 12)
        {
            return false;
        }

        var sum = 0;
        for (var n = 1; n <= 11; n++)
        {
            sum += (digits[11 - n] - '0') * (n <= 6 ? n + 1 : n - 5);
        }

        var rest = sum % 11;
        return digits[11] - '0' == (rest <= 1 ? 0 : 11 - rest);
    }

    /// <summary>The check digit of an insurer's eight digits: weights 2 and 1 from the right, digits of products summed, modulo 10.</summary>
    private static bool IsInsurer(string digits)
    {
        if (digits.Length != 8)
        {
            return false;
        }

        var sum = 0;
        for (var i = 0; i < 7; i++)
        {
            var product = (digits[6 - i] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += (product / 10) + (product % 10);
        }

        return digits[7] - '0' == (10 - (sum % 10)) % 10;
    }

    private static bool IsDay(string digits) =>
        DateOnly.TryParseExact(digits, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1880 and <= 2100;

    private static string Digits(ReadOnlySpan<char> text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiDigit(c))
            {
                digits.Append(c);
            }
        }

        return digits.ToString();
    }

    /// <summary>'総合病院' names none; '港総合病院' does.</summary>
    private bool IsGenericFacility(ReadOnlySpan<char> value)
    {
        foreach (var kind in (ReadOnlySpan<string>)["医療センター", "特別養護老人ホーム", "老人ホーム", "介護老人保健施設", "訪問看護ステーション", "クリニック", "保健センター", "診療所", "病院", "医院", "薬局", "歯科"])
        {
            if (value.EndsWith(kind, StringComparison.Ordinal))
            {
                // What ends in a particle before it (近くの総合病院) is grammar, not name.
                var name = value[..^kind.Length].ToString();
                var kanji = name.AsSpan().IndexOfAnyExceptInRange('ぁ', 'ん');
                var kana = kanji < 0 ? name : name[..kanji];
                return genericFacilities.Contains(name) || (particles.Any(p => kana.EndsWith(p, StringComparison.Ordinal)) && (kanji < 0 || genericFacilities.Contains(name[kanji..])));
            }
        }

        return false;
    }

    private bool IsNameLike(ReadOnlySpan<char> value)
    {
        var name = value.ToString();
        return !genericNames.Contains(name) && !genericEndings.Any(e => name.EndsWith(e, StringComparison.Ordinal)) && !genericNames.Contains(name.Split(' ')[^1]);
    }

    /// <summary>Family names and places of the lists, standing by themselves.</summary>
    private void Listed(string text, List<FoundSpan> found)
    {
        foreach (var (at, length) in family.In(text))
        {
            if (at > 0 && (IsKanji(text[at - 1]) || IsKatakana(text[at - 1])))
            {
                continue;
            }

            var end = at + length;
            var name = GivenAfter(text, end, given, IsKanji);
            if (name > 0)
            {
                found.Add(new(at, end + name - at, "name"));
            }
            else if (end == text.Length || (!IsKanji(text[end]) && !IsKatakana(text[end]) && text[end] is not ('式' or '型')))
            {
                // A family name alone, at the end of a run of kanji. Eponyms (橋本病, 長谷川式) go on in kanji.
                found.Add(new(at, length, "name"));
            }
        }

        foreach (var (at, length) in familyKana.In(text))
        {
            if (at > 0 && IsKatakana(text[at - 1]))
            {
                continue;
            }

            var name = GivenAfter(text, at + length, givenKana, IsKatakana);
            if (name > 0)
            {
                found.Add(new(at, length + name, "name"));
            }
        }

        foreach (var (at, length) in municipalities.In(text))
        {
            // 市民病院, 区分, 町内: a place's name goes on only into what names it.
            var end = at + length;
            if (end == text.Length || !"民立議外内医会長役".Contains(text[end]))
            {
                found.Add(new(at, length, "address"));
            }
        }
    }

    /// <summary>How many characters after a family name are the given name: a listed one, or after a blank any run of one to four of the script.</summary>
    private static int GivenAfter(string text, int at, HashSet<string> known, Func<char, bool> isOfScript)
    {
        var blank = at < text.Length && text[at] == ' ' ? 1 : 0;
        var run = 0;
        while (at + blank + run < text.Length && isOfScript(text[at + blank + run]))
        {
            run++;
        }

        for (var length = Math.Min(run, 6); length > 0; length--)
        {
            if (known.Contains(text.Substring(at + blank, length)) && (length == run || blank == 0))
            {
                return blank + length;
            }
        }

        return blank == 1 && run is >= 1 and <= 5 ? 1 + run : 0;
    }

    private static FoundSpan Trimmed(string text, int start, int length, string label)
    {
        while (length > 0 && text[start + length - 1] == ' ')
        {
            length--;
        }

        while (length > 0 && text[start] == ' ')
        {
            (start, length) = (start + 1, length - 1);
        }

        return new(start, length, label);
    }

    private static bool IsKanji(char c) => c is (>= '一' and <= '龥') or '々' or 'ヶ' or '﨑' or '髙' or (>= '\uD840' and <= '\uDFFF');

    private static bool IsKatakana(char c) => c is >= 'ァ' and <= 'ー';

    /// <summary>Character by character, so that a place in the folded text is the same place in the text.</summary>
    private static string Fold(string text) => string.Create(text.Length, text, static (into, from) =>
    {
        for (var i = 0; i < from.Length; i++)
        {
            into[i] = from[i] switch
            {
                >= '！' and <= '～' and var c => (char)(c - 0xFEE0),
                '\u3000' or '\u00A0' or '\t' => ' ',
                '‐' or '‑' or '–' or '—' or '−' => '-',
                var c => c,
            };
        }
    });

    private sealed record Rule(string Label, string? Check, Regex Pattern);

    /// <summary>A list of words, found in one pass; at each place the longest.</summary>
    private sealed class Words
    {
        private readonly SearchValues<string> any;
        private readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> words;
        private readonly int longest;

        public Words(IReadOnlyList<string> list)
        {
            any = SearchValues.Create([.. list], StringComparison.Ordinal);
            words = new HashSet<string>(list, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
            longest = list.Count == 0 ? 0 : list.Max(w => w.Length);
        }

        public List<(int At, int Length)> In(string text)
        {
            var found = new List<(int, int)>();
            for (var at = 0; at < text.Length;)
            {
                var next = text.AsSpan(at).IndexOfAny(any);
                if (next < 0)
                {
                    break;
                }

                at += next;
                var length = Math.Min(longest, text.Length - at);
                while (length > 1 && !words.Contains(text.AsSpan(at, length)))
                {
                    length--;
                }

                found.Add((at, length));
                at += length;
            }

            return found;
        }
    }

    private sealed record Written(Dictionary<string, Bilingual> Labels, List<WrittenRule> Rules, WrittenGeneric Generic, WrittenNames Names, List<string> Municipalities);

    private sealed record WrittenRule(string Label, string Pattern, string? Check = null);

    private sealed record WrittenGeneric(List<string> Name, List<string> NameEndings, List<string> Facility, List<string> Particles);

    private sealed record WrittenNames(List<string> Family, List<string> Given, List<string> FamilyKana, List<string> GivenKana);
}
