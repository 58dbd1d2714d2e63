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
    public static OpenRoom Room(World world) => new(world.NewFolder());

    public sealed class OpenRoom : IDisposable
    {
        private readonly FileKeyStore keys;
        private readonly LedgerRoom ledger;

        public OpenRoom(string folder)
        {
            keys = FileKeyStore.Open(folder, "bench");
            ledger = LedgerRoom.Open(new LedgerOptions(Path.Combine(folder, "ledger"), "bench"), keys, TimeProvider.System);
            Linkage = LinkageRoom.Open(new LinkageOptions(Path.Combine(folder, "linkage"), World.Standards), ledger, keys, TimeProvider.System);
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
