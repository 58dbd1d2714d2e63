using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Minato.Primary.Tests;

/// <summary>Who reads a record: the person, who was let, or somebody in need; and each of them is seen.</summary>
public sealed class ReadingTests : IDisposable
{
    private readonly Ward ward = new();

    [Fact]
    public async Task A_person_reads_their_own_without_what_they_were_not_told()
    {
        await ward.Take(Ward.Document("d-1", items: [Ward.Item("ペニシリン"), Ward.Item("未告知の病名", notTold: true)]), Ward.Document("d-2", hidden: true), Ward.Document("d-3", items: Ward.Item("未告知のみ", notTold: true)), Ward.Document("d-4", person: 2));
        var own = (await ward.Room.OpenOwnAsync(Ward.Hanako, Ward.Me)).Value;
        Assert.Equal(["ペニシリン"], own.Documents.SelectMany(d => d.Items).Select(i => i.Name));
        Assert.Equal(Ward.Hospital, Assert.Single(own.Documents).From);
        await ward.Room.ConsentAsync(Ward.Hanako, Ward.Clinic, ward.Today, Ward.Me);
        var doctors = (await ward.Room.OpenAsync(Ward.Card(1), ReadingGround.Consent, "", Ward.Doctor)).Value;
        Assert.Equal(3, doctors.Documents.Count);
        Assert.Contains(doctors.Documents, d => d.Hidden);
        Assert.Contains(doctors.Documents.SelectMany(d => d.Items), i => i.NotTold);
    }

    [Fact]
    public async Task A_provider_reads_with_consent_until_its_day_or_until_it_is_taken_back()
    {
        await ward.Take(Ward.Document("d-1"));
        Assert.Equal("primary.no-consent", await Code(ReadingGround.Consent));
        var given = (await ward.Room.ConsentAsync(Ward.Hanako, Ward.Clinic, ward.Today.AddDays(30), Ward.Me)).Value;
        Assert.Null(await Code(ReadingGround.Consent));
        Assert.Equal("primary.no-consent", await Code(ReadingGround.Consent, by: Ward.Other));
        Assert.Equal("primary.no-consent", (await ward.Room.OpenAsync(Ward.Card(2), ReadingGround.Consent, "", Ward.Doctor)).Findings[0].Code);
        ward.Clock.Now = ward.Clock.Now.AddDays(30);
        Assert.Null(await Code(ReadingGround.Consent));
        ward.Clock.Now = ward.Clock.Now.AddDays(1);
        Assert.Equal("primary.no-consent", await Code(ReadingGround.Consent));
        ward.Clock.Now = ward.Clock.Now.AddDays(-10);
        await ward.Room.WithdrawAsync(Ward.Hanako, given.Id, Ward.Me);
        Assert.Equal("primary.no-consent", await Code(ReadingGround.Consent));
        Assert.Equal("primary.withdrawn", (await ward.Room.WithdrawAsync(Ward.Hanako, given.Id, Ward.Me)).Findings[0].Code);
        Assert.Equal("primary.consent-unknown", (await ward.Room.WithdrawAsync(Ward.Citizen(2), given.Id, Ward.Me)).Findings[0].Code);
        ward.Reopen();
        Assert.NotNull(Assert.Single(ward.Room.ConsentsOf(Ward.Hanako)).WithdrawnAt);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(800)]
    public async Task A_consent_ends_in_the_future_and_not_too_far(int days) =>
        Assert.Equal("primary.until", (await ward.Room.ConsentAsync(Ward.Hanako, Ward.Clinic, ward.Today.AddDays(days), Ward.Me)).Findings[0].Code);

    [Fact]
    public async Task In_an_emergency_the_reason_is_recorded_the_person_sees_it_and_an_auditor_looks()
    {
        await ward.Take(Ward.Document("d-1"));
        Assert.Equal("primary.reason", await Code(ReadingGround.Emergency, reason: "急ぎ"));
        Assert.Equal("primary.reason", await Code(ReadingGround.Emergency, reason: new string('x', 501)));
        Assert.Null(await Code(ReadingGround.Emergency, reason: Ward.Reason));
        var seen = Assert.Single(ward.Room.ReadingsOf(Ward.Hanako));
        Assert.Equal((ReadingGround.Emergency, Ward.Clinic, Ward.Doctor.Id, Ward.Reason, 1), (seen.Ground, seen.Provider!.Value, seen.By, seen.Reason, seen.Documents));
        Assert.Empty(ward.Room.EmergenciesFor(Ward.Doctor));
        Assert.Empty(ward.Room.EmergenciesFor(Ward.Operator));
        var one = Assert.Single(ward.Room.EmergenciesFor(Ward.Auditor));
        Assert.DoesNotContain(Ward.Hanako.ToString(), one.Person, StringComparison.Ordinal);
        Assert.Equal("primary.role", (await ward.Room.ReviewAsync(one.Person, seen.Id, true, "fine", Ward.Doctor)).Findings[0].Code);
        Assert.Equal("primary.note", (await ward.Room.ReviewAsync(one.Person, seen.Id, true, " ", Ward.Auditor)).Findings[0].Code);
        Assert.Equal("primary.reading-unknown", (await ward.Room.ReviewAsync(one.Person, "r-0", true, "fine", Ward.Auditor)).Findings[0].Code);
        Assert.Equal("primary.reading-unknown", (await ward.Room.ReviewAsync("../x", seen.Id, true, "fine", Ward.Auditor)).Findings[0].Code);
        Assert.Equal("primary.own-emergency", (await ward.Room.ReviewAsync(one.Person, seen.Id, true, "fine", Ward.Doctor with { Roles = Role.Clinician | Role.Auditor })).Findings[0].Code);
        Assert.False((await ward.Room.ReviewAsync(one.Person, seen.Id, false, "診療録に記載がない", Ward.Auditor)).Value.Review!.Justified);
        Assert.Equal("primary.reviewed", (await ward.Room.ReviewAsync(one.Person, seen.Id, true, "fine", Ward.Auditor)).Findings[0].Code);
        ward.Reopen();
        Assert.Equal("診療録に記載がない", ward.Room.ReadingsOf(Ward.Hanako)[0].Review!.Note);
    }

    [Fact]
    public async Task In_a_declared_disaster_providers_read_until_it_ends()
    {
        await ward.Take(Ward.Document("d-1"));
        Assert.Equal("primary.no-disaster", await Code(ReadingGround.Disaster));
        Assert.Equal("primary.role", (await ward.Room.DeclareDisasterAsync("地震", ward.Today.AddDays(3), Ward.Doctor)).Findings[0].Code);
        Assert.Equal("primary.until", (await ward.Room.DeclareDisasterAsync("地震", ward.Today.AddDays(300), Ward.Operator)).Findings[0].Code);
        var declared = (await ward.Room.DeclareDisasterAsync("地震（県の要請）", ward.Today.AddDays(3), Ward.Operator)).Value;
        Assert.Null(await Code(ReadingGround.Disaster));
        ward.Clock.Now = ward.Clock.Now.AddDays(4);
        Assert.Equal("primary.no-disaster", await Code(ReadingGround.Disaster));
        ward.Clock.Now = ward.Clock.Now.AddDays(-3);
        Assert.Equal("primary.role", (await ward.Room.EndDisasterAsync(declared.Id, Ward.Auditor)).Findings[0].Code);
        await ward.Room.EndDisasterAsync(declared.Id, Ward.Operator);
        Assert.Equal("primary.no-disaster", await Code(ReadingGround.Disaster));
        Assert.Equal("primary.disaster-unknown", (await ward.Room.EndDisasterAsync("r-0", Ward.Operator)).Findings[0].Code);
        Assert.Single(ward.Room.EmergenciesFor(Ward.Auditor));
    }

    public static TheoryData<Role> NoReaders => [.. Enum.GetValues<Role>().Where(r => r is not (Role.Clinician or Role.None))];

    [Theory]
    [MemberData(nameof(NoReaders))]
    public async Task No_other_role_reads_another_s_record(Role role)
    {
        var by = Ward.Doctor with { Roles = role };
        foreach (var ground in Enum.GetValues<ReadingGround>())
        {
            Assert.Equal("primary.role", (await ward.Room.OpenAsync(Ward.Card(1), ground, Ward.Reason, by)).Findings[0].Code);
        }

        Assert.Equal("primary.role", (await ward.Room.OpenAsync(Ward.Card(1), ReadingGround.Emergency, Ward.Reason, Ward.Doctor with { Affiliation = "" })).Findings[0].Code);
        Assert.Equal("primary.role", (await ward.Room.OpenAsync(Ward.Card(1), ReadingGround.Own, "", Ward.Doctor)).Findings[0].Code);
        Assert.Equal(0, ward.Ledger.Size);
        if (role != Role.Citizen)
        {
            Assert.Equal("primary.role", (await ward.Room.OpenOwnAsync(Ward.Hanako, by)).Findings[0].Code);
            Assert.Equal("primary.role", (await ward.Room.ConsentAsync(Ward.Hanako, Ward.Clinic, ward.Today, by)).Findings[0].Code);
        }
    }

    [Fact]
    public async Task Every_reading_and_every_refused_try_is_on_the_ledger_before_anything_is_shown()
    {
        await ward.Take(Ward.Document("d-1"));
        await ward.Room.OpenOwnAsync(Ward.Hanako, Ward.Me);
        await ward.Room.OpenAsync(Ward.Card(1), ReadingGround.Consent, "", Ward.Doctor);
        await ward.Room.OpenAsync(Ward.Card(1), ReadingGround.Emergency, Ward.Reason, Ward.Doctor);
        var events = ward.Ledger.ReadAll(0, "primary/").ToList();
        Assert.Equal(["primary.record-read", "primary.reading-refused", "primary.record-read"], events.Select(e => e.Type));
        Assert.Equal(["citizen", "dr-b", "dr-b"], events.Select(e => e.By.Value));
        var open = string.Join('\n', events.Select(e => $"{e.Stream} {Encoding.UTF8.GetString(e.Json.Span)}"));
        Assert.DoesNotContain(Ward.Hanako.ToString(), open, StringComparison.Ordinal);
        Assert.DoesNotContain("意識", open, StringComparison.Ordinal);
        Assert.DoesNotContain("clinic-b", open, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_document_again_replaces_the_former_and_an_unknown_person_s_is_not_kept()
    {
        Assert.Equal(new FeedResult(1, 1), await ward.Take(Ward.Document("d-1"), Ward.Document("d-2", person: 5000)));
        Assert.Equal(new FeedResult(1, 0), await ward.Take(Ward.Document("d-1", items: Ward.Item("卵"))));
        await ward.Room.TakeAsync(Ward.Clinic, [Ward.Document("d-1")]);
        Assert.Equal(["ペニシリン", "卵"], (await ward.Room.OpenOwnAsync(Ward.Hanako, Ward.Me)).Value.Documents.SelectMany(d => d.Items).Select(i => i.Name).Order());
    }

    [Fact]
    public async Task The_store_shows_nothing_without_its_keys_and_notices_what_was_changed()
    {
        await ward.Take(Ward.Document("d-1"), Ward.Document("d-2", person: 2));
        SqliteConnection.ClearAllPools();
        var folder = Path.Combine(ward.Folder, "primary");
        var bytes = Directory.EnumerateFiles(folder).SelectMany(File.ReadAllBytes).ToArray();
        foreach (var secret in new[] { "ペニシリン", "ミナト", "hospital-a", "退院時サマリー" })
        {
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) < 0, secret);
        }

        using (var open = new SqliteConnection($"Data Source={Path.Combine(folder, "primary.db")}"))
        {
            open.Open();
            using var swap = open.CreateCommand();
            swap.CommandText = "CREATE TEMP TABLE before AS SELECT * FROM documents; UPDATE documents SET sealed = (SELECT b.sealed FROM before b WHERE b.person <> documents.person)";
            swap.ExecuteNonQuery();
        }

        await Assert.ThrowsAnyAsync<CryptographicException>(() => ward.Room.OpenOwnAsync(Ward.Hanako, Ward.Me));
    }

    /// <summary>A process that writes without end is killed, several times; what was answered is there, whole.</summary>
    [Fact]
    public async Task A_kill_in_the_middle_of_writing_loses_nothing_that_was_answered()
    {
        var folder = Path.Combine(ward.Folder, "killed");
        Directory.CreateDirectory(folder);
        var exe = Environment.ProcessPath!;
        for (var round = 0; round < 2; round++)
        {
            using var writer = Process.Start(new ProcessStartInfo(exe, "-noLogo -method *.Writes_until_it_is_killed") { Environment = { ["MINATO_PRIMARY_KILLED"] = folder }, RedirectStandardOutput = true, UseShellExecute = false })!;
            var said = Path.Combine(folder, "answered");
            for (var waited = 0; waited < 200 && !(File.Exists(said) && new FileInfo(said).Length > (round + 1) * 200); waited++)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }

            writer.Kill();
            await writer.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        var answered = (await File.ReadAllLinesAsync(Path.Combine(folder, "answered"), TestContext.Current.CancellationToken)).Length - 1;
        Assert.True(answered > 20, $"{answered} answered");
        var names = new RecordStore(folder, ward.Keys);
        var there = names.Of(names.NameOf(Ward.Hanako)).Select(d => d.Items[0].Name).ToHashSet();
        Assert.All((await File.ReadAllLinesAsync(Path.Combine(folder, "answered"), TestContext.Current.CancellationToken)).Take(answered), name => Assert.Contains(name, there));
    }

    [Fact]
    public async Task Writes_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable("MINATO_PRIMARY_KILLED");
        Assert.SkipWhen(folder is null, "is started by another test");
        var store = new RecordStore(folder!, ward.Keys);
        await using var said = new StreamWriter(Path.Combine(folder!, "answered"), append: true) { AutoFlush = true };
        for (var n = 0; n < 100_000; n++)
        {
            var name = $"{Environment.ProcessId}-{n}";
            store.Put([(store.NameOf(Ward.Hanako), Ward.Hospital, Ward.Document(name, items: Ward.Item(name)))]);
            await said.WriteLineAsync(name);
        }
    }

    public void Dispose() => ward.Dispose();

    private async Task<string?> Code(ReadingGround ground, string reason = "", Actor? by = null) =>
        (await ward.Room.OpenAsync(Ward.Card(1), ground, reason, by ?? Ward.Doctor)).Findings is [var first, ..] ? first.Code : null;
}
