using System.Buffers.Binary;
using System.Text;
using Minato.Federation.Keys;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Minato.Federation;

/// <summary>Where the keys are, if not in a file.</summary>
/// <param name="Module">Full path of the token's PKCS#11 library.</param>
/// <param name="Token">The token's label.</param>
public sealed record TokenOptions(string Module, string Token);

/// <summary>
/// The key store as a PKCS#11 token (D2, production). Each name has a secret of its own that is made in the token and never
/// leaves it; what a caller gets is derived inside, from the secret and the name (<see cref="Derivation"/>). Destroying a
/// key destroys that object, so that no backup of the node brings it back. Several processes of one node may use it.
/// </summary>
/// <remarks>
/// Objects: for each key a <c>CKO_SECRET_KEY</c>, sensitive and not extractable; for each destroyed name a <c>CKO_DATA</c>,
/// so that the name stays used up. Both are private and carry the name as label. A lost session is opened again once.
/// </remarks>
public sealed class Pkcs11KeyStore : IOpenKeyStore
{
    private const string Application = "minato";
    private const string TombstoneApplication = "minato destroyed";
    private const int KeyBytes = 32;

    private readonly Lock gate = new();
    private readonly Pkcs11Module module;
    private readonly TokenOptions options;
    private readonly string pin;
    private readonly string lockFile;
    private ISession? session;

    private Pkcs11KeyStore(Pkcs11Module module, TokenOptions options, string pin, string lockFile) =>
        (this.module, this.options, this.pin, this.lockFile) = (module, options, pin, lockFile);

    /// <summary>Logs in to the token, and finishes a destruction that a crash had interrupted.</summary>
    /// <param name="folder">The node's folder for keys: processes take turns by a lock file in it.</param>
    /// <exception cref="RefusedException">
    /// <c>keys.token-module</c>, <c>keys.token-gone</c>, <c>keys.token-pin</c>, <c>keys.token-locked</c>, <c>keys.token-mechanism</c> or
    /// <c>keys.token-failed</c>.
    /// </exception>
    public static Pkcs11KeyStore Open(string folder, TokenOptions options, string pin)
    {
        Directory.CreateDirectory(folder);
        var module = Pkcs11Module.Load(options.Module);
        var store = new Pkcs11KeyStore(module, options, pin, Path.Combine(folder, "token.lock"));
        try
        {
            store.InToken(s =>
            {
                using var alone = FolderLock.Take(store.lockFile);
                foreach (var tombstone in s.FindAllObjects([Attribute(CKA.CKA_CLASS, CKO.CKO_DATA), Attribute(CKA.CKA_APPLICATION, TombstoneApplication)]))
                {
                    DestroySecrets(s, s.GetAttributeValue(tombstone, [CKA.CKA_LABEL])[0].GetValueAsString());
                }

                return true;
            });
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public byte[] Key(string name)
    {
        KeyName.Check(name);
        return InToken(s =>
        {
            if (Tombstone(s, name))
            {
                throw new KeyDestroyedException(name);
            }

            return Derive(s, Secrets(s, name) is [var secret, ..] ? secret : Make(s, name), name);
        });
    }

    public void Destroy(string name)
    {
        KeyName.Check(name);
        InToken(s =>
        {
            using var alone = FolderLock.Take(lockFile);

            // First the name is used up, then the secret goes: a crash between the two is finished when the store opens.
            if (!Tombstone(s, name))
            {
                s.CreateObject(
                [
                    Attribute(CKA.CKA_CLASS, CKO.CKO_DATA), Attribute(CKA.CKA_TOKEN, true), Attribute(CKA.CKA_PRIVATE, true), Attribute(CKA.CKA_MODIFIABLE, false),
                    Attribute(CKA.CKA_APPLICATION, TombstoneApplication), Attribute(CKA.CKA_LABEL, name),
                ]);
            }

            DestroySecrets(s, name);
            return true;
        });
    }

    public bool IsDestroyed(string name) => InToken(s => Tombstone(s, name));

    public void Dispose()
    {
        lock (gate)
        {
            Close();
            module.Dispose();
        }
    }

    /// <summary>
    /// The key derivation of NIST SP 800-108r1 §4.1: counter mode, HMAC-SHA256, one block. Input to the token's HMAC.
    /// </summary>
    internal static byte[] Derivation(string name)
    {
        // [i = 1] ‖ label ‖ 0x00 ‖ context ‖ [L = 256 bits]
        var label = "minato named key"u8;
        var context = Encoding.UTF8.GetBytes(name);
        var input = new byte[4 + label.Length + 1 + context.Length + 4];
        BinaryPrimitives.WriteInt32BigEndian(input, 1);
        label.CopyTo(input.AsSpan(4));
        context.CopyTo(input.AsSpan(4 + label.Length + 1));
        BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(input.Length - 4), KeyBytes * 8);
        return input;
    }

    private static byte[] Derive(ISession s, IObjectHandle secret, string name)
    {
        using var hmac = Pkcs11Module.Factories.MechanismFactory.Create(CKM.CKM_SHA256_HMAC);
        return s.Sign(hmac, secret, Derivation(name));
    }

    /// <summary>Makes the secret, alone among the node's processes: the standard does not keep two objects from having one label.</summary>
    private IObjectHandle Make(ISession s, string name)
    {
        using var alone = FolderLock.Take(lockFile);
        if (Tombstone(s, name))
        {
            throw new KeyDestroyedException(name);
        }

        if (Secrets(s, name) is [var made, ..])
        {
            return made;
        }

        using var generate = Pkcs11Module.Factories.MechanismFactory.Create(CKM.CKM_GENERIC_SECRET_KEY_GEN);
        return s.GenerateKey(generate,
        [
            Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), Attribute(CKA.CKA_KEY_TYPE, CKK.CKK_GENERIC_SECRET), Attribute(CKA.CKA_VALUE_LEN, KeyBytes),
            Attribute(CKA.CKA_TOKEN, true), Attribute(CKA.CKA_PRIVATE, true), Attribute(CKA.CKA_SENSITIVE, true), Attribute(CKA.CKA_EXTRACTABLE, false),
            Attribute(CKA.CKA_MODIFIABLE, false), Attribute(CKA.CKA_SIGN, true), Attribute(CKA.CKA_ID, Encoding.ASCII.GetBytes(Application)), Attribute(CKA.CKA_LABEL, name),
        ]);
    }

    private static List<IObjectHandle> Secrets(ISession s, string name) => s.FindAllObjects(
        [Attribute(CKA.CKA_CLASS, CKO.CKO_SECRET_KEY), Attribute(CKA.CKA_ID, Encoding.ASCII.GetBytes(Application)), Attribute(CKA.CKA_LABEL, name)]);

    private static bool Tombstone(ISession s, string name) => s.FindAllObjects(
        [Attribute(CKA.CKA_CLASS, CKO.CKO_DATA), Attribute(CKA.CKA_APPLICATION, TombstoneApplication), Attribute(CKA.CKA_LABEL, name)]).Count > 0;

    private static void DestroySecrets(ISession s, string name)
    {
        foreach (var secret in Secrets(s, name))
        {
            s.DestroyObject(secret);
        }
    }

    /// <summary>Does something in a session, opening it first where there is none, and once more where it was lost on the way.</summary>
    private T InToken<T>(Func<ISession, T> work)
    {
        lock (gate)
        {
            for (var again = session is not null; ; again = false)
            {
                try
                {
                    return work(session ??= LogIn());
                }
                catch (Pkcs11Exception e)
                {
                    Close();
                    if (!again)
                    {
                        throw TokenFinding.Refusal(e.RV, options);
                    }
                }
            }
        }
    }

    private ISession LogIn()
    {
        var slot = module.Library.GetSlotList(SlotsType.WithTokenPresent).Find(s => Labelled(s, options.Token)) ?? throw new RefusedException([TokenFinding.Gone(options)]);
        var mechanisms = slot.GetMechanismList();
        if (!mechanisms.Contains(CKM.CKM_GENERIC_SECRET_KEY_GEN) || !mechanisms.Contains(CKM.CKM_SHA256_HMAC))
        {
            throw new RefusedException([Finding.Error(
                "keys.token-mechanism", $"The token '{options.Token}' cannot make secrets or HMAC-SHA256 inside", "Use a token with CKM_GENERIC_SECRET_KEY_GEN and CKM_SHA256_HMAC")]);
        }

        var opened = slot.OpenSession(SessionType.ReadWrite);
        try
        {
            opened.Login(CKU.CKU_USER, pin);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // Another store of this process has; a login is the whole application's.
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        return opened;
    }

    private static bool Labelled(ISlot slot, string label)
    {
        try
        {
            return slot.GetTokenInfo().Label.TrimEnd() == label;
        }
        catch (Pkcs11Exception)
        {
            return false;
        }
    }

    private void Close()
    {
        try
        {
            session?.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // It was lost before.
        }

        session = null;
    }

    private static IObjectAttribute Attribute(CKA type, object value) => value switch
    {
        bool b => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, b),
        int n => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, (ulong)n),
        CKO c => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, c),
        CKK k => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, k),
        byte[] bytes => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, bytes),
        string text => Pkcs11Module.Factories.ObjectAttributeFactory.Create(type, Encoding.UTF8.GetBytes(text)),
        _ => throw new ArgumentException("No such attribute value", nameof(value)),
    };
}
