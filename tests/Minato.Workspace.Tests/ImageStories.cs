using System.Diagnostics;
using Minato.Tests;
using Minato.Workspace.Images;

namespace Minato.Workspace.Tests;

/// <summary>System images: taken in, looked through, allowed by two, tried, and run with.</summary>
public sealed class ImageStories : IDisposable
{
    private static readonly Actor Second = Village.Operator with { Id = new ActorId("o.mita") };

    private readonly Village village = new();
    private readonly string brought = Directory.CreateTempSubdirectory("minato-image-").FullName;

    /// <summary>The runner can pass, so that the images lie with the workspace and go with it.</summary>
    public ImageStories() => File.SetUnixFileMode(village.At(""), (UnixFileMode)0b111_001_001);

    public void Dispose()
    {
        village.Dispose();
        Directory.Delete(brought, recursive: true);
    }

    [Fact]
    public async Task A_job_runs_with_the_programs_of_an_image_that_two_operators_let_in()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed: apt-get install bubblewrap");
        var root = Lay(Path.Join(brought, "bundle", "rootfs"));
        File.WriteAllText(Path.Join(brought, "bundle", "config.json"), """{"ociVersion":"1.0.2","root":{"path":"rootfs"},"process":{"args":["sh"]}}""");
        File.WriteAllText(Path.Join(root, "usr/bin/only-here"), "#!/bin/sh\necho from the image; ls /home /root /srv; cat /etc/motd /etc/shadow\n");
        File.SetUnixFileMode(Path.Join(root, "usr/bin/only-here"), (UnixFileMode)0b111_101_101 | UnixFileMode.SetUser);
        var workspace = village.OpenWorkspace();
        var images = workspace.Images;

        var added = Ok(await images.CatalogueAsync("small", "A small image", Path.Join(brought, "bundle"), Village.Operator));
        Assert.Equal(("oci-bundle", ImageState.Catalogued, 1), (added.Source, added.State, added.Packages));
        Assert.DoesNotContain(JobLanguage.R, added.Languages);
        Assert.Contains(added.Warnings, w => w.StartsWith("1 files had set-user-id", StringComparison.Ordinal));

        // Named by one operator it runs nowhere; whoever brought it does not allow it.
        var job = new JobRequest(Village.Permit, JobLanguage.Shell, "only-here > /out/said.csv 2>&1; command -v Rscript >> /out/said.csv; ls -l /usr/bin/only-here >> /out/said.csv; true", Image: "small");
        Assert.Equal("image.not-approved", Code(await workspace.QueueAsync(job, Village.Researcher)));
        Assert.Equal("image.own", Code(await images.ApproveAsync("small", added.Digest, Village.Operator)));
        Assert.Equal("image.role", Code(await images.ApproveAsync("small", added.Digest, Village.Researcher)));
        var approved = Ok(await images.ApproveAsync("small", added.Digest[..8], Second));
        Assert.Equal(Second.Id, approved.ApprovedBy);
        Assert.Equal([new ImagePackage("dash", "0.5.12-2")], Ok(images.Packages("small")));

        var run = Ok(await workspace.RunAsync(job, Village.Researcher));
        Assert.Equal((JobState.Succeeded, true), (run.State, run.Sandbox.EndsWith($"image {approved.Id}", StringComparison.Ordinal)));
        using var reader = new StreamReader(Ok(workspace.OpenOutbox(run.Permit, run.Id, "said.csv")));
        var said = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Contains("from the image", said, StringComparison.Ordinal);
        Assert.Contains("hello", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Rscript", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
        Assert.Contains("-r-xr-xr-x", said, StringComparison.Ordinal);
        Assert.Equal("workspace.not-in-image", Code(await workspace.QueueAsync(job with { Language = JobLanguage.R }, Village.Researcher)));

        // The same again is the same; a changed file is found before the next process uses it.
        Assert.Equal(added.Digest, Ok(await images.CatalogueAsync("small", "A small image", Path.Join(brought, "bundle"), Village.Operator)).Digest);
        var motd = Directory.EnumerateFiles(village.At("workspace"), "motd", SearchOption.AllDirectories).Single();
        File.SetUnixFileMode(motd, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(motd, "hullo\n");
        var later = village.OpenWorkspace();
        Assert.Equal("image.changed", Code(await later.QueueAsync(job, Village.Researcher)));

        Assert.Equal("image.reason", Code(await later.Images.WithdrawAsync("small", added.Digest, " ", Village.Operator)));
        Ok(await later.Images.WithdrawAsync("small", added.Digest, "a newer one is there", Village.Operator));
        Assert.Equal("image.not-approved", Code(await later.QueueAsync(job, Village.Researcher)));
        Assert.False(File.Exists(motd));
    }

    [Fact]
    public async Task What_is_no_image_is_refused_and_nothing_of_it_stays()
    {
        var images = village.OpenWorkspace().Images;
        async Task<string> Try(string path, Actor? by = null, string name = "x") => Code(await images.CatalogueAsync(name, "X", path, by ?? Village.Operator));
        Assert.Equal("image.role", await Try(brought, Village.Researcher));
        Assert.Equal("image.name", await Try(brought, name: "../x"));
        Assert.Equal("image.not-found", await Try(Path.Join(brought, "nowhere")));
        Assert.Equal("image.needs", await Try(brought));

        // A bundle whose root leads out of it, by a path or by a link.
        foreach (var root in new[] { "/", "../..", "link" })
        {
            var bundle = Directory.CreateDirectory(Path.Join(brought, $"b{root.Length}")).FullName;
            File.CreateSymbolicLink(Path.Join(bundle, "link"), "/");
            File.WriteAllText(Path.Join(bundle, "config.json"), $$$"""{"root":{"path":"{{{root}}}"}}""");
            Assert.Equal("image.bundle", await Try(bundle));
        }

        File.WriteAllText(Path.Join(brought, "config.json"), "{");
        Assert.Equal("image.bundle", await Try(brought));
        File.Delete(Path.Join(brought, "config.json"));

        Directory.CreateDirectory(Path.Join(brought, "usr"));
        using (var fifo = Process.Start("/usr/bin/mkfifo", [Path.Join(brought, "usr", "pipe")]))
        {
            await fifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal("image.special", await Try(brought));
        Assert.Empty(images.All);
        Assert.Empty(Directory.EnumerateFileSystemEntries(village.At("workspace"), "new-*", SearchOption.AllDirectories));
    }

    [Fact]
    public void A_link_in_an_image_means_what_it_means_inside()
    {
        Directory.CreateDirectory(Path.Join(brought, "usr/bin"));
        File.WriteAllText(Path.Join(brought, "usr/bin/dash"), "");
        File.CreateSymbolicLink(Path.Join(brought, "bin"), "/usr/bin");
        File.CreateSymbolicLink(Path.Join(brought, "usr/bin/sh"), "dash");
        File.CreateSymbolicLink(Path.Join(brought, "usr/bin/out"), "../../../../etc/passwd");
        File.CreateSymbolicLink(Path.Join(brought, "usr/bin/round"), "round");
        Assert.Equal(Path.Join(brought, "usr/bin/dash"), ImageTree.Resolve(brought, "/bin/sh"));
        Assert.Null(ImageTree.Resolve(brought, "/usr/bin/out"));
        Assert.Null(ImageTree.Resolve(brought, "/usr/bin/round"));
    }

    /// <summary>A root with what a sandbox needs and little else, from this machine's own files.</summary>
    private static string Lay(string root)
    {
        var programs = new[] { "dash", "tar", "prlimit", "cat", "ls", "python3" };
        var version = Path.GetFileName(new FileInfo("/usr/bin/python3").ResolveLinkTarget(returnFinalTarget: true)!.Name);
        var module = Directory.EnumerateFiles($"/usr/lib/{version}/lib-dynload", "_ctypes.*").Single();
        foreach (var file in programs.Select(p => $"/usr/bin/{p}").SelectMany(p => Libraries(p).Append(p)).Concat(Libraries(module)).Distinct())
        {
            var real = new FileInfo(file).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? file;
            var at = file.StartsWith("/lib", StringComparison.Ordinal) ? "/usr" + file : file;
            Directory.CreateDirectory(Path.GetDirectoryName(root + at)!);
            File.Copy(real, root + at);
        }

        string[] folders = ["", "encodings", "ctypes", "collections", "importlib", "re", "lib-dynload"];
        foreach (var file in folders.SelectMany(f => Directory.EnumerateFiles(Path.Join($"/usr/lib/{version}", f))).Where(f => f.EndsWith(".py", StringComparison.Ordinal) || f.EndsWith(".so", StringComparison.Ordinal)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(root + file)!);
            File.Copy(file, root + file);
        }

        foreach (var (link, target) in new[] { ("bin", "usr/bin"), ("lib", "usr/lib"), ("lib64", "usr/lib64"), ("usr/bin/sh", "dash") })
        {
            File.CreateSymbolicLink(Path.Join(root, link), target);
        }

        foreach (var (file, text) in new[] { ("etc/motd", "hello\n"), ("etc/shadow", "root:secret\n"), ("root/key", "secret\n"), ("var/lib/dpkg/status", "Package: dash\nStatus: install ok installed\nVersion: 0.5.12-2\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(root, file))!);
            File.WriteAllText(Path.Join(root, file), text);
        }

        return root;
    }

    private static IEnumerable<string> Libraries(string program)
    {
        using var ldd = Process.Start(new ProcessStartInfo("/usr/bin/ldd", [program]) { RedirectStandardOutput = true })!;
        var lines = ldd.StandardOutput.ReadToEnd().Split('\n');
        ldd.WaitForExit();
        return lines.SelectMany(l => l.Split(' ', '\t')).Where(w => w.StartsWith('/') && File.Exists(w));
    }

    private static T Ok<T>(Outcome<T> outcome) => outcome.Try(out var value) ? value : throw new InvalidOperationException(string.Join("; ", outcome.Findings));

    private static string Code<T>(Outcome<T> outcome) => outcome.Findings[0].Code;
}
