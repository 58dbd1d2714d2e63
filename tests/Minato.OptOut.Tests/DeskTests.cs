using System.Text;
using Minato.OptOut.Desk;

namespace Minato.OptOut.Tests;

/// <summary>By paper and by phone, through people: nobody alone, and no name kept.</summary>
public sealed class DeskTests : IDisposable
{
    private static readonly DeskOrder Paper = new(OrderKind.Choose, ChoiceChannel.Paper, Counter.Who(7));
    private static readonly DeskOrder Phone = new(OrderKind.Choose, ChoiceChannel.Phone, Counter.Who(7), Checks: ["birth-date", "call-back"]);
    private readonly Counter counter = new();

    [Fact]
    public async Task A_paper_counts_when_two_read_the_same()
    {
        var taken = (await counter.Desk.TakeAsync(Paper, Counter.Clerk)).Value;
        Assert.Equal(DeskState.WaitsForSecondLook, taken.State);
        Assert.False(counter.IsRefused(7));
        Assert.Equal("desk.not-done", counter.Desk.Letter(taken.Id, Counter.Clerk).Findings[0].Code);
        Assert.Equal("desk.same-person", (await counter.Desk.LookAgainAsync(taken.Id, Paper, Counter.Clerk)).Findings[0].Code);
        counter.Reopen();
        var done = (await counter.Desk.LookAgainAsync(taken.Id, Paper, Counter.Colleague)).Value;
        Assert.Equal(DeskState.Done, done.State);
        Assert.Equal(["clerk-1", "clerk-2"], done.Looks);
        Assert.True(counter.IsRefused(7));
        Assert.Equal(ChoiceChannel.Paper, counter.Room.ChoicesOf(Counter.Citizen(7))[0].Channel);
        Assert.Equal("desk.closed", (await counter.Desk.LookAgainAsync(taken.Id, Paper, Counter.Third)).Findings[0].Code);
    }

    [Theory]
    [InlineData(8, true, null)]
    [InlineData(7, false, null)]
    [InlineData(7, true, "claims")]
    public async Task Two_who_read_differently_need_a_third(int number, bool refuse, string? dataset)
    {
        var other = Paper with { Person = Counter.Who(number), Refuse = refuse, Scope = dataset is null ? null : new ChoiceScope(Dataset: new DatasetId(dataset)) };
        var taken = (await counter.Desk.TakeAsync(Paper, Counter.Clerk)).Value;
        Assert.Equal(DeskState.ReadDifferently, (await counter.Desk.LookAgainAsync(taken.Id, other, Counter.Colleague)).Value.State);
        Assert.Equal(0, counter.Room.PersonsRefusing);
        Assert.Equal(DeskState.Done, (await counter.Desk.LookAgainAsync(taken.Id, Paper, Counter.Third)).Value.State);
        Assert.True(counter.IsRefused(7));
    }

    [Fact]
    public async Task A_paper_that_nobody_can_read_is_dropped_with_a_reason()
    {
        var taken = (await counter.Desk.TakeAsync(Paper, Counter.Clerk)).Value;
        Assert.Equal("desk.reason", (await counter.Desk.DropAsync(taken.Id, "", Counter.Clerk)).Findings[0].Code);
        Assert.Equal("desk.role", (await counter.Desk.DropAsync(taken.Id, "blurred", Counter.Somebody)).Findings[0].Code);
        Assert.Equal(DeskState.Dropped, (await counter.Desk.DropAsync(taken.Id, "blurred", Counter.Colleague)).Value.State);
        Assert.Equal("desk.closed", (await counter.Desk.LookAgainAsync(taken.Id, Paper, Counter.Third)).Findings[0].Code);
        Assert.Equal("desk.unknown", (await counter.Desk.DropAsync("000000000000", "x", Counter.Clerk)).Findings[0].Code);
    }

    [Fact]
    public async Task By_phone_who_is_known_refuses_at_once_and_nobody_allows()
    {
        Assert.Equal("desk.not-known", (await counter.Desk.TakeAsync(Phone with { Checks = ["birth-date", "birth-date", "looks nice"] }, Counter.Clerk)).Findings[0].Code);
        Assert.Equal("desk.phone-refuses-only", (await counter.Desk.TakeAsync(Phone with { Refuse = false }, Counter.Clerk)).Findings[0].Code);
        Assert.Equal("desk.phone-refuses-only", (await counter.Desk.TakeAsync(Phone with { Kind = OrderKind.TakeBack, Choice = "c-1" }, Counter.Clerk)).Findings[0].Code);
        Assert.Equal("desk.evidence-by-phone", (await counter.Desk.TakeAsync(Phone with { Kind = OrderKind.ActFor, Proxy = Counter.Who(1), Ground = "parent" }, Counter.Clerk)).Findings[0].Code);
        Assert.Equal("desk.role", (await counter.Desk.TakeAsync(Phone, Counter.Somebody)).Findings[0].Code);
        Assert.Equal("desk.role", (await counter.Desk.TakeAsync(Phone, Counter.Clerk with { Roles = Role.Operator })).Findings[0].Code);
        Assert.Equal("linkage.unknown-person", (await counter.Desk.TakeAsync(Phone with { Person = new PersonIdentity() }, Counter.Clerk)).Findings[0].Code);
        Assert.Equal(0, counter.Ledger.Size);
        Assert.Equal(DeskState.Done, (await counter.Desk.TakeAsync(Phone, Counter.Clerk)).Value.State);
        Assert.True(counter.IsRefused(7));
    }

    [Fact]
    public async Task The_letter_s_number_and_word_show_what_was_recorded_and_nothing_else_does()
    {
        var done = (await counter.Desk.TakeAsync(Phone, Counter.Clerk)).Value;
        var letter = counter.Desk.Letter(done.Id, Counter.Colleague).Value;
        Assert.Equal("desk.role", counter.Desk.Letter(done.Id, Counter.Somebody).Findings[0].Code);
        var written = $" {letter.Receipt[..4]}-{letter.Receipt[4..8]} {letter.Receipt[8..]}";
        Assert.Equal(letter, counter.Desk.Read(written, letter.Word.ToUpperInvariant()).Value);
        Assert.Equal("choice.made", counter.Ledger.ReadAll(letter.LedgerIndex).First().Type);
        foreach (var (number, word) in new[] { (letter.Receipt, "aaaaaaaaaa"), (letter.Receipt, ""), ("123456789012", letter.Word), ("", letter.Word), (letter.Receipt[..11] + (char)('0' + ((letter.Receipt[11] - '0' + 1) % 10)), letter.Word) })
        {
            Assert.Equal("desk.letter-unknown", counter.Desk.Read(number, word).Findings[0].Code);
        }

        var back = (await counter.Desk.TakeAsync(Paper with { Kind = OrderKind.TakeBack, Choice = letter.Choice!.Choice.Id }, Counter.Clerk)).Value;
        await counter.Desk.LookAgainAsync(back.Id, Paper with { Kind = OrderKind.TakeBack, Choice = letter.Choice.Choice.Id }, Counter.Colleague);
        Assert.False(counter.IsRefused(7));
        Assert.NotNull(counter.Desk.Letter(back.Id, Counter.Clerk).Value.Choice!.WithdrawnAt);
    }

    [Fact]
    public async Task Evidence_that_two_looked_at_lets_a_parent_speak()
    {
        var order = new DeskOrder(OrderKind.ActFor, ChoiceChannel.Paper, Counter.Who(2, new DateOnly(2018, 6, 1)), Counter.Who(1), Ground: "parent", Evidence: ["residence-record"]);
        Assert.Equal("acting.evidence", (await counter.Desk.TakeAsync(order with { Evidence = [] }, Counter.Clerk)).Findings[0].Code);
        Assert.Equal("desk.proxy", (await counter.Desk.TakeAsync(order with { Proxy = null }, Counter.Clerk)).Findings[0].Code);
        var taken = (await counter.Desk.TakeAsync(order, Counter.Clerk)).Value;
        Assert.Equal("acting.none", (await counter.SaysFor(1, 2, refuse: true)).Findings[0].Code);
        await counter.Desk.LookAgainAsync(taken.Id, order, Counter.Colleague);
        Assert.True((await counter.SaysFor(1, 2, refuse: true)).IsOk);
        var grant = Assert.Single(counter.Room.SpeakingFor(Counter.Citizen(2)));
        Assert.Equal(["clerk-1", "clerk-2"], grant.CheckedBy);
        Assert.Equal("parent", counter.Desk.Letter(taken.Id, Counter.Clerk).Value.Ground);

        // By paper the parent's word for the child is known by the same right.
        var paper = new DeskOrder(OrderKind.Choose, ChoiceChannel.Paper, Counter.Who(2), Counter.Who(1), Refuse: false);
        var second = (await counter.Desk.TakeAsync(paper, Counter.Clerk)).Value;
        await counter.Desk.LookAgainAsync(second.Id, paper, Counter.Colleague);
        Assert.False(counter.IsRefused(2));
        var strangers = (await counter.Desk.TakeAsync(paper with { Proxy = Counter.Who(9) }, Counter.Clerk)).Value;
        Assert.Equal("acting.none", (await counter.Desk.LookAgainAsync(strangers.Id, paper with { Proxy = Counter.Who(9) }, Counter.Colleague)).Findings[0].Code);
    }

    [Fact]
    public async Task What_was_agreed_and_not_carried_out_is_carried_out_once()
    {
        var taken = (await counter.Desk.TakeAsync(Paper, Counter.Clerk)).Value;
        await counter.Room.ChooseForAsync(Counter.Citizen(7), ChoiceScope.Everything, refuse: true, new ChoiceWay(ChoiceChannel.Paper, taken.Id), Counter.Colleague);
        var done = (await counter.Desk.LookAgainAsync(taken.Id, Paper, Counter.Colleague)).Value;
        Assert.Equal(done.Made, Assert.Single(counter.Room.HistoryOf(Counter.Citizen(7))).Choice.Id);
    }

    [Fact]
    public async Task No_name_and_no_pseudonym_stands_on_the_ledger_or_in_what_the_desk_sees()
    {
        var taken = (await counter.Desk.TakeAsync(Paper, Counter.Clerk)).Value;
        await counter.Desk.LookAgainAsync(taken.Id, Paper, Counter.Colleague);
        var seen = string.Join('\n', counter.Ledger.ReadAll().Select(e => $"{e.Stream} {e.By} {Encoding.UTF8.GetString(e.Json.Span)}")) + System.Text.Json.JsonSerializer.Serialize(counter.Desk.VisibleTo(Counter.Clerk)) + Paper;
        Assert.DoesNotContain(Counter.Citizen(7).ToString(), seen, StringComparison.Ordinal);
        Assert.DoesNotContain("ミナト", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("0007", seen, StringComparison.Ordinal);
        Assert.Empty(counter.Desk.VisibleTo(Counter.Somebody));
        Assert.Single(counter.Desk.VisibleTo(Counter.Clerk with { Roles = Role.Auditor }));
    }

    public void Dispose() => counter.Dispose();
}
