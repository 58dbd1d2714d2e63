using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Quality;

namespace Minato.Linkage;

/// <summary>Who is missing because of choices, by group of people; whoever asks learns of nobody.</summary>
public sealed partial class LinkageRoom
{
    public Task<Outcome<IReadOnlyList<MissingShare>>> MissingAsync(
        DatasetId dataset, IReadOnlyList<Pseudonym<Dataset>> people, IReadOnlyList<DividedPeople> divided, RefusalSet refusals, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var named = Named(refusals);
                if (!named.Try(out var persons))
                {
                    return Outcome<IReadOnlyList<MissingShare>>.Refused(named.Findings);
                }

                using var domain = Domain(PseudonymDomain.NameOf(dataset));
                var nodes = new int[people.Count];
                if (domain.Find(Values(people), nodes, forest).Unknown is var unknown and > 0)
                {
                    return UnknownPseudonyms(dataset, unknown);
                }

                var missing = Array.ConvertAll(nodes, n => persons.Contains(forest.Kept(n)) != refusals.Inverted);
                var shares = new List<MissingShare>(RefusalShares.Show("all", [("", people.Count, missing.LongCount(m => m))], isPart: false));
                foreach (var group in divided)
                {
                    var cells = new (string Value, long Persons, long Missing)[group.Values.Count];
                    for (var v = 0; v < cells.Length; v++)
                    {
                        cells[v].Value = group.Values[v];
                    }

                    for (var i = 0; i < missing.Length; i++)
                    {
                        ref var cell = ref cells[group.Of[i]];
                        cell.Persons++;
                        cell.Missing += missing[i] ? 1 : 0;
                    }

                    shares.AddRange(RefusalShares.Show(group.Group, cells, isPart: true));
                }

                var told = await ledger.AppendAsync(LedgerStreams.Missing, -1, by, [Write(new LinkageEvent.MissingCounted(dataset.Value, people.Count, refusals.SetId))], ct: ct).ConfigureAwait(false);
                return told.IsOk ? Outcome<IReadOnlyList<MissingShare>>.Ok(shares) : Outcome<IReadOnlyList<MissingShare>>.Refused(told.Findings);
            },
            ct);
}
