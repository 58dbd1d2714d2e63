using System.Text.Json;
using Minato.Linkage.SplitTrust;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.Tests.SplitTrust;

/// <summary>RFC 9497 Appendix A.1.1 and A.1.2: every value of every published vector of ristretto255-SHA512, OPRF and VOPRF.</summary>
public sealed class OprfTests
{
    private sealed record VectorProof(string Proof, string R);

    private sealed record Vector(int Batch, string Blind, string BlindedElement, string EvaluationElement, string Input, string Output, VectorProof? Proof);

    private sealed record Suite(int Mode, string Seed, string KeyInfo, string SkSm, string? PkSm, Vector[] Vectors);

    private sealed record VectorFile(string Source, Suite[] Suites);

    public static TheoryData<int, int> All => [.. Read().SelectMany(s => s.Vectors.Select((_, i) => (s.Mode, i)))];

    [Fact]
    public void There_are_five_vectors() => Assert.Equal([2, 3], Read().Select(s => s.Vectors.Length));

    [Theory]
    [MemberData(nameof(All))]
    public void Published_vector(int mode, int number)
    {
        var suite = Read().Single(s => s.Mode == mode);
        var vector = suite.Vectors[number];
        var oprf = mode == 0 ? Oprf.Plain : Oprf.Verifiable;
        var (secret, key) = oprf.DeriveKeyPair(Hex(suite.Seed)[0], Hex(suite.KeyInfo)[0]);
        Assert.Equal(suite.SkSm, Convert.ToHexStringLower(secret.ToBytes()));
        Assert.True(suite.PkSm is null || suite.PkSm == key.ToHex());

        var inputs = Hex(vector.Input);
        var blinds = Hex(vector.Blind).Select(b => Scalar.TryRead(b, out var s) ? s : throw new FormatException()).ToArray();
        var blinded = inputs.Select((input, i) => oprf.Blind(input, blinds[i]).Blinded).ToArray();
        Assert.Equal(vector.BlindedElement, string.Join(',', blinded.Select(b => b.ToHex())));

        Point[] evaluated;
        if (vector.Proof is { } known)
        {
            Assert.True(Scalar.TryRead(Hex(known.R)[0], out var nonce));
            (evaluated, var proof) = oprf.BlindEvaluate(secret, key, blinded, nonce);
            Assert.Equal(known.Proof, Convert.ToHexStringLower(proof.ToBytes()));
            Assert.True(Oprf.Proof.TryRead(Hex(known.Proof)[0], out var read));
            Assert.True(oprf.VerifyProof(key, blinded, evaluated, read));
            Assert.False(oprf.VerifyProof(Scalar.Small(7) * key, blinded, evaluated, read));
            Assert.False(oprf.VerifyProof(key, blinded, [.. evaluated[..^1], evaluated[^1] + Point.Base], read));
            Assert.False(oprf.VerifyProof(key, blinded, evaluated, read with { Response = read.Response + Scalar.One }));
        }
        else
        {
            evaluated = [.. blinded.Select(b => Oprf.BlindEvaluate(secret, b))];
        }

        Assert.Equal(vector.EvaluationElement, string.Join(',', evaluated.Select(e => e.ToHex())));
        var outputs = inputs.Select((input, i) => Oprf.Finalize(input, blinds[i], evaluated[i])).ToArray();
        Assert.Equal(vector.Output, string.Join(',', outputs.Select(Convert.ToHexStringLower)));
        Assert.Equal(outputs, inputs.Select(input => oprf.Evaluate(secret, input)));
    }

    [Fact]
    public void Two_points_that_changed_places_are_found_out()
    {
        var oprf = Oprf.Verifiable;
        var (secret, key) = oprf.DeriveKeyPair(new byte[32], "test"u8);
        Point[] blinded = [oprf.Blind("a"u8).Blinded, oprf.Blind("b"u8).Blinded];
        var (evaluated, proof) = oprf.BlindEvaluate(secret, key, blinded);
        Assert.True(oprf.VerifyProof(key, blinded, evaluated, proof));
        Assert.False(oprf.VerifyProof(key, blinded, [evaluated[1], evaluated[0]], proof));
    }

    private static Suite[] Read()
    {
        using var stream = typeof(OprfTests).Assembly.GetManifestResourceStream("rfc9497-ristretto255.json")!;
        return JsonSerializer.Deserialize<VectorFile>(stream, JsonSerializerOptions.Web)!.Suites;
    }

    private static byte[][] Hex(string list) => [.. list.Split(',').Select(Convert.FromHexString)];
}
