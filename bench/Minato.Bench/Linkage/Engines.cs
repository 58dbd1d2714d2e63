using Minato.Federation;
using Minato.Kernel;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Linkage.Normal;
using Minato.Linkage.Pseudonyms;

namespace Minato.Bench.Linkage;

/// <summary>The doors into the linkage room that several parts use.</summary>
internal static class Engines
{
    public static KanjiClasses Classes { get; } = KanjiClasses.Parse(File.ReadAllText(Path.Combine(World.Standards, "linkage", "kanji-classes-v1.txt")));

    /// <summary>What is left of an identity where nothing but name, birth date and sex is known.</summary>
    public static PersonIdentity NameBirthSex(PersonIdentity identity) => new()
    {
        NameKanji = identity.NameKanji, NameKana = identity.NameKana, BirthDate = identity.BirthDate, Sex = identity.Sex, AsOf = identity.AsOf,
    };

    public static PseudonymDomain Domain(string name) => PseudonymDomain.Of(RandomKeys.One, name);

    /// <summary>A room of its own in a new folder, with its ledger and keys.</summary>
    public static OpenRoom Room(World world, bool weights = true) => new(world.NewFolder(), weights ? World.Standards : WithoutWeights(world.NewFolder()));

    /// <summary>The standards, with a nation so large that no weight ever suffices.</summary>
    private static string WithoutWeights(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "linkage"));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(World.Standards, "linkage")))
        {
            File.Copy(file, Path.Combine(folder, "linkage", Path.GetFileName(file)));
        }

        var weights = Path.Combine(folder, "linkage", "weights-v1.json");
        File.WriteAllText(weights, File.ReadAllText(weights).Replace("\"people\": 1000000", "\"people\": 1E300", StringComparison.Ordinal));
        return folder;
    }

    public sealed class OpenRoom : IDisposable
    {
        private readonly FileKeyStore keys;
        private readonly LedgerRoom ledger;

        public OpenRoom(string folder, string standards)
        {
            keys = FileKeyStore.Open(folder, "bench");
            ledger = LedgerRoom.Open(new LedgerOptions(Path.Combine(folder, "ledger"), "bench"), keys, TimeProvider.System);
            Linkage = LinkageRoom.Open(new LinkageOptions(Path.Combine(folder, "linkage"), standards), ledger, keys, TimeProvider.System);
        }

        public LinkageRoom Linkage { get; }

        public void Dispose()
        {
            Linkage.Dispose();
            ledger.Dispose();
            keys.Dispose();
        }
    }

    private sealed class RandomKeys : IKeyStore
    {
        private readonly Dictionary<string, byte[]> keys = [];

        public static RandomKeys One { get; } = new();

        public byte[] Key(string name) => [.. keys.TryGetValue(name, out var key) ? key : keys[name] = System.Security.Cryptography.RandomNumberGenerator.GetBytes(32)];

        public void Destroy(string name) => keys.Remove(name);

        public bool IsDestroyed(string name) => false;
    }
}
