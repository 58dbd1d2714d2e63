using System.Security.Cryptography;
using System.Text;
using Minato.Intake.Raw;

namespace Minato.Intake.Tests;

/// <summary>Raw files of deliveries are sealed as long as they lie here, and erased by destroying their key.</summary>
public sealed class RawStories : IDisposable
{
    private const string FileName = "0000077001_deaths.csv";
    private readonly IntakeWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task Neither_content_nor_name_of_an_upload_stands_on_the_disk_and_it_goes_on_after_a_restart()
    {
        var content = IntakeWorld.DeathCsv(Enumerable.Range(1, 100).Select(n => IntakeWorld.DeathRow(n)));
        var half = content.Length / 2;
        var id = (await Begin(content, half)).Id;
        AssertNotOnDisk("架空　太郎", "カクウ タロウ", "0000077001", "record_id");

        // The room opens again: nothing of the upload was in memory.
        using var again = (IDisposable)IntakeRoom.Open(new IntakeOptions(world.At("intake"), RecordsLinkedAtOnce: 50), world.Ledger, world.Keys, world.Linkage, world.Warehouse, world.Clock);
        var intake = (IIntake)again;
        Assert.Equal((half, FileName), (intake.FindUpload(id, IntakeWorld.CityClerk).Value.Offset, intake.FindUpload(id, IntakeWorld.CityClerk).Value.FileName));
        _ = (await intake.AppendUploadAsync(id, half, new MemoryStream(content[half..]), IntakeWorld.CityClerk)).Value;
        AssertNotOnDisk("架空　太郎", "カクウ タロウ", "0000077001", "record_id");
        var receipt = (await intake.CompleteUploadAsync(id, Hash(content), IntakeWorld.CityClerk)).Value;
        Assert.Equal(100, receipt.ByFormat["death-csv"].Records);
        AssertNotOnDisk("架空　太郎", "カクウ タロウ", "0000077001");
    }

    [Fact]
    public async Task A_torn_end_is_cut_off_and_the_upload_goes_on_from_there()
    {
        var content = new byte[900_000];
        new Random(2026).NextBytes(content);
        var upload = await Begin(content, 600_000);
        var path = Assert.Single(Directory.GetFiles(world.At("intake"), "content.sealed", SearchOption.AllDirectories));
        foreach (var spoil in (Action<FileStream>[])[f => f.SetLength(f.Length - 7), f => f.Write(new byte[900]), f => f.Write(RandomNumberGenerator.GetBytes(900)), f => { f.Position -= 3; f.WriteByte(0); f.WriteByte(1); }])
        {
            using (var file = new FileStream(path, FileMode.Open))
            {
                file.Position = file.Length;
                spoil(file);
            }

            var offset = world.Intake.FindUpload(upload.Id, IntakeWorld.CityClerk).Value.Offset;
            Assert.InRange(offset, 0, 600_000);
            upload = (await world.Intake.AppendUploadAsync(upload.Id, offset, new MemoryStream(content[(int)offset..600_000]), IntakeWorld.CityClerk)).Value;
            Assert.Equal(600_000, upload.Offset);
        }

        _ = (await world.Intake.AppendUploadAsync(upload.Id, 600_000, new MemoryStream(content[600_000..]), IntakeWorld.CityClerk)).Value;

        // Its hash is right; that no reader knows it is another matter.
        Assert.Contains((await world.Intake.CompleteUploadAsync(upload.Id, Hash(content), IntakeWorld.CityClerk)).Value.Findings, f => f.Code == "intake.unknown-format");
    }

    [Fact]
    public async Task Erasure_is_the_destruction_of_the_key_and_stands_on_the_ledger()
    {
        var content = IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1));
        var upload = await Begin(content, content.Length);
        var folder = Path.GetDirectoryName(Assert.Single(Directory.GetFiles(world.At("intake"), "content.sealed", SearchOption.AllDirectories)))!;
        var (kept, wrapped) = (File.ReadAllBytes(Path.Combine(folder, "content.sealed")), File.ReadAllBytes(Path.Combine(folder, "key")));
        var receipt = (await world.Intake.CompleteUploadAsync(upload.Id, Hash(content), IntakeWorld.CityClerk)).Value;
        Assert.False(Directory.Exists(folder));
        var said = Assert.Single(world.Ledger.ReadAll(0, "raw/"));
        var json = Encoding.UTF8.GetString(said.Json.Span);
        Assert.Equal("intake.raw-erased", said.Type);
        Assert.Contains(Hash(wrapped), json, StringComparison.Ordinal);
        Assert.Contains(receipt.Delivery.Value, json, StringComparison.Ordinal);

        // A copy of the file is worth nothing, under no other key; a copy of the wrapped key neither, once the node's is destroyed.
        var copy = Path.Combine(Directory.CreateDirectory(folder).FullName, "content.sealed");
        File.WriteAllBytes(copy, kept);
        Assert.Equal("upload.unknown", world.Intake.FindUpload(upload.Id, IntakeWorld.CityClerk).Findings[0].Code);
        using (var other = RawKey.Passing())
        using (var reader = new SealedReader(copy, other))
        {
            Assert.Equal(0, reader.Length);
        }

        File.WriteAllBytes(Path.Combine(folder, "key"), wrapped);
        using (var found = new RawKeys(world.Keys).Find(folder))
        {
            Assert.NotNull(found);
        }

        world.Keys.Destroy(RawKeys.NodeKey);
        Assert.Null(new RawKeys(world.Keys).Find(folder));
        Assert.Equal("upload.key-destroyed", world.Intake.BeginUpload(IntakeWorld.City, IntakeWorld.Deaths, "a.csv", 1, IntakeWorld.CityClerk).Findings[0].Code);
    }

    [Fact]
    public async Task Archives_are_read_out_of_their_seal()
    {
        var csv = IntakeWorld.DeathCsv(Enumerable.Range(1, 100).Select(n => IntakeWorld.DeathRow(n)));
        foreach (var (name, content) in new[] { ("a.zip", IntakeWorld.Zip(("death_1.csv", csv))), ("b.csv.gz", IntakeWorld.Gzip(csv)) })
        {
            var upload = world.Intake.BeginUpload(IntakeWorld.City, IntakeWorld.Deaths, name, content.Length, IntakeWorld.CityClerk).Value;
            _ = (await world.Intake.AppendUploadAsync(upload.Id, 0, new MemoryStream(content), IntakeWorld.CityClerk)).Value;
            var receipt = (await world.Intake.CompleteUploadAsync(upload.Id, Hash(content), IntakeWorld.CityClerk)).Value;
            Assert.Equal(100, receipt.ByFormat["death-csv"].Records);
            Assert.DoesNotContain(receipt.Findings, f => f.Code == "intake.cut-off");
        }
    }

    [Fact]
    public async Task An_upload_that_was_given_up_or_abandoned_is_erased_with_its_certificate()
    {
        var (given, left) = (await Begin([1, 2, 3], 2), await Begin([1, 2, 3], 2));
        Assert.Equal("upload.unknown", (await world.Intake.EraseUploadAsync(given.Id, IntakeWorld.Stranger)).Findings[0].Code);
        Assert.True((await world.Intake.EraseUploadAsync(given.Id, IntakeWorld.CityClerk)).IsOk);
        Assert.Equal("upload.unknown", world.Intake.FindUpload(given.Id, IntakeWorld.CityClerk).Findings[0].Code);
        world.Clock.Days = 6;
        Assert.Equal(0, (await world.Intake.EraseAbandonedAsync(IntakeWorld.Desk)).Value);
        world.Clock.Days = 8;
        Assert.Equal("intake.role", (await world.Intake.EraseAbandonedAsync(IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Equal(1, (await world.Intake.EraseAbandonedAsync(IntakeWorld.Desk)).Value);
        Assert.Equal("upload.unknown", world.Intake.FindUpload(left.Id, IntakeWorld.CityClerk).Findings[0].Code);
        Assert.Equal(2, world.Ledger.ReadAll(0, "raw/").Count(e => e.Type == "intake.raw-erased"));
    }

    [Fact]
    public void What_is_appended_in_pieces_is_read_from_anywhere_and_moved_or_changed_frames_are_none()
    {
        var random = new Random(2026);
        var content = new byte[3 * SealedFile.FrameSize + 12345];
        random.NextBytes(content);
        var path = world.At("pieces.sealed");
        using var key = RawKey.Passing();
        for (var at = 0; at < content.Length;)
        {
            using var writer = new SealedWriter(path, key);
            Assert.Equal(at, writer.Length);
            var n = Math.Min(content.Length - at, random.Next(1, SealedFile.FrameSize * 2));
            writer.Write(content.AsSpan(at, n));
            at += n;
        }

        using (var reader = new SealedReader(path, key))
        {
            for (var i = 0; i < 200; i++)
            {
                var from = random.Next(content.Length);
                var piece = new byte[random.Next(1, 400_000)];
                reader.Position = from;
                var n = reader.ReadAtLeast(piece, piece.Length, throwOnEndOfStream: false);
                Assert.Equal(Math.Min(piece.Length, content.Length - from), n);
                Assert.True(content.AsSpan(from, n).SequenceEqual(piece.AsSpan(0, n)));
            }
        }

        var bytes = File.ReadAllBytes(path);
        bytes[SealedFile.NameSize + SealedFile.HeadSize + 5] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var changed = new SealedReader(path, key);
        Assert.Throws<InvalidDataException>(() => changed.ReadExactly(new byte[10]));
    }

    private async Task<Upload> Begin(byte[] content, int send)
    {
        var upload = world.Intake.BeginUpload(IntakeWorld.City, IntakeWorld.Deaths, FileName, content.Length, IntakeWorld.CityClerk).Value;
        return (await world.Intake.AppendUploadAsync(upload.Id, 0, new MemoryStream(content[..send]), IntakeWorld.CityClerk)).Value;
    }

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    /// <summary>In no file of the room's folder, whichever it is, and in no file's name.</summary>
    private void AssertNotOnDisk(params string[] words)
    {
        var files = Directory.GetFiles(world.At("intake"), "*", SearchOption.AllDirectories);
        Assert.NotEmpty(Directory.GetDirectories(world.At("intake")));
        foreach (var word in words)
        {
            Assert.All(files, f => Assert.DoesNotContain(word, f, StringComparison.Ordinal));
            Assert.All(files, f => Assert.True(File.ReadAllBytes(f).AsSpan().IndexOf(Encoding.UTF8.GetBytes(word)) < 0, f));
        }
    }
}
