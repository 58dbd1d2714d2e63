using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Minato.Primary;

namespace Minato.Tests;

/// <summary>Records for care on the voyage: fed by the deliveries, read in need, seen by the patient; the stores of the secondary use do not notice.</summary>
public class RecordsForCareStories(TheVoyage voyage)
{
    [Fact]
    public async Task What_the_deliveries_brought_is_read_in_an_emergency_and_the_patient_is_told()
    {
        var patients = new People(voyage.Folder).All.Where(p => p.Roles.Contains(Role.Citizen)).Select(p => (p.Id, Card: p.Identity!)).ToList();
        using var doctor = await SignedIn.ApiAsync(voyage, "dr-minami");
        var before = SecondaryStores();
        var documents = 0;
        using var refused = await doctor.PostAsJsonAsync("/api/v1/records/open", new { patient = patients[0].Card, ground = "Emergency", reason = "急" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);

        // The signed-in citizens need not be among those of whom hospitals shared something.
        const int Most = 80;
        foreach (var card in patients.Select(p => p.Card).Concat(Demo.TruthPerson.Read(voyage.Nation).Where(p => !p.Dead && p.LocalIds.Count > 0 && p.Insured.Count == 1).Select(p => p.Identities().First())).Take(Most))
        {
            using var read = await doctor.PostAsJsonAsync("/api/v1/records/open", new { patient = card, ground = "Emergency", reason = "意識がなく、薬が分からない" });
            if (read.StatusCode == HttpStatusCode.OK)
            {
                using var json = JsonDocument.Parse(await read.Content.ReadAsStringAsync());
                documents += json.RootElement.GetProperty("documents").GetArrayLength();
            }

            if (documents > 0)
            {
                break;
            }
        }

        Assert.True(documents > 0, "the voyage's FHIR deliveries fed nothing");
        Assert.Equal(before, SecondaryStores());
        using var browser = await SignedIn.BrowserAsync(voyage, patients[0].Id);
        Assert.Contains("looked at your health record (read in an emergency)", await browser.GetStringAsync("/me?lang=en"), StringComparison.Ordinal);
        Assert.Contains("意識がなく、薬が分からない", WebUtility.HtmlDecode(await browser.GetStringAsync("/me/record?lang=ja")), StringComparison.Ordinal);
        using var auditor = await SignedIn.ApiAsync(voyage, "audit-abe");
        var cases = JsonSerializer.Deserialize<JsonElement>(await auditor.GetStringAsync("/api/v1/emergencies")).EnumerateArray().ToList();
        Assert.NotEmpty(cases);
        Assert.DoesNotContain(patients[0].Card.InsuredNumber!, string.Concat(cases), StringComparison.Ordinal);
    }

    /// <summary>F1: what lies in the folders of the secondary use, and when it was written.</summary>
    private List<(string, long, DateTime)> SecondaryStores() =>
        [.. new[] { "warehouse", "projects", "workspace", "release", "intake" }.Select(f => Path.Combine(voyage.Folder, f)).Where(Directory.Exists)
            .SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)).Select(f => new FileInfo(f)).Select(f => (f.FullName, f.Length, f.LastWriteTimeUtc)).OrderBy(f => f.FullName, StringComparer.Ordinal)];
}
