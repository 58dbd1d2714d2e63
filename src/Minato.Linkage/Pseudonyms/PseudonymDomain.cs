using System.Security.Cryptography;
using System.Text;
using Minato.Linkage.Persons;

namespace Minato.Linkage.Pseudonyms;

/// <summary>
/// A domain's keys, newest epoch first. New pseudonyms are made with the newest; pseudonyms of every epoch in force are
/// recognised. A pseudonym does not say its epoch: the newest is tried first, and a handle that no person has shows that it
/// was the wrong one. Handles are random 128-bit numbers, so a false hit among 10^8 persons has a chance of 10^-30.
/// </summary>
internal sealed class PseudonymDomain : IDisposable
{
    public const string CitizenName = "domain/citizen";

    private readonly IReadOnlyList<PseudonymKey> keys;

    private PseudonymDomain(IReadOnlyList<PseudonymKey> keys) => this.keys = keys;

    /// <summary>The newest key's name and fingerprint, for manifests and the ledger.</summary>
    public string Epoch => keys[0].Epoch;

    public static string NameOf(DatasetId dataset) => $"domain/dataset/{dataset.Value}";

    public static string NameOf(PermitId permit) => $"domain/project/{permit.Value}";

    /// <exception cref="KeyDestroyedException">The domain is closed for good.</exception>
    public static PseudonymDomain Of(IKeyStore keys, params ReadOnlySpan<string> keyNames)
    {
        var all = new PseudonymKey[keyNames.Length];
        for (var i = 0; i < all.Length; i++)
        {
            all[i] = KeyOf(keys.Key(keyNames[i]), keyNames[i]);
        }

        return new PseudonymDomain(all);
    }

    /// <summary>
    /// A project's own keys for one provision, derived from the project's: two provisions of one permit do not join, the same
    /// one can be repeated, and destroying the project's key ends them all.
    /// </summary>
    /// <exception cref="KeyDestroyedException">The project is closed for good.</exception>
    public static PseudonymDomain OfProvision(IKeyStore keys, string provision, params ReadOnlySpan<string> keyNames)
    {
        var all = new PseudonymKey[keyNames.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var key = keys.Key(keyNames[i]);
            all[i] = KeyOf(HKDF.Expand(HashAlgorithmName.SHA256, key, key.Length, Encoding.UTF8.GetBytes($"minato provision v1\n{provision}")), $"{keyNames[i]}/{provision}");
            CryptographicOperations.ZeroMemory(key);
        }

        return new PseudonymDomain(all);
    }

    public UInt128 Pseudonym(UInt128 handle) => One(keys[0], handle);

    /// <summary>The pseudonyms of one person in every epoch in force, the newest first.</summary>
    public IEnumerable<UInt128> All(UInt128 handle) => keys.Select(key => One(key, handle));

    /// <summary>Handles to pseudonyms of the newest epoch, in place.</summary>
    public void Encrypt(Span<UInt128> handles) => keys[0].Encrypt(handles);

    /// <summary>Pseudonyms of the newest epoch to handles, in place.</summary>
    public void Decrypt(Span<UInt128> pseudonyms) => keys[0].Decrypt(pseudonyms);

    /// <summary>The node of the pseudonym's person; null where it is of no epoch in force.</summary>
    public int? Find(UInt128 pseudonym, PersonForest persons)
    {
        foreach (var key in keys)
        {
            Span<UInt128> one = [pseudonym];
            key.Decrypt(one);
            if (persons.Find(one[0]) is { } node)
            {
                return node;
            }
        }

        return null;
    }

    /// <summary>The nodes of the persons of many pseudonyms.</summary>
    /// <param name="pseudonyms">Used as scratch: afterwards they mean nothing.</param>
    /// <param name="nodes">As long as <paramref name="pseudonyms"/>; -1 where it is of no epoch in force.</param>
    public Recognised Find(Span<UInt128> pseudonyms, Span<int> nodes, PersonForest persons)
    {
        var (ofFormer, unknown) = (0, 0);
        var rest = new List<(int At, UInt128 Pseudonym)>();
        for (var from = 0; from < pseudonyms.Length; from += PseudonymKey.Chunk)
        {
            // Chunk by chunk, so that what was deciphered is looked up while it is in the cache.
            var some = pseudonyms[from..Math.Min(pseudonyms.Length, from + PseudonymKey.Chunk)];
            keys[0].Decrypt(some);
            for (var i = 0; i < some.Length; i++)
            {
                nodes[from + i] = persons.Find(some[i]) ?? -1;
                if (nodes[from + i] < 0)
                {
                    rest.Add((from + i, some[i]));
                }
            }
        }

        if (rest.Count > 0)
        {
            (ofFormer, unknown) = FindFormer(rest, nodes, persons);
        }

        return new Recognised(ofFormer, unknown);
    }

    public void Dispose()
    {
        foreach (var key in keys)
        {
            key.Dispose();
        }
    }

    private (int OfFormer, int Unknown) FindFormer(List<(int At, UInt128 Deciphered)> rest, Span<int> nodes, PersonForest persons)
    {
        var values = new UInt128[rest.Count];
        var tried = new UInt128[rest.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = rest[i].Deciphered;
        }

        // Enciphering what the wrong key deciphered gives the pseudonym back.
        keys[0].Encrypt(values);
        var found = 0;
        foreach (var key in keys.Skip(1))
        {
            values.CopyTo(tried, 0);
            key.Decrypt(tried);
            for (var i = 0; i < tried.Length; i++)
            {
                if (nodes[rest[i].At] < 0 && persons.Find(tried[i]) is { } node)
                {
                    nodes[rest[i].At] = node;
                    found++;
                }
            }
        }

        return (found, rest.Count - found);
    }

    private static UInt128 One(PseudonymKey key, UInt128 handle)
    {
        Span<UInt128> one = [handle];
        key.Encrypt(one);
        return one[0];
    }

    private static PseudonymKey KeyOf(byte[] key, string name)
    {
        var made = new PseudonymKey(key, name);
        CryptographicOperations.ZeroMemory(key);
        return made;
    }
}

/// <summary>How many pseudonyms were of a former epoch, and how many of none in force.</summary>
internal readonly record struct Recognised(int OfFormerEpoch, int Unknown);
