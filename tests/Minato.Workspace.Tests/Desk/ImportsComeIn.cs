using System.Text;
using Minato.Tests;
using Minato.Workspace.Desk;

namespace Minato.Workspace.Tests;

/// <summary>The way in: declared, hashed, typed, scanned, approved by somebody else, there by its hash.</summary>
public sealed class ImportsComeIn(Quay quay) : IClassFixture<Quay>
{
    private static readonly byte[] Codes = "code,label\nE11,diabetes\n"u8.ToArray();

    [Fact]
    public async Task A_code_list_is_approved_by_another_and_lies_read_only_in_the_sandbox_by_its_hash()
    {
        var view = await quay.BringIn(Codes);
        Assert.Equal((ImportState.Approved, Village.Checker.Id, "imports@1.0.0"), (view.State, view.DecidedBy!.Value, view.Rules));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Codes)), view.Sha256);
        Assert.Equal(("ClamAV 1.4.3/27800", false), (view.Scan!.Scanner, view.Scan.Infected!.Value));
        Assert.Contains(quay.Desk.RecordOf(Village.Permit), i => i.Id == view.Id);

        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");
        using var workspace = (IDisposable)WorkspaceRoom.Open(
            new WorkspaceOptions(quay.Village.At("workspace"), new JobLimits(WallSeconds: 30)), quay.Village.Ledger, quay.Village.Keys, quay.Village.Access, quay.Village.Processing, TimeProvider.System, quay.Desk);
        var run = Quay.Ok(await ((IWorkspace)workspace).RunAsync(
            new JobRequest(Village.Permit, JobLanguage.Shell, $"cat /tools/{view.Sha256}/icd10.csv; echo x >> /tools/{view.Sha256}/icd10.csv; echo x > /tools/y"), Village.Researcher));
        Assert.StartsWith(Encoding.UTF8.GetString(Codes), run.Log, StringComparison.Ordinal);
        Assert.Equal(2, run.Log.Split("cannot create").Length - 1);
        Assert.Contains(view.Sha256!, run.Tools!.Keys);
    }

    [Fact]
    public async Task Software_is_there_under_a_kernel_of_its_own_only()
    {
        var view = await quay.BringIn(Quay.TarGz(Quay.Plain("tool/run.sh", "#!/bin/sh\necho brought\n")), Quay.CodeList("tool.tar.gz", ImportKind.Software));
        Assert.DoesNotContain(quay.Desk.Of(Village.Permit, ownKernel: false), t => t.Sha256 == view.Sha256);
        using var there = quay.Desk.LayOut(Village.Permit, quay.Desk.Of(Village.Permit, ownKernel: true).Single(t => t.Name == view.Sha256))!;
        Assert.Equal("#!/bin/sh\necho brought\n", await File.ReadAllTextAsync(Path.Join(there.Path, "tool", "run.sh")));

        Assert.SkipUnless(File.Exists("/usr/bin/runsc"), "gVisor is not installed: apt-get install runsc");
        using var workspace = (IDisposable)WorkspaceRoom.Open(
            new WorkspaceOptions(quay.Village.At("workspace"), new JobLimits(WallSeconds: 30)), quay.Village.Ledger, quay.Village.Keys, quay.Village.Access, quay.Village.Processing, TimeProvider.System, quay.Desk);
        var run = Quay.Ok(await ((IWorkspace)workspace).RunAsync(
            new JobRequest(Village.Permit, JobLanguage.Shell, $"sh /tools/{view.Sha256}/tool/run.sh; echo x > /tools/{view.Sha256}/tool/run.sh || echo closed", Engine: SandboxEngine.GVisor), Village.Researcher));
        Assert.Contains("brought\n", run.Log, StringComparison.Ordinal);
        Assert.Contains("closed\n", run.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_of_persons_goes_to_Intake_and_never_into_the_environment()
    {
        var before = quay.Door.Delivered.Count;
        quay.Door.Closed = true;
        var handedIn = await Quay.HandIn(quay.Desk, "insured,value\n1,2\n"u8.ToArray(), Quay.CodeList("cohort.csv", ImportKind.PersonData));
        Assert.Equal("intake.refused", Quay.Code(await quay.Desk.DecideAsync(handedIn.Id, true, "With consent of all", Village.Checker)));
        Assert.Equal("imports.not-independent", Quay.Code(await quay.Desk.HandOverAsync(handedIn.Id, Village.Researcher)));

        quay.Door.Closed = false;
        var over = Quay.Ok(await quay.Desk.HandOverAsync(handedIn.Id, Village.Checker));
        Assert.Equal((ImportState.Approved, "d-1", $"imp-{over.Id}"), (over.State, over.Delivery, over.Dataset));
        Assert.Equal(before + 1, quay.Door.Delivered.Count);
        Quay.Ok(await quay.Desk.HandOverAsync(handedIn.Id, Village.Checker));
        Assert.Equal(before + 1, quay.Door.Delivered.Count);
        Assert.DoesNotContain(quay.Desk.Of(Village.Permit, ownKernel: true), t => t.Sha256 == over.Sha256);

        // Intake has it now: no copy stays beside the environment.
        Assert.False(File.Exists(Path.Join(quay.Village.At("workspace"), Village.Permit.Value, "imports", "copy", over.Sha256)));
    }

    [Fact]
    public async Task Who_declares_does_not_approve_and_strangers_see_nothing()
    {
        var handedIn = await Quay.HandIn(quay.Desk, Codes);
        var memberAndChecker = Village.Researcher with { Roles = Role.Researcher | Role.OutputChecker };
        Assert.Equal("imports.not-independent", Quay.Code(await quay.Desk.DecideAsync(handedIn.Id, true, "mine", memberAndChecker)));
        Assert.Equal("imports.role", Quay.Code(await quay.Desk.DecideAsync(handedIn.Id, true, "not mine", Village.Stranger)));
        Assert.Equal("imports.role", Quay.Code(await quay.Desk.ContentsAsync(handedIn.Id, Village.Stranger)));
        Assert.Equal("imports.not-member", Quay.Code(await quay.Desk.DeclareAsync(Village.Permit, Quay.CodeList(), Village.Stranger)));
        Assert.Equal("imports.reasons", Quay.Code(await quay.Desk.DecideAsync(handedIn.Id, true, " ", Village.Checker)));
        Assert.DoesNotContain(quay.Desk.VisibleTo(Village.Stranger), i => i.Id == handedIn.Id);
        Assert.Contains(quay.Desk.VisibleTo(Village.Researcher), i => i.Id == handedIn.Id);
        Assert.Equal("icd10.csv", Quay.Ok(await quay.Desk.ContentsAsync(handedIn.Id, Village.Checker)).Single().Name);
        Assert.Contains(quay.Village.Ledger.ReadStream("import/" + handedIn.Id), e => e.Type == "workspace.import-looked-into" && e.By == Village.Checker.Id);
    }

    [Fact]
    public async Task What_the_table_does_not_say_cannot_be_done()
    {
        var refused = await Quay.HandIn(quay.Desk, "refused\n"u8.ToArray());
        Assert.Equal(ImportState.Refused, Quay.Ok(await quay.Desk.DecideAsync(refused.Id, false, "No licence", Village.Checker)).State);
        var withdrawn = await quay.BringIn("withdrawn\n"u8.ToArray());
        Assert.Equal(ImportState.Withdrawn, Quay.Ok(await quay.Desk.WithdrawAsync(withdrawn.Id, "A fault was found in it", Village.Checker)).State);
        foreach (var over in new[] { refused.Id, withdrawn.Id })
        {
            Assert.Equal("imports.not-now", Quay.Code(await quay.Desk.SubmitAsync(over, Village.Researcher)));
            Assert.Equal("imports.not-now", Quay.Code(await quay.Desk.AttachAsync(over, new MemoryStream(Codes), Village.Researcher)));
            Assert.Equal("imports.not-now", Quay.Code(await quay.Desk.WithdrawAsync(over, "again", Village.Researcher)));
            Assert.Equal("imports.not-now", Quay.Code(await quay.Desk.DecideAsync(over, true, "again", Village.Checker)));
        }

        Assert.DoesNotContain(quay.Desk.Of(Village.Permit, ownKernel: true), t => t.Sha256 == refused.Sha256 || t.Sha256 == withdrawn.Sha256);

        // Each row is there once, and each state but the last ones can be left.
        Assert.Equal(ImportTable.Rows.Count, ImportTable.Rows.Distinct().Count());
        Assert.Equal([ImportState.Draft, ImportState.InReview, ImportState.Approved], ImportTable.Rows.Where(r => r.Command is not ImportCommand.Look).Select(r => r.State).Distinct());
    }

    [Fact]
    public async Task A_scan_that_did_not_happen_is_not_told_as_one()
    {
        foreach (var scanner in new[] { "/usr/bin/no-such-scanner", quay.Scanner(2), quay.Scanner(0, "ClamAV 1.4.3") })
        {
            var desk = quay.Open(scanners: [scanner]);
            var handedIn = await Quay.HandIn(desk, Codes);
            Assert.Equal((null, null), (handedIn.Scan!.Scanner, handedIn.Scan.Infected));
            Assert.StartsWith("It was not scanned", handedIn.Scan.Says.En, StringComparison.Ordinal);
            Assert.Equal("imports.unscanned", Quay.Code(await desk.DecideAsync(handedIn.Id, true, "A public list", Village.Checker)));
            Assert.Equal(ImportState.Approved, Quay.Ok(await desk.DecideAsync(handedIn.Id, true, "A public list", Village.Checker, unscanned: true)).State);
        }

        var infected = await Quay.HandIn(quay.Open(scanners: [quay.Scanner(1)]), Codes);
        Assert.Equal((ImportState.Blocked, "imports.infected"), (infected.State, infected.Findings[0].Code));
    }

    [Fact]
    public async Task Approval_ends_with_its_term()
    {
        var later = new MovedClock();
        var desk = quay.Open(clock: later);
        var handedIn = await Quay.HandIn(desk, "a,b\n"u8.ToArray());
        var approved = Quay.Ok(await desk.DecideAsync(handedIn.Id, true, "A public list", Village.Checker));
        Assert.Contains(desk.Of(Village.Permit, false), t => t.Sha256 == approved.Sha256);

        later.Days = 366;
        Assert.DoesNotContain(desk.Of(Village.Permit, false), t => t.Sha256 == approved.Sha256);
        Assert.True(Quay.Ok(await desk.ExpireAsync()) >= 1);
        Assert.Equal(ImportState.Expired, desk.RecordOf(Village.Permit).Single(i => i.Id == approved.Id).State);
        Assert.Null(desk.LayOut(Village.Permit, new ProjectTool(approved.Sha256!, approved.Sha256!)));
    }

    [Fact]
    public async Task The_ledger_has_hashes_and_no_content()
    {
        var handedIn = await Quay.HandIn(quay.Desk, "kept-out-of-the-ledger-4711\n"u8.ToArray());
        Quay.Ok(await quay.Desk.DecideAsync(handedIn.Id, true, "A public list", Village.Checker));
        Assert.NotEmpty(quay.Desk.Of(Village.Permit, ownKernel: false));
        Assert.All(quay.Village.Ledger.ReadAll(), e => Assert.DoesNotContain("4711", Encoding.UTF8.GetString(e.Json.Span), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_import_lies_sealed_and_is_in_clear_only_while_something_uses_it()
    {
        const string marker = "marker-8124-of-this-import";
        var view = await quay.BringIn(Quay.Zip(("a.csv", marker)), Quay.CodeList("sealed.zip"));
        Assert.False(IsOpen());
        var tool = new ProjectTool(view.Sha256!, view.Sha256!);
        using (var one = quay.Desk.LayOut(Village.Permit, tool)!)
        {
            var another = quay.Desk.LayOut(Village.Permit, tool)!;
            Assert.Equal(one.Path, another.Path);
            another.Dispose();
            Assert.Equal(marker, await File.ReadAllTextAsync(Path.Join(one.Path, "a.csv")));
        }

        Assert.False(IsOpen());

        bool IsOpen() => new DirectoryInfo(Path.Join(quay.Village.At("workspace"), Village.Permit.Value, "imports")).GetFiles("*", SearchOption.AllDirectories)
            .Any(f => Encoding.UTF8.GetString(File.ReadAllBytes(f.FullName)) is var text && (text.Contains(marker, StringComparison.Ordinal) || text.StartsWith("PK", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_copy_that_was_changed_is_not_approved()
    {
        var handedIn = await Quay.HandIn(quay.Desk, "x,y\n"u8.ToArray());
        await File.WriteAllTextAsync(Path.Join(quay.Village.At("workspace"), Village.Permit.Value, "imports", "copy", handedIn.Sha256), "other");
        Assert.Equal("imports.changed", Quay.Code(await quay.Desk.DecideAsync(handedIn.Id, true, "A public list", Village.Checker)));
    }

    private sealed class MovedClock : TimeProvider
    {
        public int Days { get; set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddDays(Days);
    }
}
