using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage;

/// <summary>The linkage desk: corrections by hand. The ledger hears first, so no correction is ever made unseen.</summary>
public sealed partial class LinkageRoom
{
    private const string DeskRule = "desk";

    public Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                using var transaction = BeginFresh();
                using var citizens = Domain(PseudonymDomain.CitizenName);
                if (NodeOf(keep.ToString(), citizens) is not { } kept || NodeOf(merge.ToString(), citizens) is not { } merged)
                {
                    return Finding.Error("linkage.unknown-person", "One of the two is no person of this linkage", "Use the pseudonyms that Linkage gave");
                }

                if (forest.Kept(kept) == forest.Kept(merged))
                {
                    return Finding.Error("linkage.already-one", "The two are one person already", "There is nothing to join");
                }

                if (string.IsNullOrWhiteSpace(reason))
                {
                    return Finding.Error("linkage.reason-missing", "A correction needs a reason", "Say what shows that the two are one person, without naming them");
                }

                var edge = new MergeEdge(NewMergeId(), forest.NextSequence, kept, merged, DeskRule, InForce: true);
                var told = await ledger.AppendAsync(
                    LedgerStreams.Persons, -1, by, [Write(new LinkageEvent.PersonsMerged(edge.Id, keep.ToString(), merge.ToString(), DeskRule, reason))], edge.Id, ct).ConfigureAwait(false);
                if (!told.IsOk)
                {
                    return Outcome<string>.Refused(told.Findings);
                }

                Draw(edge);
                transaction.Commit();
                return Outcome<string>.Ok(edge.Id);
            },
            ct);

    public Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                using var transaction = BeginFresh();
                if (forest.Edge(mergeId) is not { InForce: true } edge)
                {
                    return Finding.Error("linkage.unknown-merge", "There is no such merge in force", "Use the id that the merge was recorded under");
                }

                if (string.IsNullOrWhiteSpace(reason))
                {
                    return Finding.Error("linkage.reason-missing", "A correction needs a reason", "Say what shows that they are two persons, without naming them");
                }

                var told = await ledger.AppendAsync(
                    LedgerStreams.Persons, -1, by, [Write(new LinkageEvent.PersonsSplit(edge.Id, reason))], $"split-{edge.Id}", ct).ConfigureAwait(false);
                if (!told.IsOk)
                {
                    return Outcome<bool>.Refused(told.Findings);
                }

                store.EndMerge(edge.Id);
                forest.Split(edge.Id);
                transaction.Commit();
                return true;
            },
            ct);
}
