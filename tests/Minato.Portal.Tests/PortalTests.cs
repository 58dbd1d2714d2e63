using System.Security.Claims;
using Microsoft.AspNetCore.Http;

namespace Minato.Portal.Tests;

public class ActorClaimsTests
{
    private static ClaimsPrincipal User(params (string Type, string Value)[] claims) => new(new ClaimsIdentity(claims.Select(c => new Claim(c.Type, c.Value)), "test"));

    [Fact]
    public void A_signed_in_person_is_an_actor_with_all_their_roles()
    {
        var actor = ActorClaims.ActorOf(User(("sub", "rev-mori"), ("name", "森 さくら"), ("role", "CitizenReviewer"), ("role", "citizen"), ("affiliation", "citizens")))!;
        Assert.Equal(new ActorId("rev-mori"), actor.Id);
        Assert.Equal(Role.CitizenReviewer | Role.Citizen, actor.Roles);
        Assert.Equal("citizens", actor.Affiliation);
    }

    [Fact]
    public void Nobody_can_claim_to_be_the_software()
    {
        Assert.Equal(Role.None, ActorClaims.ActorOf(User(("sub", "x"), ("role", "System")))!.Roles);
        Assert.Equal(Role.None, ActorClaims.ActorOf(User(("sub", "x"), ("role", "256")))!.Roles);
    }

    [Fact]
    public void Without_a_sign_in_or_with_a_malformed_subject_there_is_no_actor()
    {
        Assert.Null(ActorClaims.ActorOf(new ClaimsPrincipal(new ClaimsIdentity())));
        Assert.Null(ActorClaims.ActorOf(User(("sub", "../x"))));
        Assert.Null(ActorClaims.CitizenOf(User(("sub", "x"), (ActorClaims.Citizen, "not hex"))));
    }
}

public class LanguageTests
{
    [Theory]
    [InlineData("", "", "", "ja")]
    [InlineData("", "", "en-GB,en", "en")]
    [InlineData("", "ja", "en-GB,en", "ja")]
    [InlineData("en", "ja", "ja", "en")]
    [InlineData("fr", "", "ja", "ja")]
    public void The_visitor_chooses_then_the_cookie_then_the_browser(string query, string cookie, string browser, string expected)
    {
        var context = new DefaultHttpContext();
        context.Request.QueryString = new QueryString(query.Length > 0 ? "?lang=" + query : "");
        context.Request.Headers.Cookie = cookie.Length > 0 ? $"{Language.Cookie}={cookie}" : "";
        context.Request.Headers.AcceptLanguage = browser;
        Assert.Equal(expected, new Language(new HttpContextAccessor { HttpContext = context }).Code);
    }
}

public class WordsTests
{
    [Fact]
    public void Every_state_and_category_has_words_in_both_languages()
    {
        IEnumerable<Bilingual> words =
        [
            .. Enum.GetValues<Access.ApplicationState>().Select(EventWords.State),
            .. Enum.GetValues<Release.SubmissionState>().Select(EventWords.State),
            .. Enum.GetValues<DataCategory>().Select(EventWords.Category),
        ];
        Assert.All(words, w =>
        {
            Assert.Contains(w.Ja, c => c > 0x2FFF || w.Ja == "PHR");
            Assert.DoesNotContain(w.En, c => c > 0x2FFF);
        });
    }

    [Fact]
    public void An_unknown_event_shows_its_own_name() => Assert.Equal("new.thing", EventWords.Of("new.thing").En);
}
