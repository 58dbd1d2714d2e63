using System.Buffers.Binary;
using System.Security.Cryptography;
using Minato.Linkage.Matching;
using Minato.Linkage.Persons;
using Minato.Linkage.Pseudonyms;
using Minato.Linkage.Store;

namespace Minato.Linkage;

/// <summary>The linkage desk: corrections by hand, and its queue. The ledger hears first, so no correction is ever made unseen.</summary>
public sealed partial class LinkageRoom
{
    private const string DeskRule = "desk";

    public Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default) =>
        CorrectAsync(
            async () =>
            {
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

                var id = NewMergeId();
                var told = await ledger.AppendAsync(
                    LedgerStreams.Persons, -1, by, [Write(new LinkageEvent.PersonsMerged(id, keep.ToString(), merge.ToString(), DeskRule, reason))], id, ct).ConfigureAwait(false);
                if (!told.IsOk)
                {
                    return Outcome<string>.Refused(told.Findings);
                }

                Merge(id, kept, merged);
                return Outcome<string>.Ok(id);
            },
            ct);

    public Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default) =>
        CorrectAsync(
            async () =>
            {
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

                Split(edge);
                return true;
            },
            ct);

    public Task<Outcome<IReadOnlyList<DeskCase>>> DeskAsync(Actor by, int most = 50, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (!by.Is(Role.LinkageDesk))
                {
                    return NotTheDesk;
                }

                var cases = register.Doubts
                    .Select(d => (Id: CaseOf(d), Doubt: d))
                    .OrderBy(c => register.Undecided.Contains(c.Id) ? 1 : 0).ThenBy(c => c.Doubt.Rank).ThenByDescending(c => rules.Weights?.Of(c.Doubt.Levels) ?? 0).ThenBy(c => c.Id, StringComparer.Ordinal)
                    .Take(Math.Clamp(most, 0, 200))
                    .Select(c => new DeskCase(
                        c.Id, WordsOf(RuleName(c.Doubt.Rank)), [.. Written(c.Doubt.Left).Select(w => w.Identity)], [.. Written(c.Doubt.Right).Select(w => w.Identity)], DeskWords.Of(c.Doubt.Levels, rules.Weights), register.Undecided.Contains(c.Id)))
                    .ToList();
                var told = await ledger.AppendAsync(LedgerStreams.Desk, -1, by.Id, [Write(new LinkageEvent.DeskLooked(cases.Count))], ct: ct).ConfigureAwait(false);
                return told.IsOk ? Outcome<IReadOnlyList<DeskCase>>.Ok(cases) : Outcome<IReadOnlyList<DeskCase>>.Refused(told.Findings);
            },
            ct);

    public Task<Outcome<bool>> DecideAsync(string caseId, DeskVerdict verdict, string reason, Actor by, CancellationToken ct = default) =>
        CorrectAsync(
            async () =>
            {
                if (!by.Is(Role.LinkageDesk))
                {
                    return NotTheDesk;
                }

                if (string.IsNullOrWhiteSpace(reason) || !Enum.IsDefined(verdict))
                {
                    return Finding.Error("linkage.reason-missing", "A decision needs a verdict and a reason", "Say what shows it, without naming anybody");
                }

                if (register.Doubts.FirstOrDefault(d => CaseOf(d) == caseId) is not { } doubt)
                {
                    return Finding.Error("linkage.unknown-case", "There is no such case open", "Ask for the queue again: evidence that came since may have settled it");
                }

                var told = await ledger.AppendAsync(
                    LedgerStreams.Desk, -1, by.Id, [Write(new LinkageEvent.Decided(caseId, verdict.ToString(), reason))], $"desk-{caseId}-{verdict}-{register.Table.Count}", ct).ConfigureAwait(false);
                if (!told.IsOk)
                {
                    return Outcome<bool>.Refused(told.Findings);
                }

                Decide(caseId, doubt, verdict);
                return true;
            },
            ct);

    private static Finding NotTheDesk => Finding.Error("linkage.not-the-desk", "Only the linkage desk sees and decides its cases", "Sign in with the role of the linkage desk");

    private void Merge(string id, int kept, int merged)
    {
        var batch = new Batch(this, DeskRule) { Keep = kept, MergeId = id };
        batch.Decide(new Given(id, One: true, Desk: true, register.RowsOf(kept), register.RowsOf(merged)));
        batch.Settle();
        batch.Save();
        batch.TellChanges();
    }

    /// <summary>Their identities of that time are two persons from now on; what came since goes where it belongs.</summary>
    private void Split(MergeEdge edge)
    {
        var rows = register.RowsOf(edge.Kept).Where(r => r < edge.Identities).ToList();
        var (kept, merged) = forest.Sides(edge);
        var batch = new Batch(this, DeskRule);
        batch.Decide(
            new Given(
                $"split-{edge.Id}", One: false, Desk: true,
                [.. rows.Where(r => kept.Contains(register.Table.StateOf(r).Home))],
                [.. rows.Where(r => merged.Contains(register.Table.StateOf(r).Home))]),
            undoes: edge.Id);
        batch.Settle();
        batch.Save();
        batch.TellChanges();
    }

    private void Decide(string caseId, Doubt doubt, DeskVerdict verdict)
    {
        var batch = new Batch(this, DeskRule);
        if (verdict == DeskVerdict.Undecided)
        {
            batch.LeaveOpen(caseId);
        }
        else
        {
            batch.Decide(new Given(caseId, One: verdict == DeskVerdict.Same, Desk: true, doubt.Left, doubt.Right));
        }

        batch.Settle();
        batch.Save();
        batch.TellChanges();
    }

    /// <summary>A correction: alone, in one transaction, and with memory read anew where it fails.</summary>
    private Task<Outcome<T>> CorrectAsync<T>(Func<Task<Outcome<T>>> correct, CancellationToken ct) =>
        AloneAsync(
            async () =>
            {
                Outcome<T> outcome;
                try
                {
                    using var transaction = BeginFresh();
                    outcome = await correct().ConfigureAwait(false);
                    if (outcome.IsOk)
                    {
                        transaction.Commit();
                    }
                }
                catch
                {
                    Load();
                    throw;
                }

                if (outcome.IsOk)
                {
                    await TellAsync(ct).ConfigureAwait(false);
                }

                return outcome;
            },
            ct);

    /// <summary>The name of a case: the same for the same two sides, and it says nothing without Linkage's key.</summary>
    private string CaseOf(Doubt doubt)
    {
        Span<byte> sides = stackalloc byte[32];
        BinaryPrimitives.WriteUInt128BigEndian(sides, doubt.Left.Min(r => register.Table.StateOf(r).Hash));
        BinaryPrimitives.WriteUInt128BigEndian(sides[16..], doubt.Right.Min(r => register.Table.StateOf(r).Hash));
        return $"c-{System.Convert.ToHexStringLower(HMACSHA256.HashData(keys.Key(WritingKey), sides).AsSpan(0, 8))}";
    }

    /// <summary>The identities as they were written, from under the seal, each with the holder whose patient number it has; page by page.</summary>
    private List<(int Row, PersonIdentity Identity, HolderId? Holder)> Written(IReadOnlyList<int> rows)
    {
        var written = new List<(int Row, PersonIdentity Identity, HolderId? Holder)>();
        foreach (var group in rows.GroupBy(row => register.IdentityPages.FindLastIndex(p => p.First <= row)))
        {
            var (first, seq) = register.IdentityPages[group.Key];
            var lines = Replay.LinesOf(store.Page(seq, PageKind.Identities));
            foreach (var row in group)
            {
                var (identity, holder, _) = RawIdentity.Read(lines[row - first]);
                written.Add((row, identity with { AsOf = DayOf(register.Table.StateOf(row).To) }, holder));
            }
        }

        return written;

        static DateOnly? DayOf(int day) => day > 0 ? DateOnly.FromDayNumber(day) : null;
    }
}
