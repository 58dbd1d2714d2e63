namespace Minato.Federation.Tests;

/// <summary>The program that a test kills: makes and destroys keys without end and prints each when it is done.</summary>
internal static class KeyMaker
{
    public const string Verb = "make-keys-until-killed";

    /// <param name="token">The token's library and label; null: the file.</param>
    public static int Run(string folder, TokenOptions? token)
    {
        using IOpenKeyStore keys = token is null ? FileKeyStore.Open(folder, "pass", FileKeyStoreTests.Quick()) : Pkcs11KeyStore.Open(folder, token, SoftToken.Pin);
        for (var n = 0; ; n++)
        {
            Console.Out.Write($"made-{n} {Convert.ToHexString(keys.Key($"made-{n}"))}\n");
            keys.Destroy($"destroyed-{n}");
            Console.Out.Write($"destroyed-{n} -\n");
            Console.Out.Flush();
        }
    }
}
