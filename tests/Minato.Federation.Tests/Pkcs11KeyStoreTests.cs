using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Minato.Federation.Keys;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Minato.Federation.Tests;

/// <summary>The key store in a token, against SoftHSM 2.</summary>
public sealed class Pkcs11KeyStoreTests : KeyStoreTests
{
    private readonly SoftToken token;

    public Pkcs11KeyStoreTests()
    {
        Assert.SkipUnless(SoftToken.IsInstalled, "softhsm2 is not installed");
        token = SoftToken.Make();
    }

    [Fact]
    public void A_key_is_derived_inside_as_nist_says_and_its_secret_cannot_be_read()
    {
        using var keys = Open();
        var key = keys.Key("domain/citizen");
        using var session = LoggedIn();
        var secret = Assert.Single(session.FindAllObjects([Attribute(CKA.CKA_CLASS, (ulong)CKO.CKO_SECRET_KEY)]));
        var protections = session.GetAttributeValue(secret, [CKA.CKA_SENSITIVE, CKA.CKA_EXTRACTABLE, CKA.CKA_NEVER_EXTRACTABLE, CKA.CKA_ALWAYS_SENSITIVE, CKA.CKA_PRIVATE]);
        Assert.Equal([true, false, true, true, true], protections.Select(a => a.GetValueAsBool()));
        Assert.True(session.GetAttributeValue(secret, [CKA.CKA_VALUE])[0].CannotBeRead);
        Assert.DoesNotContain(Directory.EnumerateFiles(token.Files).Concat(Directory.EnumerateFiles(Folder)), f => File.ReadAllBytes(f).AsSpan().IndexOf(key) >= 0);
    }

    [Fact]
    public void The_derivation_is_sp_800_108_in_counter_mode()
    {
        // A secret that the test knows, put into the token under the name: the framework's own derivation must agree.
        var known = RandomNumberGenerator.GetBytes(32);
        using (var session = LoggedIn())
        {
            session.CreateObject(
            [
                Attribute(CKA.CKA_CLASS, (ulong)CKO.CKO_SECRET_KEY), Attribute(CKA.CKA_KEY_TYPE, (ulong)CKK.CKK_GENERIC_SECRET), Attribute(CKA.CKA_TOKEN, true),
                Attribute(CKA.CKA_PRIVATE, true), Attribute(CKA.CKA_SIGN, true), Attribute(CKA.CKA_ID, "minato"u8.ToArray()), Attribute(CKA.CKA_LABEL, "known"u8.ToArray()),
                Attribute(CKA.CKA_VALUE, known),
            ]);
        }

        using var keys = Open();
        Assert.Equal(SP800108HmacCounterKdf.DeriveBytes(known, HashAlgorithmName.SHA256, "minato named key"u8.ToArray(), Encoding.UTF8.GetBytes("known"), 32), keys.Key("known"));
    }

    [Fact]
    public void Destroying_removes_the_secret_from_the_token_and_its_files()
    {
        using var keys = Open();
        keys.Key("project/p-1");
        keys.Key("stays");
        var before = Directory.EnumerateFiles(token.Files, "*.object").Count();
        keys.Destroy("project/p-1");
        using var session = LoggedIn();
        var left = Assert.Single(session.FindAllObjects([Attribute(CKA.CKA_CLASS, (ulong)CKO.CKO_SECRET_KEY)]));
        Assert.Equal("stays", session.GetAttributeValue(left, [CKA.CKA_LABEL])[0].GetValueAsString());

        // The token itself, and one object for each key or name that is used up.
        Assert.Equal(3, before);
        Assert.Equal(3, Directory.EnumerateFiles(token.Files, "*.object").Count());
    }

    [Fact]
    public void A_destruction_that_a_crash_interrupted_is_finished_when_the_store_opens()
    {
        using (var keys = Open())
        {
            keys.Key("project/p-1");
        }

        using (var session = LoggedIn())
        {
            // As after the first half of it: the name is used up, the secret still there.
            session.CreateObject(
            [
                Attribute(CKA.CKA_CLASS, (ulong)CKO.CKO_DATA), Attribute(CKA.CKA_TOKEN, true), Attribute(CKA.CKA_PRIVATE, true),
                Attribute(CKA.CKA_APPLICATION, "minato destroyed"u8.ToArray()), Attribute(CKA.CKA_LABEL, "project/p-1"u8.ToArray()),
            ]);
        }

        using var again = Open();
        Assert.True(again.IsDestroyed("project/p-1"));
        using var look = LoggedIn();
        Assert.Empty(look.FindAllObjects([Attribute(CKA.CKA_CLASS, (ulong)CKO.CKO_SECRET_KEY)]));
    }

    [Fact]
    public void A_lost_session_is_opened_again()
    {
        using var keys = Open();
        var key = keys.Key("k");
        token.Slot.CloseAllSessions();
        Assert.Equal(key, keys.Key("k"));
        token.Slot.CloseAllSessions();
        keys.Destroy("k");
        token.Slot.CloseAllSessions();
        Assert.True(keys.IsDestroyed("k"));
    }

    [Fact]
    public void A_wrong_pin_a_wrong_label_and_a_wrong_library_are_told_apart()
    {
        string Code(TokenOptions options, string pin = SoftToken.Pin) => Assert.Throws<RefusedException>(() => Pkcs11KeyStore.Open(Folder, options, pin)).Findings[0].Code;
        Assert.Equal("keys.token-pin", Code(token.Options, "4321"));
        Assert.Equal("keys.token-gone", Code(token.Options with { Token = "another" }));
        Assert.Equal("keys.token-module", Code(token.Options with { Module = "/usr/lib/softhsm/none.so" }));
        using var keys = Open();
        Assert.Equal(32, keys.Key("k").Length);
    }

    [Theory]
    [InlineData(CKR.CKR_DEVICE_REMOVED, "keys.token-gone")]
    [InlineData(CKR.CKR_TOKEN_NOT_PRESENT, "keys.token-gone")]
    [InlineData(CKR.CKR_PIN_LOCKED, "keys.token-locked")]
    [InlineData(CKR.CKR_DEVICE_MEMORY, "keys.token-full")]
    [InlineData(CKR.CKR_FUNCTION_FAILED, "keys.token-failed")]
    public void Each_failure_of_a_token_has_its_finding(CKR code, string finding) => Assert.Equal(finding, TokenFinding.Refusal(code, token.Options).Findings[0].Code);

    [Fact]
    public void A_token_that_is_taken_away_is_a_finding_and_nothing_is_made_up()
    {
        using var keys = Open();
        keys.Key("k");
        Directory.Delete(token.Files, recursive: true);
        Assert.Equal("keys.token-gone", Assert.Throws<RefusedException>(() => keys.Key("k")).Findings[0].Code);
        Assert.Equal("keys.token-gone", Assert.Throws<RefusedException>(() => keys.Key("new")).Findings[0].Code);
        Assert.Equal("keys.token-gone", Assert.Throws<RefusedException>(Open).Findings[0].Code);
    }

    [Fact]
    public void A_node_says_in_its_configuration_where_its_keys_are()
    {
        Outcome<NodeConfig> Read(string keys) => NodeConfig.Parse(Encoding.UTF8.GetBytes($$"""{ "plan": "plan-1", "node": "state", "keys": {{keys}} }"""), "node.json");
        Assert.Equal(new TokenOptions(SoftToken.Module, "minato"), Read($$"""{ "store": "pkcs11", "module": "{{SoftToken.Module}}", "token": "minato" }""").Value.Token);
        Assert.Null(Read("""{ "store": "file" }""").Value.Token);
        foreach (var wrong in (string[])["{}", """{ "store": "pkcs11" }""", """{ "store": "pkcs11", "module": "x.so", "token": "t" }""", """{ "store": "file", "token": "t" }"""])
        {
            Assert.Equal("node.keys", Read(wrong).Findings[0].Code);
        }

        Assert.Equal("keys.no-pin", Assert.Throws<RefusedException>(() => NodeKeys.Open(Folder, token.Options, () => "unused")).Findings[0].Code);
    }

    protected override IOpenKeyStore Open() => Pkcs11KeyStore.Open(Folder, token.Options, SoftToken.Pin);

    protected override IOpenKeyStore OpenAnother() => Pkcs11KeyStore.Open(Folder, SoftToken.Make().Options, SoftToken.Pin);

    protected override ProcessStartInfo MakeKeys() => new(Environment.ProcessPath!, [KeyMaker.Verb, Folder, SoftToken.Module, token.Options.Token])
    {
        RedirectStandardOutput = true,
        Environment = { ["SOFTHSM2_CONF"] = SoftToken.Configuration },
    };

    private ISession LoggedIn()
    {
        var session = token.Slot.OpenSession(SessionType.ReadWrite);
        try
        {
            session.Login(CKU.CKU_USER, SoftToken.Pin);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // The store of the test has.
        }

        return session;
    }

    private static IObjectAttribute Attribute(CKA type, bool value) => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, value);

    private static IObjectAttribute Attribute(CKA type, ulong value) => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, value);

    private static IObjectAttribute Attribute(CKA type, byte[] value) => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, value);
}
