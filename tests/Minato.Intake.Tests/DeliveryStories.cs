using System.Text;
using Minato.Linkage;

namespace Minato.Intake.Tests;

public sealed class DeliveryStories : IDisposable
{
    private readonly IntakeWorld world = new();

    public void Dispose() => world.Dispose();

    [Fact]
    public async Task A_delivery_is_split_stored_and_receipted()
    {
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(Enumerable.Range(1, 120).Select(n => IntakeWorld.DeathRow(n))))));
        Assert.Equal(DeliveryState.Applied, receipt.State);
        Assert.Equal(120, receipt.ByFormat["death-csv"].Records);
        Assert.Equal(120, world.RowsOf(IntakeWorld.Deaths, "death"));
        Assert.Equal(receipt.SnapshotId, world.Warehouse.Latest(IntakeWorld.Deaths)!.Id);
    }

    [Fact]
    public async Task The_same_delivery_twice_is_applied_once()
    {
        var files = ("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1)));
        var first = await world.Receive(IntakeWorld.Deaths, world.Delivery(files));
        var size = world.Ledger.Size;
        var second = await world.Receive(IntakeWorld.Deaths, world.Delivery(files));
        Assert.True(second.AlreadyApplied);
        Assert.Equal(first.Delivery, second.Delivery);
        Assert.Equal(size, world.Ledger.Size);
        Assert.Equal(1, world.RowsOf(IntakeWorld.Deaths, "death"));
    }

    [Fact]
    public async Task A_later_delivery_corrects_a_record_by_its_key()
    {
        await world.Receive(IntakeWorld.Deaths, world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1), IntakeWorld.DeathRow(2)))));
        await world.Receive(IntakeWorld.Deaths, world.Delivery(("death_2.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1, "20250315")))));
        Assert.Equal(2, world.RowsOf(IntakeWorld.Deaths, "death"));
    }

    [Fact]
    public async Task A_bad_row_is_sealed_in_quarantine_with_its_place_and_the_rest_is_taken()
    {
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1), IntakeWorld.DeathRow(2, "20251399"), IntakeWorld.DeathRow(3)))));
        Assert.Equal(2, receipt.ByFormat["death-csv"].Records);
        var piece = Assert.Single(world.Intake.Quarantine(receipt.Delivery));
        Assert.Equal("death_1.csv", piece.Finding.Place.File);
        Assert.Equal(3, piece.Finding.Place.Line);
        Assert.Equal("died_on", piece.Finding.Place.Field);
        Assert.NotEmpty(piece.Finding.Remedy);
        Assert.DoesNotContain("20251399", piece.Finding.ToString());

        var opened = world.Intake.OpenQuarantined(piece.Id, IntakeWorld.CityClerk);
        Assert.Contains("20251399", Encoding.UTF8.GetString(opened.Value));
        Assert.False(world.Intake.OpenQuarantined(piece.Id, IntakeWorld.Stranger).IsOk);
        Assert.False(world.Intake.OpenQuarantined(piece.Id, IntakeWorld.Desk).IsOk);
        foreach (var file in Directory.EnumerateFiles(world.At("intake"), "*", SearchOption.AllDirectories))
        {
            Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf("架空　太郎"u8));
        }
    }

    [Fact]
    public async Task Two_records_with_one_key_are_a_question_to_the_holder_and_a_plain_repeat_is_not()
    {
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1), IntakeWorld.DeathRow(1), IntakeWorld.DeathRow(1, "20250401")))));
        Assert.Equal(1, world.RowsOf(IntakeWorld.Deaths, "death"));
        Assert.Equal(["intake.duplicate", "intake.duplicate-key"], receipt.Findings.Select(f => f.Code).Where(c => c.StartsWith("intake.duplicate", StringComparison.Ordinal)).Order());
        Assert.Single(world.Intake.Quarantine(receipt.Delivery));
    }

    [Fact]
    public async Task Archives_are_unwrapped()
    {
        var csv = IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1));
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery(
            ("a.zip", IntakeWorld.Zip(("death_1.csv", csv))), ("death_2.csv.gz", IntakeWorld.Gzip(IntakeWorld.DeathCsv(IntakeWorld.DeathRow(2))))));
        Assert.Equal(2, receipt.ByFormat["death-csv"].Records);
    }

    [Fact]
    public async Task Hostile_files_give_findings_and_the_good_file_beside_them_is_taken()
    {
        var bomb = IntakeWorld.Zip(("death_9.csv", new byte[300 << 20]));
        var cut = IntakeWorld.Gzip(IntakeWorld.DeathCsv(Enumerable.Range(100, 5000).Select(n => IntakeWorld.DeathRow(n))));
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery(
            ("good_death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1))),
            ("bomb.zip", bomb),
            ("cut_death.csv.gz", cut[..(cut.Length / 2)]),
            ("broken.zip", [0x50, 0x4B, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8]),
            ("empty.csv", []),
            ("noise.bin", Enumerable.Range(0, 10_000).Select(i => (byte)(i * 31 % 251)).ToArray())));
        Assert.Equal(DeliveryState.Applied, receipt.State);
        var codes = receipt.Findings.Select(f => f.Code).ToHashSet();
        Assert.Superset(new HashSet<string> { "intake.archive-bomb", "intake.cut-off", "intake.zip-corrupt", "intake.unknown-format" }, codes);
        Assert.True(world.RowsOf(IntakeWorld.Deaths, "death") >= 1);
        Assert.All(receipt.Findings.Where(f => f.Severity == Severity.Error), f => Assert.False(string.IsNullOrEmpty(f.Remedy)));
    }

    [Fact]
    public async Task A_patients_number_in_a_files_name_does_not_come_into_findings()
    {
        const string Name = "0000077001_20260311_OMP-01_4_20260311101112123_01_1";
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery((Name, []), ("deaths.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1)))));
        var finding = Assert.Single(receipt.Findings, f => f.Code == "intake.unknown-format");
        Assert.Equal("*_20260311_OMP-01_4_20260311101112123_01_1", finding.Place.File);
        Assert.DoesNotContain("77001", string.Join(";", world.Intake.Quarantine(receipt.Delivery).Select(p => p.Finding)));
    }

    [Fact]
    public async Task A_delivery_without_a_single_readable_record_is_refused_and_changes_nothing()
    {
        var receipt = await world.Receive(IntakeWorld.Deaths, world.Delivery(("noise.bin", [1, 2, 3])));
        Assert.Equal(DeliveryState.Refused, receipt.State);
        Assert.Null(world.Warehouse.Latest(IntakeWorld.Deaths));
    }

    [Fact]
    public async Task Only_the_holder_and_the_operator_may_deliver()
    {
        var folder = world.Delivery(("death_1.csv", IntakeWorld.DeathCsv(IntakeWorld.DeathRow(1))));
        Assert.Equal("intake.role", (await world.Intake.ReceiveFolderAsync(IntakeWorld.City, IntakeWorld.Deaths, folder, IntakeWorld.Stranger)).Findings[0].Code);
        Assert.Equal("intake.role", (await world.Intake.RegisterAsync(new HolderRegistration(new HolderId("x"), new("x", "x"), "x", []), IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Equal("intake.unknown-dataset", (await world.Intake.ReceiveFolderAsync(IntakeWorld.City, new DatasetId("other"), folder, IntakeWorld.CityClerk)).Findings[0].Code);
    }

    [Fact]
    public async Task An_upload_goes_on_where_it_broke_off()
    {
        var csv = IntakeWorld.DeathCsv(Enumerable.Range(1, 40).Select(n => IntakeWorld.DeathRow(n)));
        var upload = world.Intake.BeginUpload(IntakeWorld.City, IntakeWorld.Deaths, "death_1.csv", csv.Length, IntakeWorld.CityClerk).Value;
        upload = (await world.Intake.AppendUploadAsync(upload.Id, 0, new MemoryStream(csv[..500]), IntakeWorld.CityClerk)).Value;
        Assert.Equal(500, upload.Offset);
        Assert.Equal("upload.offset", (await world.Intake.AppendUploadAsync(upload.Id, 400, new MemoryStream(csv[400..]), IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Equal("upload.incomplete", (await world.Intake.CompleteUploadAsync(upload.Id, "", IntakeWorld.CityClerk)).Findings[0].Code);
        Assert.Equal("upload.unknown", world.Intake.FindUpload(upload.Id, IntakeWorld.Stranger).Findings[0].Code);
        await world.Intake.AppendUploadAsync(upload.Id, 500, new MemoryStream([.. csv[500..], .. "more than was announced"u8]), IntakeWorld.CityClerk);
        Assert.Equal("upload.hash", (await world.Intake.CompleteUploadAsync(upload.Id, new string('0', 64), IntakeWorld.CityClerk)).Findings[0].Code);
        var receipt = await world.Intake.CompleteUploadAsync(upload.Id, Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(csv)), IntakeWorld.CityClerk);
        Assert.Equal(40, receipt.Value.ByFormat["death-csv"].Records);
    }

    [Theory]
    [InlineData("../x.csv")]
    [InlineData("a/b.csv")]
    [InlineData(".hidden")]
    [InlineData("")]
    public void An_upload_has_a_plain_name(string name) =>
        Assert.Equal("upload.announce", world.Intake.BeginUpload(IntakeWorld.City, IntakeWorld.Deaths, name, 10, IntakeWorld.CityClerk).Findings[0].Code);

    [Fact]
    public async Task Where_linkage_refuses_nothing_is_applied_and_the_delivery_can_come_again()
    {
        var refuse = true;
        using var other = new IntakeWorld(real => RefusingLinkage.Around(real, () => refuse));
        var folder = other.Delivery(("death_1.csv", IntakeWorld.DeathCsv(Enumerable.Range(1, 200).Select(n => IntakeWorld.DeathRow(n)))));
        var refused = await other.Intake.ReceiveFolderAsync(IntakeWorld.City, IntakeWorld.Deaths, folder, IntakeWorld.CityClerk);
        Assert.False(refused.IsOk);
        Assert.Null(other.Warehouse.Latest(IntakeWorld.Deaths));
        refuse = false;
        Assert.Equal(DeliveryState.Applied, (await other.Receive(IntakeWorld.Deaths, folder)).State);
        Assert.Equal(200, other.RowsOf(IntakeWorld.Deaths, "death"));
    }
}

/// <summary>A linkage that can be told to refuse; everything else is the real one.</summary>
internal class RefusingLinkage : System.Reflection.DispatchProxy
{
    private ILinkage real = null!;
    private Func<bool> refuse = null!;

    public static ILinkage Around(ILinkage real, Func<bool> refuse)
    {
        var proxy = Create<ILinkage, RefusingLinkage>();
        ((RefusingLinkage)(object)proxy).real = real;
        ((RefusingLinkage)(object)proxy).refuse = refuse;
        return proxy;
    }

    protected override object? Invoke(System.Reflection.MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(ILinkage.LinkAsync) && refuse()
            ? Task.FromResult(Outcome<IReadOnlyList<LinkedTicket>>.Refused(Finding.Error("linkage.down", "The linkage body does not answer", "Try again later")))
            : targetMethod.Invoke(real, args);
}
