using System.CommandLine;
using Minato.Release.Enriched;

namespace Minato.Cli;

/// <summary>Enriched data for holders from the keyboard. 'handover open' opens what was fetched.</summary>
internal static class EnrichedCommands
{
    private static readonly Argument<string> Offer = new("offer") { Description = "Id of the offer" };

    public static Command All()
    {
        var permit = new Argument<string>("permit") { Description = "Permit id" };
        var description = new Argument<string>("description") { Description = "A JSON file: holder, run, fileName, summary, columns (name, meaning, method)" };
        var reasons = new Option<string>("--reasons") { Required = true, Description = "Why" };
        var to = new Option<string>("--to") { Required = true, Description = "The file to write; must not be there yet" };
        return Verb.Group("enriched", "Enriched data back to holders",
            Verb.On("offer", "Offers a file of a run's outbox to the holder whose data it enriches, as a member", [permit, description], async (h, p, by, ct) =>
                DataCommands.ReadJson<EnrichedOffer>(p.GetValue(description)!) is var read && read.Try(out var said)
                    ? (await h.Enriched.OfferAsync(new PermitId(p.GetValue(permit)!), said, by, ct).ConfigureAwait(false)).Any()
                    : Outcome<object?>.Refused(read.Findings)),
            Verb.On("list", "Lists the offers you may see", [], (h, _, by, _) => Task.FromResult(Verb.Value(h.Enriched.VisibleTo(by)))),
            Verb.On("approve", "Approves as an output checker; two must", [Offer, reasons], async (h, p, by, ct) => (await h.Enriched.DecideAsync(p.GetValue(Offer)!, true, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("refuse", "Refuses as an output checker", [Offer, reasons], async (h, p, by, ct) => (await h.Enriched.DecideAsync(p.GetValue(Offer)!, false, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("accept", "Accepts it, as the holder: it is sealed for the holder's key", [Offer, reasons], async (h, p, by, ct) => (await h.Enriched.AnswerAsync(p.GetValue(Offer)!, true, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("decline", "Declines it, as the holder", [Offer, reasons], async (h, p, by, ct) => (await h.Enriched.AnswerAsync(p.GetValue(Offer)!, false, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("fetch", "Writes the container to a file, as the holder", [Offer, to], async (h, p, by, ct) => await HandOverCommands.SaveAsync(await h.Enriched.FetchAsync(p.GetValue(Offer)!, by, ct).ConfigureAwait(false), p.GetValue(to)!, ct).ConfigureAwait(false)));
    }
}
