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
                return opened.Map(_ => true);
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
                if (closed.IsOk)
                {
                    keys.Destroy(PseudonymDomain.NameOf(permit));
                }

                return closed.Map(_ => true);
            },
            ct);

    public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var converted = Convert(request);
                LinkageEvent log = converted.Try(out var c)
                    ? new LinkageEvent.Converted(
                        request.Permit.Value, request.Dataset.Value, request.People.Count, c.Withheld, request.Refusals.SetId, request.Refusals.AsOf, c.KeyEpoch)
                    : new LinkageEvent.ConversionRefused(request.Permit.Value, request.Dataset.Value, request.People.Count, converted.Findings[0].Code);

                // No conversion without its line in the ledger, also the refused ones: trying is worth knowing.
                var logged = await ledger.AppendAsync(LedgerStreams.Conversions, -1, request.By, [Write(log)], ct: ct).ConfigureAwait(false);
                return logged.IsOk ? converted : Outcome<Conversion>.Refused([.. converted.Findings, .. logged.Findings]);
            },
            ct);

    private Outcome<Conversion> Convert(ConversionRequest request)
    {
        if (ProjectGate.Check(projects.Find(LedgerStreams.Project(request.Permit)), request, clock.GetUtcNow()) is { } refused)
        {
            return refused;
        }

        if (!Named(request.Refusals).Try(out var named))
        {
            return Finding.Error(
                "linkage.refusals-unreadable", "The set of refusals names people whom this linkage does not know", "The set was made for another linkage or under another key; ask OptOut of this node");
        }

        var people = new UInt128[request.People.Count];
        for (var i = 0; i < people.Length; i++)
        {
            people[i] = request.People[i].Value;
        }

        using (var dataset = PseudonymDomain.Of(keys, PseudonymDomain.NameOf(request.Dataset)))
        {
            dataset.Decrypt(people);
        }

        var allowed = new bool[people.Length];
        var unknown = 0;
        for (var i = 0; i < people.Length; i++)
        {
            if (forest.Find(people[i]) is not { } node)
            {
                unknown++;
                continue;
            }

            var kept = forest.Kept(node);
            allowed[i] = named.Contains(kept) == request.Refusals.Inverted;
            people[i] = forest.HandleOf(kept);
        }

        if (unknown > 0)
        {
            return Finding.Error("linkage.unknown-pseudonym", $"{unknown} pseudonyms are not of the dataset {request.Dataset}", "Convert only what Linkage itself gave this dataset");
        }

        using var project = PseudonymDomain.Of(keys, PseudonymDomain.NameOf(request.Permit));
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

        return new Conversion(answer, withheld, project.Epoch);
    }

    /// <summary>The persons, after merges, whom the set names: a choice under either name of a merged person counts for both.</summary>
    private Outcome<HashSet<int>> Named(RefusalSet refusals)
    {
        var citizens = new UInt128[refusals.Refused.Count];
        for (var i = 0; i < citizens.Length; i++)
        {
            citizens[i] = refusals.Refused[i].Value;
        }

        using (var domain = PseudonymDomain.Of(keys, PseudonymDomain.CitizenName))
        {
            domain.Decrypt(citizens);
        }

        var named = new HashSet<int>(citizens.Length);
        foreach (var handle in citizens)
        {
            if (forest.Find(handle) is not { } node)
            {
                return Finding.Error("linkage.refusals-unreadable", "An unknown citizen", "Ask OptOut of this node");
            }

            named.Add(forest.Kept(node));
        }

        return named;
    }
}
