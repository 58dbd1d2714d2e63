using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Minato.Ledger.Age;

namespace Minato.Ledger.Tests;

/// <summary>The published vectors of the format age (see <c>age-vectors/README.md</c>): what others wrote opens here, and what is wrong does not.</summary>
public sealed class AgeVectors
{
    private static string Folder([CallerFilePath] string path = "") => Path.Join(Path.GetDirectoryName(path), "age-vectors");

    public static TheoryData<string> Vectors => [.. Directory.EnumerateFiles(Folder()).Select(f => Path.GetFileName(f)!).Where(n => n != "README.md").Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Opens_as_the_format_says(string vector)
    {
        var bytes = File.ReadAllBytes(Path.Join(Folder(), vector));
        var end = bytes.AsSpan().IndexOf("\n\n"u8);
        var says = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(0, end)).Split('\n').Select(l => l.Split(": ", 2)).ToLookup(l => l[0], l => l[1]);
        Stream file = new MemoryStream(bytes[(end + 2)..]);
        file = says["compressed"].Any() ? new ZLibStream(file, CompressionMode.Decompress) : file;

        // One key is one recipient's: where a vector names several, one of them opens it.
        var results = says["identity"].Select(identity => Open(file, identity)).ToList();
        Assert.Contains(says["expect"].Single() == "success" ? says["payload"].Single() : null, results);
    }

    /// <returns>The hash of the content; null where it does not open to its end.</returns>
    private static string? Open(Stream file, string secret)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, $"# a remark\n{secret}\n");
            using var identity = AgeIdentity.ReadFile(path).Value;
            using var content = AgeFile.Read(file, identity);
            return Convert.ToHexStringLower(SHA256.HashData(content));
        }
        catch (InvalidDataException)
        {
            return null;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
