using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Minato.Federation.Keys;

namespace Minato.Federation.Tests;

public sealed class FileKeyStoreTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("minato-keys-").FullName;

    [Fact]
    public void A_key_is_the_same_each_time_and_each_name_has_its_own()
    {
        byte[] first, other;
        using (var keys = Open())
        {
            first = keys.Key("ledger-signing");
            other = keys.Key("project/p-1");
            Assert.Equal(first, keys.Key("ledger-signing"));
        }

        Assert.Equal(32, first.Length);
        Assert.NotEqual(first, other);
        using var again = Open();
        Assert.Equal(first, again.Key("ledger-signing"));
        Assert.Equal(other, again.Key("project/p-1"));
    }

    [Fact]
    public void What_a_caller_does_to_its_copy_does_not_change_the_key()
    {
        using var keys = Open();
        var mine = keys.Key("k");
        CryptographicOperations.ZeroMemory(mine);
        Assert.NotEqual(mine, keys.Key("k"));
    }

    [Fact]
    public void Two_stores_have_nothing_in_common()
    {
        using var keys = Open();
        using var elsewhere = FileKeyStore.Open(Path.Combine(folder, "other"), "pass", Quick());
        Assert.NotEqual(keys.Key("k"), elsewhere.Key("k"));
    }

    [Fact]
    public void A_destroyed_key_never_comes_back()
    {
        using (var keys = Open())
        {
            keys.Key("project/p-1");
            keys.Destroy("project/p-1");
            keys.Destroy("project/p-1");
            keys.Destroy("never-made");
            Assert.True(keys.IsDestroyed("project/p-1"));
            Assert.False(keys.IsDestroyed("project/p-2"));
            Assert.Throws<KeyDestroyedException>(() => keys.Key("project/p-1"));
        }

        using var again = Open();
        Assert.Throws<KeyDestroyedException>(() => again.Key("project/p-1"));
        Assert.Throws<KeyDestroyedException>(() => again.Key("never-made"));
    }

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
        foreach (var file in Directory.EnumerateFiles(folder))
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
        Assert.Equal("keys.wrong-passphrase", Assert.Throws<RefusedException>(() => FileKeyStore.Open(folder, "Pass")).Findings[0].Code);
        Assert.Equal("keys.no-passphrase", Assert.Throws<RefusedException>(() => FileKeyStore.Open(folder, "")).Findings[0].Code);
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
        Assert.Equal("keys.damaged", Assert.Throws<RefusedException>(Open).Findings[0].Code);
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
            Assert.StartsWith("keys.", Assert.Throws<RefusedException>(Open).Findings[0].Code);
        }
    }

    [Fact]
    public void Two_processes_agree_on_new_keys_and_on_destroyed_ones()
    {
        using var one = Open();
        using var two = Open();
        var key = one.Key("made-by-one");
        Assert.Equal(key, two.Key("made-by-one"));
        one.Destroy("made-by-one");
        Assert.True(two.IsDestroyed("made-by-one"));
        Assert.Throws<KeyDestroyedException>(() => two.Key("made-by-one"));
    }

    [Fact]
    public void Many_threads_make_each_key_once()
    {
        using var one = Open();
        using var two = Open();
        var made = Enumerable.Range(0, 64).AsParallel().WithDegreeOfParallelism(8).Select(n => (Name: $"k-{n % 8}", Key: Convert.ToHexString((n % 2 == 0 ? one : two).Key($"k-{n % 8}")))).ToList();
        Assert.Equal(8, made.Distinct().Count());
    }

    [Fact]
    public async Task Killed_at_any_moment_the_store_opens_and_keeps_what_it_gave()
    {
        var given = new Dictionary<string, string>();
        using (var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [KeyMaker.Verb, folder]) { RedirectStandardOutput = true })!)
        {
            while (given.Count < 40 && await process.StandardOutput.ReadLineAsync() is { } line)
            {
                given[line.Split(' ')[0]] = line.Split(' ')[1];
            }

            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Equal(40, given.Count);
        using var keys = Open();
        foreach (var (name, key) in given)
        {
            if (name.StartsWith("destroyed", StringComparison.Ordinal))
            {
                Assert.True(keys.IsDestroyed(name));
            }
            else
            {
                Assert.Equal(key, Convert.ToHexString(keys.Key(name)));
            }
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

    public void Dispose() => Directory.Delete(folder, recursive: true);

    internal static Stretching Quick() => new(64, 1, new byte[16]);

    private string KeyFile => Path.Combine(folder, FileKeyStore.FileName);

    private FileKeyStore Open() => FileKeyStore.Open(folder, "pass", Quick());
}
