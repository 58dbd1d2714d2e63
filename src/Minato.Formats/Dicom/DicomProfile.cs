using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Minato.Formats.Dicom;

/// <summary>
/// The attributes that are read, and what PS3.15 Annex E does with each: <c>standards/formats/dicom-profile-v1.json</c>. What is not in the
/// table of the profile, or is retained under an option that the file names, may be a fact; UIDs are replaced; the rest of the header is never kept.
/// </summary>
internal sealed class DicomProfile
{
    private readonly Dictionary<uint, DicomAttribute> byTag;

    private DicomProfile(Written said)
    {
        Options = said.Options;
        Attributes = said.Attributes;
        byTag = said.Attributes.ToDictionary(a => a.Number);
    }

    public static DicomProfile Shipped { get; } = Load();

    public IReadOnlyDictionary<string, string> Options { get; }

    public IReadOnlyList<DicomAttribute> Attributes { get; }

    /// <summary>Null for attributes that stay behind.</summary>
    public DicomAttribute? Of(uint tag) => byTag.GetValueOrDefault(tag);

    private static DicomProfile Load()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("dicom-profile-v1.json")!;
        return new DicomProfile(JsonSerializer.Deserialize<Written>(stream, JsonSerializerOptions.Web)!);
    }

    private sealed record Written(Dictionary<string, string> Options, List<DicomAttribute> Attributes);
}

/// <param name="Tag">Eight hexadecimal digits.</param>
/// <param name="Vr">For files that do not write the VR.</param>
/// <param name="Use">structure, replaced, identity, fact or parameter.</param>
/// <param name="Basic">The basic profile's action; null where the profile leaves the attribute alone.</param>
/// <param name="Option">The option under which it is retained all the same.</param>
internal sealed record DicomAttribute(string Tag, string Keyword, string Vr, string Use, string? Basic = null, string? Option = null, string? Unit = null)
{
    public uint Number { get; } = uint.Parse(Tag, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
