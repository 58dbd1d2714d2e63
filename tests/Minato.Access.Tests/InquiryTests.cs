using System.Text;

namespace Minato.Access.Tests;

/// <summary>Anybody asks, without a name; the answer is read with the ticket; what concerns all is published in plain words.</summary>
public class InquiryTests
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_question_is_answered_to_who_has_the_ticket_and_nobody_else_reads_it()
    {
        var world = new World();
        var desk = InquiryRoom.Open(world.Ledger, World.Keys);
        var ticket = (await desk.AskAsync(InquiryKind.Question, "わたしの検診のけっかも使われますか", None)).Value;
        Assert.Equal(InquiryState.Open, desk.Read(ticket).Value.State);
        Assert.Equal("inquiry.unknown", desk.Read(ticket with { Word = "0000" }).Findings.Single().Code);
        Assert.Equal("inquiry.unknown", desk.Read(ticket with { Id = "q-0" }).Findings.Single().Code);
        Assert.Equal("inquiry.not-permitted", (await desk.AnswerAsync(ticket.Id, "はい", World.Auditor, None)).Findings.Single().Code);
        await desk.AnswerAsync(ticket.Id, "はい。断ることもできます。", World.Secretariat, None);
        Assert.Equal("はい。断ることもできます。", desk.Read(ticket).Value.Answer);
        Assert.Equal("", desk.VisibleTo(World.Auditor).Single().Text);
        Assert.Empty(desk.VisibleTo(World.Stranger));

        // Neither text nor word stands in the ledger.
        var ledger = string.Concat(world.Ledger.ReadAll().Select(e => Encoding.UTF8.GetString(e.Json.Span)));
        Assert.DoesNotContain("検診", ledger, StringComparison.Ordinal);
        Assert.DoesNotContain(ticket.Word, ledger, StringComparison.Ordinal);
        Assert.Equal((1, 1), InquiryRoom.Open(world.Ledger, World.Keys).Figures[InquiryKind.Question]);
    }

    [Fact]
    public async Task A_complaint_about_a_choice_goes_on_to_the_authority()
    {
        var world = new World();
        var desk = InquiryRoom.Open(world.Ledger, World.Keys);
        var ticket = (await desk.AskAsync(InquiryKind.ChoiceComplaint, "My refusal was not honoured.", None)).Value;
        await desk.ForwardAsync(ticket.Id, "個人情報保護委員会", World.Secretariat, None);
        Assert.Equal("個人情報保護委員会", desk.Read(ticket).Value.ForwardedTo);
        Assert.Equal("inquiry.forwarded", (await desk.AnswerAsync(ticket.Id, "x", World.Secretariat, None)).Findings.Single().Code);
        Assert.Equal("inquiry.closed", (await desk.ForwardAsync(ticket.Id, "x", World.Secretariat, None)).Findings.Single().Code);
    }

    [Fact]
    public async Task What_was_answered_is_published_in_both_languages()
    {
        var world = new World();
        var desk = InquiryRoom.Open(world.Ledger, World.Keys);
        var ticket = (await desk.AskAsync(InquiryKind.Question, "q", None)).Value;
        var (q, a) = (new Bilingual("亡くなった人のデータも使われますか", "Is the data of people who have died used too?"), new Bilingual("はい。ご家族が断ることができます。", "Yes. The family may refuse."));
        Assert.Equal("inquiry.not-answered", (await desk.PublishAsync(ticket.Id, q, a, World.Secretariat, None)).Findings.Single().Code);
        await desk.AnswerAsync(ticket.Id, "Yes.", World.Secretariat, None);
        Assert.Equal("inquiry.text", (await desk.PublishAsync(ticket.Id, q with { En = "" }, a, World.Secretariat, None)).Findings.Single().Code);
        await desk.PublishAsync(ticket.Id, q, a, World.Secretariat, None);
        Assert.Equal(q, desk.Published.Single().Question);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(null)]
    public async Task An_empty_text_is_refused(string? text) =>
        Assert.Equal("inquiry.text", (await InquiryRoom.Open(new World().Ledger, World.Keys).AskAsync(InquiryKind.Question, text!, None)).Findings.Single().Code);
}
