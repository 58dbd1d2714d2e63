using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minato.Synthetic;

/// <summary>nation.json: who holds what, what was delivered in which order, and the rates.</summary>
internal static class NationFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(string path, NationOptions options, IEnumerable<(string Dataset, int Year, int Number, string[] Formats)> deliveries, IReadOnlyList<RateFigure> rates)
    {
        var document = new
        {
            seed = options.Seed,
            people = options.People,
            from = Truth.Iso(options.From),
            to = Truth.Iso(options.To),
            holders = Holders.All,
            deliveries = deliveries.Select(d =>
            {
                var holder = Holders.Of(d.Dataset).Id;
                return new { holder, dataset = d.Dataset, number = d.Number, year = d.Year, folder = Folder(d.Dataset, d.Number), formats = d.Formats };
            }),
            rates = rates.ToDictionary(r => JsonNamingPolicy.CamelCase.ConvertName(r.Name), r => new { stated = r.Stated, occasions = r.Occasions, applied = r.Applied }),
            effect = new { sglt2VersusDpp4HazardRatio = DiseaseModel.Sglt2Effect, acceleration = DiseaseModel.Acceleration },
        };
        File.WriteAllText(path, JsonSerializer.Serialize(document, Json) + "\n");
    }

    public static string Folder(string dataset, int number) => $"deliveries/{Holders.Of(dataset).Id}/{dataset}/{number.ToString("000", System.Globalization.CultureInfo.InvariantCulture)}";
}
