using System.Collections.Concurrent;
using System.Globalization;
using Minato.Access;
using Minato.Linkage;
using Minato.Linkage.Quality;
using Minato.OptOut;
using Minato.Processing.Extracting;
using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;

namespace Minato.Processing.Missing;

/// <summary>
/// Reports who is missing because of choices. The people and what they are come from the warehouse, who refused from OptOut, and only Linkage brings them together: it tells shares
/// of groups. A report is made once, overall once a day, so that nobody watches it change by one person.
/// </summary>
public sealed class MissingDesk(IAccess access, IOptOut optOut, ILinkage linkage, IWarehouse warehouse, TimeProvider clock)
{
    private const long Male = 8507, Female = 8532;
    private const int Prefectures = 47;

    /// <summary>First years of the bands of age after the first.</summary>
    private static readonly int[] Bands = [15, 40, 65, 75];
    private static readonly string[] Ages = ["0–14", "15–39", "40–64", "65–74", "75+", "unknown"];
    private static readonly string[] Sexes = ["1", "2", "unknown"];
    private static readonly string[] Places = ["unknown", .. Enumerable.Range(1, Prefectures).Select(p => p.ToString("D2", CultureInfo.InvariantCulture))];

    private readonly ConcurrentDictionary<string, (DateOnly Made, Task<Outcome<MissingReport>> Report)> made = new(StringComparer.Ordinal);

    /// <summary>Everybody who refused anything, in every dataset.</summary>
    public Task<Outcome<MissingReport>> OverallAsync(CancellationToken ct = default) => OnceAsync("", always: false, () =>
    {
        var now = clock.GetUtcNow();
        var anything = optOut.AnythingRefused(now);
        return ReportAsync(null, now, [.. warehouse.Datasets.OrderBy(d => d.Id.Value, StringComparer.Ordinal).Select(d => (d, anything))], ct);
    });

    /// <summary>Who had refused this use when the permit began.</summary>
    /// <returns>Refused with <c>missing.not-found</c> where there is no such permit, or it is not public.</returns>
    public Task<Outcome<MissingReport>> ForAsync(PermitId permit, CancellationToken ct = default)
    {
        if (access.FindPermit(permit) is not { } granted || access.Published.All(a => a.Permit?.Id != permit))
        {
            return Task.FromResult<Outcome<MissingReport>>(Finding.Error("missing.not-found", "There is no such permit", "Look at the approved uses"));
        }

        return OnceAsync(permit.Value + granted.Version, always: true, () => ReportAsync(permit.Value, granted.From,
            [.. warehouse.Datasets.Where(d => granted.Use.Datasets.Any(g => g.Dataset == d.Id)).Select(d => (d, optOut.RefusalsFor(Intended.Use(access, granted, d), granted.From)))], ct));
    }

    private Task<Outcome<MissingReport>> OnceAsync(string key, bool always, Func<Task<Outcome<MissingReport>>> make)
    {
        var today = JapaneseDay.Today(clock);
        return made.AddOrUpdate(key, _ => (today, make()), (_, known) => (always || known.Made == today) && !known.Report.IsFaulted && !(known.Report.IsCompletedSuccessfully && !known.Report.Result.IsOk) ? known : (today, make())).Report;
    }

    private async Task<Outcome<MissingReport>> ReportAsync(string? permit, DateTimeOffset asOf, IReadOnlyList<(DatasetInfo Dataset, RefusalSet Refusals)> of, CancellationToken ct)
    {
        var datasets = new List<MissingInDataset>();
        foreach (var (dataset, refusals) in of)
        {
            if (warehouse.Latest(dataset.Id) is not { } snapshot)
            {
                continue;
            }

            var (people, divided) = Read(snapshot, JapaneseDay.Of(asOf).Year);
            var counted = await linkage.MissingAsync(dataset.Id, people, divided, refusals, Actor.Harbour.Id, ct).ConfigureAwait(false);
            if (!counted.Try(out var shares))
            {
                return Outcome<MissingReport>.Refused(counted.Findings);
            }

            datasets.Add(new MissingInDataset(dataset.Id.Value, refusals.SetId, shares));
        }

        return new MissingReport(permit, asOf, datasets);
    }

    /// <summary>The people of a snapshot by sex, band of age and prefecture.</summary>
    private (IReadOnlyList<Pseudonym<Dataset>> People, IReadOnlyList<DividedPeople> Divided) Read(Snapshot snapshot, int year)
    {
        using var session = warehouse.OpenSession();
        warehouse.Attach(session, snapshot, "m_");
        var (people, sexes, ages, places) = (new List<Pseudonym<Dataset>>(), new List<int>(), new List<int>(), new List<int>());
        foreach (var row in session.Read(new Scan("m_person", warehouse.Shapes["person"]).Keep("person_id", "gender_concept_id", "year_of_birth", "location_id")))
        {
            people.Add(Pseudonym<Dataset>.FromGuid((Guid)row[0]!));
            sexes.Add((row[1] as long?) switch { Male => 0, Female => 1, _ => 2 });
            ages.Add(row[2] is long born and > 0 ? Bands.Count(from => year - born >= from) : Ages.Length - 1);

            // The warehouse's own numbering of places: a prefecture's number, or a municipality's, which begins with it.
            places.Add(row[3] is long place and > 0 ? (int)(place > Prefectures ? place / 1000 : place) is var p and <= Prefectures ? p : 0 : 0);
        }

        return (people, [new("sex", Sexes, sexes), new("age", Ages, ages), new("prefecture", Places, places)]);
    }
}
