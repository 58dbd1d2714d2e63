using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Minato.Intake.Raw;

namespace Minato.Intake.Pull;

/// <summary>What an export came to: files in a folder, and the server's own time of it.</summary>
internal sealed record Exported(string Time, int Files, long Bytes, int ErrorFiles, int DeletedFiles);

/// <summary>
/// One Bulk Data export, from the request to files on the disk: asked for, waited for as long as the server says, fetched with what the
/// server demands, sealed on the disk as it comes, and cleared away at the server. Never throws for what a server answers.
/// </summary>
internal sealed class BulkExport(HttpClient http, BackendSignIn signIn, BulkSource source, TimeProvider clock, IProgress<Step>? progress)
{
    private const int Tries = 4;
    private const int MostFiles = 20_000;
    private const long LargestManifest = 16 << 20;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);
    private (string Token, DateTimeOffset Until)? token;

    public async Task<Outcome<Exported>> ToFolderAsync(string folder, RawKey key, string? since, CancellationToken ct)
    {
        try
        {
            var asked = await AskAsync(since, ct).ConfigureAwait(false);
            if (!asked.Try(out var status))
            {
                return Outcome<Exported>.Refused(asked.Findings);
            }

            var waited = await WaitAsync(status, ct).ConfigureAwait(false);
            if (!waited.Try(out var manifest))
            {
                return Outcome<Exported>.Refused(waited.Findings);
            }

            var fetched = await FetchAsync(manifest, folder, key, onlyOurs: false, ct).ConfigureAwait(false);

            // The server may clear its files away; whether it does is its own affair.
            using var clear = await SendAsync(HttpMethod.Delete, status, _ => { }, withToken: true, ct).ConfigureAwait(false);
            return fetched;
        }
        catch (SignInRefusedException e)
        {
            return Outcome<Exported>.Refused(e.Findings);
        }
        catch (Exception e) when (IsOfServer(e, ct))
        {
            return Unreachable;
        }
    }

    /// <summary>What a holder asked to be fetched: the same, without asking for an export and without leaving the agreed server.</summary>
    public async Task<Outcome<Exported>> ToFolderAsync(string folder, RawKey key, BulkImport import, CancellationToken ct)
    {
        try
        {
            if (import.Manifest is { } address)
            {
                if (!IsOurs(address) || !BulkSource.IsSafe(address))
                {
                    return Elsewhere;
                }

                using var answer = await SendAsync(HttpMethod.Get, address, r => r.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json")), withToken: true, ct).ConfigureAwait(false);
                if (answer.StatusCode != HttpStatusCode.OK)
                {
                    return Refusal("import.manifest", "did not give the manifest", answer);
                }

                await answer.Content.LoadIntoBufferAsync(LargestManifest, ct).ConfigureAwait(false);
                return await FetchAsync(await answer.Content.ReadFromJsonAsync<JsonElement>(ct).ConfigureAwait(false), folder, key, onlyOurs: true, ct).ConfigureAwait(false);
            }

            var list = JsonSerializer.SerializeToElement(new { transactionTime = clock.GetUtcNow(), requiresAccessToken = source.ClientId is not null, output = import.Files.Select(f => new { type = f.Type, url = f.Address.AbsoluteUri }) });
            return await FetchAsync(list, folder, key, onlyOurs: true, ct).ConfigureAwait(false);
        }
        catch (SignInRefusedException e)
        {
            return Outcome<Exported>.Refused(e.Findings);
        }
        catch (Exception e) when (IsOfServer(e, ct))
        {
            return Unreachable;
        }
    }

    private static Finding Elsewhere => Finding.Error("import.elsewhere", "An address is not at the server that was agreed for the dataset", "Offer the files at that server, or agree on another ('minato delivery pull-from')");

    private static Finding Unreachable =>
        Finding.Error("pull.connection", "The server could not be reached, broke off, or answered with something that is not JSON", "Try again later; what was fetched so far was thrown away");

    private static bool IsOfServer(Exception e, CancellationToken ct) => e is HttpRequestException or HttpIOException or JsonException || (e is TaskCanceledException && !ct.IsCancellationRequested);

    private async Task<Outcome<Uri>> AskAsync(string? since, CancellationToken ct)
    {
        var query = new List<string> { "_outputFormat=" + Uri.EscapeDataString("application/fhir+ndjson") };
        if (since is not null)
        {
            query.Add("_since=" + Uri.EscapeDataString(since));
        }

        if (source.Types is { Count: > 0 } types)
        {
            query.Add("_type=" + string.Join(',', types));
        }

        var address = new Uri($"{source.Fhir.AbsoluteUri.TrimEnd('/')}/{(source.Group is { } group ? $"Group/{group}/" : "")}$export?{string.Join('&', query)}");
        using var answer = await SendAsync(
            HttpMethod.Get,
            address,
            request =>
            {
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/fhir+json"));
                request.Headers.Add("Prefer", "respond-async");
            },
            withToken: true,
            ct).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.Accepted)
        {
            return Refusal("pull.refused", "refused the export", answer);
        }

        var status = answer.Content.Headers.ContentLocation is { } location ? new Uri(source.Fhir, location) : null;
        return status is not null && IsOurs(status)
            ? status
            : Finding.Error("pull.no-status", "The server accepted the export and did not say where to ask for it (Content-Location on the same server)", "Ask the server's operator");
    }

    private async Task<Outcome<JsonElement>> WaitAsync(Uri status, CancellationToken ct)
    {
        var until = clock.GetUtcNow() + Longest;
        for (var wait = TimeSpan.FromSeconds(1); clock.GetUtcNow() < until;)
        {
            using var answer = await SendAsync(HttpMethod.Get, status, r => r.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json")), withToken: true, ct).ConfigureAwait(false);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                await answer.Content.LoadIntoBufferAsync(LargestManifest, ct).ConfigureAwait(false);
                return await answer.Content.ReadFromJsonAsync<JsonElement>(ct).ConfigureAwait(false);
            }

            if (answer.StatusCode is not (HttpStatusCode.Accepted or HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                return Refusal("pull.failed", "could not make the export", answer);
            }

            progress?.Report(new Step("export", 0, null, "waiting for the server"));
            var asked = answer.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date - clock.GetUtcNow()) : null;
            wait = asked is { } said ? TimeSpan.FromSeconds(Math.Clamp(said.TotalSeconds, 0.05, 600)) : TimeSpan.FromSeconds(Math.Min(60, wait.TotalSeconds * 2));
            await Task.Delay(wait, clock, ct).ConfigureAwait(false);
        }

        return Finding.Error("pull.late", "The server was not done with the export after a day", "Ask the server's operator, and try again");
    }

    private async Task<Outcome<Exported>> FetchAsync(JsonElement manifest, string folder, RawKey key, bool onlyOurs, CancellationToken ct)
    {
        if (Text(manifest, "transactionTime") is not { } time || !DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _)
            || !manifest.TryGetProperty("output", out var output) || output.ValueKind != JsonValueKind.Array || output.GetArrayLength() > MostFiles)
        {
            return Finding.Error("pull.manifest", $"The export's manifest has no transactionTime, no list of files, or more than {MostFiles}", "Ask the server's operator");
        }

        var withToken = manifest.TryGetProperty("requiresAccessToken", out var needs) && needs.ValueKind == JsonValueKind.True;
        var (n, bytes) = (0, 0L);
        foreach (var file in output.EnumerateArray())
        {
            if (Text(file, "type") is not { } type || !type.All(char.IsAsciiLetter) || !Uri.TryCreate(source.Fhir, Text(file, "url"), out var address) || !BulkSource.IsSafe(address))
            {
                return Finding.Error("pull.manifest", "A file of the manifest has no type or no https address", "Ask the server's operator", new Place(Line: n + 1));
            }

            if (onlyOurs && !IsOurs(address))
            {
                return Elsewhere;
            }

            var got = await FileAsync(address, Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{type}.{++n:00000}.ndjson")), key, withToken && IsOurs(address), ct).ConfigureAwait(false);
            if (!got.Try(out var length))
            {
                return Outcome<Exported>.Refused(got.Findings);
            }

            bytes += length;
            progress?.Report(new Step("files", n, output.GetArrayLength(), "files"));
        }

        return new Exported(time, n, bytes, Count("error"), Count("deleted"));

        int Count(string name) => manifest.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;
    }

    /// <summary>A file that breaks off is gone on with where the server can, else begun anew.</summary>
    private async Task<Outcome<long>> FileAsync(Uri address, string path, RawKey key, bool withToken, CancellationToken ct)
    {
        await using var file = new SealedWriter(path, key);
        for (var tried = 1; ; tried++)
        {
            try
            {
                var from = file.Length;
                using var answer = await SendAsync(
                    HttpMethod.Get,
                    address,
                    r =>
                    {
                        r.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/fhir+ndjson"));
                        r.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null;
                    },
                    withToken,
                    ct).ConfigureAwait(false);
                if (answer.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
                {
                    return Refusal("pull.file", "did not give a file of the export", answer);
                }

                if (answer.StatusCode == HttpStatusCode.OK || answer.Content.Headers.ContentRange?.From != from)
                {
                    file.SetLength(0);
                }

                await answer.Content.CopyToAsync(file, ct).ConfigureAwait(false);
                return file.Length;
            }
            catch (Exception e) when (e is HttpRequestException { StatusCode: null } or HttpIOException && tried < Tries)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200 * tried), clock, ct).ConfigureAwait(false);
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri address, Action<HttpRequestMessage> with, bool withToken, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, address);
        with(request);
        if (withToken && source.ClientId is not null)
        {
            if (token is not { } held || held.Until < clock.GetUtcNow().AddSeconds(20))
            {
                var signed = await signIn.TokenAsync(http, source, ct).ConfigureAwait(false);
                token = signed.Try(out var made) ? made : throw new SignInRefusedException(signed.Findings);
            }

            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Value.Token);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
    }

    /// <summary>A token is shown to the server it is for, and to nobody else.</summary>
    private bool IsOurs(Uri address) => Uri.Compare(address, source.Fhir, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private static Finding Refusal(string code, string what, HttpResponseMessage answer) =>
        Finding.Error(code, $"The server {what} (HTTP {(int)answer.StatusCode})", answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "Let the server allow this client the export" : "Ask the server's operator, and try again");

    private static string? Text(JsonElement e, string name) => e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;
}

/// <summary>The sign-in was refused in the middle of an export.</summary>
internal sealed class SignInRefusedException(IReadOnlyList<Finding> findings) : HttpRequestException("sign-in refused")
{
    public IReadOnlyList<Finding> Findings { get; } = findings;
}
