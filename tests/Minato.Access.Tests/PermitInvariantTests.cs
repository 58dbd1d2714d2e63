using System.Text.Json;
using CsCheck;
using Minato.Ledger;
using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

/// <summary>Whatever anybody tries, in whatever order: a permit exists only where everything that makes one happened.</summary>
public class PermitInvariantTests
{
    private static readonly Actor[] People =
        [World.Applicant, World.Member, World.Secretariat, World.Auditor, World.Stranger, World.Expert, World.OtherExpert, World.Citizen, World.Substitute, Actor.Harbour];

    private static readonly Gen<ApplicationCommand> Command = Gen.Frequency(
        (2, Gen.OneOfConst(World.Draft, World.Draft with { Use = World.Use with { Members = [World.Applicant.Id, World.Expert.Id] } }, World.With("payment.fee-mode", "fixed"), World.With("purpose.aim", ""))
            .Select(d => (ApplicationCommand)new C.SaveDraft(d))),
        (3, Gen.Const((ApplicationCommand)new C.Submit())),
        (1, Gen.OneOfConst<ApplicationCommand>(new C.Withdraw("w"), new C.DeclareConflict("c"), new C.Suspend("s"), new C.Resume("r"), new C.End("e"))),
        (5, Gen.Shuffle(People).Select(Gen.Int[1, 4]).Select((all, n) => (ApplicationCommand)new C.AssignReviewers([.. all.Take(n)]))),
        (3, Gen.Const((ApplicationCommand)new C.AssignReviewers(World.Panel))),
        (1, Gen.Const((ApplicationCommand)new C.Ask("q"))),
        (2, Gen.Const((ApplicationCommand)new C.Answer("a"))),
        (14, Gen.OneOfConst<ApplicationCommand>(World.Approve, World.Approve, World.Approve, World.Refuse, new C.CastVote(Vote.ApproveWithConditions, "r", World.AllMet, ["c"]))),
        (5, Gen.Const((ApplicationCommand)new C.Decide())),
        (4, Gen.Const((ApplicationCommand)new C.AcceptFee())));

    private static readonly Gen<(ApplicationCommand Command, Actor By)> Try =
        Gen.Select(Command, Gen.OneOfConst(People), Gen.OneOfConst(World.Panel.Append(World.Substitute).ToArray()), Gen.Bool)
            .Select((command, anybody, reviewer, apt) => (command, apt ? Apt(command, reviewer) : anybody));

    /// <summary>The voyage as it should be: from this, steps are left out and others pushed between.</summary>
    private static readonly (ApplicationCommand Command, Actor By)[] Proper =
    [
        (new C.SaveDraft(World.Draft), World.Applicant), (new C.Submit(), World.Applicant), (new C.AssignReviewers(World.Panel), World.Secretariat),
        (World.Approve, World.Expert), (World.Approve, World.OtherExpert), (World.Approve, World.Citizen), (new C.Decide(), World.Secretariat), (new C.AcceptFee(), World.Applicant),
    ];

    private static readonly Gen<(ApplicationCommand Command, Actor By)[]> Voyage =
        Gen.OneOf(
            Try.Array[5, 90],
            Gen.Select(Gen.Int[0, 9].Array[Proper.Length], Try.Array[0, 3].Array[Proper.Length + 1]).Select((keep, between) =>
                Proper.SelectMany((step, i) => keep[i] == 0 ? between[i] : [.. between[i], step]).Concat(between[^1]).ToArray()));

    [Fact]
    public void No_sequence_of_tries_reaches_a_permit_past_the_review()
    {
        var permits = 0;
        Voyage.Sample(
            tries =>
            {
                var world = new World();
                var id = world.Created().GetAwaiter().GetResult();
                foreach (var (command, by) in tries)
                {
                    world.Clock.Pass(0.5);
                    world.Access.ExecuteAsync(id, command, by).GetAwaiter().GetResult();
                }

                var events = world.Ledger.ReadStream($"application/{id}");
                var view = world.Access.Find(id)!;
                AssertReplayIsTheState(world, view);
                if (view.Permit is not null)
                {
                    Interlocked.Increment(ref permits);
                    AssertEarned(events, view);
                }
            },
            seed: "0N0XIzNsQ0O2", iter: 400, threads: 2);
        Assert.True(permits >= 40, $"only {permits} voyages reached a permit: the property was hardly tested");
    }

    private static Actor Apt(ApplicationCommand command, Actor reviewer) => command switch
    {
        C.CastVote or C.DeclareConflict => reviewer,
        C.AssignReviewers or C.Decide or C.Suspend or C.Resume => World.Secretariat,
        C.Ask => reviewer,
        _ => World.Applicant,
    };

    private static void AssertReplayIsTheState(World world, ApplicationView view)
    {
        var again = AccessRoom.Open(new AccessOptions(World.StandardsFolder), world.Ledger, World.Keys, new TwoDatasets(), world.Clock).Find(view.Id);
        Assert.Equal(JsonSerializer.Serialize(view), JsonSerializer.Serialize(again));
    }

    /// <summary>Read from the recorded events alone, by other code than the room's.</summary>
    private static void AssertEarned(IReadOnlyList<RecordedEvent> events, ApplicationView view)
    {
        int Last(string type) => events.ToList().FindLastIndex(e => e.Type == $"access.{type}");
        var (submitted, approved, fee, permit) = (Last("application-submitted"), Last("application-approved"), Last("fee-accepted"), Last("permit-issued"));
        Assert.True(submitted >= 0 && submitted < approved && approved < fee && fee < permit);
        Assert.Equal(World.Applicant.Id, events[submitted].By);
        Assert.Equal(World.Secretariat.Id, events[approved].By);
        Assert.Equal(World.Applicant.Id, events[fee].By);

        // The votes that counted: after the last change of the text, not taken back by a conflict.
        var before = events.Take(approved).ToList();
        var lastText = before.FindLastIndex(e => e.Type == "access.draft-saved");
        var conflicted = before.Where(e => e.Type == "access.conflict-recorded").Select(e => JsonDocument.Parse(e.Json).RootElement.GetProperty("reviewer").GetString()).ToHashSet();
        var votes = before.Skip(lastText + 1).Where(e => e.Type == "access.vote-cast").GroupBy(e => e.By).Select(g => g.Last()).ToArray();
        var heard = votes.Where(v => !conflicted.Contains(v.By.Value)).ToArray();
        Assert.True(heard.Length >= 3, "fewer than three votes");
        Assert.Contains(heard, v => v.By == World.Citizen.Id);
        Assert.Equal(view.Votes.Select(v => v.Reviewer.Value).Order(), heard.Select(v => v.By.Value).Order());
        Assert.DoesNotContain(heard, v => v.By == World.Applicant.Id || view.Permit!.Use.Members.Contains(v.By));
        Assert.True(2 * heard.Count(v => !JsonDocument.Parse(v.Json).RootElement.GetProperty("vote").GetString()!.Equals("Refuse", StringComparison.Ordinal)) > heard.Length, "no majority");
    }
}
