namespace Minato.Kernel;

/// <summary>
/// The key store (D2): named 256-bit keys. The default is an encrypted file, production a PKCS#11 token; both live in
/// Federation. A destroyed key never comes back, which is how a project's linkability ends.
/// </summary>
public interface IKeyStore
{
    /// <summary>The 32 bytes of the key of that name, made on first use: a copy, which the caller may erase and must not keep or log.</summary>
    /// <exception cref="KeyDestroyedException">The key was destroyed.</exception>
    byte[] Key(string name);

    /// <summary>Destroys the key for good; later calls of <see cref="Key"/> fail. Destroying twice is no error.</summary>
    void Destroy(string name);

    bool IsDestroyed(string name);
}

public sealed class KeyDestroyedException(string name) : InvalidOperationException($"The key '{name}' was destroyed; what it protected cannot be linked or read any more.");
