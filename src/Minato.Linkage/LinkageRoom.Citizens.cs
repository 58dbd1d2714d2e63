using Minato.Linkage.Matching;
using Minato.Linkage.Normal;
using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage;

/// <summary>The person's own side: who am I, who holds and who used my data.</summary>
public sealed partial class LinkageRoom
{
    public Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var found = Identify(identity);
                var logged = await ledger.AppendAsync(LedgerStreams.Citizens, -1, Actor.Harbour.Id, [Write(new LinkageEvent.Identified(found is not null))], ct: ct).ConfigureAwait(false);
                if (!logged.IsOk)
                {
                    return Outcome<Pseudonym<Citizen>>.Refused(logged.Findings);
                }

                using var citizens = Domain(PseudonymDomain.CitizenName);
                return found is { } node
                    ? CitizenOf(node, citizens)
                    : Finding.Error(
                        "linkage.unknown-person",
                        "Number, birth date and name together are of no one person here",
                        "Check the insured number and the spelling of the name, or ask the linkage desk");
            },
            ct);

    public Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var project = projects.Find(LedgerStreams.Project(permit));
                if (project is null or { Closed: true })
                {
                    return Finding.Error("linkage.project-not-open", $"The project {permit} is not open", "Record a use while its project is open");
                }

                if (!Slug.IsValid(extraction))
                {
                    return Finding.Error("linkage.extraction-name", "The extraction has no proper name", "Name it with a-z, 0-9, '-', '_', '.'");
                }

                if (PersonsOf(project, people) is not { } nodes)
                {
                    return Finding.Error("linkage.unknown-pseudonym", $"Some pseudonyms are not of the project {permit}", "Record what the conversion of this project gave");
                }

                var persons = Array.ConvertAll(nodes, forest.HandleOf);
                using (var domain = Domain(PseudonymDomain.CitizenName))
                {
                    domain.Encrypt(persons);
                }

                using (var transaction = BeginFresh())
                {
                    store.AddUses(persons.Distinct().Order(), permit, extraction, clock.GetUtcNow());
                    store.Tell(new Store.Telling(LedgerStreams.Uses, Actor.Harbour.Id, [Write(new LinkageEvent.UseRecorded(permit.Value, extraction, people.Count))]), NewAppend());
                    transaction.Commit();
                }

                return Outcome<bool>.Ok(true, Softened(await TellAsync(ct).ConfigureAwait(false)));
            },
            ct);

    public Task<IReadOnlyList<PersonalUse>> UsesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) =>
        AloneAsync(() => Task.FromResult(store.Uses(Aliases(citizen).Select(a => a.Value))), ct);

    public Task<IReadOnlyList<PersonalHolding>> HoldingsOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) =>
        AloneAsync(
            () =>
            {
                using var citizens = Domain(PseudonymDomain.CitizenName);
                return Task.FromResult(NodeOf(citizen.ToString(), citizens) is { } node ? store.Holdings(forest.Members(node)) : []);
            },
            ct);

    public Task<IReadOnlyList<Pseudonym<Citizen>>> AliasesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) =>
        AloneAsync(() => Task.FromResult(Aliases(citizen)), ct);

    public Task<LinkageFigures> FiguresAsync(CancellationToken ct = default) =>
        AloneAsync(() => Task.FromResult(Figures()), ct);

    private IReadOnlyList<Pseudonym<Citizen>> Aliases(Pseudonym<Citizen> citizen)
    {
        using var citizens = Domain(PseudonymDomain.CitizenName);
        return NodeOf(citizen.ToString(), citizens) is { } node
            ? [.. forest.Members(node).OrderBy(n => n == forest.Kept(node) ? 0 : 1).SelectMany(n => citizens.All(forest.HandleOf(n))).Select(c => new Pseudonym<Citizen>(c))]
            : [];
    }

    /// <summary>Strict: number, birth date and name must all agree with one person, and with one only.</summary>
    private int? Identify(PersonIdentity identity)
    {
        using var tokens = new MatchTokens(keys);
        var evidence = Evidence.Of(identity, holder: null, Today(), classes, tokens);
        var asked = new KnownIdentity(0, -1, evidence, IdentityOrigin.Delivered, LinkClass.Unlinked);
        var fitting = new List<int>();
        foreach (var person in index.Candidates(evidence))
        {
            var c = index.Compare(asked, person);
            if (c[Field.Household] == Level.Same && c[Field.Number] != Level.Different && c[Field.Birth] == Level.Same
                && c[Field.Name] == Level.Same && c[Field.Sex] != Level.Different)
            {
                fitting.Add(person);
            }
        }

        return fitting.Count == 1 ? fitting[0] : null;
    }

    private LinkageFigures Figures()
    {
        var persons = index.Identities.Where(k => k.Origin != IdentityOrigin.History).GroupBy(k => forest.Kept(k.Node)).ToList();
        return new LinkageFigures(
            persons.Count,
            index.Identities.Count(k => k.Origin != IdentityOrigin.History),
            index.Identities.Where(k => k.Evidence.Household != 0).Select(k => k.Evidence.Number != 0 ? k.Evidence.Number : k.Evidence.Household).Distinct().LongCount(),
            ticketsByClass.ToDictionary(),
            forest.MergesInForce,
            forest.Splits,
            index.Identities.Count(k => k is { Origin: IdentityOrigin.Apart, Evidence.Suffices: true }),
            index.Identities.Where(k => k.Evidence.Number != 0).GroupBy(k => k.Evidence.Number).LongCount(g => g.Select(k => forest.Kept(k.Node)).Distinct().Skip(1).Any()),
            persons.LongCount(p => p.Select(k => k.Evidence.Sex).Where(s => s != Sex.Unknown).Distinct().Skip(1).Any()),
            persons.LongCount(p => p.Select(k => k.Evidence.Birth).Where(b => b is not null).Distinct().Skip(1).Any()));
    }
}
