using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Minato.Federation.Keys;

namespace Minato.Federation.Tests;

public sealed class FileKeyStoreTests : KeyStoreTests
{
    private string KeyFile => Path.Combine(Folder, FileKeyStore.FileName);

    [Fact]
    public void What_was_destroyed_is_in_no_file_and_the_rest_cannot_give_it_back()
    {
        using var keys = Open();
        keys.Key("project/p-1");
        var sealedBefore = SealedKeys.Read(File.ReadAllBytes(KeyFile))!;
        var sealingKey = sealedBefore.Argon2id.Stretch("pass");
        Assert.True(sealedBefore.Unseal(sealingKey)!.Salts.ContainsKey("project/p-1"));
        keys.Destroy("project/p-1");
        var table = SealedKeys.Read(File.ReadAllBytes(KeyFile))!.Unseal(sealingKey)!;
        Assert.Empty(table.Salts);
        Assert.Equal(["project/p-1"], table.Destroyed);
    }

    [Fact]
    public void The_file_is_the_owners_alone_and_shows_no_secret()
    {
        using var keys = Open();
        var key = keys.Key("project/p-1");
        foreach (var file in Directory.EnumerateFiles(Folder))
        {
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
            var bytes = File.ReadAllBytes(file);
            Assert.True(bytes.AsSpan().IndexOf(key) < 0 && bytes.AsSpan().IndexOf("project"u8) < 0);
        }
    }

    [Fact]
    public void A_wrong_passphrase_is_refused_and_changes_nothing()
    {
        byte[] key;
        using (var keys = Open())
        {
            key = keys.Key("k");
        }

        var before = File.ReadAllBytes(KeyFile);
        Assert.Equal("keys.wrong-passphrase", Assert.Throws<RefusedException>(() => FileKeyStore.Open(Folder, "Pass")).Findings[0].Code);
        Assert.Equal("keys.no-passphrase", Assert.Throws<RefusedException>(() => FileKeyStore.Open(Folder, "")).Findings[0].Code);
        Assert.Equal(before, File.ReadAllBytes(KeyFile));
        using var again = Open();
        Assert.Equal(key, again.Key("k"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("no json")]
    [InlineData("""{"format":1,"argon2id":{"memoryKiB":2147483647,"passes":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA=="},"nonce":"AAAAAAAAAAAAAAAA","tag":"AAAAAAAAAAAAAAAAAAAAAA==","sealed":""}""")]
    public void A_file_that_is_no_key_store_is_refused_and_left_alone(string content)
    {
        File.WriteAllText(KeyFile, content);
        Assert.Equal("keys.damaged", Assert.Throws<RefusedException>(() => Open()).Findings[0].Code);
        Assert.Equal(content, File.ReadAllText(KeyFile));
    }

    [Fact]
    public void Any_changed_byte_of_the_file_is_noticed()
    {
        using (var keys = Open())
        {
            keys.Key("k");
        }

        var original = File.ReadAllBytes(KeyFile);
        var random = new Random(7);
        for (var n = 0; n < 60; n++)
        {
            byte[] changed = [.. original];
            var at = random.Next(changed.Length);
            changed[at] ^= (byte)random.Next(1, 128);
            File.WriteAllBytes(KeyFile, changed);
            Assert.StartsWith("keys.", Assert.Throws<RefusedException>(() => Open()).Findings[0].Code);
        }
    }

    [Fact]
    public void The_real_stretching_is_strong_and_still_opens_quickly()
    {
        var real = Stretching.New();
        Assert.True(real.MemoryKiB >= 64 * 1024 && real.Passes >= 3);
        var (started, used) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
        real.Stretch("pass");
        TestContext.Current.SendDiagnosticMessage(
            $"Argon2id took {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms, {(Environment.CpuUsage.TotalTime - used).TotalMilliseconds:F0} ms of the processor");
        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void Keys_are_HKDF_of_the_root_the_salt_and_the_name()
    {
        using var keys = Open();
        var key = keys.Key("name");
        var file = SealedKeys.Read(File.ReadAllBytes(KeyFile))!;
        var table = file.Unseal(file.Argon2id.Stretch("pass"))!;
        Assert.Equal(HKDF.DeriveKey(HashAlgorithmName.SHA256, table.Root, 32, table.Salts["name"], Encoding.UTF8.GetBytes("name")), key);
    }

    internal static Stretching Quick() => new(64, 1, new byte[16]);

    protected override IOpenKeyStore Open() => FileKeyStore.Open(Folder, "pass", Quick());

    protected override IOpenKeyStore OpenAnother() => FileKeyStore.Open(Path.Combine(Folder, "other"), "pass", Quick());

    protected override ProcessStartInfo MakeKeys() => new(Environment.ProcessPath!, [KeyMaker.Verb, Folder]) { RedirectStandardOutput = true };
}
