using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using CsCheck;
using Minato.Release.Checks;
using Minato.Tests;
using Minato.Workspace;

namespace Minato.Release.Tests;

/// <summary>Figures: every byte must be picture, and the numbers behind it are checked too.</summary>
public sealed class FiguresLeave
{
    private static readonly byte[] Signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

    private static byte[] Chunk(string type, params byte[] data)
    {
        byte[] body = [.. Encoding.Latin1.GetBytes(type), .. data];
        var length = new byte[4];
        var crc = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(crc, Crc32.HashToUInt32(body));
        return [.. length, .. body, .. crc];
    }

    private static byte[] Packed(byte[] rows)
    {
        var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(rows);
        }

        return packed.ToArray();
    }

    private static byte[] Bytes(Stream stream)
    {
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    /// <summary>Every colour type and depth, plain and interlaced, with random samples: what is drawn anew says what the picture said.</summary>
    [Theory]
    [InlineData(0, 1), InlineData(0, 2), InlineData(0, 4), InlineData(0, 8), InlineData(0, 16), InlineData(2, 8), InlineData(2, 16), InlineData(3, 1), InlineData(3, 4), InlineData(3, 8), InlineData(4, 8), InlineData(4, 16), InlineData(6, 8), InlineData(6, 16)]
    public void A_picture_drawn_anew_shows_the_same_in_fewer_shades(byte colour, byte depth)
    {
        var random = new Random(colour * 100 + depth);
        const int side = 11;
        var palette = new byte[3 << Math.Min((int)depth, 8)];
        random.NextBytes(palette);
        var stride = ((side * PngFile.Channels(colour, depth) * depth) + 7) / 8;
        byte[] rows = [.. Enumerable.Range(0, side).SelectMany(_ => { var row = new byte[stride]; random.NextBytes(row); return row.Prepend((byte)0); })];
        byte[] png = [.. Signature, .. Header(side, side, depth, colour), .. colour == 3 ? Chunk("PLTE", palette) : [], .. Chunk("IDAT", Packed(rows)), .. Chunk("IEND")];
        var drawn = PngPicture.Redraw(png, 32);
        Assert.Equal(PngState.Sound, Inspect(drawn));

        // A drawing of the drawing is the same: nothing is left in it that is not seen.
        Assert.Equal(drawn, PngPicture.Redraw(drawn, 32));
        if ((colour, depth) is (2, 8) or (0, 8))
        {
            var pixel = PngPicture.PixelsOf(drawn);
            for (var i = 0; i < side * side; i++)
            {
                var sample = colour == 2 ? rows[(i / side * (stride + 1)) + 1 + (i % side * 3)] : rows[(i / side * (stride + 1)) + 1 + (i % side)];
                Assert.InRange(pixel[3 * i] - sample, -8, 8);
            }
        }
    }

    [Fact]
    public void The_low_bits_of_colours_do_not_survive()
    {
        var random = new Random(5);
        byte[] Flat(Func<int> noise) => [.. Signature, .. Header(64, 64, 8, 2), .. Chunk("IDAT", Packed([.. Enumerable.Range(0, 64).SelectMany(_ => Enumerable.Range(0, 193).Select(i => i == 0 ? (byte)0 : (byte)(160 + noise())))])), .. Chunk("IEND")];
        Assert.Equal(PngPicture.Redraw(Flat(() => 0), 32), PngPicture.Redraw(Flat(() => random.Next(4)), 32));
    }

    private static byte[] Header(int width, int height, byte depth = 8, byte colour = 0, byte interlace = 0)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colour, interlace);
        return Chunk("IHDR", header);
    }

    /// <summary>4 × 3 grey pixels: three rows of one filter byte and four pixels.</summary>
    private static byte[] Picture(byte[]? extraChunk = null, byte[]? afterEnd = null, byte[]? rows = null, byte[]? afterPicture = null) =>
        [.. Signature, .. Header(4, 3), .. extraChunk ?? [], .. Chunk("IDAT", [.. Packed(rows ?? new byte[15]), .. afterPicture ?? []]), .. Chunk("IEND"), .. afterEnd ?? []];

    private static PngState Inspect(byte[] png) => PngFile.Inspect(png, 1_000_000, ["Matplotlib version[0-9.]{1,12}, https://matplotlib\\.org/"]);

    [Fact]
    public void A_plain_picture_is_sound()
    {
        Assert.Equal(PngState.Sound, Inspect(Picture()));
        Assert.Equal(PngState.Sound, Inspect(Picture(Chunk("pHYs", new byte[9]))));
        Assert.Equal(PngState.Sound, Inspect(Picture(Chunk("tEXt", Encoding.Latin1.GetBytes("Software\0Matplotlib version3.6.3, https://matplotlib.org/")))));

        // In two parts, and interlaced (Adam7 of 4 × 3: passes 1, 4, 5, 6, 7 hold 2+2+3+2×3+5 bytes).
        var packed = Packed(new byte[15]);
        Assert.Equal(PngState.Sound, Inspect([.. Signature, .. Header(4, 3), .. Chunk("IDAT", packed[..5]), .. Chunk("IDAT", packed[5..]), .. Chunk("IEND")]));
        Assert.Equal(PngState.Sound, Inspect([.. Signature, .. Header(4, 3, interlace: 1), .. Chunk("IDAT", Packed(new byte[2 + 2 + 3 + 6 + 5])), .. Chunk("IEND")]));
    }

    public static TheoryData<string, byte[]> Hiding => new()
    {
        { "a text", Picture(Chunk("tEXt", "Comment\0secret"u8.ToArray())) },
        { "a text that only begins as an allowed one", Picture(Chunk("tEXt", "Software\0Matplotlib version3.6.3, https://matplotlib.org/ secret"u8.ToArray())) },
        { "a compressed text", Picture(Chunk("zTXt", "c\0\0x"u8.ToArray())) },
        { "an international text", Picture(Chunk("iTXt", "c\0\0\0\0\0x"u8.ToArray())) },
        { "camera data", Picture(Chunk("eXIf", new byte[40])) },
        { "a colour profile", Picture(Chunk("iCCP", new byte[40])) },
        { "a chunk of its own", Picture(Chunk("prVt", new byte[40])) },
        { "data after the end", Picture(afterEnd: "secret"u8.ToArray()) },
        { "another file after the end", Picture(afterEnd: Picture()) },
        { "data in the end", [.. Picture()[..^12], .. Chunk("IEND", 1, 2, 3)] },
        { "more rows than the picture has", Picture(rows: new byte[30]) },
        { "data after the packed picture", Picture(afterPicture: "secret"u8.ToArray()) },
        { "data after the packed picture, ended like it", Picture(afterPicture: [.. "secret"u8, .. Packed(new byte[15])[^4..]]) },
        { "a long chunk under a known name", Picture(Chunk("pHYs", new byte[400])) },
    };

    [Theory]
    [MemberData(nameof(Hiding))]
    public void Hidden_content_is_found(string what, byte[] png) => Assert.True(Inspect(png) == PngState.HidesSomething, what);

    [Fact]
    public void What_is_no_sound_picture_is_broken()
    {
        var picture = Picture();
        Assert.Equal(PngState.Broken, Inspect([]));
        Assert.Equal(PngState.Broken, Inspect("GIF89a"u8.ToArray()));
        Assert.Equal(PngState.Broken, Inspect(picture[..^1]));
        Assert.Equal(PngState.Broken, Inspect(Picture(rows: new byte[14])));
        Assert.Equal(PngState.Broken, Inspect([.. Signature, .. Chunk("IEND")]));
        Assert.Equal(PngState.Broken, Inspect([.. Signature, .. Header(4, 3), .. Chunk("IEND")]));

        // A decompression bomb is measured by its header before it is unpacked.
        Assert.Equal(PngState.Broken, Inspect([.. Signature, .. Header(60_000, 60_000), .. Chunk("IDAT", Packed(new byte[1000])), .. Chunk("IEND")]));
    }

    [Fact]
    public void No_changed_byte_leaves_a_picture_sound() =>
        Gen.Select(Gen.Int[0, Picture().Length - 1], Gen.Byte[1, 255]).Sample((at, change) =>
        {
            var png = Picture();
            png[at] ^= change;
            Assert.NotEqual(PngState.Sound, Inspect(png));
        }, iter: 2000);

    [Fact]
    public async Task A_figure_leaves_with_its_numbers_after_a_person_looked()
    {
        using var exit = new Exit();
        exit.Outbox.Put("f.png", Picture());
        exit.Outbox.Put("f.csv", "region,persons\nnorth,150\nsouth,90\n"u8.ToArray());
        OutputDeclaration Figure(string? underlying) => new(Exit.Run, "f.png", OutputKind.Figure, [], null, underlying, "a figure");

        Assert.Equal(["figure-underlying"], Exit.Stops(await exit.Submit(Figure(null))));
        Assert.Equal(["figure-underlying"], Exit.Stops(await exit.Submit(Figure("f.csv"))));
        Assert.Equal(["figure-underlying"], Exit.Stops(await exit.Submit(Figure("f.png"))));

        var view = await exit.Submit(Figure("f.csv"), Exit.Table("f.csv", ["region"]));
        Assert.True(view.State == SubmissionState.InReview, Exit.Failed(view));
        Assert.Contains(view.Checks, c => c is { File: "f.png", Rule: "figure-look", Passed: false, Hard: false });
        Assert.Equal(2, view.PeopleNeeded);
        Assert.Equal(SubmissionState.Released, (await exit.DecideAsync(view)).State);

        // What leaves is the picture drawn anew.
        using (var content = (await exit.Release.FetchAsync(view.Id, "f.png", Village.Stranger)).Value.Content)
        {
            Assert.Equal(PngPicture.Redraw(Picture(), 32), Bytes(content));
        }

        exit.Outbox.Put("f.png", Picture(Chunk("tEXt", "Comment\0secret"u8.ToArray())));
        var hiding = await exit.Submit(Figure("f.csv"), Exit.Table("f.csv", ["region"]));
        Assert.Equal(["figure-hidden"], Exit.Stops(hiding));
        Assert.Equal(Proposal.Mend, hiding.Proposal);
        var mended = (await exit.Release.AcceptMendedAsync(hiding.Id, Village.Researcher)).Value;
        Assert.Equal((SubmissionState.InReview, hiding.Id), (mended.State, mended.Mends));
        Assert.Contains("metadata={}", hiding.Checks.Single(c => c.Rule == "figure-hidden").Reason.En, StringComparison.Ordinal);

        exit.Outbox.Put("f.csv", "region,persons\nnorth,150\nsouth,9\n"u8.ToArray());
        Assert.Contains("minimum-cell", Exit.Stops(await exit.Submit(Figure("f.csv"), Exit.Table("f.csv", ["region"]))));
        Assert.Equal(["file-type"], Exit.Stops(await exit.Submit(Exit.Table("f.png", ["region"]))));
    }

    [Fact]
    public async Task From_the_sandbox_to_the_world_with_R_and_Python()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap") && File.Exists("/usr/bin/Rscript"), "bubblewrap or R is not installed: apt-get install bubblewrap r-base-core");
        using var village = new Village();
        var workspace = village.OpenWorkspace();
        var release = ReleaseRoom.Open(new ReleaseOptions(village.At("release"), Exit.Standards), village.Ledger, village.Access, workspace, TimeProvider.System);
        async Task<JobRun> Job(JobLanguage language, string code)
        {
            var run = (await workspace.RunAsync(new JobRequest(Village.Permit, language, code), Village.Researcher)).Value;
            Assert.True(run.State == JobState.Succeeded, run.Log);
            return run;
        }

        var r = await Job(JobLanguage.R, """
            d <- sql("select sex, count(*) as persons from person group by sex order by sex")
            write.csv(d, "/out/by-sex.csv", row.names = FALSE, quote = FALSE)
            png("/out/by-sex.png"); barplot(d$persons, names.arg = d$sex); invisible(dev.off())
            """);
        var python = await Job(JobLanguage.Python, """
            from minato import sql
            import matplotlib.pyplot as plot
            d = sql("select sex, count(*) as persons from person group by sex order by sex")
            plot.bar(d.sex, d.persons)
            plot.savefig("/out/by-sex-2.png")
            """);
        var declared = new List<OutputDeclaration>();
        var fitted = await Job(JobLanguage.R, """
            d <- sql("select year_of_birth, hba1c from person")
            model("effect", lm(hba1c ~ year_of_birth, data = d))
            crosstab("r-sex", c("sex", "diabetes"), "person")
            """);
        declared.AddRange(release.DeclaredIn(Village.Permit, fitted.Id, Village.Researcher).Value);
        var tabled = await Job(JobLanguage.Python, """
            from minato import crosstab, model
            crosstab("p-decade", ["decade"], "select person_id, year_of_birth // 10 * 10 as decade from person")
            class Fitted: params, bse, nobs, df_resid = {"age": 0.123456789}, {"age": 0.01}, 400, 398
            model("p-effect", Fitted)
            """);
        declared.AddRange(release.DeclaredIn(Village.Permit, tabled.Id, Village.Researcher).Value);
        Assert.Equal(["effect.csv", "p-decade.csv", "p-effect.csv", "r-sex.csv"], declared.Select(d => d.FileName).Order());
        var ready = (await release.SubmitAsync(Village.Permit, declared, Village.Researcher)).Value;
        Assert.True(ready.State == SubmissionState.InReview, Exit.Failed(ready));

        var submitted = await release.SubmitAsync(
            Village.Permit,
            [
                new(r.Id, "by-sex.csv", OutputKind.FrequencyTable, ["sex"], "persons", null, "By sex"),
                new(r.Id, "by-sex.png", OutputKind.Figure, [], null, "by-sex.csv", "By sex, from R"),
                new(python.Id, "by-sex-2.png", OutputKind.Figure, [], null, "by-sex.csv", "By sex, from Python"),
            ],
            Village.Researcher);
        Assert.True(submitted.Value.State == SubmissionState.InReview, Exit.Failed(submitted.Value));
        Assert.True((await release.DecideAsync(submitted.Value.Id, ExitVerdict.Release, "Aggregates only", Village.Checker)).IsOk);
        Assert.Equal("release.not-released", (await release.FetchAsync(submitted.Value.Id, "by-sex.png", Village.Researcher)).Findings[0].Code);
        Assert.True((await release.DecideAsync(submitted.Value.Id, ExitVerdict.Release, "No single person", Village.OtherChecker)).IsOk);
        using (var drawn = workspace.OpenOutbox(Village.Permit, r.Id, "by-sex.png").Value)
        using (var left = (await release.FetchAsync(submitted.Value.Id, "by-sex.png", Village.Stranger)).Value.Content)
        {
            Assert.Equal(PngPicture.Redraw(Bytes(drawn), 32), Bytes(left));
        }

        Assert.Empty(village.Ledger.Verify());
    }
}
