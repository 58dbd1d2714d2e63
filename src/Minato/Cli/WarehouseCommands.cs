using System.CommandLine;
using System.Globalization;
using Minato.Linkage;
using Minato.Tables;
using Minato.Warehouse;

namespace Minato.Cli;

/// <summary>The stored records: let them follow the corrections of linkage, and give them the names of a newer key.</summary>
internal static class WarehouseCommands
{
    public static Command All()
    {
        var some = new Argument<string?>("dataset") { Description = "Dataset id; without it all datasets", Arity = ArgumentArity.ZeroOrOne };
        var dataset = new Argument<string>("dataset") { Description = "Dataset id" };
        var map = new Option<string?>("--map") { Description = "The file that 'linkage keys renew' wrote, where the keys are on another node" };
        var delivery = new Option<string?>("--delivery") { Description = "Only what this delivery brought" };
        var all = new Option<bool>("--all") { Description = "Also the checks that passed" };
        var last = new Option<int>("--last") { Description = "How many snapshots to keep", Required = true };
        var person = new Argument<string>("pseudonym") { Description = "The person's pseudonym in this dataset, a UUID" };
        var grounds = new Option<string>("--grounds") { Description = "The law or order and its reference, without names: it is published", Required = true };
        return Verb.Group("warehouse", "Stored records",
            Verb.On("check", "Measures a dataset's quality: the CDM's own constraints, completeness, plausibility", [dataset, delivery, all], async (h, p, by, ct) =>
                (await h.Warehouse.MeasureAsync(new DatasetId(p.GetValue(dataset)!), p.GetValue(delivery) is { } one ? new DeliveryId(one) : null, ct).ConfigureAwait(false))
                    .Then(report => Checked(report, p.GetValue(all)))),
            Verb.On("quality", "How a dataset's quality went over its snapshots and deliveries", [dataset], (h, p, by, ct) =>
                Task.FromResult(Verb.Value(h.Warehouse.QualityOf(new DatasetId(p.GetValue(dataset)!)).Select(Shown).ToList()))),
            Verb.On("snapshots", "A dataset's kept snapshots, oldest first", [dataset], (h, p, by, ct) => Task.FromResult(Kept(h).Map(k =>
                (object?)k.History(new DatasetId(p.GetValue(dataset)!)).Select(s => new { s.Number, s.At, s.Cause, confirmed = Confirmed(h, s), files = s.Files.Count, rows = s.Files.Sum(f => f.Rows), s.Id }).ToList()))),
            Verb.On("retain", "Lets go of a dataset's oldest snapshots", [dataset, last], async (h, p, by, ct) => Kept(h, by).Try(out var keeping)
                ? (await keeping.RetainAsync(new DatasetId(p.GetValue(dataset)!), p.GetValue(last), by, ct).ConfigureAwait(false)).Map(gone => (object?)gone.Select(s => new { s.Number, s.At, s.Id }).ToList())
                : Outcome<object?>.Refused(Kept(h, by).Findings)),
            Verb.On("remove-person", "Removes a person from every kept snapshot on legal grounds; prints the receipt", [dataset, person, grounds], async (h, p, by, ct) => await RemoveAsync(
                h, new DatasetId(p.GetValue(dataset)!), p.GetValue(person)!, p.GetValue(grounds)!, by, ct).ConfigureAwait(false)),
            Verb.On("correct", "Applies the corrections of linkage; done after each delivery as well", [some], async (h, p, by, ct) =>
                await CorrectAsync(h, p.GetValue(some) is { } one ? [new DatasetId(one)] : [.. h.Warehouse.Datasets.Select(d => d.Id)], by, ct).ConfigureAwait(false)),
            Verb.On("renew", "Replaces a dataset's pseudonyms by those of the newest key", [dataset, map], async (h, p, by, ct) =>
                by.Is(Role.Operator)
                    ? await RenewAsync(h, new DatasetId(p.GetValue(dataset)!), p.GetValue(map), by, ct).ConfigureAwait(false)
                    : Finding.Error("linkage.not-allowed", "Only the operator may see to the keys", "Ask the operator")));
    }

    /// <summary>What failed is the finding; departures are shown with their reasons.</summary>
    private static Outcome<object?> Checked(QualityReport report, bool all)
    {
        var findings = report.Results.Where(r => r.Status == QualityStatus.Failed).Select(r => Finding.Warning(
            $"quality.{r.Check}", $"{r.Violated} of {r.Rows} rows break it; {r.Percent}% may{(r.About is { } about ? $" ({about})" : "")}", "Ask the holder, or look at the mapping", new Place(Field: r.Field is null ? r.Table : $"{r.Table}.{r.Field}")));
        var shown = report.Results.Where(r => all || r.Status is QualityStatus.Departure).Select(r => new { r.Check, where = r.Field is null ? r.Table : $"{r.Table}.{r.Field}", r.About, r.Status, r.Violated, r.Rows, r.Reason }).ToList();
        return Outcome<object?>.Ok(new { quality = Shown(report), results = shown }, [.. findings]);
    }

    private static object Shown(QualityReport r) => new
    {
        snapshot = r.Number,
        delivery = r.Delivery,
        at = r.At,
        passed = r.Count(QualityStatus.Passed),
        failed = r.Count(QualityStatus.Failed),
        departures = r.Count(QualityStatus.Departure),
        conformance = r.Share(QualityCategory.Conformance),
        completeness = r.Share(QualityCategory.Completeness),
        plausibility = r.Share(QualityCategory.Plausibility),
        standard = r.Standard,
    };

    /// <summary>Whether all that a snapshot holds is confirmed, or up to when.</summary>
    private static string Confirmed(Harbour h, Snapshot snapshot)
    {
        var standing = DatasetStanding.Of(h.Warehouse.StandingOf(snapshot.Dataset).Where(d => d.Number <= snapshot.Number), JapaneseDay.Today(h.Clock));
        return standing.IsConfirmed ? "all" : standing.ConfirmedThrough?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "preliminary";
    }

    private static Outcome<IWarehouseKeeping> Kept(Harbour h, Actor? by = null) => by is { } actor && !actor.Is(Role.Operator)
        ? Finding.Error("warehouse.not-allowed", "Only the operator may change what is kept", "Ask the operator")
        : h.Warehouse is IWarehouseKeeping keeping
            ? Outcome<IWarehouseKeeping>.Ok(keeping)
            : Finding.Error("warehouse.elsewhere", "The dataset's files are not at this node", "Ask the node that holds them");

    private static async Task<Outcome<object?>> RemoveAsync(Harbour h, DatasetId dataset, string pseudonym, string grounds, Actor by, CancellationToken ct)
    {
        var kept = Kept(h, by);
        if (!kept.Try(out var keeping))
        {
            return Outcome<object?>.Refused(kept.Findings);
        }

        return Guid.TryParse(pseudonym, out var id)
            ? (await keeping.RemovePersonAsync(dataset, Pseudonym<Dataset>.FromGuid(id), grounds, by, ct).ConfigureAwait(false)).Map(r => (object?)r)
            : Finding.Error("cli.pseudonym", "The pseudonym is not a UUID", "Give it as the dataset writes it");
    }

    private static async Task<Outcome<object?>> CorrectAsync(Harbour h, IReadOnlyList<DatasetId> datasets, Actor by, CancellationToken ct)
    {
        var done = new List<object>();
        foreach (var d in datasets)
        {
            var corrected = await h.Intake.CorrectAsync(d, by, ct).ConfigureAwait(false);
            if (!corrected.Try(out var result))
            {
                return Outcome<object?>.Refused(corrected.Findings);
            }

            done.Add(Shown(d, result));
        }

        return Verb.Value(done);
    }

    private static async Task<Outcome<object?>> RenewAsync(Harbour h, DatasetId dataset, string? file, Actor by, CancellationToken ct)
    {
        var map = file is null ? await AskAsync(h, dataset, by, ct).ConfigureAwait(false) : Read(file);
        return map.Try(out var names)
            ? (await h.Warehouse.RenewAsync(dataset, names, ct).ConfigureAwait(false)).Map(r => (object?)Shown(dataset, r))
            : Outcome<object?>.Refused(map.Findings);
    }

    private static async Task<Outcome<IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)>>> AskAsync(Harbour h, DatasetId dataset, Actor by, CancellationToken ct)
    {
        if (h.Linkage is not ILinkageKeys keys)
        {
            return Finding.Error("linkage.keys-elsewhere", "The keys are not at this node's hand", "Let the node that has them write the map ('linkage keys renew'), and give it with --map");
        }

        var former = h.Warehouse.NamesOf(dataset);
        return (await keys.RenewAsync(dataset, former, by.Id, ct).ConfigureAwait(false))
            .Map(renewal => (IReadOnlyList<(Pseudonym<Dataset>, Pseudonym<Dataset>)>)[.. former.Zip(renewal.People)]);
    }

    /// <summary>Lines <c>former,new</c> after a header, both as UUIDs.</summary>
    private static Outcome<IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)>> Read(string file)
    {
        try
        {
            var map = new List<(Pseudonym<Dataset>, Pseudonym<Dataset>)>();
            foreach (var (n, line) in File.ReadLines(file).Skip(1).Index())
            {
                if (line.Split(',') is not [var former, var now] || !Guid.TryParse(former, out var f) || !Guid.TryParse(now, out var t))
                {
                    return Finding.Error("cli.map", "The line is not 'former,new' in UUIDs", "Give the file as 'linkage keys renew' wrote it", new Place(file, n + 2));
                }

                map.Add((Pseudonym<Dataset>.FromGuid(f), Pseudonym<Dataset>.FromGuid(t)));
            }

            return Outcome<IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)>>.Ok(map);
        }
        catch (IOException)
        {
            return Finding.Error("cli.file", "The file cannot be read", "Check the path", new Place(file));
        }
    }

    private static object Shown(DatasetId dataset, CorrectionResult r) =>
        new { dataset, applied = r.Applied, records = r.Records, personsBefore = r.PersonsBefore, personsAfter = r.PersonsAfter, snapshot = r.Snapshot?.Id };
}
