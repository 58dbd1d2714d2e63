using Minato.Federation.Keys;

namespace Minato.Federation;

/// <summary>A key store that somebody has opened and lets go of again; the keys stay.</summary>
public interface IOpenKeyStore : IKeyStore, IDisposable;

/// <summary>The key store of a node: a file, or the token that <c>node.json</c> names.</summary>
public static class NodeKeys
{
    /// <summary>The token's PIN, or the name of a file that has it.</summary>
    public const string PinVariable = "MINATO_KEY_PIN";

    public const string PinFileVariable = "MINATO_KEY_PIN_FILE";

    /// <param name="folder">The node's folder for keys.</param>
    /// <param name="token">Null: the file.</param>
    /// <param name="passphrase">Asked for only where the file is used.</param>
    /// <exception cref="RefusedException">The store cannot be opened; the findings say why.</exception>
    public static IOpenKeyStore Open(string folder, TokenOptions? token, Func<string> passphrase) =>
        token is null ? FileKeyStore.Open(folder, passphrase()) : Pkcs11KeyStore.Open(folder, token, Pin());

    private static string Pin()
    {
        if (Environment.GetEnvironmentVariable(PinVariable) is { Length: > 0 } given)
        {
            return given;
        }

        try
        {
            if (Environment.GetEnvironmentVariable(PinFileVariable) is { Length: > 0 } file && File.ReadAllText(file).Trim() is { Length: > 0 } pin)
            {
                return pin;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refusal("The file with the token's PIN cannot be read");
        }

        throw Refusal("The token's PIN was not given");

        static RefusedException Refusal(string reason) => new([Finding.Error("keys.no-pin", reason, $"Set {PinVariable}, or {PinFileVariable} to a file that only the node's user can read")]);
    }
}
