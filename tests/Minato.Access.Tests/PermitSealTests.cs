using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Minato.Access.Tests;

public class PermitSealTests
{
    private static readonly Uri Site = new("https://harbour.example/");

    [Fact]
    public async Task A_permit_verifies_with_the_published_key_and_says_what_was_decided()
    {
        var world = new World();
        var permit = await world.Permitted();
        var payload = Verified(world, world.Access.SignedPermit(permit.Id, Site, World.Member).Value, "permit+jwt");
        Assert.Equal("p-2026-0001/1", payload.GetProperty("jti").GetString());
        Assert.Equal(permit.Until.ToUnixTimeSeconds(), payload.GetProperty("exp").GetInt64());
        Assert.Equal(["aoi", "ren"], payload.GetProperty("permit").GetProperty("use").GetProperty("members").EnumerateArray().Select(m => m.GetString()));
        Assert.Contains("review-criteria@1.0.0", payload.GetProperty("decision").GetProperty("standards").EnumerateArray().Select(s => s.GetString()));
        Assert.False(world.Access.SignedPermit(permit.Id, Site, World.Stranger).IsOk);
        Assert.False(world.Access.SignedPermit(permit.Id, Site, World.Expert).IsOk);
    }

    [Fact]
    public async Task A_member_gets_a_visa_for_each_dataset_while_the_permit_is_in_force()
    {
        var world = new World();
        var permit = await world.Permitted();
        var visas = world.Access.Visas(permit.Id, Site, World.Member).Value.Select(v => Verified(world, v, "vnd.ga4gh.visa+jwt")).ToArray();
        Assert.Equal(["https://harbour.example/catalogue/claims", "https://harbour.example/catalogue/records"], visas.Select(v => v.GetProperty("ga4gh_visa_v1").GetProperty("value").GetString()));
        Assert.All(visas, v => Assert.Equal(("ren", "ControlledAccessGrants"), (v.GetProperty("sub").GetString(), v.GetProperty("ga4gh_visa_v1").GetProperty("type").GetString())));
        Assert.False(world.Access.Visas(permit.Id, Site, World.Secretariat).IsOk);
        await world.Do(permit.Application, World.Secretariat, new ApplicationCommand.Suspend("r"));
        Assert.False(world.Access.Visas(permit.Id, Site, World.Member).IsOk);
    }

    [Fact]
    public async Task OpenSsl_verifies_a_permit_and_refuses_a_changed_one()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed: apt-get install openssl");
        var world = new World();
        var permit = await world.Permitted();
        var parts = world.Access.SignedPermit(permit.Id, Site, World.Applicant).Value.Split('.');
        var folder = Directory.CreateTempSubdirectory("minato-permit-").FullName;
        try
        {
            using var key = PublicKey(world);
            await File.WriteAllTextAsync(Path.Combine(folder, "key.pem"), key.ExportSubjectPublicKeyInfoPem(), TestContext.Current.CancellationToken);
            var signature = Base64Url.DecodeFromChars(parts[2]);
            await File.WriteAllBytesAsync(Path.Combine(folder, "signature"), Der(signature), TestContext.Current.CancellationToken);
            Assert.Equal(0, await OpenSsl($"{parts[0]}.{parts[1]}"));
            Assert.NotEqual(0, await OpenSsl($"{parts[0]}.{parts[1]}A"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        async Task<int> OpenSsl(string signed)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "signed"), signed);
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/openssl", ["dgst", "-sha384", "-verify", "key.pem", "-signature", "signature", "signed"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode;
        }
    }

    private static JsonElement Verified(World world, string jws, string type)
    {
        var parts = jws.Split('.');
        using var key = PublicKey(world);
        Assert.True(key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA384));
        var head = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        Assert.Equal(("ES384", type), (head.GetProperty("alg").GetString(), head.GetProperty("typ").GetString()));
        return JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
    }

    private static ECDsa PublicKey(World world)
    {
        var jwk = JsonDocument.Parse(world.Access.PublicKeys).RootElement.GetProperty("keys")[0];
        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP384,
            Q = new ECPoint { X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()) },
        });
    }

    /// <summary>The two numbers of a signature as openssl wants them.</summary>
    private static byte[] Der(byte[] signature)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteIntegerUnsigned(signature.AsSpan(0, 48).TrimStart((byte)0));
            writer.WriteIntegerUnsigned(signature.AsSpan(48).TrimStart((byte)0));
        }

        return writer.Encode();
    }
}
