using System.Text.Json;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>What a key of deterministic links may be made of.</summary>
internal enum ExactField
{
    /// <summary>Insurer, symbol, number and branch: one person.</summary>
    Number,

    /// <summary>Insurer, symbol and number.</summary>
    Household,

    /// <summary>The whole name as it is read, small kana large: claims lose them.</summary>
    Reading,
    Given,
    Kanji,
    Birth,
    Sex,
}

/// <summary>Fields that must all be known and equal. Data: <c>standards/linkage/exact-v1.json</c>.</summary>
internal sealed record ExactKey(string Id, IReadOnlyList<ExactField> Fields);

/// <summary>Keys of deterministic links, straight from what is written: nothing is interned, so that a nation's files pass at the speed of reading them.</summary>
internal sealed class ExactKeys(IReadOnlyList<ExactKey> keys, KanjiClasses classes)
{
    private static readonly int Fields = Enum.GetValues<ExactField>().Length;

    public IReadOnlyList<ExactKey> Keys => keys;

    /// <exception cref="FormatException">The file does not say keys; the message names the place.</exception>
    public static ExactKeys Parse(string json, KanjiClasses classes)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return new ExactKeys(
                [.. document.RootElement.GetProperty("keys").EnumerateArray().Select(k => new ExactKey(
                    k.GetProperty("id").GetString()!,
                    [.. k.GetProperty("fields").EnumerateArray().Select(f => Enum.TryParse<ExactField>(f.GetString(), ignoreCase: true, out var field)
                        ? field
                        : throw new FormatException($"Key '{k.GetProperty("id").GetString()}': there is no field '{f.GetString()}'."))]))],
                classes);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The keys are not the JSON that is expected: " + e.Message, e);
        }
    }

    /// <summary>One number for each key, 0 where a field of it is not known. Keyed by this process: never to be kept.</summary>
    public void Of(IdentityParts parts, Span<ulong> made)
    {
        Span<ulong> fields = stackalloc ulong[Fields];
        fields.Clear();
        Read(parts, fields);
        for (var k = 0; k < keys.Count; k++)
        {
            var key = 0x9E37_79B9_7F4A_7C15UL + (ulong)k;
            foreach (var field in keys[k].Fields)
            {
                var value = fields[(int)field];
                if (value == 0)
                {
                    key = 0;
                    break;
                }

                var high = Math.BigMul(key ^ value, 0xA076_1D64_78BD_642F, out var low);
                key = Math.Max(1, high ^ low ^ value);
            }

            made[k] = key;
        }
    }

    private void Read(IdentityParts parts, Span<ulong> fields)
    {
        var identity = parts.Identity;
        fields[(int)ExactField.Sex] = (ulong)identity.Sex;
        fields[(int)ExactField.Birth] = (ulong)IdentityColumns.BirthOf(parts);
        Insurance(parts, fields);
        var kanji = identity.NameKanji ?? (parts.FamilyKanji is null && parts.GivenKanji is null ? null : $"{parts.FamilyKanji} {parts.GivenKanji}");
        var isReading = Kanji(kanji, fields);
        if (parts.Family is not null || parts.Given is not null)
        {
            var size = NameText.Room(parts.Family, parts.Given);
            Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
            Reading(text, NameText.Read(parts.Family, parts.Given, text), fields);
        }
        else if ((identity.NameKana ?? (isReading ? kanji : null)) is { } kana)
        {
            var size = NameText.Room(kana);
            Span<char> text = size <= 512 ? stackalloc char[512] : new char[size];
            Reading(text, NameText.Read(kana, text), fields);
        }
    }

    private static void Reading(ReadOnlySpan<char> text, NameText at, Span<ulong> fields)
    {
        var size = ReadingLevels.Room(at.Length);
        Span<char> room = size <= 512 ? stackalloc char[512] : new char[size];
        fields[(int)ExactField.Reading] = KeyedHash.Of('r', ReadingLevels.Of(text[..at.Length], room).Small);
        fields[(int)ExactField.Given] = at.Given < at.Length ? KeyedHash.Of('g', ReadingLevels.Of(text[at.Given..at.Length], room).Small) : 0;
    }

    /// <returns>True where a reading stands in the field.</returns>
    private bool Kanji(string? written, Span<ulong> fields)
    {
        if (string.IsNullOrEmpty(written))
        {
            return false;
        }

        var size = KanjiText.Room(written.Length);
        var name = KanjiText.Of(written, classes, size <= 512 ? stackalloc char[512] : new char[size]);
        if (KanjiText.IsReadingOnly(name.Exact))
        {
            return true;
        }

        // A lost character is not equal to anything.
        fields[(int)ExactField.Kanji] = name.Whole.Contains(KanjiForm.Wildcard) ? 0 : KeyedHash.Of('j', name.Whole);
        return false;
    }

    private static void Insurance(IdentityParts parts, Span<ulong> fields)
    {
        var identity = parts.Identity;
        if (parts.PersonNumber is not null)
        {
            fields[(int)ExactField.Number] = KeyedHash.Of('p', IdentityColumns.LocalOf(parts.PersonNumber));
            return;
        }

        if (identity.InsuredNumber is null)
        {
            return;
        }

        var size = InsuredText.Room(identity);
        var number = InsuredText.Of(identity, size <= 256 ? stackalloc char[256] : new char[size]);
        var household = KeyedHash.Of('h', number.Household);
        fields[(int)ExactField.Household] = household;
        if (household != 0 && (number.IsPersonal || number.Branch.Length > 0))
        {
            fields[(int)ExactField.Number] = household ^ (number.IsPersonal ? 0 : KeyedHash.Of('b', number.Branch));
        }
    }
}
