using System.CommandLine;
using System.Text;
using Minato.Ledger;

namespace Minato.Cli;

/// <summary>The ledger: show, verify, prove.</summary>
internal static class LedgerCommands
{
    public static Command All()
    {
        var index = new Argument<long>("index") { Description = "The event's index in the ledger" };
        var oldSize = new Argument<long>("old-size") { Description = "Tree size of an earlier checkpoint" };
        var newSize = new Argument<long>("new-size") { Description = "Tree size of a later checkpoint" };
        var proof = new Argument<string>("proof") { Description = "The file that 'prove' gave" };
        var key = new Option<string>("--key") { Required = true, Description = "The node's published key, from 'ledger key'" };
        var from = new Option<long>("--from") { Description = "First index" };
        var stream = new Option<string?>("--stream") { Description = "Only streams that begin so" };
        var most = new Option<int>("--most") { DefaultValueFactory = _ => 50, Description = "How many at most" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why the payload is erased" };
        return Verb.Group("ledger", "The record of everything, and its proofs",
            On("verify", "Recomputes every event, the tree and every signed checkpoint", [], (ledger, _) =>
            {
                var findings = ledger.Verify(Verb.Progress).ToList();
                return Task.FromResult(findings.Any(f => f.Severity == Severity.Error)
                    ? Outcome<object?>.Refused(findings)
                    : Verb.Value(new { verified = true, events = ledger.Size, checkpoint = ledger.LatestCheckpoint?.Size, root = Hex(ledger.LatestCheckpoint?.RootHash ?? default) }));
            }),
            On("prove", "Proves that an event is in the signed tree; anyone can check it with the node's published key", [index], (ledger, p) =>
                Task.FromResult(ledger.ProveEvent(p.GetValue(index)).Map(e => (object?)e.ToJson()))),
            On("key", "The public key to publish: what proofs and checkpoints are checked against", [], (ledger, _) => Task.FromResult(Verb.Value(ledger.VerifierKey.ToString()))),
            Verb.Plain("check", "Checks a proof made by 'prove', with the published key, without any harbour", [proof, key], async (p, ct) =>
                Evidence.Parse(await File.ReadAllTextAsync(p.GetValue(proof)!, ct).ConfigureAwait(false)).Then(e => VerifierKey.TryParse(p.GetValue(key), out var published)
                    ? e.Check(published)
                    : Finding.Error("ledger.key", "The key cannot be read", "Give the text that 'ledger key' prints")).Map(x => (object?)x)),
            On("consistency", "Proves that an earlier tree is the beginning of a later one", [oldSize, newSize], (ledger, p) =>
                Task.FromResult(ledger.ProveConsistency(p.GetValue(oldSize), p.GetValue(newSize)).Map(x => (object?)new { x.OldSize, x.NewSize, path = x.Path.Select(Hex).ToList() }))),
            On("checkpoint", "Signs the present tree", [], (ledger, _) => Task.FromResult(Verb.Value(ledger.MakeCheckpoint().SignedNote))),
            On("show", "Lists events", [from, stream, most], (ledger, p) => Task.FromResult(Verb.Value(ledger.ReadAll(p.GetValue(from), p.GetValue(stream)).Take(p.GetValue(most)).Select(e => new
            {
                e.Index, e.Stream, e.Version, e.Type, by = e.By.Value, e.At, payload = e.Erased ? "(erased)" : Encoding.UTF8.GetString(e.Json.Span),
            }).ToList()))),
            Verb.On("erase", "Erases an event's payload; its hash and all proofs stay", [index, reason], async (h, p, by, ct) =>
                (await h.Ledger.ErasePayloadAsync(p.GetValue(index), by.Id, p.GetValue(reason)!, ct).ConfigureAwait(false)).Any()));
    }

    /// <summary>Opens the ledger and nothing else: a room that cannot read a changed event must not stand in the way of finding it.</summary>
    private static Command On(string name, string description, IReadOnlyList<Symbol> words, Func<LedgerRoom, ParseResult, Task<Outcome<object?>>> act) =>
        Verb.Plain(name, description, words, async (p, _) =>
        {
            var folder = Verb.OptionsOf(p).Folder;
            if (!Directory.Exists(Path.Combine(folder, "ledger")))
            {
                return Finding.Error("ledger.none", $"There is no ledger in {folder}", "Name the harbour's folder with --data");
            }

            try
            {
                using var keys = Harbour.OpenKeys(folder);
                using var ledger = Harbour.OpenLedger(folder, keys, TimeProvider.System);
                return await act(ledger, p).ConfigureAwait(false);
            }
            catch (RefusedException e)
            {
                return Outcome<object?>.Refused(e.Findings);
            }
        });

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);
}
