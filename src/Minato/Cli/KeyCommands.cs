using System.CommandLine;
using System.Globalization;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Linkage.Pseudonyms;

namespace Minato.Cli;

/// <summary>The keys of the pseudonym domains: list, renew, retire, prove that they are gone.</summary>
internal static class KeyCommands
{
    public static Command All()
    {
        var domain = new Argument<string>("domain") { Description = "citizen, dataset/<id> or project/<permit>" };
        var dataset = new Argument<string>("dataset") { Description = "Dataset id" };
        var permit = new Argument<string>("permit") { Description = "Permit id" };
        var epoch = new Argument<int>("epoch") { Description = "The key's number, as 'list' shows it" };
        var people = new Argument<long>("people") { Description = "How many people in all today" };
        var proof = new Argument<string>("proof") { Description = "The file that 'proof' gave" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why, for the ledger" };
        var to = new Option<string>("--out") { Required = true, Description = "The file to write" };
        var key = new Option<string>("--key") { Required = true, Description = "The node's published key, from 'ledger key'" };
        return Verb.Group("keys", "Keys of the pseudonym domains",
            On("list", "Lists the keys and their state", [], async (keys, _, _, _, ct) => Verb.Value((await keys.KeysAsync(ct).ConfigureAwait(false)).Select(Shown).ToList())),
            On("rotate", "Gives a domain a new key; former pseudonyms are recognised until it is retired", [domain], async (keys, _, p, by, ct) =>
                await Domain(p.GetValue(domain)!, async d => (await keys.RotateKeyAsync(d, by.Id, ct).ConfigureAwait(false)).Map(k => (object?)Shown(k))).ConfigureAwait(false)),
            On("renew", "Writes the new pseudonym of each of a dataset's people: former,new (CSV)", [dataset, to], async (keys, h, p, by, ct) =>
                await RenewAsync(keys, h, new DatasetId(p.GetValue(dataset)!), p.GetValue(to)!, by, ct).ConfigureAwait(false)),
            On("retire", "Destroys a former key", [domain, epoch, reason], async (keys, h, p, by, ct) => await Domain(p.GetValue(domain)!, async d =>
                (await RetireAsync(keys, h, d, p.GetValue(epoch), p.GetValue(reason)!, by, ct).ConfigureAwait(false)).Map(k => (object?)Shown(k))).ConfigureAwait(false)),
            On("separate", "Gives each provision of a permit pseudonyms of its own, so that they do not join", [permit], async (keys, _, p, by, ct) =>
                (await keys.SeparateProvisionsAsync(new PermitId(p.GetValue(permit)!), by.Id, ct).ConfigureAwait(false)).Any()),
            On("approve", "Allows somebody else to have many people converted today (dual control)", [permit, people, reason], async (keys, _, p, by, ct) =>
                (await keys.ApproveConversionAsync(new PermitId(p.GetValue(permit)!), p.GetValue(people), p.GetValue(reason)!, by.Id, ct).ConfigureAwait(false)).Any()),
            On("proof", "Writes the proof that a closed project's keys were destroyed; anyone can check it with the node's published key", [permit, to], async (_, h, p, _, ct) =>
            {
                var made = DestructionProof.Of(h.Ledger, new PermitId(p.GetValue(permit)!));
                if (made.Try(out var done))
                {
                    await File.WriteAllTextAsync(p.GetValue(to)!, done.ToJson(), ct).ConfigureAwait(false);
                }

                return made.Map(m => (object?)new { permit = m.Permit, events = m.Events.Count, file = p.GetValue(to) });
            }),
            Verb.Plain("check", "Checks a proof made by 'proof', with the published key, without any harbour", [proof, key], async (p, ct) =>
                DestructionProof.Parse(await File.ReadAllTextAsync(p.GetValue(proof)!, ct).ConfigureAwait(false)).Then(d => VerifierKey.TryParse(p.GetValue(key), out var published)
                    ? d.Check(published).Map(k => (object?)new { permit = d.Permit, destroyed = k })
                    : Finding.Error("ledger.key", "The key cannot be read", "Give the text that 'ledger key' prints"))));
    }

    /// <summary>Keys are managed where they are: a harbour whose linkage is on another node refuses.</summary>
    private static Command On(string name, string description, IReadOnlyList<Symbol> words, Func<ILinkageKeys, Harbour, ParseResult, Actor, CancellationToken, Task<Outcome<object?>>> act) =>
        Verb.On(name, description, words, async (h, p, by, ct) => h.Linkage is not ILinkageKeys keys
            ? Finding.Error("linkage.keys-elsewhere", "The keys are not at this node's hand: linkage is on another node, or split between parties", "Give the command where the authority's keys are")
            : by.Is(Role.Operator)
                ? await act(keys, h, p, by, ct).ConfigureAwait(false)
                : Finding.Error("linkage.not-allowed", "Only the operator may see to the keys", "Ask the operator"));

    private static async Task<Outcome<object?>> Domain(string text, Func<KeyDomain, Task<Outcome<object?>>> act) => KeyDomain.TryParse(text, out var domain)
        ? await act(domain).ConfigureAwait(false)
        : Finding.Error("cli.domain", "There is no such domain", "Write citizen, dataset/<id> or project/<permit>");

    private static async Task<Outcome<object?>> RenewAsync(ILinkageKeys keys, Harbour h, DatasetId dataset, string file, Actor by, CancellationToken ct)
    {
        var former = h.Warehouse.NamesOf(dataset);
        if (former.Count == 0)
        {
            return Finding.Error("cli.not-found", $"There is nothing of the dataset {dataset} here", "Give the command where the dataset is");
        }

        var renewed = await keys.RenewAsync(dataset, former, by.Id, ct).ConfigureAwait(false);
        if (renewed.Try(out var renewal))
        {
            await File.WriteAllLinesAsync(
                file, former.Select((f, i) => string.Create(CultureInfo.InvariantCulture, $"{f.ToGuid()},{renewal.People[i].ToGuid()}")).Prepend("former,new"), ct).ConfigureAwait(false);
        }

        return renewed.Map(r => (object?)new { people = r.People.Count, ofFormerEpoch = r.OfFormerEpoch, keyEpoch = r.KeyEpoch, file });
    }

    /// <summary>What this node's warehouse still has under a former key would be lost.</summary>
    private static async Task<Outcome<DomainKey>> RetireAsync(ILinkageKeys keys, Harbour h, KeyDomain domain, int epoch, string reason, Actor by, CancellationToken ct)
    {
        if (domain.Dataset is { } dataset && h.Warehouse.NamesOf(dataset) is { Count: > 0 } stored)
        {
            var renewed = await keys.RenewAsync(dataset, stored, by.Id, ct).ConfigureAwait(false);
            if (!renewed.Try(out var renewal))
            {
                return Outcome<DomainKey>.Refused(renewed.Findings);
            }

            if (renewal.OfFormerEpoch > 0)
            {
                return Finding.Error("linkage.key-in-use", $"{renewal.OfFormerEpoch} people of {dataset} are stored under a former key", "Call 'warehouse renew' first");
            }
        }

        return await keys.RetireKeyAsync(domain, epoch, reason, by.Id, ct).ConfigureAwait(false);
    }

    private static object Shown(DomainKey k) => new { domain = k.Domain.ToString(), k.Epoch, k.State, k.Since, k.MadeAt, k.DestroyedAt, k.Commitment };
}
