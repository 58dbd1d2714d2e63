using System.Security.Cryptography;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Minato.Fuzz;

/// <summary>The inputs that are kept: few and small, and between them they go everywhere that fuzzing has been.</summary>
public static class Corpus
{
    private const int MapSize = 1 << 16;

    /// <summary>All inputs of a target in a folder of corpora, by name.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Of(string corpora, string target) =>
        Directory.Exists(Path.Combine(corpora, target))
            ? [.. Directory.EnumerateFiles(Path.Combine(corpora, target)).Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)))]
            : [];

    /// <summary>
    /// Greedy cover: the smallest inputs first, each taken that reaches a branch which none before it has. Only in the instrumented copy are there
    /// branches to see. Inputs whose name begins with <c>kept-</c> were findings once; they stay whatever they reach.
    /// </summary>
    /// <returns>How many branches all inputs reach together.</returns>
    public static unsafe int Minimise(FuzzTarget target, IEnumerable<byte[]> inputs, string into, long mostBytes)
    {
        var map = new byte[MapSize];
        fixed (byte* shared = map)
        {
            Trace.SharedMem = shared;
            target.Feed([]);
            var reached = new bool[MapSize];
            Directory.CreateDirectory(into);
            foreach (var old in Directory.EnumerateFiles(into).Where(f => !Path.GetFileName(f).StartsWith("kept-", StringComparison.Ordinal)))
            {
                File.Delete(old);
            }

            var written = 0L;
            foreach (var input in inputs.OrderBy(i => i.Length))
            {
                Array.Clear(map);
                Trace.PrevLocation = 0;
                try
                {
                    target.Feed(input);
                }
                catch (Exception)
                {
                    continue; // A finding, which is kept elsewhere until it is mended.
                }

                var isNew = false;
                for (var i = 0; i < MapSize; i++)
                {
                    isNew |= map[i] != 0 && !reached[i];
                    reached[i] |= map[i] != 0;
                }

                if (isNew && written + input.Length <= mostBytes)
                {
                    written += input.Length;
                    File.WriteAllBytes(Path.Combine(into, Name(input)), input);
                }
            }

            return reached.Count(r => r);
        }
    }

    /// <summary>Somewhere for instrumented code to write before AFL has given its map: the readers run when the targets are made.</summary>
    public static unsafe void WatchNothing() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapSize);

    public static string Name(byte[] input) => Convert.ToHexStringLower(SHA256.HashData(input))[..12];
}
