using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;
using Minato.Processing.Standards;
using Minato.Ledger.Age;
using Minato.Release.HandingOver;
using Minato.Tests;
using static Minato.Release.Tests.Quayside;

namespace Minato.Release.Tests;

/// <summary>Pseudonymised data to a certified user: registered, asked for, agreed by two, sealed, fetched, opened at theirs, reported on, destroyed.</summary>
public sealed class HandOverStories : IDisposable
{
    private readonly Quayside quay = new();
    private readonly string home = Directory.CreateTempSubdirectory("minato-recipient-").FullName;

    public void Dispose()
    {
        quay.Dispose();
        Directory.Delete(home, recursive: true);
    }

    private static string Code<T>(Outcome<T> outcome) => outcome.IsOk ? "ok" : outcome.Findings[0].Code;

    [Fact]
    public async Task The_whole_way_to_the_recipient_and_to_its_end()
    {
        var (packed, container) = await quay.FetchedAsync();
        Assert.Equal((HandOverState.Ready, 3, quay.Today.AddMonths(12)), (packed.State, packed.Container!.Files, packed.Container.UseUntil));
        Assert.Equal([DutyKind.Receipt, DutyKind.Report, DutyKind.Report, DutyKind.Audit, DutyKind.Destruction], packed.Duties.Select(d => d.Kind));

        // At the recipient's: the proof from the ledger, then everything as the list says.
        var evidence = Ok(quay.Door.Evidence(packed.Id, Contact));
        Assert.True(VerifierKey.TryParse(evidence.VerifierKey, out var published));
        var sha256 = Ok(HandOverEvidence.Check(new MemoryStream(container), evidence, published));
        var list = Ok(SealedContainer.Open(new MemoryStream(container), quay.Key, Path.Join(home, "data")));
        Assert.Equal((packed.Id, Village.Permit.Value, Company, packed.Container.UseUntil), (list.HandOver, list.Permit, list.Recipient, list.UseUntil));
        foreach (var (path, bytes) in FreshProcessing.Contents)
        {
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Join(home, "data", path), TestContext.Current.CancellationToken));
        }

        Assert.Equal("handover.sha256", Code(await quay.Door.ConfirmAsync(packed.Id, new string('0', 64), Contact)));
        Assert.Equal(HandOverState.Received, Ok(await quay.Door.ConfirmAsync(packed.Id, sha256, Contact)).State);
        Assert.Empty(Directory.EnumerateFiles(quay.Containers));
        Assert.Equal("handover.not-now", Code(await quay.Door.FetchAsync(packed.Id, Contact)));

        Ok(await quay.Door.FulfilAsync(packed.Id, DutyKind.Report, "Two analysts, one study", Contact));
        Assert.Equal("handover.method", Code(await quay.Door.FulfilAsync(packed.Id, DutyKind.Destruction, "Gone", Contact)));
        quay.Village.Clock.Later = TimeSpan.FromDays(300);
        var ended = Ok(await quay.Door.FulfilAsync(packed.Id, DutyKind.Destruction, "The volume's key", Contact, DestructionMethod.CryptoErased));
        Assert.Equal((HandOverState.Ended, DestructionMethod.CryptoErased), (ended.State, ended.Destruction));

        // What was not yet due is owed no more.
        Assert.All(ended.Duties, d => Assert.NotNull(d.DoneAt));
        Assert.Equal(new HandOverFigures(1, 1, 0, 1, 0), quay.Door.Figures);
    }

    [Fact]
    public async Task Nothing_goes_where_permit_standard_or_registration_does_not_say_so()
    {
        async Task<string> Asked() => Code(await quay.Door.ProposeAsync(Village.Permit, "Please", Village.Researcher));
        Assert.Equal("handover.recipient", await Asked());
        Ok(await quay.Door.RegisterAsync(quay.Registration(), Village.Operator));
        Assert.Equal("handover.recipient", await Asked());
        Ok(await quay.Door.AcceptTermsAsync(Company, quay.Door.Terms.Name, Contact));

        quay.Processing.Places.Remove(DataPlace.CertifiedUser);
        Assert.Equal("standard.place", await Asked());
        quay.Processing.Places.Add(DataPlace.CertifiedUser);

        quay.Village.Access.HandOverTo = null;
        Assert.Equal("handover.not-granted", await Asked());
        quay.Village.Access.HandOverTo = Company;

        quay.Village.Access.Suspended = true;
        Assert.Equal("access.not-in-force", await Asked());
        quay.Village.Access.Suspended = false;

        Assert.Equal("handover.role", Code(await quay.Door.ProposeAsync(Village.Permit, "Please", Village.Stranger)));
        Assert.Equal("ok", await Asked());
        Assert.Equal("handover.open-already", await Asked());
    }

    [Fact]
    public async Task Two_decide_who_belong_to_neither_side_and_do_not_see_each_other()
    {
        await quay.RegisterAsync();
        var asked = Ok(await quay.Door.ProposeAsync(Village.Permit, "Please", Village.Researcher));
        Assert.Equal("handover.not-independent", Code(await quay.Door.DecideAsync(asked.Id, true, "Ours", CompanysChecker)));
        Assert.Equal("handover.not-independent", Code(await quay.Door.DecideAsync(asked.Id, true, "Mine", Village.Researcher)));
        Assert.Equal("handover.not-now", Code(await quay.Door.PackAsync(asked.Id, Village.Operator)));

        Assert.Equal(HandOverState.Proposed, Ok(await quay.Door.DecideAsync(asked.Id, true, "Fine", Village.Checker)).State);
        Assert.Equal("handover.said-already", Code(await quay.Door.DecideAsync(asked.Id, true, "Fine", Village.Checker)));
        Assert.Empty(quay.Door.VisibleTo(Village.OtherChecker).Single().Opinions);
        Assert.Empty(quay.Door.VisibleTo(Village.Researcher).Single().Opinions);
        Assert.Empty(quay.Door.VisibleTo(Village.Stranger));
        Assert.Equal(HandOverState.Refused, Ok(await quay.Door.DecideAsync(asked.Id, false, "The study is over", Village.OtherChecker)).State);

        // The public sees that, and nobody's name or words.
        var published = quay.Door.Published.Single();
        Assert.Equal((HandOverState.Refused, "", "minato", null), (published.State, published.Why, published.By.Value, published.Reasons));
        Assert.Empty(published.Opinions);
    }

    [Fact]
    public async Task Only_what_honours_the_choices_of_today_is_packed_and_only_by_the_operator()
    {
        await quay.RegisterAsync();
        var approved = await quay.ApprovedAsync();
        Assert.Equal("handover.role", Code(await quay.Door.PackAsync(approved.Id, Village.Researcher)));
        quay.Processing.ChoicesAsOf = quay.Village.Clock.GetUtcNow().AddDays(-2);
        Assert.Equal("handover.stale", Code(await quay.Door.PackAsync(approved.Id, Village.Operator)));
        quay.Processing.ChoicesAsOf = null;

        // A file that is not what the manifest says stops it, and nothing of it stays.
        var file = Path.Join(quay.Processing.FolderOf(Village.Permit, quay.Processing.Extractions(Village.Permit)[0].Id), "cohort.csv");
        var was = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(file, [.. was[..^1], (byte)'x'], TestContext.Current.CancellationToken);
        Assert.Equal("handover.changed", Code(await quay.Door.PackAsync(approved.Id, Village.Operator)));
        Assert.Empty(Directory.EnumerateFiles(quay.Containers));
        await File.WriteAllBytesAsync(file, was, TestContext.Current.CancellationToken);

        var packed = Ok(await quay.Door.PackAsync(approved.Id, Village.Operator));
        Assert.Equal("handover.role", Code(await quay.Door.FetchAsync(packed.Id, Village.Researcher)));
        Assert.Equal("handover.role", Code(await quay.Door.FetchAsync(packed.Id, Village.Operator)));
    }

    [Fact]
    public async Task A_revoked_certificate_calls_everything_back()
    {
        var (packed, _) = await quay.FetchedAsync();
        Assert.Equal("handover.role", Code(await quay.Door.RevokeAsync(Company, "Lost its certificate", Contact)));
        Assert.Equal(RecipientState.Revoked, Ok(await quay.Door.RevokeAsync(Company, "Lost its certificate", Village.Operator)).State);
        var recalled = quay.Door.VisibleTo(Contact).Single();
        Assert.Equal((HandOverState.Recalled, quay.Today.AddDays(7)), (recalled.State, recalled.Duties.Single().Due));
        Assert.Empty(Directory.EnumerateFiles(quay.Containers));

        quay.Village.Clock.Later = TimeSpan.FromDays(9);
        Assert.Equal((packed.Id, DutyKind.Destruction), quay.Door.Overdue.Select(o => (o.HandOver.Id, o.Duty.Kind)).Single());
        Assert.Equal(1, quay.Door.Figures.DutiesOverdue);
        Ok(await quay.Door.FulfilAsync(packed.Id, DutyKind.Destruction, "Shredded", Contact, DestructionMethod.MediaDestroyed));
        Assert.Empty(quay.Door.Overdue);
    }

    [Fact]
    public async Task What_nobody_fetches_lapses_and_what_was_fetched_is_asked_for()
    {
        await quay.RegisterAsync();
        var packed = Ok(await quay.Door.PackAsync((await quay.ApprovedAsync()).Id, Village.Operator));
        Assert.Equal(0, Ok(await quay.Door.SweepAsync()));
        quay.Village.Clock.Later = TimeSpan.FromDays(16);
        Assert.Equal(1, Ok(await quay.Door.SweepAsync()));
        Assert.Equal(HandOverState.Lapsed, quay.Door.VisibleTo(Contact).Single().State);
        Assert.Empty(Directory.EnumerateFiles(quay.Containers));
        Assert.Equal("handover.not-now", Code(await quay.Door.FetchAsync(packed.Id, Contact)));
        Assert.Empty(quay.Door.Overdue);
    }

    [Fact]
    public async Task A_registration_is_whole_and_a_renewed_one_is_accepted_again()
    {
        var good = quay.Registration();
        foreach (var (field, bad) in new (string, RecipientRegistration)[]
        {
            ("id", good with { Id = "../x" }), ("name", good with { Name = new("", "x") }), ("certification", good with { Certification = " " }), ("validUntil", good with { ValidUntil = quay.Today.AddDays(-1) }),
            ("contacts", good with { Contacts = [] }), ("publicKey", good with { PublicKey = good.PublicKey[..^1] + "q" }),
            // The point of order one: with it everybody's agreement is zero.
            ("publicKey", good with { PublicKey = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z" }),
        })
        {
            Assert.Equal(("handover.registration", field), (Code(await quay.Door.RegisterAsync(bad, Village.Operator)), (await quay.Door.RegisterAsync(bad, Village.Operator)).Findings[0].Place.Field));
        }

        Assert.Equal("handover.role", Code(await quay.Door.RegisterAsync(good, Village.Researcher)));
        await quay.RegisterAsync();
        Assert.Equal("handover.role", Code(await quay.Door.AcceptTermsAsync(Company, quay.Door.Terms.Name, Village.Stranger)));
        Assert.Equal(RecipientState.Waiting, Ok(await quay.Door.RegisterAsync(good with { Certification = "認定-8" }, Village.Operator)).State);
        quay.Village.Clock.Later = TimeSpan.FromDays(600);
        Assert.Equal(RecipientState.OutOfTerm, quay.Door.Recipients.Single().State);
    }

    [Fact]
    public async Task Someone_elses_container_under_good_evidence_is_found_out()
    {
        var (packed, container) = await quay.FetchedAsync();
        var evidence = Ok(quay.Door.Evidence(packed.Id, Contact));
        Assert.True(VerifierKey.TryParse(evidence.VerifierKey, out var published));
        Assert.Equal("handover.origin", Code(HandOverEvidence.Check(new MemoryStream([.. container, 0]), evidence, published)));
        Assert.Equal("evidence.payload", Code(HandOverEvidence.Check(new MemoryStream(container), evidence with { Payload = evidence.Payload!.Replace(packed.Container!.Sha256, new string('0', 64), StringComparison.Ordinal) }, published)));
        Assert.Equal("handover.unknown", Code(quay.Door.Evidence(packed.Id, Village.Stranger)));
    }

    /// <summary>Of the whole ledger, nothing that was handed over or who decided it shows a value of it.</summary>
    [Fact]
    public async Task The_ledger_says_that_and_not_what()
    {
        await quay.FetchedAsync();
        var said = string.Join('\n', quay.Village.Ledger.ReadAll().Select(e => Encoding.UTF8.GetString(e.Json.Span)));
        Assert.Contains("hand-over-terms@1.0", said, StringComparison.Ordinal);
        Assert.DoesNotContain(VillageProcessing.PersonId(1), said, StringComparison.Ordinal);
    }
}
