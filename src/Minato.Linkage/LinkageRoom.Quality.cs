using Minato.Linkage.Persons;
using Minato.Linkage.Quality;
using Minato.Linkage.Store;

namespace Minato.Linkage;

/// <summary>What the room can say of its own linkage without knowing the truth, and tells the ledger for the catalogue.</summary>
public sealed partial class LinkageRoom
{
    public Task<Outcome<IReadOnlyList<LinkageQuality>>> QualityAsync(DatasetId? dataset, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var wanted = register.Datasets.Where(d => dataset is not { } one || d == one.Value).Order(StringComparer.Ordinal).Select(d => new DatasetId(d)).ToList();
                if (wanted.Count == 0 && dataset is not null)
                {
                    return Finding.Error("linkage.unknown-dataset", "Nothing of this dataset has been linked", "Deliver to it first, or check its id");
                }

                var figures = Figures();
                var named = NamedDifferently();
                var told = new List<LinkageQuality>();
                foreach (var d in wanted)
                {
                    ct.ThrowIfCancellationRequested();
                    if (QualityOf(d, figures, named) is { } quality)
                    {
                        told.Add(quality);
                    }
                }

                using (var transaction = BeginFresh())
                {
                    foreach (var quality in told)
                    {
                        store.Tell(new Telling(QualityEvent.StreamOf(quality.Dataset), by, [Ledger.EventJson.Write<QualityEvent>(LedgerStreams.Room, QualityEvent.QualityMeasured.Of(quality))]), NewAppend());
                    }

                    transaction.Commit();
                }

                return Outcome<IReadOnlyList<LinkageQuality>>.Ok(told, Softened(await TellAsync(ct).ConfigureAwait(false)));
            },
            ct);

    /// <summary>Persons, by kept node, whose identities bear several family names: whose name has changed, or was written otherwise.</summary>
    private HashSet<int> NamedDifferently()
    {
        var names = new Dictionary<int, uint>();
        var changed = new HashSet<int>();
        var table = register.Table;
        for (var row = 0; row < table.Count; row++)
        {
            var name = table.TraitsOf(row).KanaFamily;
            if (name == 0 || table.StateOf(row).Home < 0)
            {
                continue;
            }

            var person = forest.Kept(table.StateOf(row).Home);
            if (!names.TryAdd(person, name) && names[person] != name)
            {
                changed.Add(person);
            }
        }

        return changed;
    }

    private LinkageQuality? QualityOf(DatasetId dataset, LinkageFigures figures, HashSet<int> named)
    {
        var records = new Dictionary<(int Row, LinkClass Class), long>();
        foreach (var delivery in register.DeliveriesOf(dataset))
        {
            foreach (var (_, page) in store.Tickets(delivery.Id))
            {
                foreach (var (_, row, linkClass) in TicketBook.Read(page))
                {
                    System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(records, (row, linkClass), out _)++;
                }
            }
        }

        var (table, year) = (register.Table, Today().Year);
        var tally = new QualityTally();
        foreach (var ((row, linkClass), count) in records.OrderBy(r => forest.Kept(table.StateOf(r.Key.Row).Home)).ThenBy(r => r.Key.Row).ThenBy(r => r.Key.Class))
        {
            ref var traits = ref table.TraitsOf(row);
            var person = forest.Kept(table.StateOf(row).Home);
            int? age = traits.Birth == 0 ? null : year - DateOnly.FromDayNumber(traits.Birth).Year;
            tally.Add(person, linkClass, count, traits.Sex, age, named.Contains(person), (table.StateOf(row).Marks & IdentityMarks.Contested) != 0);
        }

        return tally.Show() is { } shown
            ? new LinkageQuality(
                dataset, rules.Version, shown.All, shown.Groups, null, null,
                tally.Shown(figures.NumbersOfSeveralPersons), tally.Shown(figures.PersonsOfTwoSexes), tally.Shown(figures.PersonsOfSeveralBirthDates))
            : null;
    }
}
