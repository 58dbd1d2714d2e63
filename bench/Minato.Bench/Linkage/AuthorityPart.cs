using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Minato.Bench.Linkage;

/// <summary>Authority mode: handles to pseudonyms in bulk, one AES block each; HMAC-SHA256 is what a keyed hash would cost.</summary>
internal sealed class AuthorityPart : Part
{
    public override string Name => "authority";

    public override string About => "conversion of pseudonyms by the linkage authority, one core";

    public override IEnumerable<Figure> Measure(World world)
    {
        var count = world.Settings.Quick ? 1 << 20 : 1 << 23;
        var runs = world.Settings.Quick ? 3 : 7;
        var people = new UInt128[count];
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(people.AsSpan()));
        using var dataset = Engines.Domain("bench/dataset");
        using var project = Engines.Domain("bench/project");
        var seconds = Timing.BestCpu(runs, () =>
        {
            dataset.Decrypt(people);
            project.Encrypt(people);
        });
        yield return new Figure("dataset → project, decrypt and encrypt", count / seconds, "/s").AtLeast(100e6);
        yield return new Figure("handle → pseudonym, encrypt alone", count / Timing.BestCpu(runs, () => dataset.Encrypt(people)), "/s");

        var some = people.AsSpan(0, Math.Min(count, 1 << 20)).ToArray();
        var key = RandomNumberGenerator.GetBytes(32);
        var hash = Timing.BestCpu(Math.Min(3, runs), () =>
        {
            using var hmac = new HMACSHA256(key);
            Span<byte> input = stackalloc byte[16];
            Span<byte> output = stackalloc byte[32];
            for (var i = 0; i < some.Length; i++)
            {
                BinaryPrimitives.WriteUInt128BigEndian(input, some[i]);
                hmac.TryComputeHash(input, output, out _);
                some[i] = BinaryPrimitives.ReadUInt128BigEndian(output);
            }
        });
        yield return new Figure("HMAC-SHA256 of the handle, reused object", some.Length / hash, "/s", "cannot be converted back", Peer: true);
    }
}
