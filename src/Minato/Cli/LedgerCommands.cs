using System.CommandLine;
using System.Text;

namespace Minato.Cli;

/// <summary>The ledger: show, verify, prove.</summary>
internal static class LedgerCommands
{
    public static Command All()
    {
        var index = new Argument<long>("index") { Description = "The event's index in the ledger" };
        var oldSize = new Argument<long>("old-size") { Description = "Tree size of an earlier checkpoint" };
        var newSize = new Argument<long>("new-size") { Description = "Tree size of a later checkpoint" };
        var from = new Option<long>("--from") { Description = "First index" };
        var stream = new Option<string?>("--stream") { Description = "Only streams that begin so" };
        var most = new Option<int>("--most") { DefaultValueFactory = _ => 50, Description = "How many at most" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why the payload is erased" };
        return Verb.Group("ledger", "The record of everything, and its proofs",
            Verb.On("verify", "Recomputes every event, the tree and every signed checkpoint", [], (h, _, _, _) =>
            {
                var findings = h.Ledger.Verify(Verb.Progress).ToList();
                return Task.FromResult(findings.Any(f => f.Severity == Severity.Error)
                    ? Outcome<object?>.Refused(findings)
                    : Verb.Value(new { verified = true, events = h.Ledger.Size, checkpoint = h.Ledger.LatestCheckpoint?.Size, root = Hex(h.Ledger.LatestCheckpoint?.RootHash ?? default) }));
            }),
            Verb.On("prove", "Proves that an event is in the signed tree", [index], (h, p, _, _) =>
                Task.FromResult(h.Ledger.ProveInclusion(p.GetValue(index)).Map(x => (object?)new
                {
                    x.Index, x.Size, leafHash = Hex(x.LeafHash), path = x.Path.Select(Hex).ToList(), checkpoint = x.Checkpoint.SignedNote,
                }))),
            Verb.On("consistency", "Proves that an earlier tree is the beginning of a later one", [oldSize, newSize], (h, p, _, _) =>
                Task.FromResult(h.Ledger.ProveConsistency(p.GetValue(oldSize), p.GetValue(newSize)).Map(x => (object?)new { x.OldSize, x.NewSize, path = x.Path.Select(Hex).ToList() }))),
            Verb.On("checkpoint", "Signs the present tree", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Ledger.MakeCheckpoint().SignedNote))),
            Verb.On("show", "Lists events", [from, stream, most], (h, p, _, _) => Task.FromResult(Verb.Value(h.Ledger.ReadAll(p.GetValue(from), p.GetValue(stream)).Take(p.GetValue(most)).Select(e => new
            {
                e.Index, e.Stream, e.Version, e.Type, by = e.By.Value, e.At, payload = e.Erased ? "(erased)" : Encoding.UTF8.GetString(e.Json.Span),
            }).ToList()))),
            Verb.On("erase", "Erases an event's payload; its hash and all proofs stay", [index, reason], async (h, p, by, ct) =>
                (await h.Ledger.ErasePayloadAsync(p.GetValue(index), by.Id, p.GetValue(reason)!, ct).ConfigureAwait(false)).Any()));
    }

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
