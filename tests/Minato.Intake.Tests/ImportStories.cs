using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Minato.Intake.Tests;

/// <summary>FHIR <c>$import</c>: a holder names files at its server, and the node fetches them.</summary>
public sealed class ImportStories : IDisposable
{
    private const string Patient = """{"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1950-02-03","name":[{"text":"架空　花子"}]}""";
    private const string Condition = """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"E11.9"}]},"onsetDateTime":"2025-05-05"}""";
    private readonly IntakeWorld world = new();
    private readonly HttpListener listener = new();
    private readonly string address;

    public ImportStories()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
        }

        listener.Prefixes.Add(address);
        listener.Start();
        _ = Task.Run(async () =>
        {
            while (listener.IsListening)
            {
                var context = await listener.GetContextAsync();
                var text = context.Request.Url!.AbsolutePath switch
                {
                    "/files/p.ndjson" => Patient,
                    "/files/c.ndjson" => Condition,
                    "/files/manifest.json" => $$"""{"transactionTime":"2026-04-01T00:00:00Z","output":[{"type":"Condition","url":"{{address}}files/c.ndjson"},{"type":"Patient","url":"{{address}}files/p.ndjson"}]}""",
                    _ => null,
                };
                context.Response.StatusCode = text is null ? 404 : 200;
                context.Response.Close(Encoding.UTF8.GetBytes(text ?? ""), willBlock: true);
            }
        });
        Assert.True(world.Intake.AgreePullAsync(IntakeWorld.Deaths, new BulkSource(new Uri(address + "fhir"), EveryHours: 0), IntakeWorld.Desk).GetAwaiter().GetResult().IsOk);
    }

    public void Dispose()
    {
        world.Dispose();
        listener.Close();
    }

    [Fact]
    public async Task Files_that_a_holder_lists_are_fetched_and_taken_as_a_delivery()
    {
        var state = await Import($$"""{"inputFormat":"application/fhir+ndjson","input":[{"type":"Condition","url":"{{address}}files/c.ndjson"},{"type":"Patient","url":"{{address}}files/p.ndjson"}]}""");
        Assert.Equal((ImportStage.Done, 2L), (state.Stage, state.Receipt!.ByFormat["fhir"].Records));
        Assert.Equal(1, world.RowsOf(IntakeWorld.Deaths, "condition_occurrence"));
        Assert.Empty(Directory.GetDirectories(world.At("intake/pulled")));

        // The same by its manifest is the same delivery.
        var again = await Import($$"""{"resourceType":"Parameters","parameter":[{"name":"exportUrl","valueUrl":"{{address}}files/manifest.json"},{"name":"exportType","valueCode":"static"}]}""");
        Assert.Equal((ImportStage.Done, state.Receipt.Delivery), (again.Stage, again.Receipt!.Delivery));
        Assert.Single(world.Intake.Receipts());
    }

    [Theory]
    [InlineData("""{"input":[{"type":"Patient","url":"http://127.0.0.1:9/files/p.ndjson"}]}""", "import.elsewhere")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"exportUrl","valueUrl":"http://127.0.0.1:9/m.json"}]}""", "import.elsewhere")]
    [InlineData("""{"input":[{"type":"Patient","url":"HERE/files/none.ndjson"}]}""", "pull.file")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"exportUrl","valueUrl":"HERE/files/none.json"}]}""", "import.manifest")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"exportUrl","valueUrl":"HERE/files/p.ndjson"}]}""", "pull.manifest")]
    public async Task What_cannot_be_fetched_is_refused_as_a_whole_and_said(string body, string code)
    {
        var state = await Import(body.Replace("HERE/", address, StringComparison.Ordinal));
        Assert.Equal((ImportStage.Refused, code), (state.Stage, state.Findings[0].Code));
        Assert.Empty(world.Intake.Receipts());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"input":[]}""")]
    [InlineData("""{"input":[{"type":"Patient","url":"relative"}]}""")]
    [InlineData("""{"input":[7]}""")]
    [InlineData("""{"inputFormat":"text/csv","input":[{"type":"Patient","url":"https://a.example/p"}]}""")]
    [InlineData("""{"resourceType":"Parameters","parameter":[{"name":"exportType","valueCode":"dynamic"},{"name":"exportUrl","valueUrl":"https://a.example/p"}]}""")]
    [InlineData("""{"resourceType":"Parameters"}""")]
    public void A_body_that_asks_for_nothing_is_a_finding(string body) => Assert.Equal("import.body", BulkImport.Parse(JsonDocument.Parse(body).RootElement).Findings[0].Code);

    [Fact]
    public async Task Only_the_holder_asks_and_only_where_a_server_was_agreed()
    {
        var import = new BulkImport(null, [("Patient", new Uri(address + "files/p.ndjson"))]);
        Assert.Equal("intake.role", (await world.Intake.BeginImportAsync(IntakeWorld.City, IntakeWorld.Deaths, import, IntakeWorld.Stranger)).Findings[0].Code);
        Assert.Equal("pull.not-agreed", (await world.Intake.BeginImportAsync(IntakeWorld.City, IntakeWorld.Shots, import, IntakeWorld.CityClerk)).Findings[0].Code);
        var begun = (await world.Intake.BeginImportAsync(IntakeWorld.City, IntakeWorld.Deaths, import, IntakeWorld.CityClerk)).Value;
        Assert.Equal("import.unknown", world.Intake.FindImport(begun.Id, IntakeWorld.Stranger).Findings[0].Code);
    }

    private async Task<ImportState> Import(string body)
    {
        var begun = (await world.Intake.BeginImportAsync(IntakeWorld.City, IntakeWorld.Deaths, BulkImport.Parse(JsonDocument.Parse(body).RootElement).Value, IntakeWorld.CityClerk)).Value;
        for (var i = 0; i < 600; i++)
        {
            var state = world.Intake.FindImport(begun.Id, IntakeWorld.CityClerk).Value;
            if (state.Stage != ImportStage.Running)
            {
                return state;
            }

            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("The import does not end");
    }
}
