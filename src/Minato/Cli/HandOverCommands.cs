using System.CommandLine;
using Minato.Ledger;
using Minato.Ledger.Age;
using Minato.Release.HandingOver;

namespace Minato.Cli;

/// <summary>The door for certified users from the keyboard. <c>key</c> and <c>open</c> are for the recipient's own machine and need no harbour.</summary>
internal static class HandOverCommands
{
    private static readonly Argument<string> HandOver = new("hand-over") { Description = "Id of the hand-over" };
    private static readonly Argument<string> Recipient = new("recipient") { Description = "Id of the certified user" };

    public static Command All()
    {
        var permit = new Argument<string>("permit") { Description = "Permit id" };
        var container = new Argument<string>("container") { Description = "The container as fetched" };
        var file = new Argument<string>("file") { Description = "A file" };
        var registration = new Argument<string>("registration") { Description = "A JSON file: id, name, affiliation, certification, validFrom, validUntil, publicKey, contacts" };
        var terms = new Argument<string>("terms") { Description = "The terms in force, id@version" };
        var duty = new Argument<DutyKind>("duty") { Description = "report, audit or destruction" };
        var sha256 = new Argument<string>("sha256") { Description = "SHA-256 of the container, as 'open' prints it" };
        var words = new Option<string>("--words") { Required = true, Description = "What to say, for the ledger" };
        var reasons = new Option<string>("--reasons") { Required = true, Description = "Why" };
        var method = new Option<DestructionMethod?>("--method") { Description = "Of destruction: overwritten, cryptoErased or mediaDestroyed" };
        var to = new Option<string>("--to") { Required = true, Description = "What to write; must not be there yet" };
        var secret = new Option<string>("--key") { Required = true, Description = "The file with the secret key" };
        var evidence = new Option<string?>("--evidence") { Description = "The harbour's evidence of the hand-over, from 'evidence'" };
        var published = new Option<string?>("--harbour-key") { Description = "The harbour's published key, from 'ledger key'" };
        return Verb.Group("handover", "Pseudonymised data to certified users, sealed",
            Verb.Plain("key", "Makes a key pair on the recipient's own machine: writes the secret half, prints the public one", [file], (p, _) => Task.FromResult(MakeKey(p.GetValue(file)!))),
            Verb.Plain("open", "Opens a container on the recipient's own machine and checks all that is in it", [container, secret, to, evidence, published], (p, _) =>
                Task.FromResult(Open(p.GetValue(container)!, p.GetValue(secret)!, p.GetValue(to)!, p.GetValue(evidence), p.GetValue(published)))),
            Verb.On("recipients", "Lists the certified users", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.HandOvers.Recipients))),
            Verb.On("register", "Registers a certified user, or registers it anew", [registration], async (h, p, by, ct) =>
                DataCommands.ReadJson<RecipientRegistration>(p.GetValue(registration)!) is var read && read.Try(out var said)
                    ? (await h.HandOvers.RegisterAsync(said, by, ct).ConfigureAwait(false)).Any()
                    : Outcome<object?>.Refused(read.Findings)),
            Verb.On("terms", "Shows the terms in force", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.HandOvers.Terms))),
            Verb.On("accept", "Accepts the terms, as a contact of the certified user", [Recipient, terms], async (h, p, by, ct) => (await h.HandOvers.AcceptTermsAsync(p.GetValue(Recipient)!, p.GetValue(terms)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("revoke", "Ends a registration and calls back what is out", [Recipient, reasons], async (h, p, by, ct) => (await h.HandOvers.RevokeAsync(p.GetValue(Recipient)!, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("propose", "Asks for a hand-over under a permit, as a member", [permit, words], async (h, p, by, ct) => (await h.HandOvers.ProposeAsync(new PermitId(p.GetValue(permit)!), p.GetValue(words)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("approve", "Approves as an output checker; two must", [HandOver, reasons], async (h, p, by, ct) => (await h.HandOvers.DecideAsync(p.GetValue(HandOver)!, true, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("refuse", "Refuses as an output checker", [HandOver, reasons], async (h, p, by, ct) => (await h.HandOvers.DecideAsync(p.GetValue(HandOver)!, false, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("withdraw", "Takes back what was asked for", [HandOver, reasons], async (h, p, by, ct) => (await h.HandOvers.WithdrawAsync(p.GetValue(HandOver)!, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("pack", "Seals the permit's latest extraction for the recipient", [HandOver], async (h, p, by, ct) => (await h.HandOvers.PackAsync(p.GetValue(HandOver)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("fetch", "Writes the container to a file, as a contact", [HandOver, to], async (h, p, by, ct) => await SaveAsync(await h.HandOvers.FetchAsync(p.GetValue(HandOver)!, by, ct).ConfigureAwait(false), p.GetValue(to)!, ct).ConfigureAwait(false)),
            Verb.On("evidence", "Prints the ledger's proof that a container is the harbour's", [HandOver], (h, p, by, _) => Task.FromResult(h.HandOvers.Evidence(p.GetValue(HandOver)!, by).Map(e => (object?)e.ToJson()))),
            Verb.On("confirm", "Confirms the receipt, as a contact", [HandOver, sha256], async (h, p, by, ct) => (await h.HandOvers.ConfirmAsync(p.GetValue(HandOver)!, p.GetValue(sha256)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("duty", "Reports, records an audit, or certifies the destruction, as a contact", [HandOver, duty, words, method], async (h, p, by, ct) =>
                (await h.HandOvers.FulfilAsync(p.GetValue(HandOver)!, p.GetValue(duty), p.GetValue(words)!, by, p.GetValue(method), ct).ConfigureAwait(false)).Any()),
            Verb.On("recall", "Calls back what was handed over", [HandOver, reasons], async (h, p, by, ct) => (await h.HandOvers.RecallAsync(p.GetValue(HandOver)!, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("list", "Lists the hand-overs you may see", [], (h, _, by, _) => Task.FromResult(Verb.Value(h.HandOvers.VisibleTo(by)))),
            Verb.On("overdue", "Lists duties past their day", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.HandOvers.Overdue.Select(o => new { handOver = o.HandOver.Id, o.HandOver.Recipient, o.Duty.Kind, o.Duty.Due }).ToList()))),
            Verb.On("expire", "Ends what was not fetched in time", [], async (h, _, _, ct) => (await h.HandOvers.SweepAsync(ct).ConfigureAwait(false)).Map(n => new { lapsed = n }).Any()));
    }

    /// <summary>Writes what was fetched to a file that is not there yet.</summary>
    internal static async Task<Outcome<object?>> SaveAsync(Outcome<Stream> fetched, string file, CancellationToken ct)
    {
        if (!fetched.Try(out var content))
        {
            return Outcome<object?>.Refused(fetched.Findings);
        }

        await using (content)
        {
            await using var target = new FileStream(file, FileMode.CreateNew, FileAccess.Write);
            await content.CopyToAsync(target, ct).ConfigureAwait(false);
            return Verb.Value(new { file, bytes = target.Length });
        }
    }

    private static Outcome<object?> MakeKey(string file)
    {
        if (Path.Exists(file))
        {
            return Finding.Error("handover.key", "There is a file of that name", "Name a new one: a key is never overwritten");
        }

        using var identity = AgeIdentity.Create();
        identity.WriteFile(file);
        return Verb.Value(new { publicKey = identity.Recipient.ToString(), identity.Recipient.Fingerprint });
    }

    private static Outcome<object?> Open(string container, string key, string to, string? evidenceFile, string? published)
    {
        if (!File.Exists(container))
        {
            return Finding.Error("handover.not-sealed", "There is no such file", "Give the container as fetched");
        }

        var read = AgeIdentity.ReadFile(key);
        if (!read.Try(out var identity))
        {
            return Outcome<object?>.Refused(read.Findings);
        }

        using (identity)
        {
            using var content = File.OpenRead(container);
            Outcome<string> origin;
            if (evidenceFile is null || published is null)
            {
                origin = Outcome<string>.Ok(
                    Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(content)),
                    [Finding.Warning("handover.origin-unchecked", "Anybody can seal something for a public key: it was not checked that this container is the harbour's", "Give --evidence and --harbour-key")]);
            }
            else if (VerifierKey.TryParse(published, out var harbourKey))
            {
                origin = File.Exists(evidenceFile) ? Evidence.Parse(File.ReadAllText(evidenceFile)).Then(e => HandOverEvidence.Check(content, e, harbourKey)) : Finding.Error("evidence.unreadable", "There is no such file", "Give the JSON that 'evidence' printed");
            }
            else
            {
                origin = Finding.Error("ledger.key", "The key cannot be read", "Give the text that 'ledger key' prints");
            }

            if (!origin.Try(out var sha256))
            {
                return Outcome<object?>.Refused(origin.Findings);
            }

            content.Position = 0;
            var opened = SealedContainer.Open(content, identity, to);
            return opened.Try(out var list)
                ? Outcome<object?>.Ok(new { sha256, list.HandOver, list.Permit, list.Extraction, list.ProcessingStandard, list.Terms, list.UseUntil, files = list.Files.Count, bytes = list.Files.Sum(f => f.Bytes) }, origin.Findings)
                : Outcome<object?>.Refused(opened.Findings);
        }
    }
}
