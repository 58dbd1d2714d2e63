using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage.Tests.Pseudonyms;

/// <summary>How much may be converted, by whom, and under which name: data, counted on the ledger.</summary>
public sealed class ConversionLimitTests : IDisposable
{
    private const string Tight = """
        {
          "version": "conversion@test", "about": { "ja": "試験", "en": "test" },
          "peoplePerCall": 5, "peoplePerDay": 12, "peoplePerPermit": 22, "refusedCallsPerDay": 3, "dualControlAbove": 8
        }
        """;

    private static readonly ActorId Caller = new("caller");
    private static readonly ActorId Second = new("second");
    private readonly Quay quay = new();
    private readonly string standards = Directory.CreateTempSubdirectory("minato-standards-").FullName;

    private static PersonIdentity Person(int n) => new()
    {
        InsurerNumber = "01130012",
        InsuredSymbol = "5",
        InsuredNumber = $"{1000 + n}",
        InsuredBranch = "00",
        NameKana = "ヤマダ タロウ",
        BirthDate = new DateOnly(1950, 1, 2).AddDays(n * 37),
        Sex = Sex.Male,
    };

    private LinkageRoom Open(string policy)
    {
        var from = Path.Combine(Quay.Root(), "standards", "linkage");
        var to = Directory.CreateDirectory(Path.Combine(standards, "linkage")).FullName;
        foreach (var file in Directory.EnumerateFiles(from))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
        }

        File.WriteAllText(Path.Combine(to, "conversion-v1.json"), policy);
        return quay.Open(standards);
    }

    private async Task<Pseudonym<Dataset>[]> People(int count) =>
        [.. (await quay.Link(Quay.Review, Quay.Claims, [.. Enumerable.Range(0, count).Select(Person)])).Select(l => l.Person)];

    private async Task<string> Convert(LinkageRoom room, IReadOnlyList<Pseudonym<Dataset>> people, PermitId? permit = null, string? provision = null)
    {
        var converted = await room.ConvertAsync(new ConversionRequest(permit ?? Quay.Permit, Quay.Claims, people, quay.Nobody, Caller, provision));
        return converted.IsOk ? "converted" : converted.Findings[0].Code;
    }

    [Fact]
    public async Task Each_limit_refuses_and_is_written_down_and_the_next_day_begins_anew()
    {
        var people = await People(6);
        using var room = Open(Tight);
        var other = new PermitId("p-2026-0002");
        foreach (var permit in new[] { Quay.Permit, other })
        {
            _ = (await room.OpenProjectAsync(permit, [Quay.Claims], quay.Clock.Now.AddYears(1), Quay.Desk)).Value;
        }

        Assert.Equal("linkage.quota-call", await Convert(room, people));
        Assert.Equal("converted", await Convert(room, people[..5]));
        Assert.Equal("linkage.dual-control", await Convert(room, people[..5]));
        Assert.Equal("converted", await Convert(room, people[..3]));
        Assert.Equal("converted", await Convert(room, people[..5], other));

        // Nobody approves their own call.
        _ = (await room.ApproveConversionAsync(Quay.Permit, 100, "whole cohort", Caller)).Value;
        Assert.Equal("linkage.dual-control", await Convert(room, people[..1]));
        Assert.Equal("linkage.quota-refused", await Convert(room, people[..1]));

        // A day in Japan begins at 15:00 UTC; the approval was for the day.
        quay.Clock.Now = new DateTimeOffset(2026, 4, 1, 15, 0, 0, TimeSpan.Zero);
        _ = (await room.ApproveConversionAsync(Quay.Permit, 100, "whole cohort", Second)).Value;
        Assert.Equal("converted", await Convert(room, people[..5]));
        Assert.Equal("converted", await Convert(room, people[..5]));
        Assert.Equal("linkage.quota-day", await Convert(room, people[..3]));
        quay.Clock.Now = quay.Clock.Now.AddDays(1);
        Assert.Equal("linkage.quota-permit", await Convert(room, people[..5]));
        Assert.Equal("converted", await Convert(room, people[..2]));
        Assert.Equal(6, quay.Events(LedgerStreams.Conversions).OfType<LinkageEvent.ConversionRefused>().Count());

        // Counted on the ledger, so another process or a restart forgets nothing.
        using var again = Open(Tight);
        Assert.Equal("linkage.quota-permit", await Convert(again, people[..3]));
    }

    [Fact]
    public async Task An_approval_needs_an_open_project_a_number_and_a_reason()
    {
        async Task<string> Approve(PermitId permit, long people, string reason) => (await quay.Room.ApproveConversionAsync(permit, people, reason, Second)).Findings[0].Code;
        Assert.Equal("linkage.project-not-open", await Approve(Quay.Permit, 1, "why"));
        _ = (await quay.Room.OpenProjectAsync(Quay.Permit, [Quay.Claims], quay.Clock.Now.AddDays(1), Quay.Desk)).Value;
        Assert.Equal("linkage.reason-missing", await Approve(Quay.Permit, 0, "why"));
        Assert.Equal("linkage.reason-missing", await Approve(Quay.Permit, 1, ""));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{ "version": "x", "about": { "ja": "", "en": "" }, "peoplePerCall": 0, "peoplePerDay": 1, "peoplePerPermit": 1, "refusedCallsPerDay": 1, "dualControlAbove": 0 }""")]
    [InlineData("""{ "version": "x", "about": { "ja": "", "en": "" }, "peoplePerCall": 1, "peoplePerDay": 1, "peoplePerPermit": 1, "refusedCallsPerDay": 1, "dualControl": 0 }""")]
    public void Limits_that_do_not_say_what_they_should_open_no_room(string policy) => Assert.Throws<FormatException>(() => Open(policy));

    [Fact]
    public async Task Provisions_of_a_permit_join_unless_they_were_separated()
    {
        var people = await People(50);
        var first = await ToProvision(people, "x-1");
        var second = await ToProvision(people, "x-2");
        Assert.Equal(first.People, second.People);
        Assert.Equal(first.KeyEpoch, second.KeyEpoch);
        Assert.Null(KeyDomain.ProvisionOf(first.KeyEpoch));
        Assert.Equal("linkage.project-in-use", (await quay.Room.SeparateProvisionsAsync(Quay.Permit, Quay.Desk)).Findings[0].Code);
    }

    [Fact]
    public async Task Separate_provisions_do_not_join_each_can_be_repeated_and_all_end_with_the_project()
    {
        var people = await People(50);
        _ = (await quay.Room.OpenProjectAsync(Quay.Permit, [Quay.Claims], quay.Clock.Now.AddYears(1), Quay.Desk)).Value;
        _ = (await quay.Room.SeparateProvisionsAsync(Quay.Permit, Quay.Desk)).Value;
        Assert.True((await quay.Room.SeparateProvisionsAsync(Quay.Permit, Quay.Desk)).IsOk);
        Assert.Equal("linkage.provision-missing", await Convert(quay.Room, people));
        Assert.Equal("linkage.provision-missing", await Convert(quay.Room, people, provision: "../x"));
        var first = await ToProvision(people, "x-1");
        var second = await ToProvision(people, "x-2");
        Assert.Equal(100, first.People.Concat(second.People).Distinct().Count());
        Assert.StartsWith("domain/project/p-2026-0001/x-1#", first.KeyEpoch, StringComparison.Ordinal);
        Assert.Equal("x-2", KeyDomain.ProvisionOf(second.KeyEpoch));

        quay.Reopen();
        var again = await ToProvision(people, "x-1");
        Assert.Equal((first.KeyEpoch, first.People[7]), (again.KeyEpoch, again.People[7]));
        foreach (var provision in new[] { first, second })
        {
            Assert.True((await quay.Room.RecordUseAsync(Quay.Permit, "e-1", [.. provision.People.Select(p => p!.Value)])).IsOk);
        }

        // Two provisions mixed are no provision.
        Assert.Equal("linkage.unknown-pseudonym", (await quay.Room.RecordUseAsync(Quay.Permit, "e-1", [first.People[0]!.Value, second.People[0]!.Value])).Findings[0].Code);
        Assert.True((await quay.Room.CloseProjectAsync(Quay.Permit, Quay.Desk)).Value);
        Assert.Throws<KeyDestroyedException>(() => PseudonymDomain.OfProvision(quay.Keys, "x-1", PseudonymDomain.NameOf(Quay.Permit)));
        Assert.Equal("linkage.project-closed", await Convert(quay.Room, people, provision: "x-1"));
    }

    private async Task<Conversion> ToProvision(IReadOnlyList<Pseudonym<Dataset>> people, string provision)
    {
        _ = (await quay.Room.OpenProjectAsync(Quay.Permit, [Quay.Claims], quay.Clock.Now.AddYears(1), Quay.Desk)).Value;
        return (await quay.Room.ConvertAsync(new ConversionRequest(Quay.Permit, Quay.Claims, people, quay.Nobody, Caller, provision))).Value;
    }

    public void Dispose()
    {
        quay.Dispose();
        Directory.Delete(standards, recursive: true);
    }
}
