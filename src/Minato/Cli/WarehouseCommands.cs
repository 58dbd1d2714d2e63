using System.CommandLine;
using Minato.Linkage;
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
        return Verb.Group("warehouse", "Stored records",
            Verb.On("correct", "Applies the corrections of linkage; done after each delivery as well", [some], async (h, p, by, ct) =>
                await CorrectAsync(h, p.GetValue(some) is { } one ? [new DatasetId(one)] : [.. h.Warehouse.Datasets.Select(d => d.Id)], by, ct).ConfigureAwait(false)),
            Verb.On("renew", "Replaces a dataset's pseudonyms by those of the newest key", [dataset, map], async (h, p, by, ct) =>
                by.Is(Role.Operator)
                    ? await RenewAsync(h, new DatasetId(p.GetValue(dataset)!), p.GetValue(map), by, ct).ConfigureAwait(false)
                    : Finding.Error("linkage.not-allowed", "Only the operator may see to the keys", "Ask the operator")));
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
