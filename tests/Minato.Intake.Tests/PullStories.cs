using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Minato.Intake.Tests;

/// <summary>A node fetches from a hospital's FHIR server: a real exchange over HTTP on this machine.</summary>
public sealed class PullStories : IDisposable
{
    private readonly IntakeWorld world = new();
    private readonly ExportServer server = new();

    public void Dispose()
    {
        server.Dispose();
        world.Dispose();
    }

    [Fact]
    public async Task An_export_is_signed_for_waited_for_fetched_and_taken_as_a_delivery()
    {
        server.PublicKeys = world.Intake.PullKeys;
        server.Breaks = 1;
        await Agree(new BulkSource(server.Base, "minato", Group: "city", Types: ["Patient", "Condition"]));
        var seen = new OnDisk(world);
        var outcome = await world.Intake.PullAsync(IntakeWorld.Deaths, IntakeWorld.Desk, seen, TestContext.Current.CancellationToken);
        Assert.True(outcome.IsOk, string.Join("; ", outcome.Findings));
        Assert.True(seen is { Looks: > 0, Clear: 0 }, "a fetched file lay on the disk in clear");
        Assert.Equal((DeliveryState.Applied, 2), (outcome.Value!.State, outcome.Value.ByFormat["fhir"].Records));
        Assert.Equal(1, world.RowsOf(IntakeWorld.Deaths, "condition_occurrence"));

        Assert.Equal("/fhir/Group/city/$export?_outputFormat=application%2Ffhir%2Bndjson&_type=Patient,Condition", server.Asked.Single(a => a.Contains("$export", StringComparison.Ordinal)));
        Assert.Contains(server.Asked, a => a.StartsWith("DELETE ", StringComparison.Ordinal));
        Assert.True(server.Resumed, "the file that broke off was not gone on with");
        var pull = Assert.Single(world.Intake.Pulls);
        Assert.Equal("2026-04-01T00:00:00Z", pull.Since);
        Assert.Equal(pull.Last!.Value.AddHours(24), pull.DueAt);
        Assert.Empty(Directory.GetDirectories(world.At("intake/pulled")));
    }

    [Fact]
    public async Task The_next_fetch_asks_for_what_changed_since_and_nothing_is_no_delivery()
    {
        await Agree(new BulkSource(server.Base, EveryHours: 0));
        _ = (await Pull()).Value;
        server.IsEmpty = true;
        var second = await Pull();
        Assert.True(second.IsOk && second.Value is null);
        Assert.Contains(server.Asked, a => a.Contains("_since=2026-04-01T00%3A00%3A00Z", StringComparison.Ordinal));
        Assert.Single(world.Intake.Receipts());
        Assert.Null(Assert.Single(world.Intake.Pulls).DueAt);
    }

    [Fact]
    public async Task Where_a_part_fails_nothing_is_taken_and_the_next_fetch_asks_for_the_same()
    {
        server.FailsFile = true;
        await Agree(new BulkSource(server.Base));
        Assert.Equal("pull.file", (await Pull()).Findings[0].Code);
        Assert.Empty(world.Intake.Receipts());
        Assert.Null(Assert.Single(world.Intake.Pulls).Since);

        server.FailsFile = false;
        Assert.Equal(DeliveryState.Applied, (await Pull()).Value!.State);
        Assert.DoesNotContain(server.Asked, a => a.Contains("_since", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_does_not_know_the_keys_or_leads_elsewhere_is_refused()
    {
        server.PublicKeys = """{"keys":[]}""";
        await Agree(new BulkSource(server.Base, "minato"));
        Assert.Equal("pull.sign-in", (await Pull()).Findings[0].Code);

        server.PublicKeys = null;
        server.StatusAt = "http://127.0.0.2:9/status";
        await Agree(new BulkSource(server.Base));
        Assert.Equal("pull.no-status", (await Pull()).Findings[0].Code);

        server.StatusAt = null;
        server.Manifest = """{"transactionTime":"yesterday","output":[]}""";
        Assert.Equal("pull.manifest", (await Pull()).Findings[0].Code);
        server.Manifest = "no JSON";
        Assert.Equal("pull.connection", (await Pull()).Findings[0].Code);
        Assert.Empty(world.Intake.Receipts());
    }

    [Fact]
    public async Task A_token_is_not_shown_to_another_server()
    {
        using var other = new ExportServer();
        server.PublicKeys = world.Intake.PullKeys;
        server.FilesAt = other.Base;
        await Agree(new BulkSource(server.Base, "minato"));
        Assert.Equal(DeliveryState.Applied, (await Pull()).Value!.State);
        Assert.Equal(2, other.Asked.Count(a => a.Contains("ndjson", StringComparison.Ordinal)));
        Assert.False(other.SawToken);
        Assert.True(server.SawToken);
    }

    [Theory]
    [InlineData("http://hospital.example/fhir", null, null, "pull.source")]
    [InlineData("ftp://hospital.example/fhir", null, null, "pull.source")]
    [InlineData("https://user:word@hospital.example/fhir", null, null, "pull.source")]
    [InlineData("https://hospital.example/fhir", "../admin", null, "pull.group")]
    [InlineData("https://hospital.example/fhir", null, "Patient&_since=", "pull.types")]
    public async Task A_source_is_looked_at_before_it_is_agreed(string fhir, string? group, string? type, string code)
    {
        var outcome = await world.Intake.AgreePullAsync(IntakeWorld.Deaths, new BulkSource(new Uri(fhir), Group: group, Types: type is null ? [] : [type]), IntakeWorld.Desk);
        Assert.Equal(code, outcome.Findings[0].Code);
    }

    [Fact]
    public async Task Only_an_operator_agrees_and_only_who_may_deliver_fetches()
    {
        Assert.Equal("intake.role", (await world.Intake.AgreePullAsync(IntakeWorld.Deaths, new BulkSource(server.Base), IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Equal("pull.not-agreed", (await Pull()).Findings[0].Code);
        await Agree(new BulkSource(server.Base));
        Assert.Equal("intake.role", (await world.Intake.PullAsync(IntakeWorld.Deaths, IntakeWorld.Stranger)).Findings[0].Code);
    }

    private async Task Agree(BulkSource source)
    {
        var agreed = await world.Intake.AgreePullAsync(IntakeWorld.Deaths, source, IntakeWorld.Desk);
        Assert.True(agreed.IsOk, string.Join("; ", agreed.Findings));
    }

    private Task<Outcome<Receipt?>> Pull() => world.Intake.PullAsync(IntakeWorld.Deaths, IntakeWorld.Desk, null, TestContext.Current.CancellationToken);

    /// <summary>Looks, at every step, whether a name stands in a file of the room.</summary>
    private sealed class OnDisk(IntakeWorld world) : IProgress<Step>
    {
        public int Looks { get; private set; }

        public int Clear { get; private set; }

        public void Report(Step value)
        {
            foreach (var file in Directory.GetFiles(world.At("intake/pulled"), "*", SearchOption.AllDirectories))
            {
                Looks++;
                using var opened = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                using var copy = new MemoryStream();
                opened.CopyTo(copy);
                Clear += copy.ToArray().AsSpan().IndexOf("resourceType"u8) >= 0 ? 1 : 0;
            }
        }
    }

    /// <summary>A FHIR server with Bulk Data export, and with the faults that a test asks for.</summary>
    private sealed class ExportServer : IDisposable
    {
        private const string Patients = """{"resourceType":"Patient","id":"p1","gender":"female","birthDate":"1950-02-03","name":[{"text":"架空　花子"}]}""" + "\n";
        private const string Conditions = """{"resourceType":"Condition","id":"c1","subject":{"reference":"Patient/p1"},"code":{"coding":[{"system":"http://hl7.org/fhir/sid/icd-10","code":"E11.9"}]},"onsetDateTime":"2025-05-05","recordedDate":"2025-05-05"}""" + "\n";
        private readonly HttpListener listener = new();
        private int asks;

        public ExportServer()
        {
            // A port that was free a moment ago; on a rare collision another is taken.
            for (var tries = 0; ; tries++)
            {
                using (var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0))
                {
                    probe.Start();
                    Base = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/fhir");
                }

                listener.Prefixes.Clear();
                listener.Prefixes.Add(Base.GetLeftPart(UriPartial.Authority) + "/");
                try
                {
                    listener.Start();
                    break;
                }
                catch (HttpListenerException) when (tries < 5)
                {
                }
            }

            _ = Task.Run(ServeAsync);
        }

        public Uri Base { get; }

        public Uri? FilesAt { get; set; }

        public string? PublicKeys { get; set; }

        public string? StatusAt { get; set; }

        public string? Manifest { get; set; }

        public int Breaks { get; set; }

        public bool IsEmpty { get; set; }

        public bool FailsFile { get; set; }

        public bool Resumed { get; private set; }

        public bool SawToken { get; private set; }

        public ConcurrentQueue<string> Asked { get; } = [];

        public void Dispose() => listener.Close();

        private async Task ServeAsync()
        {
            while (listener.IsListening)
            {
                try
                {
                    Answer(await listener.GetContextAsync());
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                }
            }
        }

        private void Answer(HttpListenerContext context)
        {
            var (request, response) = (context.Request, context.Response);
            var path = request.Url!.PathAndQuery;
            Asked.Enqueue(request.HttpMethod == "GET" ? path : $"{request.HttpMethod} {path}");
            var token = request.Headers["Authorization"];
            SawToken |= token is not null;
            if (path.EndsWith("smart-configuration", StringComparison.Ordinal))
            {
                Say(response, 200, JsonSerializer.Serialize(new { token_endpoint = new Uri(Base, "/token").AbsoluteUri }));
            }
            else if (path == "/token")
            {
                using var reader = new StreamReader(request.InputStream);
                var ok = IsSigned(reader.ReadToEnd());
                Say(response, ok ? 200 : 400, ok ? """{"access_token":"t-1","token_type":"bearer","expires_in":300}""" : """{"error":"invalid_client"}""");
            }
            else if (PublicKeys is not null && token != "Bearer t-1")
            {
                Say(response, 401, "{}");
            }
            else if (request.HttpMethod == "DELETE")
            {
                Say(response, 202, "");
            }
            else if (path.Contains("$export", StringComparison.Ordinal))
            {
                response.AddHeader("Content-Location", StatusAt ?? Base + "/status/1");
                Say(response, request.Headers["Prefer"] == "respond-async" ? 202 : 400, "");
            }
            else if (path == "/fhir/status/1")
            {
                response.AddHeader("Retry-After", "0");
                var files = (FilesAt ?? Base).AbsoluteUri;
                Say(response, asks++ % 2 == 0 ? 202 : 200, Manifest ?? JsonSerializer.Serialize(new
                {
                    transactionTime = "2026-04-01T00:00:00Z", requiresAccessToken = PublicKeys is not null, error = Array.Empty<object>(),
                    output = IsEmpty ? [] : new[] { new { type = "Condition", url = files + "/c.ndjson" }, new { type = "Patient", url = files + "/p.ndjson" } },
                }));
            }
            else
            {
                File(path, request, response);
            }
        }

        private void File(string path, HttpListenerRequest request, HttpListenerResponse response)
        {
            var bytes = Encoding.UTF8.GetBytes(path.EndsWith("/p.ndjson", StringComparison.Ordinal) ? Patients : Conditions);
            if (FailsFile)
            {
                Say(response, 500, "");
                return;
            }

            if (Breaks-- > 0)
            {
                response.ContentLength64 = bytes.Length;
                response.OutputStream.Write(bytes, 0, bytes.Length / 2);
                response.OutputStream.Flush();
                response.Abort();
                return;
            }

            var from = request.Headers["Range"] is { } range ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
            if (from > 0)
            {
                Resumed = true;
                response.AddHeader("Content-Range", $"bytes {from}-{bytes.Length - 1}/{bytes.Length}");
            }

            response.StatusCode = from > 0 ? 206 : 200;
            response.OutputStream.Write(bytes, from, bytes.Length - from);
            response.Close();
        }

        /// <summary>The statement is signed by a key that the server knows, for this client and this address, and is of now.</summary>
        private bool IsSigned(string form)
        {
            var fields = form.Split('&').Select(f => f.Split('=')).ToDictionary(f => f[0], f => Uri.UnescapeDataString(f[1]));
            var parts = fields["client_assertion"].Split('.');
            var (head, body) = (Json(parts[0]), Json(parts[1]));
            var key = JsonDocument.Parse(PublicKeys!).RootElement.GetProperty("keys").EnumerateArray().FirstOrDefault(k => k.GetProperty("kid").GetString() == head.GetProperty("kid").GetString());
            if (key.ValueKind == JsonValueKind.Undefined || fields["grant_type"] != "client_credentials" || head.GetProperty("alg").GetString() != "ES384")
            {
                return false;
            }

            using var ecdsa = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP384,
                Q = new ECPoint { X = Base64Url.DecodeFromChars(key.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(key.GetProperty("y").GetString()) },
            });
            return ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA384)
                && body.GetProperty("iss").GetString() == "minato" && body.GetProperty("sub").GetString() == "minato"
                && body.GetProperty("aud").GetString() == new Uri(Base, "/token").AbsoluteUri
                && DateTimeOffset.FromUnixTimeSeconds(body.GetProperty("exp").GetInt64()) - DateTimeOffset.UtcNow is var left && left > TimeSpan.Zero && left <= TimeSpan.FromMinutes(5);

            static JsonElement Json(string part) => JsonDocument.Parse(Base64Url.DecodeFromChars(part)).RootElement;
        }

        private static void Say(HttpListenerResponse response, int code, string text)
        {
            response.StatusCode = code;
            response.ContentType = "application/json";
            response.OutputStream.Write(Encoding.UTF8.GetBytes(text));
            response.Close();
        }
    }
}
