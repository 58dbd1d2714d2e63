using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Store;

namespace Minato.Linkage;

/// <summary>Tells each dataset and each running project, in its own pseudonyms, what changed about the answers it got.</summary>
public sealed partial class LinkageRoom
{
    public Task<Outcome<IReadOnlyList<Correction<Dataset>>>> CorrectionsAsync(DatasetId dataset, long after, CancellationToken ct = default) =>
        AloneAsync(
            () =>
            {
                try
                {
                    return Task.FromResult(Outcome<IReadOnlyList<Correction<Dataset>>>.Ok(register.DatasetNumber(dataset.Value) is { } number ? ForDataset(dataset, number, after) : []));
                }
                catch (RefusedException damaged)
                {
                    return Task.FromResult(Outcome<IReadOnlyList<Correction<Dataset>>>.Refused(damaged.Findings));
                }
            },
            ct);

    public Task<Outcome<IReadOnlyList<Correction<Project>>>> CorrectionsAsync(PermitId permit, long after, CancellationToken ct = default) =>
        AloneAsync(
            () => Task.FromResult(projects.Find(LedgerStreams.Project(permit)) is { Closed: false } project
                ? Outcome<IReadOnlyList<Correction<Project>>>.Ok(ForProject(project, after))
                : Finding.Error("linkage.project-not-open", $"The project {permit} is not open", "A closed project's pseudonyms can be corrected no more: its key is destroyed")),
            ct);

    private List<Correction<Dataset>> ForDataset(DatasetId dataset, int number, long after)
    {
        var told = new List<(long Number, CorrectionRow Row)>();
        for (var i = Math.Max(0, after); i < register.Corrections.Count; i++)
        {
            var c = register.Corrections[(int)i];
            if (c.Row >= 0 ? register.Holdings.Of(c.Row, number) is not null : HoldsAny(c.Node, number))
            {
                told.Add((i + 1, c));
            }
        }

        var moved = TicketsOf(dataset, [.. told.Where(t => t.Row.Row >= 0).Select(t => t.Row.Row)]);
        using var domain = Domain(PseudonymDomain.NameOf(dataset));
        Pseudonym<Dataset> Name(int node) => new(domain.Pseudonym(forest.HandleOf(node)));
        var corrections = new List<Correction<Dataset>>();
        foreach (var (n, c) in told)
        {
            if (c.Row < 0)
            {
                corrections.Add(new Correction<Dataset>(n, c.Kind, Name(c.Node), Name(c.From), Name(c.To), c.Reason, At(c), []));
                continue;
            }

            var tickets = moved[c.Row].Where(t => t.Page <= c.Page).GroupBy(t => t.Delivery).Select(g => new MovedTickets(g.Key.Holder, g.Key.Delivery, [.. g.Select(t => t.Ticket).Order()])).ToList();
            if (tickets.Count > 0)
            {
                corrections.Add(new Correction<Dataset>(n, c.Kind, null, Name(c.Node), Name(c.To), c.Reason, At(c), tickets));
            }
        }

        return corrections;
    }

    /// <summary>
    /// A project holds the names that persons had when it received them: those are told what became of them since, under
    /// each provision where provisions have names of their own.
    /// </summary>
    private List<Correction<Project>> ForProject(ProjectGate project, long after)
    {
        using var citizens = Domain(PseudonymDomain.CitizenName);
        var first = (int)Math.Clamp(after, 0, register.Corrections.Count);
        var rows = register.Corrections[first..];
        var received = rows.Select(c => c.From).Distinct().ToDictionary(
            node => node, node => store.Received(project.Permit, citizens.All(forest.HandleOf(node))).Values.Select(at => (DateTimeOffset?)at).Min());
        var corrections = new List<Correction<Project>>();
        foreach (var provision in project.Separate ? [.. project.Provisions] : (string?[])[null])
        {
            using var domain = ProjectDomain(project.Permit, provision);
            Pseudonym<Project> Name(int node) => new(domain.Pseudonym(forest.HandleOf(node)));
            var told = new HashSet<(CorrectionKind, int, int, long)>();
            for (var i = 0; i < rows.Count; i++)
            {
                var c = rows[i];
                if (c.From != c.To && received[c.From] is { } since && since <= At(c) && told.Add((c.Kind, c.From, c.To, c.Page)))
                {
                    corrections.Add(new Correction<Project>(first + i + 1, c.Kind, null, Name(c.From), Name(c.To), c.Reason, At(c), []));
                }
            }
        }

        return [.. corrections.OrderBy(c => c.Number)];
    }

    /// <summary>The tickets of a dataset that carried these identities, and the page each was written on.</summary>
    private ILookup<int, (DeliveryRow Delivery, long Page, int Ticket)> TicketsOf(DatasetId dataset, HashSet<int> rows)
    {
        var found = new List<(int Row, DeliveryRow Delivery, long Page, int Ticket)>();
        if (rows.Count > 0)
        {
            foreach (var delivery in register.DeliveriesOf(dataset))
            {
                foreach (var (seq, page) in store.Tickets(delivery.Id))
                {
                    found.AddRange(TicketBook.Read(page).Where(t => rows.Contains(t.Row)).Select(t => (t.Row, delivery, seq, t.Ticket)));
                }
            }
        }

        return found.ToLookup(f => f.Row, f => (f.Delivery, f.Page, f.Ticket));
    }

    private bool HoldsAny(int node, int dataset) =>
        register.Table.Component(register.FounderOf(node)).Any(row => register.Table.StateOf(row).Home == node && register.Holdings.Of(row, dataset) is not null);

    private static DateTimeOffset At(CorrectionRow c) => new(c.At, TimeSpan.Zero);
}
