using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Minato.Workspace;

/// <summary>
/// The files of /out as they arrive: a line with the job's exit code, two with CPU times, then a ustar archive. All of it comes
/// from inside, where the job may have written what it liked: names are data, nothing but plain files with slugs for names is
/// taken, and sizes are counted here.
/// </summary>
internal sealed record Outbox(int? ExitCode, double CpuSeconds, IReadOnlyList<OutboxFile> Files, IReadOnlyList<Finding> Findings)
{
    public const int MaxFiles = 200;

    public const long MaxBytes = 32L << 20;

    private const int Block = 512;

    /// <summary>Reads the stream to its end; what was taken is in <paramref name="folder"/>, by name.</summary>
    public static Outbox Collect(Stream stream, string folder)
    {
        Directory.CreateDirectory(folder);
        var files = new List<OutboxFile>();
        var findings = new List<Finding>();
        int? exit = null;
        double cpu = 0;
        try
        {
            if (Line(stream) is { Length: 8 } first && int.TryParse(first.AsSpan(5), CultureInfo.InvariantCulture, out var code))
            {
                exit = code;
                cpu = new[] { Line(stream), Line(stream) }.Sum(Seconds);
                Unpack(stream, folder, files, findings);
            }
        }
        catch (InvalidDataException)
        {
            findings.Add(Finding.Error("workspace.outbox-broken", "What came out of /out is no archive", "Let nothing of the job write to the collector"));
        }

        Drain(stream);
        return new Outbox(exit, cpu, files, findings);
    }

    /// <summary>Without files: a job that was stopped has no results.</summary>
    public Outbox Emptied(string folder)
    {
        foreach (var file in Files)
        {
            File.Delete(Path.Join(folder, file.Name));
        }

        return this with { Files = [] };
    }

    private static void Unpack(Stream stream, string folder, List<OutboxFile> files, List<Finding> findings)
    {
        var header = new byte[Block];
        var left = MaxBytes;
        while (stream.ReadAtLeast(header, Block, throwOnEndOfStream: false) == Block && header.AsSpan().ContainsAnyExcept((byte)0))
        {
            var size = Octal(header.AsSpan(124, 12));
            var padded = (size + Block - 1) / Block * Block;
            var name = Text(header.AsSpan(0, 100));
            var prefix = Text(header.AsSpan(345, 155));
            name = (prefix.Length > 0 ? prefix + "/" + name : name) is var whole && whole.StartsWith("./", StringComparison.Ordinal) ? whole[2..] : whole;
            var kind = header[156];
            if (kind == '5' && name.Length == 0)
            {
                continue;
            }

            var problem = kind is not ((byte)'0' or 0) ? Finding.Warning("workspace.outbox-kind", "Something in /out is no plain file and was left", "Write plain files straight into /out")
                : !Slug.IsValid(name) ? Finding.Warning("workspace.outbox-name", "A file's name in /out is not allowed and it was left", "Name files with a-z, 0-9, '-', '_', '.', at most 80, and no folders")
                : files.Any(f => f.Name == name) ? Finding.Warning("workspace.outbox-twice", "A name came twice out of /out", "Write each file once")
                : files.Count >= MaxFiles || size > left ? Finding.Warning("workspace.outbox-full", $"/out holds more than {MaxFiles} files or {MaxBytes >> 20} MiB; the rest was left", "Write fewer or smaller results")
                : null;
            if (problem is null)
            {
                files.Add(new OutboxFile(name, size, Copy(stream, Path.Join(folder, name), size)));
                left -= size;
                Skip(stream, padded - size);
            }
            else
            {
                if (findings.All(f => f.Code != problem.Code))
                {
                    findings.Add(problem);
                }

                Skip(stream, padded);
            }
        }
    }

    private static string Line(Stream stream)
    {
        const int longest = 80;
        var line = new StringBuilder();
        for (int c; (c = stream.ReadByte()) is not (-1 or '\n') && line.Length < longest;)
        {
            line.Append((char)c);
        }

        return line.ToString();
    }

    /// <summary>Seconds in a line of the shell's <c>times</c>: <c>0m1.25s 0m0.03s</c>.</summary>
    private static double Seconds(string times)
    {
        double total = 0;
        foreach (var time in times.Split(' '))
        {
            var parts = time.TrimEnd('s').Split('m');
            if (parts.Length == 2 && double.TryParse(parts[0], CultureInfo.InvariantCulture, out var minutes) && double.TryParse(parts[1], CultureInfo.InvariantCulture, out var seconds) && minutes >= 0 && seconds >= 0)
            {
                total += (60 * minutes) + seconds;
            }
        }

        return double.IsFinite(total) ? total : 0;
    }

    private static string Copy(Stream stream, string path, long size)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        Pump(stream, size, chunk =>
        {
            hash.AppendData(chunk);
            file.Write(chunk);
        });
        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Skip(Stream stream, long size) => Pump(stream, size, static _ => { });

    private static void Pump(Stream stream, long size, Action<ReadOnlySpan<byte>> take)
    {
        var buffer = new byte[64 * 1024];
        for (var left = size; left > 0;)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0)
            {
                throw new InvalidDataException();
            }

            take(buffer.AsSpan(0, read));
            left -= read;
        }
    }

    private static void Drain(Stream stream)
    {
        var buffer = new byte[64 * 1024];
        while (stream.Read(buffer) > 0)
        {
        }
    }

    private static string Text(ReadOnlySpan<byte> field) => Encoding.UTF8.GetString(field.IndexOf((byte)0) is var end && end >= 0 ? field[..end] : field);

    private static long Octal(ReadOnlySpan<byte> field)
    {
        long value = 0;
        foreach (var c in field.Trim(" \0"u8))
        {
            if (c is < (byte)'0' or > (byte)'7')
            {
                throw new InvalidDataException();
            }

            value = (value << 3) | (uint)(c - '0');
        }

        return value;
    }
}
