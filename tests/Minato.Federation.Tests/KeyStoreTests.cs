using System.Diagnostics;
using System.Security.Cryptography;

namespace Minato.Federation.Tests;

/// <summary>What every key store promises: <see cref="FileKeyStoreTests"/> and <see cref="Pkcs11KeyStoreTests"/> run all of this.</summary>
public abstract class KeyStoreTests : IDisposable
{
    protected string Folder { get; } = Directory.CreateTempSubdirectory("minato-keys-").FullName;

    /// <summary>Opens the one store of this test, as a process of its own would.</summary>
    protected abstract IOpenKeyStore Open();

    /// <summary>Opens a store that has nothing to do with the first.</summary>
    protected abstract IOpenKeyStore OpenAnother();

    /// <summary>A process that makes and destroys keys in the store until it is killed (<see cref="KeyMaker"/>).</summary>
    protected abstract ProcessStartInfo MakeKeys();

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
        using var elsewhere = OpenAnother();
        Assert.NotEqual(keys.Key("k"), elsewhere.Key("k"));
        keys.Destroy("k");
        Assert.False(elsewhere.IsDestroyed("k"));
    }

    [Fact]
    public void A_name_is_any_text_of_up_to_200_characters()
    {
        using var keys = Open();
        var long200 = new string('x', 200);
        Assert.NotEqual(keys.Key(long200), keys.Key(long200[1..]));
        Assert.NotEqual(keys.Key("domain/project/p-1"), keys.Key("domain/project/p-1@2"));
        Assert.NotEqual(keys.Key("港"), keys.Key("湾"));
        Assert.Throws<ArgumentException>(() => keys.Key(""));
        Assert.Throws<ArgumentException>(() => keys.Key(long200 + "x"));
        Assert.Throws<ArgumentException>(() => keys.Destroy(""));
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
    public void One_store_that_is_closed_does_not_close_the_other()
    {
        using var one = Open();
        var two = Open();
        var key = two.Key("k");
        two.Dispose();
        Assert.Equal(key, one.Key("k"));
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
        const int Some = 40;
        var given = new Dictionary<string, string>();
        using (Open())
        {
            // So that the process finds a store that is there already.
        }

        using (var process = Process.Start(MakeKeys())!)
        {
            while (given.Count < Some && await process.StandardOutput.ReadLineAsync() is { } line)
            {
                given[line.Split(' ')[0]] = line.Split(' ')[1];
            }

            process.Kill();
            await process.WaitForExitAsync();
        }

        Assert.Equal(Some, given.Count);
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

    public virtual void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
