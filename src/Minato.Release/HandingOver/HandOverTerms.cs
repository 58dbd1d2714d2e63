using System.Text.Json;

namespace Minato.Release.HandingOver;

/// <summary>On which terms data is handed over: a file of <c>standards/hand-over</c>. What a recipient accepts is exactly this file.</summary>
/// <param name="People">How many must approve, each for themselves.</param>
/// <param name="FreshDays">How old an extraction's choices of persons may be when it is packed: who refused since must not be handed over.</param>
/// <param name="FetchDays">By then a container is fetched and its receipt confirmed.</param>
/// <param name="UseMonths">Longest use, within the permit and the certification.</param>
/// <param name="ReportMonths">Between reports of use.</param>
/// <param name="AuditMonths">Between audits.</param>
/// <param name="DestroyDays">After the end of use, until the certificate of destruction is there.</param>
/// <param name="RecallDays">The same after a recall.</param>
public sealed record HandOverTerms(
    string Id, string Version, DateOnly ValidFrom, Bilingual Title, string Law, int People, int FreshDays, int FetchDays, int UseMonths, int ReportMonths, int AuditMonths, int DestroyDays, int RecallDays,
    IReadOnlyList<Bilingual> Says)
{
    public string Name => $"{Id}@{Version}";
}

/// <summary>Every version of the terms: those that were accepted stay known.</summary>
internal sealed class TermsBook
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private readonly IReadOnlyList<HandOverTerms> all;

    /// <exception cref="InvalidDataException">There are none, or a file cannot be used; the message names it.</exception>
    public TermsBook(string folder)
    {
        all = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(Read)] : [];
        if (all.Count == 0)
        {
            throw new InvalidDataException($"There are no terms of hand-over in '{folder}'");
        }
    }

    public HandOverTerms InForce(DateOnly today) =>
        all.Where(t => t.ValidFrom <= today).MaxBy(t => t.ValidFrom) ?? throw new InvalidDataException($"No terms of hand-over are in force on {today:yyyy-MM-dd}");

    private static HandOverTerms Read(string file)
    {
        try
        {
            var terms = JsonSerializer.Deserialize<HandOverTerms>(File.ReadAllBytes(file), Json) ?? throw new JsonException("it is empty");
            return terms is { People: >= 2, Says.Count: > 0 } && new[] { terms.FreshDays, terms.FetchDays, terms.UseMonths, terms.ReportMonths, terms.AuditMonths, terms.DestroyDays, terms.RecallDays }.All(n => n is > 0 and <= 1200)
                ? terms
                : throw new JsonException("'people' is 2 at least, numbers of days and months are positive, and 'says' says something");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"The terms of hand-over '{file}' cannot be read: {e.Message}", e);
        }
    }
}
