using System.Text;
using System.Text.Json;
using Minato.Formats.Notes;

namespace Minato.Formats.Fhir;

/// <summary>
/// The resources whose content is text: documents, their sections and attachments, conclusions of reports. Their words are read for coded
/// findings and left behind.
/// </summary>
internal static class FhirNarrative
{
    /// <summary>Sections inside sections that are followed.</summary>
    private const int Deepest = 8;

    public static bool IsOf(string type) => type is "Composition" or "DocumentReference" or "DiagnosticReport";

    /// <summary>What the texts say of the person; nothing where there is no text, no day, or the source took the resource back.</summary>
    /// <param name="fallback">Day of the document, for resources without one.</param>
    public static IReadOnlyList<HealthFact> Of(string type, JsonElement r, DateOnly? fallback, long line)
    {
        var date = r.Text(type == "DiagnosticReport" ? "effectiveDateTime" : "date") ?? r.Text("issued") ?? r.Get("effectivePeriod").Text("start");
        return r.Is("status", "entered-in-error") || (FhirDate.OrNull(date) ?? fallback) is not { } day ? []
            : [.. Texts(type, r).SelectMany(t => NoteText.Facts(t, day, line))];
    }

    private static IEnumerable<string> Texts(string type, JsonElement r) => type switch
    {
        "Composition" => Sections(r, 0),
        "DiagnosticReport" => r.Text("conclusion") is { } conclusion ? [conclusion] : [],
        _ => r.Items("content").Select(c => c.Get("attachment")).Select(Attached).OfType<string>(),
    };

    private static IEnumerable<string> Sections(JsonElement parent, int depth)
    {
        foreach (var section in depth > Deepest ? [] : parent.Items("section"))
        {
            if (section.Get("text").Text("div") is { } div)
            {
                yield return NoteText.OfMarkup(div);
            }

            foreach (var inner in Sections(section, depth + 1))
            {
                yield return inner;
            }
        }
    }

    /// <summary>Text that lies in the attachment itself, in UTF-8; what it only points to is not fetched.</summary>
    private static string? Attached(JsonElement? attachment)
    {
        var type = attachment.Text("contentType") ?? "";
        if (!type.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || attachment?.Get("data") is not { ValueKind: JsonValueKind.String } data || !data.TryGetBytesFromBase64(out var bytes))
        {
            return null;
        }

        var text = Encoding.UTF8.GetString(bytes);
        return type.Contains("html", StringComparison.OrdinalIgnoreCase) ? NoteText.OfMarkup(text) : text;
    }
}
