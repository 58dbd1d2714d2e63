using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Minato.Intake.Raw;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Sftp;

namespace Minato.Intake.Pull;

/// <summary>
/// A holder's drop folder over SFTP: what is finished is fetched, sealed on the disk as it comes; a connection that breaks off is made anew and the file gone on with.
/// Never throws for what a server answers.
/// </summary>
internal sealed class SftpDrop(SftpSource source, IKeyStore keys, RawKey key, string folder, IProgress<Step>? progress) : IDisposable
{
    /// <summary>The node's key for SFTP servers, in the key store.</summary>
    public const string KeyName = "intake-sftp";

    private const string Done = ".done";
    private const string Taken = ".taken";
    private const int Tries = 4;
    private const int MostFiles = 20_000;
    private const int Deepest = 8;
    private SftpClient? client;
    private bool isStranger;
    private int number;

    /// <summary>Names of what is finished and not taken yet, in their order.</summary>
    public Task<Outcome<IReadOnlyList<string>>> FinishedAsync(CancellationToken ct) => TryAsync<IReadOnlyList<string>>(
        async sftp =>
        {
            var names = new List<string>();
            await foreach (var entry in sftp.ListDirectoryAsync(source.Folder, ct).ConfigureAwait(false))
            {
                if (entry.IsRegularFile && entry.Name.EndsWith(Done, StringComparison.Ordinal) && IsName(entry.Name[..^Done.Length]))
                {
                    names.Add(entry.Name[..^Done.Length]);
                }
            }

            names.Sort(StringComparer.Ordinal);
            return names;
        },
        ct);

    /// <summary>Fetches a finished file or folder.</summary>
    public async Task<Outcome<IReadOnlyList<RawFile>>> FetchAsync(string name, CancellationToken ct)
    {
        var listed = await TryAsync(sftp => Task.Run(() => List(sftp, name), ct), ct).ConfigureAwait(false);
        if (!listed.Try(out var found))
        {
            return Outcome<IReadOnlyList<RawFile>>.Refused(listed.Findings);
        }

        if (!found.Try(out var files))
        {
            return found.Map<IReadOnlyList<RawFile>>(_ => []);
        }

        var fetched = new List<RawFile>();
        foreach (var (relative, remote, size, written) in files)
        {
            var path = Path.Combine(folder, (++number).ToString("00000", CultureInfo.InvariantCulture));
            await using (var to = new SealedWriter(path, key))
            {
                var got = await TryAsync(sftp => CopyAsync(sftp, remote, to, ct), ct).ConfigureAwait(false);
                if (!got.IsOk)
                {
                    return Outcome<IReadOnlyList<RawFile>>.Refused(got.Findings);
                }

                var now = await TryAsync(sftp => Task.FromResult(sftp.GetAttributes(remote)), ct).ConfigureAwait(false);
                if (!now.Try(out var after) || to.Length != size || after.Size != size || after.LastWriteTimeUtc != written)
                {
                    return Finding.Error("sftp.changed", "A file changed while it was fetched, although it is marked as finished", "The holder sets the marker when nothing is written any more", new Place(relative));
                }
            }

            fetched.Add(new RawFile(relative, path, key));
            progress?.Report(new Step("files", fetched.Count, files.Count, "files"));
        }

        return fetched;
    }

    /// <summary>Tells the holder that it was taken: the marker is renamed. A server on which we may only read keeps it.</summary>
    public async Task<bool> MarkTakenAsync(string name, CancellationToken ct) =>
        (await TryAsync(async sftp =>
        {
            await sftp.RenameFileAsync(At(name + Done), At(name + Taken), ct).ConfigureAwait(false);
            return true;
        }, ct).ConfigureAwait(false)).IsOk;

    public void Dispose() => client?.Dispose();

    private string At(string name) => source.Folder.TrimEnd('/') + "/" + name;

    private static bool IsName(string name) => name.Length is > 0 and <= 200 && name is not ("." or "..") && !name.Any(c => c is '/' or '\\' || char.IsControl(c));

    private Outcome<IReadOnlyList<(string Relative, string Remote, long Size, DateTime Written)>> List(SftpClient sftp, string name)
    {
        var files = new List<(string Relative, string Remote, long Size, DateTime Written)>();
        var root = sftp.GetAttributes(At(name));
        if (root.IsRegularFile)
        {
            return Outcome<IReadOnlyList<(string, string, long, DateTime)>>.Ok([(name, At(name), root.Size, root.LastWriteTimeUtc)]);
        }

        var open = new Stack<(string Remote, string Relative, int Depth)>([(At(name), "", 0)]);
        while (open.TryPop(out var here))
        {
            // Links are not followed: a delivery is what lies in its folder.
            foreach (var entry in sftp.ListDirectory(here.Remote).Where(e => IsName(e.Name) && !e.IsSymbolicLink).OrderBy(e => e.Name, StringComparer.Ordinal))
            {
                if (entry.IsDirectory && here.Depth < Deepest)
                {
                    open.Push((here.Remote + "/" + entry.Name, here.Relative + entry.Name + "/", here.Depth + 1));
                }
                else if (entry.IsRegularFile)
                {
                    files.Add((here.Relative + entry.Name, here.Remote + "/" + entry.Name, entry.Attributes.Size, entry.LastWriteTimeUtc));
                }
            }

            if (files.Count > MostFiles)
            {
                return Finding.Error("sftp.files", $"The folder has more than {MostFiles} files", "Deliver archives, or several folders");
            }
        }

        return Outcome<IReadOnlyList<(string, string, long, DateTime)>>.Ok([.. files.Order(f => f.Relative)]);
    }

    private static async Task<bool> CopyAsync(SftpClient sftp, string remote, SealedWriter to, CancellationToken ct)
    {
        await using var from = await sftp.OpenAsync(remote, FileMode.Open, FileAccess.Read, ct).ConfigureAwait(false);
        from.Position = to.Length;
        await from.CopyToAsync(to, ct).ConfigureAwait(false);
        return true;
    }

    /// <summary>Does something on a connection, and again on a new one where it breaks off.</summary>
    private async Task<Outcome<T>> TryAsync<T>(Func<SftpClient, Task<T>> act, CancellationToken ct)
    {
        for (var tried = 1; ; tried++)
        {
            try
            {
                return await act(await ConnectedAsync(ct).ConfigureAwait(false)).ConfigureAwait(false);
            }
            catch (SshAuthenticationException)
            {
                return Finding.Error("sftp.sign-in", "The server does not accept our key", "Let the holder add what 'minato delivery sftp-key' prints to our user's authorized_keys");
            }
            catch (SftpPathNotFoundException)
            {
                return Finding.Error("sftp.path", "The folder or a file of it is not there", "Ask the holder for the drop folder, and whether what is marked is there");
            }
            catch (SftpPermissionDeniedException)
            {
                return Finding.Error("sftp.permission", "The server does not allow it", "Let the holder allow our user to read the drop folder and to rename in it");
            }
            catch (SshException) when (isStranger)
            {
                return Finding.Error("sftp.host-key", "The server shows another key than the agreed one: it is another machine, or somebody is in between", "Ask the holder on another way; agree the new key only if it confirms it");
            }
            catch (Exception e) when (e is SshException or SocketException or ObjectDisposedException || (e is IOException && !DiskFull.Is(e)))
            {
                client?.Dispose();
                client = null;
                if (tried == Tries)
                {
                    return Finding.Error("sftp.connection", "The server could not be reached, or broke off again and again", "Try again later; what was fetched so far was thrown away");
                }

                await Task.Delay(TimeSpan.FromMilliseconds(200 * tried), ct).ConfigureAwait(false);
            }
        }
    }

    private async Task<SftpClient> ConnectedAsync(CancellationToken ct)
    {
        if (client is { IsConnected: true })
        {
            return client;
        }

        client?.Dispose();
        using var signing = NodeSigningKey.Of(keys, KeyName);
        using var pem = new MemoryStream(Encoding.ASCII.GetBytes(signing.ExportECPrivateKeyPem()));
        client = new SftpClient(new ConnectionInfo(source.Host, source.Port, source.User, new PrivateKeyAuthenticationMethod(source.User, new PrivateKeyFile(pem))) { Timeout = TimeSpan.FromSeconds(30) })
        {
            OperationTimeout = TimeSpan.FromMinutes(2), KeepAliveInterval = TimeSpan.FromSeconds(30),
        };
        client.HostKeyReceived += (_, e) =>
        {
            e.CanTrust = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes("SHA256:" + e.FingerPrintSHA256), Encoding.ASCII.GetBytes(source.HostKey));
            isStranger = !e.CanTrust;
        };
        await client.ConnectAsync(ct).ConfigureAwait(false);
        return client;
    }
}
