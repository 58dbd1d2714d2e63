using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Workspace.Desk;

/// <summary>A type of file, how its bytes are known, and in which kinds of import it may be.</summary>
/// <param name="Magic">The bytes it begins with, in hex; null for <c>text</c> and <c>unknown</c>.</param>
/// <param name="Look">Its being there is told to who decides.</param>
internal sealed record ImportType(string Id, Bilingual Title, IReadOnlyList<ImportKind> In, string? Magic = null, int Offset = 0, bool Look = false)
{
    private readonly byte[]? magic = Magic is null ? null : Convert.FromHexString(Magic);

    public bool Knows(ReadOnlySpan<byte> head) => magic is not null && head.Length >= Offset + magic.Length && head.Slice(Offset, magic.Length).SequenceEqual(magic);
}

/// <summary>Rules for what is brought in (<c>standards/imports/</c>).</summary>
/// <param name="Days">How long an approval holds, at most; never longer than the permit.</param>
/// <param name="ScanRequired">Whether nothing comes in that was not scanned for viruses.</param>
internal sealed record ImportRules(
    string Id, string Version, DateOnly ValidFrom, Bilingual Title, long MaximumBytes, long MaximumUnpackedBytes, int MaximumFiles, int Days, bool ScanRequired, IReadOnlyList<ImportType> Types)
{
    /// <summary>As many bytes of a file's beginning as types are told by.</summary>
    public const int HeadBytes = 4096;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [JsonIgnore]
    public string Name => $"{Id}@{Version}";

    public ImportType this[string type] => Types.First(t => t.Id == type);

    /// <summary>The type of a file that begins so.</summary>
    public ImportType Of(ReadOnlySpan<byte> head)
    {
        foreach (var type in Types)
        {
            if (type.Knows(head))
            {
                return type;
            }
        }

        return this[IsText(head) ? "text" : "unknown"];
    }

    /// <exception cref="InvalidDataException">There are no rules, or they cannot be used; the message names the file.</exception>
    public static IReadOnlyList<ImportRules> ReadAll(string folder)
    {
        var all = new List<ImportRules>();
        foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            all.Add(StandardFile.Read<ImportRules>(file, rules => _ = (rules["text"], rules["unknown"])));
        }

        return all.Count > 0 ? all : throw new InvalidDataException($"There are no rules for imports in '{folder}'");
    }

    private static bool IsText(ReadOnlySpan<byte> head)
    {
        if (head.Contains((byte)0))
        {
            return false;
        }

        try
        {
            // The head may end within a character.
            var whole = head.Length;
            for (var back = 1; head.Length == HeadBytes && back <= 4; back++)
            {
                if (head[^back] >= 0xc0)
                {
                    whole = head.Length - back;
                    break;
                }
            }

            _ = Strict.GetCharCount(head[..whole]);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
