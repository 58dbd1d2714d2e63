namespace Minato.Federation.Tests;

/// <summary>The program that a test kills: makes and destroys keys without end and prints each when it is done.</summary>
internal static class KeyMaker
{
    public const string Verb = "make-keys-until-killed";

    public static int Run(string folder)
    {
        using var keys = FileKeyStore.Open(folder, "pass", FileKeyStoreTests.Quick());
        for (var n = 0; ; n++)
        {
            Console.Out.Write($"made-{n} {Convert.ToHexString(keys.Key($"made-{n}"))}\n");
            keys.Destroy($"destroyed-{n}");
            Console.Out.Write($"destroyed-{n} -\n");
            Console.Out.Flush();
        }
    }
}
