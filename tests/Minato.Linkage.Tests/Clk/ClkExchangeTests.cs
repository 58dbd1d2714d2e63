using System.Text;
using Minato.Ledger;
using Minato.Linkage.Clk;

namespace Minato.Linkage.Tests;

/// <summary>The whole way: a project's keys, what holders send, pseudonyms, and nothing left.</summary>
public sealed class ClkExchangeTests : IDisposable
{
    private static readonly ClkParty Hospital = new(Quay.Hospital, Quay.Records);
    private static readonly ClkParty Review = new(Quay.Review, Quay.Claims);
    private static readonly (string Private, string Public)[] Pairs = [ClkHome.NewHolderKey(), ClkHome.NewHolderKey()];

    private readonly Quay quay = new();
    private readonly string home = Directory.CreateTempSubdirectory("minato-clk-").FullName;

    private string RoomFolder => Path.Combine(home, "room");

    [Fact]
    public async Task Two_holders_rows_become_persons_without_a_name_being_sent()
    {
        var people = ClkTown.People(400, 1);
        var random = new Random(2);
        var (left, right) = (people.Take(300).ToList(), people.Skip(100).Select(p => ClkTown.Misspelt(p, random)).ToList());
        var exchange = await Open();
        var keys = await NewProject(exchange, "heart");
        var (a, b) = (Encode(keys[0], 0, left, "a.clk"), Encode(keys[1], 1, right, "b.clk"));
        Assert.DoesNotContain(people[0].Family, Encoding.UTF8.GetString(File.ReadAllBytes(a)));

        var result = (await exchange.LinkAsync(a, b, new ClkPersons(quay.Room), Quay.Desk)).Value;

        // Row r of the first file is person r; row r of the second is person r + 100.
        var project = await ToProject(result);
        var (same, strangers) = (0, 0);
        for (var i = 0; i < 300; i++)
        {
            for (var j = 0; j < 300; j++)
            {
                if (project.Left[i] == project.Right[j])
                {
                    (same, strangers) = i == j + 100 ? (same + 1, strangers) : (same, strangers + 1);
                }
            }
        }

        Assert.InRange(same, 196, 200);
        Assert.Equal(same + strangers, result.Links);

        // The town has two girls of one street with one given name, born a digit apart: some of the random keys take them for one.
        Assert.InRange(strangers, 0, 1);
        Assert.InRange(result.ExpectedMatches, 190, 210);
        Assert.True(result.ExpectedPrecision > 0.99);
    }

    [Fact]
    public async Task Files_and_key_are_destroyed_and_the_ledger_says_so()
    {
        var exchange = await Open();
        var keys = await NewProject(exchange, "heart");
        var people = ClkTown.People(50, 1);
        var (a, b) = (Encode(keys[0], 0, people, "a.clk"), Encode(keys[1], 1, people, "b.clk"));
        var copy = Path.Combine(home, "copy.clk");
        File.Copy(a, copy);
        _ = (await exchange.LinkAsync(a, b, new ClkPersons(quay.Room), Quay.Desk)).Value;

        Assert.False(File.Exists(a) || File.Exists(b));
        Assert.Empty(Directory.GetFiles(RoomFolder, "*.clk"));
        Assert.True(quay.Keys.IsDestroyed("clk/heart"));
        var destroyed = Assert.IsType<ClkEvent.Destroyed>(EventJson.Read<ClkEvent>(quay.Told("linkage/clk/heart")[^1]));
        Assert.Equal((2, true), (destroyed.Files, destroyed.Key));

        // A copy that somebody kept cannot be opened any more, not even by this room.
        Assert.Equal("clk.project", Reason(await exchange.LinkAsync(copy, copy, new ClkPersons(quay.Room), Quay.Desk)));
    }

    [Fact]
    public async Task What_a_killed_process_left_is_destroyed_when_the_room_opens_again()
    {
        var exchange = await Open();
        var keys = await NewProject(exchange, "heart");
        var people = ClkTown.People(50, 1);
        var (a, b) = (Encode(keys[0], 0, people, "a.clk"), Encode(keys[1], 1, people, "b.clk"));
        File.Copy(a, Path.Combine(RoomFolder, "first.clk"));
        File.Copy(b, Path.Combine(RoomFolder, "second.clk"));

        exchange = await Open();
        Assert.Empty(Directory.GetFiles(RoomFolder, "*.clk"));
        Assert.Equal(2, Assert.IsType<ClkEvent.Destroyed>(EventJson.Read<ClkEvent>(quay.Told("linkage/clk/left-over")[^1])).Files);

        // The project goes on: the holders send again.
        Assert.True((await exchange.LinkAsync(a, b, new ClkPersons(quay.Room), Quay.Desk)).IsOk);
    }

    [Fact]
    public async Task A_process_killed_between_linking_and_destroying_finishes_later()
    {
        var exchange = await Open();
        _ = await NewProject(exchange, "heart");
        _ = quay.Keys.Key("clk/heart");
        await quay.Ledger.AppendAsync("linkage/clk/heart", -1, Quay.Desk, [EventJson.Write<ClkEvent>("linkage", new ClkEvent.Linked("a", "b", 1, 1, 1))]);
        exchange = await Open();
        Assert.True(quay.Keys.IsDestroyed("clk/heart"));
        Assert.True(Assert.Single(exchange.Projects, p => p.Id == "heart").IsDestroyed);
    }

    [Fact]
    public async Task Hostile_files_give_findings_and_nothing_else()
    {
        var exchange = await Open();
        var keys = await NewProject(exchange, "heart");
        var other = await NewProject(exchange, "brain");
        var people = ClkTown.People(5000, 1);
        var whole = File.ReadAllBytes(Encode(keys[0], 0, people, "whole.clk"));
        var headed = whole.AsSpan().IndexOf("}"u8) + 1;
        var cases = new Dictionary<string, (byte[] Bytes, string Code)>
        {
            ["empty"] = ([], "clk.magic"),
            ["magic"] = ([.. "NOTACLK\n"u8, .. whole[8..]], "clk.magic"),
            ["header length"] = ([.. whole[..8], 0xFF, 0xFF, 0xFF, 0x7F, .. whole[12..]], "clk.damaged"),
            ["header text"] = ([.. whole[..12], (byte)'[', .. whole[13..]], "clk.damaged"),
            ["in the header"] = (whole[..40], "clk.damaged"),
            ["absurd count"] = ([.. whole[..headed], 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F, .. whole[(headed + 8)..]], "clk.count"),
            ["negative count"] = ([.. whole[..headed], 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, .. whole[(headed + 8)..]], "clk.count"),
            ["fewer"] = ([.. whole[..headed], 1, 0, 0, 0, 0, 0, 0, 0, .. whole[(headed + 8)..]], "clk.damaged"),
            ["truncated"] = ([.. whole[..^40]], "clk.damaged"),
            ["last chunk gone"] = ([.. whole[..^20]], "clk.damaged"),
            ["chunk length"] = ([.. whole[..(headed + 8)], 1, 0, 0, 0, .. whole[(headed + 12)..]], "clk.damaged"),
            ["one bit"] = ([.. whole[..(headed + 100)], (byte)(whole[headed + 100] ^ 1), .. whole[(headed + 101)..]], "clk.seal"),
            ["trailing"] = ([.. whole, 1], "clk.damaged"),
            ["another fingerprint"] = (Replaced(whole, Fingerprint(exchange, "heart"), "0123456789abcdef"), "clk.key-fingerprint"),
            ["another project's key"] = (Replaced(Replaced(File.ReadAllBytes(Encode(other[0], 0, people, "x.clk")), "\"brain\"", "\"heart\""), Fingerprint(exchange, "brain"), Fingerprint(exchange, "heart")), "clk.seal"),
            ["unknown project"] = (Replaced(whole, "\"heart\"", "\"liver\""), "clk.project"),
        };
        foreach (var (name, (bytes, code)) in cases)
        {
            var (bad, good) = (Path.Combine(home, "bad.clk"), Encode(keys[1], 1, people[..10], "good.clk"));
            File.WriteAllBytes(bad, bytes);
            var refused = await exchange.LinkAsync(bad, good, new ClkPersons(quay.Room), Quay.Desk);
            Assert.False(refused.IsOk, name);
            Assert.True(refused.Findings.Any(f => f.Code == code), $"{name}: {string.Join("; ", refused.Findings)}");
            Assert.Empty(Directory.GetFiles(RoomFolder, "*.clk"));
        }

        Assert.False(quay.Keys.IsDestroyed("clk/heart"));
    }

    [Fact]
    public async Task Random_damage_never_gets_through()
    {
        var exchange = await Open();
        var keys = await NewProject(exchange, "heart");
        var whole = File.ReadAllBytes(Encode(keys[0], 0, ClkTown.People(30, 1), "whole.clk"));
        using var key = ClkEnvelope.Parse(keys[0].Json).Value.Open(Pairs[0].Private).Value;
        var random = new Random(4);
        for (var n = 0; n < 500; n++)
        {
            var bytes = whole.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            }

            if (!bytes.AsSpan().SequenceEqual(whole))
            {
                Assert.False(ClkReader.Read(new MemoryStream(bytes), "x", key.Transport).IsOk);
            }
        }
    }

    [Fact]
    public async Task A_key_opens_for_its_holder_only()
    {
        var exchange = await Open();
        var keys = await NewProject(exchange, "heart");
        Assert.Equal("clk.key", ClkHome.Open(keys[0].Json, Pairs[1].Private, Quay.Standards, "clk-v1").Findings[0].Code);
        Assert.Equal("clk.schema", ClkHome.Open(keys[0].Json, Pairs[0].Private, Quay.Standards, "clk-v1-salted").Findings[0].Code);
        Assert.Equal("clk.key", ClkHome.Open("{}", Pairs[0].Private, Quay.Standards, "clk-v1").Findings[0].Code);
        Assert.Equal("clk.key", ClkHome.Open(keys[0].Json, "no key", Quay.Standards, "clk-v1").Findings[0].Code);
    }

    public void Dispose()
    {
        quay.Dispose();
        Directory.Delete(home, recursive: true);
    }

    private Task<ClkExchange> Open() => ClkExchange.OpenAsync(RoomFolder, Quay.Standards, quay.Ledger, quay.Keys);

    private static async Task<IReadOnlyList<ClkKeyFile>> NewProject(ClkExchange exchange, string name) =>
        (await exchange.NewProjectAsync(name, "clk-v1", [(Hospital, Pairs[0].Public), (Review, Pairs[1].Public)], Quay.Desk)).Value;

    private string Encode(ClkKeyFile key, int holder, IReadOnlyList<ClkTown.Person> people, string name)
    {
        using var encoder = ClkHome.Open(key.Json, Pairs[holder].Private, Quay.Standards, "clk-v1").Value;
        var path = Path.Combine(home, name);
        using var stream = File.Create(path);
        encoder.Encode(people.Select((p, i) => new ClkSourceRow((uint)i + 1, p.Family, p.Given, null, p.Birth, p.Sex, p.Postal, null, p.Municipality, p.Town, p.Lot)), ClkTown.Today, stream);
        return path;
    }

    private async Task<(IReadOnlyList<Pseudonym<Project>?> Left, IReadOnlyList<Pseudonym<Project>?> Right)> ToProject(ClkResult result) =>
        ((await quay.ToProject(result.First.People, Quay.Records)).People, (await quay.ToProject(result.Second.People, Quay.Claims)).People);

    private static string Fingerprint(ClkExchange exchange, string project) => exchange.Projects.Single(p => p.Id == project).Fingerprint;

    private static string Reason<T>(Outcome<T> outcome) => outcome.Findings[0].Code;

    private static byte[] Replaced(byte[] bytes, string from, string to) => Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace(from, to, StringComparison.Ordinal));
}
