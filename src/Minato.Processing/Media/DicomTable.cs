using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Minato.Processing.Media;

/// <summary>What is done with an element (PS3.15 Table E.1-1a).</summary>
internal enum DicomAction
{
    Keep,

    /// <summary>D: a value that says nothing, of the VR.</summary>
    Dummy,

    /// <summary>Z: empty.</summary>
    Empty,

    /// <summary>X.</summary>
    Remove,

    /// <summary>C: kept as far as it is known to say nothing of anybody.</summary>
    Clean,

    /// <summary>U: the same UID becomes the same other one everywhere in the project.</summary>
    Uid,

    /// <summary>A date moved by the person's own days.</summary>
    Shift,
}

/// <summary>
/// PS3.15 Annex E, Table E.1-1, with its options; PS3.6's VRs, for files that do not write them; the private elements that are safe; the places of
/// words in pixels. Data in <c>standards/media/</c>, compiled in.
/// </summary>
internal sealed class DicomTable
{
    private readonly Dictionary<uint, Row> exact = [];
    private readonly List<(uint Mask, uint Tag, Row Row)> masked = [];
    private readonly Dictionary<uint, string> vrs = [];
    private readonly List<(uint Mask, uint Tag, string Vr)> maskedVrs = [];
    private readonly HashSet<(string Creator, ushort Group, byte Element)> safePrivate = [];

    private DicomTable()
    {
        using var table = Json("dicom-table-v1.json");
        Version = $"{table.RootElement.GetProperty("id").GetString()}@{table.RootElement.GetProperty("version").GetString()}";
        Basic = Coded(table.RootElement.GetProperty("basic"));
        Options = table.RootElement.GetProperty("options").EnumerateObject().ToDictionary(o => o.Name, o => Coded(o.Value), StringComparer.Ordinal);
        foreach (var row in table.RootElement.GetProperty("attributes").EnumerateArray())
        {
            var r = new Row(row[1].GetString()!, row[2].GetString()!, row[3].GetString()!, row[4].GetString()!.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split(':')).ToDictionary(o => o[0], o => o[1][0], StringComparer.Ordinal));
            Add(row[0].GetString()!, t => exact[t] = r, (m, t) => masked.Add((m, t, r)));
        }

        using var lines = new StreamReader(Resource("dicom-vr-v1.txt"));
        while (lines.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                var words = line.Split(' ');
                foreach (var tag in words.Skip(1))
                {
                    Add(tag, t => vrs[t] = words[0], (m, t) => maskedVrs.Add((m, t, words[0])));
                }
            }
        }

        using var safe = Json("safe-private-v1.json");
        foreach (var e in safe.RootElement.GetProperty("elements").EnumerateArray())
        {
            foreach (var element in e.GetProperty("elements").EnumerateArray())
            {
                _ = safePrivate.Add((e.GetProperty("creator").GetString()!, ushort.Parse(e.GetProperty("group").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture), byte.Parse(element.GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
            }
        }

        using var words2 = new StreamReader(Resource("safe-words-v1.txt"));
        SafeWords = words2.ReadToEnd().Split('\n').Where(l => !l.StartsWith('#')).SelectMany(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToHashSet(StringComparer.Ordinal);
        BurnedIn = JsonSerializer.Deserialize<BurnedInRules>(Resource("burned-in-v1.json"), JsonSerializerOptions.Web)!;
    }

    public static DicomTable Shipped { get; } = new();

    public string Version { get; }

    /// <summary>The basic profile's code (PS3.16 CID 7050).</summary>
    public (string Code, string Meaning) Basic { get; }

    public IReadOnlyDictionary<string, (string Code, string Meaning)> Options { get; }

    public IReadOnlySet<string> SafeWords { get; }

    public BurnedInRules BurnedIn { get; }

    public int Rows => exact.Count + masked.Count;

    /// <summary>All rows that name one tag, for tests that try each.</summary>
    public IEnumerable<(uint Tag, string Vr, string Basic)> Exact => exact.Select(r => (r.Key, r.Value.Vr, r.Value.Basic));

    /// <summary>The VR by PS3.6; null for what the dictionary does not know.</summary>
    public string? Vr(uint tag)
    {
        if ((tag & 0xFFFF) == 0)
        {
            return "UL"; // group length
        }

        if (vrs.TryGetValue(tag, out var vr))
        {
            return vr;
        }

        foreach (var (mask, of, found) in maskedVrs)
        {
            if ((tag & mask) == of)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>
    /// What is done with an element of the standard. Where the profile leaves the choice to the object's definition (X/Z/D) the one is taken that
    /// keeps every object valid: D before Z before X; all say the same of the person, nothing.
    /// </summary>
    public DicomAction ActionOf(uint tag, string vr, IReadOnlySet<string> options)
    {
        var row = exact.GetValueOrDefault(tag);
        if (row is null)
        {
            foreach (var (mask, of, found) in masked)
            {
                if ((tag & mask) == of)
                {
                    row = found;
                    break;
                }
            }
        }

        var isDate = vr is "DA" or "DT";
        if (row is null)
        {
            // What the table does not list is kept; but a date or a name that it forgot is not.
            return isDate ? options.Contains("full-dates") ? DicomAction.Keep : options.Contains("modified-dates") ? DicomAction.Shift : DicomAction.Empty
                : vr == "PN" ? DicomAction.Empty
                : Vr(tag) is null ? DicomAction.Remove
                : DicomAction.Keep;
        }

        foreach (var (option, action) in row.Options)
        {
            if (options.Contains(option))
            {
                return action == 'K' ? DicomAction.Keep : option == "modified-dates" ? isDate ? DicomAction.Shift : vr == "TM" ? DicomAction.Keep : DicomAction.Remove : DicomAction.Clean;
            }
        }

        return row.Basic.Contains('U', StringComparison.Ordinal) ? DicomAction.Uid
            : row.Basic.Contains('D', StringComparison.Ordinal) ? DicomAction.Dummy
            : row.Basic.Contains('Z', StringComparison.Ordinal) ? DicomAction.Empty
            : DicomAction.Remove;
    }

    /// <param name="element">The last two digits: the place in the creator's block.</param>
    public bool IsSafePrivate(string creator, ushort group, byte element) => safePrivate.Contains((creator, group, element));

    private static void Add(string tag, Action<uint> exactly, Action<uint, uint> masking)
    {
        if (!tag.Contains('X', StringComparison.OrdinalIgnoreCase))
        {
            exactly(uint.Parse(tag, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
            return;
        }

        uint mask = 0, of = 0;
        foreach (var c in tag)
        {
            var isDigit = char.IsAsciiHexDigit(c);
            mask = (mask << 4) | (isDigit ? 0xFu : 0);
            of = (of << 4) | (isDigit ? (uint)Convert.ToInt32(c.ToString(), 16) : 0);
        }

        masking(mask, of);
    }

    private static (string Code, string Meaning) Coded(JsonElement json) => (json.GetProperty("code").GetString()!, json.GetProperty("meaning").GetString()!);

    private static Stream Resource(string name) => Assembly.GetExecutingAssembly().GetManifestResourceStream($"media/{name}")!;

    private static JsonDocument Json(string name)
    {
        using var stream = Resource(name);
        return JsonDocument.Parse(stream);
    }

    private sealed record Row(string Keyword, string Vr, string Basic, IReadOnlyDictionary<string, char> Options);
}

/// <summary>Where pixels show words (<c>standards/media/burned-in-v1.json</c>).</summary>
internal sealed record BurnedInRules(RiskyImages Risky, IReadOnlyList<BurnedInRule> Rules)
{
    public BurnedInRule? For(string modality, string manufacturer, string model) => Rules.FirstOrDefault(r =>
        r.Modality == modality
        && (r.Manufacturer is null || string.Equals(r.Manufacturer, manufacturer, StringComparison.OrdinalIgnoreCase))
        && (r.Model is null || string.Equals(r.Model, model, StringComparison.OrdinalIgnoreCase)));
}

internal sealed record RiskyImages(IReadOnlyList<string> Modalities, IReadOnlyList<string> ImageTypes);

/// <param name="Regions">Left, top, right, bottom as shares of width and height.</param>
internal sealed record BurnedInRule(string Modality, IReadOnlyList<IReadOnlyList<double>> Regions, string? Manufacturer = null, string? Model = null);
