using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Minato.Formats.Fhir;

namespace Minato.Formats.Sharing;

/// <summary>
/// Reads what is shared for care: JP-CLINS bundles (one a line, or one a file), each of one person. What is no such bundle is passed over, for the delivery's own reader has said so already. Never throws for
/// what a file contains; a bundle of more than 8 MiB is passed over.
/// </summary>
public static partial class SharedReader
{
    private const int Largest = 8 << 20;
    private const int MostItems = 2_000;
    private const int LongestText = 4_000;

    /// <summary>Characters of a JLAC10 code.</summary>
    private const int Jlac10 = 17;

    /// <summary>Where JLAC10 keeps the markers of infection: 5E antigens, 5F antibodies.</summary>
    private static readonly string[] InfectionCodes = ["5E", "5F"];

    public static IEnumerable<SharedDocument> Read(Stream stream, CancellationToken ct = default)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false), detectEncodingFromByteOrderMarks: true, 1 << 16, leaveOpen: true);
        var whole = new StringBuilder();
        var line = new StringBuilder();
        var buffer = new char[1 << 14];
        var isLines = (bool?)null;
        int n;
        while ((n = reader.Read(buffer, 0, buffer.Length)) > 0)
        {
            ct.ThrowIfCancellationRequested();
            foreach (var c in buffer.AsSpan(0, n).ToArray())
            {
                if (c != '\n')
                {
                    // One more than the largest is kept, so that it is seen to be too large.
                    if (line.Length <= Largest)
                    {
                        line.Append(c);
                    }

                    continue;
                }

                var text = line.ToString();
                line.Clear();
                var isJson = false;
                if (isLines != false && Parse(text, out isJson) is { } document)
                {
                    isLines = true;
                    yield return document;
                }
                else if (isLines is null && !isJson && text.AsSpan().Trim().Length > 0)
                {
                    isLines = false;
                }

                if (isLines == false && whole.Length <= Largest)
                {
                    whole.Append(text).Append('\n');
                }
            }
        }

        if ((isLines == false ? Parse(whole.Append(line).ToString(), out _) : Parse(line.ToString(), out _)) is { } last)
        {
            yield return last;
        }
    }

    private static SharedDocument? Parse(string text, out bool isJson)
    {
        isJson = false;
        if (text.Length is < 2 or > Largest)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(text, Json.Strict);
            isJson = true;
            return Of(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or OverflowException or ArgumentException)
        {
            return null;
        }
    }

    private static SharedDocument? Of(JsonElement bundle)
    {
        var resources = bundle.Items("entry").Select(e => e.Get("resource")).OfType<JsonElement>().Take(MostItems).ToList();
        if (!bundle.Is("resourceType", "Bundle") || resources.Where(r => r.Is("resourceType", "Patient")).ToList() is not [var patient]
            || (bundle.Get("identifier").Text("value") ?? bundle.Text("id")) is not { Length: > 0 and <= 200 } id)
        {
            return null;
        }

        var composition = resources.Where(r => r.Is("resourceType", "Composition")).Cast<JsonElement?>().FirstOrDefault();
        var kind = composition is { } c ? KindOf(c) : bundle.Is("type", "collection") ? SharedKind.Information : (SharedKind?)null;
        if (kind is not { } known)
        {
            return null;
        }

        var items = resources.Select(Item).OfType<SharedItem>().ToList();
        if (composition is { } words)
        {
            items.AddRange(Sections(words.Items("section"), 0).Take(MostItems - Math.Min(MostItems, items.Count)));
        }

        // A document's words may give away what one of its parts is not to tell; a bundle of information has no words.
        var notTold = HeldBack.Is(bundle) || HeldBack.Is(patient) || (composition is { } tagged && (HeldBack.Is(tagged) || items.Any(i => i.NotTold)));
        var date = Day((composition ?? bundle).Text(composition is null ? "timestamp" : "date"));
        return items.Count == 0 ? null : new SharedDocument(id, known, Short(composition?.Text("title")) ?? "", date, FhirIdentity.OfPatient(patient, null, date), items, notTold);
    }

    private static SharedKind? KindOf(JsonElement composition) => composition.Get("type").Items("coding").Select(c => c.Text("code")).OfType<string>().Select(code => code switch
    {
        "57133-1" => SharedKind.Referral,
        "18842-5" => SharedKind.DischargeSummary,
        "53576-5" => SharedKind.CheckUpReport,
        _ => (SharedKind?)null,
    }).FirstOrDefault(k => k is not null);

    private static SharedItem? Item(JsonElement r)
    {
        SharedItem? Of(SharedItemKind kind, JsonElement? concept, string? date, string? value = null) =>
            Concept(concept) is var (name, code) && (name ?? code) is { } shown ? new SharedItem(kind, Day(date), shown, code, Short(value), HeldBack.Is(r)) : null;

        switch (r.Text("resourceType"))
        {
            case "Condition":
                return Of(SharedItemKind.Condition, r.Get("code"), r.Text("onsetDateTime") ?? r.Text("recordedDate"), Concept(r.Get("clinicalStatus")).Name);
            case "AllergyIntolerance":
                var drug = r.Get("category") is { ValueKind: JsonValueKind.Array } categories && categories.EnumerateArray().Any(x => x.ValueKind == JsonValueKind.String && x.ValueEquals("medication"));
                return Of(drug ? SharedItemKind.Contraindication : SharedItemKind.Allergy, r.Get("code"), r.Text("onsetDateTime") ?? r.Text("recordedDate"), r.Text("criticality"));
            case "Observation":
                return Of(r.Get("code").Items("coding").Any(IsOfInfection) ? SharedItemKind.Infection : SharedItemKind.Test, r.Get("code"), r.Text("effectiveDateTime"), ValueOf(r));
            case "MedicationRequest":
                return Of(SharedItemKind.Prescription, r.Get("medicationCodeableConcept"), r.Text("authoredOn"), r.Items("dosageInstruction").Select(d => d.Text("text")).FirstOrDefault(t => t is not null));
            default:
                return null;
        }
    }

    private static bool IsOfInfection(JsonElement coding) => coding.Text("code") is { Length: Jlac10 } code && InfectionCodes.Any(p => code.StartsWith(p, StringComparison.Ordinal));

    private static string? ValueOf(JsonElement r) =>
        r.Get("valueQuantity") is { } q && q.Get("value") is { ValueKind: JsonValueKind.Number } v ? $"{v.GetRawText()} {q.Text("unit") ?? q.Text("code")}".Trim()
        : Concept(r.Get("valueCodeableConcept")) is var (name, code) && (name ?? code) is { } coded ? coded
        : r.Text("valueString");

    private static (string? Name, string? Code) Concept(JsonElement? concept)
    {
        var coding = concept.Items("coding").Where(c => c.Text("code") is not null).Cast<JsonElement?>().FirstOrDefault();
        return (Short(concept.Text("text") ?? concept.Items("coding").Select(c => c.Text("display")).FirstOrDefault(d => d is not null)), Short(coding?.Text("code")));
    }

    private static IEnumerable<SharedItem> Sections(IEnumerable<JsonElement> sections, int depth)
    {
        const int Deepest = 8;
        foreach (var s in depth > Deepest ? [] : sections)
        {
            if (s.Text("title") is { } title && s.Get("text").Text("div") is { } div && Plain(div) is { Length: > 0 } words)
            {
                yield return new SharedItem(SharedItemKind.Section, null, Short(title)!, null, words, HeldBack.Is(s));
            }

            foreach (var inner in Sections(s.Items("section"), depth + 1))
            {
                yield return inner;
            }
        }
    }

    /// <summary>The words of a narrative: no tags, no markup; a browser gets it as text.</summary>
    private static string? Plain(string div) => Short(System.Net.WebUtility.HtmlDecode(Tags().Replace(div, " ")).Trim());

    private static string? Short(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Length <= LongestText ? text : text[..LongestText] + "…";

    private static DateOnly? Day(string? text) =>
        text is { Length: >= 10 } && DateOnly.TryParseExact(text.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    [GeneratedRegex("<[^>]{0,500}>", RegexOptions.NonBacktracking)]
    private static partial Regex Tags();
}
