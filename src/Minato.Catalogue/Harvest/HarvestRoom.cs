using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minato.Ledger;
using E = Minato.Catalogue.Harvest.HarvestEvent;

namespace Minato.Catalogue.Harvest;

[JsonDerivedType(typeof(Registered), "source-registered")]
[JsonDerivedType(typeof(Taken), "source-taken")]
[JsonDerivedType(typeof(Failed), "source-failed")]
[JsonDerivedType(typeof(Removed), "source-removed")]
internal abstract record HarvestEvent
{
    private HarvestEvent() { }

    public sealed record Registered(Bilingual Title, string? Url) : HarvestEvent;

    public sealed record Taken(string Sha256, int Datasets) : HarvestEvent;

    public sealed record Failed(string Reason) : HarvestEvent;

    public sealed record Removed : HarvestEvent;
}

internal sealed record SourceCase(HarvestSource Source, bool IsThere, DateTimeOffset? TriedAt)
{
    public static SourceCase Evolve(SourceCase? state, E e, RecordedEvent recorded) => e switch
    {
        E.Registered x => new(new(recorded.Stream[HarvestRoom.Prefix.Length..], x.Title, x.Url, null, 0, null), true, null),
        E.Taken x => state! with { Source = state.Source with { TakenAt = recorded.At, Datasets = x.Datasets, Sha256 = x.Sha256, Failed = null }, TriedAt = recorded.At },
        E.Failed x => state! with { Source = state.Source with { Failed = x.Reason }, TriedAt = recorded.At },
        E.Removed => state! with { IsThere = false },
        _ => throw new InvalidOperationException($"Unknown event {e.GetType().Name}"),
    };
}

/// <param name="Folder">Of what was taken in, one file a source.</param>
/// <param name="Http">By which others are called: it looks at the addresses that names lead to, and follows no redirects.</param>
/// <param name="AllowPrivate">Catalogues in one's own network, by plain HTTP too.</param>
public sealed record HarvestOptions(string Folder, HttpClient Http, bool AllowPrivate = false);

/// <summary>The desk for other catalogues. The file of what was taken in is written before the ledger says so; its hash is in the event, and a file of another hash is not shown.</summary>
public sealed class HarvestRoom : IHarvest
{
    internal const string Prefix = "harvest/";
    private const int MostSources = 200;

    private readonly HarvestOptions options;
    private readonly Projection<SourceCase, E> sources;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly Dictionary<string, (string Sha256, IReadOnlyList<HarvestedDataset> Datasets)> read = [];

    private HarvestRoom(HarvestOptions options, ILedger ledger, TimeProvider clock)
    {
        (this.options, this.clock) = (options, clock);
        sources = new(ledger, "catalogue", Prefix, SourceCase.Evolve);
    }

    public static IHarvest Open(HarvestOptions options, ILedger ledger, TimeProvider clock)
    {
        Directory.CreateDirectory(options.Folder);
        return new HarvestRoom(options, ledger, clock);
    }

    public IReadOnlyList<HarvestSource> Sources => [.. sources.All.Where(s => s.IsThere).Select(s => s.Source)];

    public IReadOnlyList<(HarvestSource Source, HarvestedDataset Dataset)> Search(string? text)
    {
        var words = (text ?? "").Split([' ', '　'], StringSplitOptions.RemoveEmptyEntries);
        return [.. Sources.SelectMany(s => DatasetsOf(s).Where(d => words.All(w => Has(d, w))).Select(d => (s, d)))];
    }

    public Task<Outcome<HarvestSource>> RegisterAsync(string id, Bilingual title, string? url, Actor by, CancellationToken ct = default)
    {
        static bool Text(string? text) => text?.Trim().Length is > 0 and <= 200;
        return Do(id, by, state => state is { IsThere: true } ? Finding.Error("harvest.known", "There is a source of that name already", "Take another name, or remove it first")
            : Sources.Count >= MostSources ? Finding.Error("harvest.too-many", $"There are {MostSources} sources already", "Remove one first")
            : !Text(title?.Ja) || !Text(title?.En) ? Finding.Error("harvest.title", "The title is empty or too long", "Name the catalogue in both languages")
            : url is not null && OutwardAddress.Defect(url, options.AllowPrivate) is { } defect ? Finding.Error("harvest.address", $"The address cannot be used: {defect}", "Give a public https address, or upload the catalogue")
            : Events(new E.Registered(title!, url)), ct);
    }

    public async Task<Outcome<HarvestSource>> UploadAsync(string id, byte[] document, Actor by, CancellationToken ct = default)
    {
        if (MayNot(by) is { } refusal)
        {
            return refusal;
        }

        if (!Slug.IsValid(id) || sources.Find(Prefix + id) is not { IsThere: true } known)
        {
            return Unknown;
        }

        var datasets = DcatReader.Read(document, id, Uri.TryCreate(known.Source.Url, UriKind.Absolute, out var root) ? root : new Uri($"https://{id}.invalid/"));
        if (!datasets.Try(out var all))
        {
            _ = await FailAsync(id, datasets.Findings[0].Reason, by, ct).ConfigureAwait(false);
            return Outcome<HarvestSource>.Refused(datasets.Findings);
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(all);
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        using (var file = new FileStream(PathOf(id) + ".new", FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(PathOf(id) + ".new", PathOf(id), overwrite: true);
        var taken = await Do(id, by, _ => Events(new E.Taken(hash, all.Count)), ct).ConfigureAwait(false);
        return taken.Try(out var source) ? Outcome<HarvestSource>.Ok(source, datasets.Findings) : taken;
    }

    public async Task<Outcome<HarvestSource>> FetchAsync(string id, Actor by, CancellationToken ct = default)
    {
        if (MayNot(by) is { } refusal)
        {
            return refusal;
        }

        if (!Slug.IsValid(id) || sources.Find(Prefix + id) is not { IsThere: true, Source.Url: { } url })
        {
            return Unknown;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/turtle"));
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/ld+json", 0.9));
            using var answer = await options.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode)
            {
                return await FailAsync(id, $"The other catalogue answered {(int)answer.StatusCode}", by, ct).ConfigureAwait(false);
            }

            await using var content = await answer.Content.ReadAsStreamAsync(ct).ConfigureAwait(false);
            using var bytes = new MemoryStream();
            var piece = new byte[81920];
            int n;
            while ((n = await content.ReadAsync(piece, ct).ConfigureAwait(false)) > 0)
            {
                bytes.Write(piece, 0, n);
                if (bytes.Length > HarvestLimits.MostBytes)
                {
                    return await FailAsync(id, $"The catalogue is larger than {HarvestLimits.MostBytes >> 20} MiB", by, ct).ConfigureAwait(false);
                }
            }

            return await UploadAsync(id, bytes.ToArray(), by, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return await FailAsync(id, "The other catalogue cannot be reached", by, ct).ConfigureAwait(false);
        }
    }

    public async Task<Outcome<bool>> RemoveAsync(string id, Actor by, CancellationToken ct = default)
    {
        var removed = await Do(id, by, state => state is { IsThere: true } ? Events(new E.Removed()) : Unknown, ct).ConfigureAwait(false);
        if (removed.IsOk)
        {
            File.Delete(PathOf(id));
        }

        return removed.Map(_ => true);
    }

    public async Task<Outcome<int>> FetchDueAsync(CancellationToken ct = default)
    {
        var fetched = 0;
        foreach (var s in sources.All.Where(s => s is { IsThere: true, Source.Url: not null } && !(s.TriedAt > clock.GetUtcNow().AddDays(-1))))
        {
            _ = await FetchAsync(s.Source.Id, Actor.Harbour, ct).ConfigureAwait(false);
            fetched++;
        }

        return fetched;
    }

    private IReadOnlyList<HarvestedDataset> DatasetsOf(HarvestSource source)
    {
        if (source.Sha256 is not { } hash)
        {
            return [];
        }

        lock (gate)
        {
            if (read.TryGetValue(source.Id, out var known) && known.Sha256 == hash)
            {
                return known.Datasets;
            }

            var bytes = File.Exists(PathOf(source.Id)) ? File.ReadAllBytes(PathOf(source.Id)) : [];
            IReadOnlyList<HarvestedDataset> datasets = Convert.ToHexStringLower(SHA256.HashData(bytes)) == hash ? JsonSerializer.Deserialize<List<HarvestedDataset>>(bytes)! : [];
            read[source.Id] = (hash, datasets);
            return datasets;
        }
    }

    private static bool Has(HarvestedDataset d, string word) =>
        new[] { d.Title.Ja, d.Title.En, d.Description.Ja, d.Description.En, d.Publisher }.Concat(d.Keywords).Any(t => t.Contains(word, StringComparison.OrdinalIgnoreCase));

    private async Task<Outcome<HarvestSource>> FailAsync(string id, string reason, Actor by, CancellationToken ct)
    {
        _ = await Do(id, by, _ => Events(new E.Failed(reason)), ct).ConfigureAwait(false);
        return Finding.Error("harvest.failed", reason, "Look at the address, or upload the catalogue", new Place(id));
    }

    private async Task<Outcome<HarvestSource>> Do(string id, Actor by, Func<SourceCase?, Outcome<IReadOnlyList<E>>> decide, CancellationToken ct) =>
        MayNot(by) is { } refusal ? refusal
        : !Slug.IsValid(id) ? Finding.Error("harvest.name", "The source's name is not well formed", "Use 1 to 80 of a-z, 0-9, '-', '_', '.'")
        : (await sources.DecideAsync(Prefix + id, by.Id, decide, ct: ct).ConfigureAwait(false)).Map(s => s.Source);

    private static Finding? MayNot(Actor by) => by.Is(Role.Operator | Role.System) ? null : Finding.Error("harvest.not-permitted", "Other catalogues are kept by the operator's office", "Ask the office");

    private static Finding Unknown => Finding.Error("harvest.unknown", "There is no such source, or it has no address to fetch", "Register it first, or upload the catalogue");

    private static Outcome<IReadOnlyList<E>> Events(E e) => Outcome<IReadOnlyList<E>>.Ok([e]);

    private string PathOf(string id) => Path.Combine(options.Folder, id + ".json");
}
