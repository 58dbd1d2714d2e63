using System.CommandLine;
using System.Text.Json;
using Minato.Ledger.Age;
using Minato.Release.Findings;

namespace Minato.Cli;

/// <summary>The findings relay from the keyboard. <c>open</c> is for the holder's own machine and needs no harbour.</summary>
internal static class FindingCommands
{
    private static readonly Argument<string> Id = new("finding") { Description = "Id of the finding" };

    public static Command All()
    {
        var permit = new Argument<string>("permit") { Description = "Permit id" };
        var holder = new Argument<string>("holder") { Description = "Holder id" };
        var person = new Argument<Guid>("person") { Description = "The person_id, as the data has it" };
        var kind = new Option<string>("--kind") { Required = true, Description = "See 'kinds'" };
        var urgency = new Option<FindingUrgency>("--urgency") { Description = "routine, soon or urgent" };
        var run = new Option<string>("--run") { Required = true, Description = "The run in which it was seen" };
        var evidence = new Option<string>("--evidence") { Required = true, Description = "A file: what was found and why it matters, for a physician" };
        var reasons = new Option<string>("--reasons") { Required = true, Description = "Why" };
        var publicKey = new Argument<string>("public-key") { Description = "The holder's age1… that 'handover key' printed" };
        var tray = new Argument<string>("tray") { Description = "The JSON that 'tray' printed" };
        var key = new Option<string>("--key") { Required = true, Description = "The file with the holder's secret key" };
        return Verb.Group("finding", "Findings that matter to a person's health, on their way back",
            Verb.On("kinds", "Lists the kinds of findings", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Findings.Kinds))),
            Verb.On("report", "Reports a finding about a person of a permit's data, as a member", [permit, person, kind, urgency, run, evidence], async (h, p, by, ct) =>
                !File.Exists(p.GetValue(evidence)) ? Finding.Error("finding.words", "There is no such file", "Write the evidence into a file")
                : (await h.Findings.ReportAsync(
                    new PermitId(p.GetValue(permit)!), new(Pseudonym<Project>.FromGuid(p.GetValue(person)), p.GetValue(kind)!, p.GetValue(urgency), await File.ReadAllTextAsync(p.GetValue(evidence)!, ct).ConfigureAwait(false), p.GetValue(run)!), by, ct).ConfigureAwait(false)).Any()),
            Verb.On("list", "Lists the findings you may see", [], (h, _, by, _) => Task.FromResult(Verb.Value(h.Findings.VisibleTo(by)))),
            Verb.On("read", "Shows what a finding says, as a reviewer", [Id], async (h, p, by, ct) => (await h.Findings.ReadAsync(p.GetValue(Id)!, by, ct).ConfigureAwait(false)).Map(r => (object?)new { person = r.Person.ToGuid(), r.Kind, r.Urgency, r.Evidence, r.Run })),
            Verb.On("tell", "Passes it on, as a reviewer", [Id, reasons], async (h, p, by, ct) => (await h.Findings.DecideAsync(p.GetValue(Id)!, true, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("decline", "Does not pass it on, as a reviewer", [Id, reasons], async (h, p, by, ct) => (await h.Findings.DecideAsync(p.GetValue(Id)!, false, p.GetValue(reasons)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("open-tray", "Lets a holder take findings, sealed for its key", [holder, publicKey], async (h, p, by, ct) => (await h.Findings.OpenTrayAsync(new HolderId(p.GetValue(holder)!), p.GetValue(publicKey)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("tray", "Prints what lies in the holder's tray, sealed", [holder], async (h, p, by, ct) =>
                (await h.Findings.LookIntoTrayAsync(new HolderId(p.GetValue(holder)!), by, ct).ConfigureAwait(false)).Map(notices => (object?)JsonSerializer.Serialize(notices, JsonSerializerOptions.Web))),
            Verb.Plain("open", "Opens a tray's findings on the holder's own machine", [tray, key], (p, _) => Task.FromResult(AgeIdentity.ReadFile(p.GetValue(key)!).Then(identity => Open(p.GetValue(tray)!, identity)))));
    }

    private static Outcome<object?> Open(string tray, AgeIdentity identity)
    {
        using (identity)
        {
            try
            {
                return Outcome<object?>.Ok(JsonSerializer.Deserialize<List<FindingNotice>>(File.ReadAllText(tray), JsonSerializerOptions.Web)!
                    .Select(n => new { n.Id, address = Read(n.Address), content = Read(n.Content) }).ToList());
            }
            catch (Exception e) when (e is JsonException or InvalidDataException or IOException)
            {
                return Finding.Error("finding.tray", "The tray cannot be opened with this key", "Give the JSON that 'tray' printed, and the key that was registered");
            }
        }

        JsonElement Read(byte[] sealedFile)
        {
            using var content = AgeFile.Read(new MemoryStream(sealedFile), identity);
            return JsonDocument.Parse(content).RootElement;
        }
    }
}
