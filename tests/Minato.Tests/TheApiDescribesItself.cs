using System.Net;
using System.Text.Json;

namespace Minato.Tests;

/// <summary>The description of the API (H8) is made as it is asked for: what cannot be described would show first to whoever wants to use it.</summary>
public class TheApiDescribesItself(TheVoyage voyage)
{
    [Fact]
    public async Task Every_endpoint_of_the_api_is_in_its_description()
    {
        using var client = await SignedIn.ApiAsync(voyage, null);
        using var response = await client.GetAsync("/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var paths = json.RootElement.GetProperty("paths").EnumerateObject().Select(p => p.Name).ToHashSet();
        Assert.Contains("/api/v1/applications/{id}/commands/{command}", paths);
        Assert.True(paths.Count > 90, $"{paths.Count} paths");
    }
}
