using Minato.Ledger;
using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage;

/// <summary>Projects: opened, converted for, closed.</summary>
public sealed partial class LinkageRoom
{
    public Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var opened = await projects.DecideAsync(
                    LedgerStreams.Project(permit),
                    by,
                    project =>
                    {
                        var names = datasets.Select(d => d.Value).Distinct().Order(StringComparer.Ordinal).ToArray();
                        if (project is { Closed: true } || keys.IsDestroyed(PseudonymDomain.NameOf(permit)))
                        {
                            return Finding.Error("linkage.project-closed", $"The project {permit} is closed and its key destroyed", "A closed project never comes back; apply again");
                        }

                        if (names.Length == 0)
                        {
                            return Finding.Error("linkage.no-datasets", "The permit names no dataset", "Name the datasets that the permit covers");
                        }

                        if (until <= clock.GetUtcNow())
                        {
                            return Finding.Error("linkage.project-expired", "The permit's end has passed already", "Open the project while the permit is in force");
                        }

                        return Outcome<IReadOnlyList<LinkageEvent>>.Ok(
                            project is not null && project.Until == until && project.Datasets.SequenceEqual(names) ? [] : [new LinkageEvent.ProjectOpened(permit.Value, names, until)]);
                    },
                    ct: ct).ConfigureAwait(false);
                return opened.IsOk ? (await FirstKeysAsync(permit, datasets, by, ct).ConfigureAwait(false)).Map(_ => true) : Outcome<bool>.Refused(opened.Findings);
            },
            ct);

    public Task<Outcome<bool>> CloseProjectAsync(PermitId permit, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var closed = await projects.DecideAsync(
                    LedgerStreams.Project(permit),
                    by,
                    project => project is null
                        ? Finding.Error("linkage.project-not-open", $"The project {permit} was never opened for linkage", "There is nothing to close")
                        : Outcome<IReadOnlyList<LinkageEvent>>.Ok(project.Closed ? [] : [new LinkageEvent.ProjectClosed(permit.Value)]),
                    ct: ct).ConfigureAwait(false);
                return closed.IsOk ? await DestroyProjectAsync(permit, by, ct).ConfigureAwait(false) : Outcome<bool>.Refused(closed.Findings);
            },
            ct);

    public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var converted = await CheckAsync(request, ct).ConfigureAwait(false) is { } refused ? refused : Convert(request);
                LinkageEvent log = converted.Try(out var c)
                    ? new LinkageEvent.Converted(
                        request.Permit.Value, request.Dataset.Value, request.People.Count, c.Conversion.Withheld, request.Refusals.SetId, request.Refusals.AsOf, c.Conversion.KeyEpoch, c.DatasetKeyEpoch, c.OfFormerEpoch)
                    : new LinkageEvent.ConversionRefused(request.Permit.Value, request.Dataset.Value, request.People.Count, converted.Findings[0].Code);

                // No conversion without its line in the ledger, also the refused ones: trying is worth knowing.
                var logged = await ledger.AppendAsync(LedgerStreams.Conversions, -1, request.By, [Write(log)], ct: ct).ConfigureAwait(false);
                return logged.IsOk ? converted.Map(x => x.Conversion) : Outcome<Conversion>.Refused([.. converted.Findings, .. logged.Findings]);
            },
            ct);

    /// <summary>Tells of the project's key and of the datasets' keys before they are first used for it.</summary>
    private async Task<Outcome<DomainKeys>> FirstKeysAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, ActorId by, CancellationToken ct)
    {
        foreach (var dataset in datasets)
        {
            var first = await FirstKeyAsync(PseudonymDomain.NameOf(dataset), by, ct).ConfigureAwait(false);
            if (!first.IsOk)
            {
                return first;
            }
        }

        return await FirstKeyAsync(PseudonymDomain.NameOf(permit), by, ct).ConfigureAwait(false);
    }

    /// <summary>Gate and quota; a provision's first conversion is told to the ledger. Null where the conversion may go on.</summary>
    private async Task<Finding?> CheckAsync(ConversionRequest request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var project = projects.Find(LedgerStreams.Project(request.Permit));
        var asked = tally.Find(LedgerStreams.Conversions)?.Of(request.Permit) ?? PermitTally.None;
        if ((ProjectGate.Check(project, request, now) ?? policy.Check(asked, ConversionTally.DayOf(now), request.By, request.People.Count)) is { } refused)
        {
            return refused;
        }

        if (project!.Separate && !project.Provisions.Contains(request.Provision))
        {
            var begun = await projects.DecideAsync(
                LedgerStreams.Project(request.Permit),
                request.By,
                p => Outcome<IReadOnlyList<LinkageEvent>>.Ok(p!.Provisions.Contains(request.Provision) ? [] : [new LinkageEvent.ProvisionBegun(request.Permit.Value, request.Provision!)]),
                ct: ct).ConfigureAwait(false);
            return begun.IsOk ? null : begun.Findings[0];
        }

        return null;
    }

    private Outcome<(Conversion Conversion, string DatasetKeyEpoch, int OfFormerEpoch)> Convert(ConversionRequest request)
    {
        if (!Named(request.Refusals).Try(out var named))
        {
            return Finding.Error(
                "linkage.refusals-unreadable", "The set of refusals names people whom this linkage does not know", "The set was made for another linkage or under another key; ask OptOut of this node");
        }

        using var dataset = Domain(PseudonymDomain.NameOf(request.Dataset));
        var people = Values(request.People);
        var nodes = new int[people.Length];
        var recognised = dataset.Find(people, nodes, forest);
        if (recognised.Unknown > 0)
        {
            return UnknownPseudonyms(request.Dataset, recognised.Unknown);
        }

        var allowed = new bool[people.Length];
        for (var i = 0; i < people.Length; i++)
        {
            var kept = forest.Kept(nodes[i]);
            allowed[i] = named.Contains(kept) == request.Refusals.Inverted;
            people[i] = forest.HandleOf(kept);
        }

        using var project = ProjectDomain(request.Permit, request.Provision);
        project.Encrypt(people);
        var answer = new Pseudonym<Project>?[people.Length];
        var withheld = 0;
        for (var i = 0; i < people.Length; i++)
        {
            if (allowed[i])
            {
                answer[i] = new Pseudonym<Project>(people[i]);
            }
            else
            {
                withheld++;
            }
        }

        return (new Conversion(answer, withheld, project.Epoch), dataset.Epoch, recognised.OfFormerEpoch);
    }

    /// <summary>The keys of the permit or, where its provisions are separate, of the provision.</summary>
    private PseudonymDomain ProjectDomain(PermitId permit, string? provision)
    {
        var name = PseudonymDomain.NameOf(permit);
        var names = DomainKeys.NamesInForce(domainKeys.Find(LedgerStreams.Keys(name)), name);
        return projects.Find(LedgerStreams.Project(permit)) is { Separate: true }
            ? PseudonymDomain.OfProvision(keys, provision!, names)
            : PseudonymDomain.Of(keys, names);
    }

    /// <summary>The persons of project pseudonyms, whichever provision and key they are of; null where some are not of the project.</summary>
    private int[]? PersonsOf(ProjectGate project, IReadOnlyList<Pseudonym<Project>> people)
    {
        var nodes = new int[people.Count];
        string?[] provisions = project.Separate ? [.. project.Provisions.Reverse()] : [null];
        foreach (var provision in provisions)
        {
            using var domain = ProjectDomain(project.Permit, provision);
            if (domain.Find(Values(people), nodes, forest).Unknown == 0)
            {
                return nodes;
            }
        }

        return null;
    }

    /// <summary>The persons, after merges, whom the set names: a choice under either name of a merged person counts for both.</summary>
    private Outcome<HashSet<int>> Named(RefusalSet refusals)
    {
        using var domain = Domain(PseudonymDomain.CitizenName);
        var nodes = new int[refusals.Refused.Count];
        return domain.Find(Values(refusals.Refused), nodes, forest).Unknown == 0
            ? nodes.Select(forest.Kept).ToHashSet()
            : Finding.Error("linkage.refusals-unreadable", "An unknown citizen", "Ask OptOut of this node");
    }

    private static UInt128[] Values<TDomain>(IReadOnlyList<Pseudonym<TDomain>> people)
    {
        var values = new UInt128[people.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = people[i].Value;
        }

        return values;
    }

    private static Finding UnknownPseudonyms(DatasetId dataset, int count) =>
        Finding.Error("linkage.unknown-pseudonym", $"{count} pseudonyms are not of the dataset {dataset}", "Convert only what Linkage itself gave this dataset");
}
