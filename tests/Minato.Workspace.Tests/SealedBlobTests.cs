using Minato.Workspace.Space;

namespace Minato.Workspace.Tests;

/// <summary>A sealed file is read from any place as it was written, and what was cut, swapped or changed is not read at all.</summary>
public sealed class SealedBlobTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(200_000)]
    public void Is_read_from_any_place(int size)
    {
        using var folder = new PassableFolder();
        var path = Path.Join(folder.Path, "blob");
        var content = new byte[size];
        new Random(size).NextBytes(content);
        SealedBlob.Write(path, Key, content);
        using var reader = SealedBlob.Open(path, Key);
        Assert.Equal(size, reader.Length);
        foreach (var from in new[] { 0, 1, size / 2, 65_530, 65_536, size - 1, size, size + 7 }.Where(f => f >= 0))
        {
            reader.Position = from;
            using var rest = new MemoryStream();
            reader.CopyTo(rest);
            Assert.Equal(content.Skip(from), rest.ToArray());
        }
    }

    [Fact]
    public void What_was_cut_swapped_or_changed_is_not_read()
    {
        using var folder = new PassableFolder();
        var path = Path.Join(folder.Path, "blob");
        SealedBlob.Write(path, Key, new byte[200_000]);
        var whole = File.ReadAllBytes(path);
        const int frame = 4 + 65_536 + 16;
        byte[] swapped = [.. whole[..16], .. whole[(16 + frame)..(16 + (2 * frame))], .. whole[16..(16 + frame)], .. whole[(16 + (2 * frame))..]];
        byte[] changed = [.. whole];
        changed[70_000] ^= 1;
        byte[][] wrong = [[], whole[..10], whole[..16], whole[..30], whole[..(16 + frame)], whole[..(16 + (2 * frame))], whole[..^1], [.. whole, 0], [.. whole, .. new byte[40]], swapped, changed];
        Assert.All(wrong, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            Assert.Throws<InvalidDataException>(() => SealedBlob.Read(path, Key));
        });
        File.WriteAllBytes(path, whole);
        Assert.Throws<InvalidDataException>(() => SealedBlob.Read(path, new byte[32]));
        Assert.Equal(200_000, SealedBlob.Read(path, Key).Length);
    }
}
