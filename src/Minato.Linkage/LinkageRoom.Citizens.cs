using Minato.Linkage.Matching;
using Minato.Linkage.Persons;
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

    public Task<IReadOnlyList<Pseudonym<Citizen>?>> IdentifyAllAsync(IReadOnlyList<PersonIdentity> identities, CancellationToken ct = default) =>
        AloneAsync<IReadOnlyList<Pseudonym<Citizen>?>>(
            async () =>
            {
                using var citizens = Domain(PseudonymDomain.CitizenName);
                Pseudonym<Citizen>?[] found = [.. identities.Select(i => Identify(i) is { } node ? CitizenOf(node, citizens) : (Pseudonym<Citizen>?)null)];
                _ = (await ledger.AppendAsync(LedgerStreams.Citizens, -1, Actor.Harbour.Id, [Write(new LinkageEvent.IdentifiedMany(found.Length, found.Count(f => f is not null)))], ct: ct).ConfigureAwait(false)).Value;
                return found;
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
                return Task.FromResult<IReadOnlyList<PersonalHolding>>(NodeOf(citizen.ToString(), citizens) is { } node ? HoldingsOf(node) : []);
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

    private List<PersonalHolding> HoldingsOf(int node)
    {
        var rows = register.RowsOf(node);
        var held = new List<PersonalHolding>();
        foreach (var dataset in register.Datasets.Order(StringComparer.Ordinal))
        {
            var calls = rows.Select(row => register.Holdings.Of(row, register.DatasetNumber(dataset)!.Value)).OfType<(int First, int Last)>().ToList();
            if (calls.Count > 0)
            {
                held.Add(new PersonalHolding(new DatasetId(dataset), At(calls.Min(c => c.First)), At(calls.Max(c => c.Last))));
            }
        }

        return held;

        DateTimeOffset At(int call) => new(register.Calls[call], TimeSpan.Zero);
    }

    /// <summary>Strict: number, birth date and name must all agree with one person, and with one only.</summary>
    private int? Identify(PersonIdentity identity)
    {
        var asked = Traits.Of(identity, holder: null, ids: null, Today(), names);
        var fitting = new List<int>();
        foreach (var person in register.Table.Candidates(asked).Select(row => forest.Kept(register.Table.StateOf(row).Home)).Distinct())
        {
            var levels = new Levels(0);
            var rows = register.RowsOf(person);
            foreach (var row in rows)
            {
                levels = Levels.Max(levels, Traits.Compare(asked, register.Table.TraitsOf(row)));
            }

            if (levels[Field.Household] == Level.Same && levels[Field.Number] != Level.Different && Births.Of(rows.Select(r => register.Table.TraitsOf(r).Birth)).Has(asked.Birth)
                && levels[Field.Name] >= Level.Same && levels[Field.Sex] != Level.Different)
            {
                fitting.Add(person);
            }
        }

        return fitting.Count == 1 ? fitting[0] : null;
    }

    private LinkageFigures Figures()
    {
        var table = register.Table;
        var people = new Dictionary<int, Seen>();
        var (numbers, id5s) = (new Dictionary<ulong, int>(), new Dictionary<uint, int>());
        var identities = 0L;
        const int Several = -1;
        for (var row = 0; row < table.Count; row++)
        {
            ref var state = ref table.StateOf(row);
            ref var traits = ref table.TraitsOf(row);
            var person = forest.Kept(state.Home);
            if (traits.Number != 0 && (!numbers.TryAdd(traits.Number, person) && numbers[traits.Number] != person))
            {
                numbers[traits.Number] = Several;
            }

            if (traits.Id5 != 0 && (!id5s.TryAdd(traits.Id5, person) && id5s[traits.Id5] != person))
            {
                id5s[traits.Id5] = Several;
            }

            if ((state.Marks & IdentityMarks.Delivered) != 0)
            {
                identities++;
                people[person] = people.GetValueOrDefault(person).With(traits);
            }
        }

        var households = new HashSet<ulong>();
        for (var row = 0; row < table.Count; row++)
        {
            ref var traits = ref table.TraitsOf(row);
            if (traits.Household != 0 && (table.StateOf(row).Marks & IdentityMarks.Delivered) != 0)
            {
                households.Add(traits.Number != 0 ? traits.Number : traits.Household);
            }
        }

        return new LinkageFigures(
            people.Count,
            identities,
            households.Count,
            ticketsByClass.ToDictionary(),
            forest.MergesInForce,
            forest.Splits,
            Enumerable.Range(0, table.Count).LongCount(row => (table.StateOf(row).Marks & IdentityMarks.Contested) != 0),
            numbers.Values.LongCount(p => p == Several),
            people.Values.LongCount(p => p.TwoSexes),
            people.Values.LongCount(p => p.TwoBirths),
            id5s.Values.LongCount(p => p == Several),
            people.Values.LongCount(p => p.TwoId5),
            register.DoubtsOpen);
    }

    /// <summary>What a person's identities state, as far as the figures need it.</summary>
    private readonly record struct Seen(Sex Sex, int Birth, uint Id5, bool TwoSexes, bool TwoBirths, bool TwoId5)
    {
        public Seen With(in Traits t) => new(
            t.Sex == Sex.Unknown ? Sex : t.Sex,
            t.Birth == 0 ? Birth : t.Birth,
            t.Id5 == 0 ? Id5 : t.Id5,
            TwoSexes || (Sex != Sex.Unknown && t.Sex != Sex.Unknown && t.Sex != Sex),
            TwoBirths || (Birth != 0 && t.Birth != 0 && t.Birth != Birth),
            TwoId5 || (Id5 != 0 && t.Id5 != 0 && t.Id5 != Id5));
    }
}
