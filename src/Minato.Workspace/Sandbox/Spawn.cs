using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Minato.Workspace.Sandbox;

/// <summary>
/// How a child ended: its exit code (128 + signal where one killed it), CPU time of it and of all it waited for. Not the kernel's largest
/// resident set: a spawned child begins with its parent's.
/// </summary>
internal readonly record struct ChildEnd(int ExitCode, double CpuSeconds);

/// <summary>
/// Starts a program with an empty environment and exactly the descriptors it is given, which
/// <see cref="System.Diagnostics.Process"/> cannot: a stray descriptor or variable would be readable in the sandbox.
/// </summary>
internal static unsafe partial class Spawn
{
    private const int FirstFreeDescriptor = 200;
    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;

    /// <param name="program">Absolute path.</param>
    /// <param name="arguments">Without the program's name.</param>
    /// <param name="input">Standard input in the child; null: /dev/null.</param>
    /// <param name="descriptors">In the child: the first is standard output (1), the next 2, 3 …; all others are closed.</param>
    /// <returns>The process id; the calling thread must live until the child has ended (parent-death signals go by thread).</returns>
    /// <exception cref="Win32Exception">The program cannot be started.</exception>
    public static int Start(string program, IReadOnlyList<string> arguments, SafeHandle? input, IReadOnlyList<SafeHandle> descriptors)
    {
        var actions = stackalloc byte[1024];
        var attributes = stackalloc byte[1024];
        var signals = stackalloc byte[128];
        var copies = new List<SafeFileHandle>();
        Check(PosixSpawnFileActionsInit(actions));
        Check(PosixSpawnAttrInit(attributes));
        var argv = new List<nint>();
        try
        {
            if (input is null)
            {
                Check(PosixSpawnFileActionsAddOpen(actions, 0, "/dev/null", 0, 0));
            }

            for (var i = input is null ? 1 : 0; i <= descriptors.Count; i++)
            {
                // Copied out of the way first, so that no source is overwritten before its turn.
                var copy = Fcntl((int)(i == 0 ? input! : descriptors[i - 1]).DangerousGetHandle(), DuplicateCloseOnExec, FirstFreeDescriptor);
                CheckErrno(copy);
                copies.Add(new SafeFileHandle(copy, ownsHandle: true));
                Check(PosixSpawnFileActionsAddDup2(actions, copy, i));
            }

            Check(PosixSpawnFileActionsAddCloseFrom(actions, descriptors.Count + 1));

            // The runtime ignores SIGPIPE and blocks others; the job must begin like any program.
            new Span<byte>(signals, 128).Fill(0xff);
            Check(PosixSpawnAttrSetSigDefault(attributes, signals));
            new Span<byte>(signals, 128).Clear();
            Check(PosixSpawnAttrSetSigMask(attributes, signals));
            Check(PosixSpawnAttrSetFlags(attributes, SetSignalDefaults | SetSignalMask));

            argv.AddRange(arguments.Prepend(program).Select(Marshal.StringToCoTaskMemUTF8));
            var argvArray = stackalloc nint[argv.Count + 1];
            for (var i = 0; i < argv.Count; i++)
            {
                argvArray[i] = argv[i];
            }

            argvArray[argv.Count] = 0;
            var noEnvironment = stackalloc nint[1];
            noEnvironment[0] = 0;
            Check(PosixSpawn(out var pid, program, actions, attributes, argvArray, noEnvironment));
            return pid;
        }
        finally
        {
            argv.ForEach(Marshal.FreeCoTaskMem);
            copies.ForEach(c => c.Dispose());
            _ = PosixSpawnFileActionsDestroy(actions);
            _ = PosixSpawnAttrDestroy(attributes);
        }
    }

    /// <summary>Blocks until the child has ended, without reaping it: until <see cref="Reap"/> its id cannot be taken by another process.</summary>
    public static void WaitForEnd(int pid)
    {
        var info = stackalloc byte[256];
        while (WaitId(WaitPid, pid, info, Exited | LeaveWaitable) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }
    }

    public static ChildEnd Reap(int pid)
    {
        var usage = stackalloc long[32];
        int status;
        int reaped;
        while ((reaped = Wait4(pid, out status, 0, usage)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
        }

        CheckErrno(reaped);
        var signal = status & 0x7f;
        return new ChildEnd(
            signal == 0 ? (status >> 8) & 0xff : 128 + signal,
            usage[0] + usage[2] + ((usage[1] + usage[3]) / 1e6));
    }

    public static void Kill(int pid) => _ = KillProcess(pid, 9);

    /// <summary>A file in memory with that content, for handing over by descriptor.</summary>
    public static SafeFileHandle MemoryFile(ReadOnlySpan<byte> content)
    {
        var descriptor = MemfdCreate("minato", 1);
        CheckErrno(descriptor);
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, content, 0);
        return handle;
    }

    /// <summary>Size in bytes and used inodes of the file system at a path; null where it cannot be asked.</summary>
    public static (long Size, long Used, long UsedInodes)? FileSystem(string path)
    {
        var s = stackalloc long[32];
        return StatFs(path, s) == 0 ? (s[2] * s[1], (s[2] - s[3]) * s[1], s[5] - s[6]) : null;
    }

    /// <summary>Inode and allocated bytes of a file, holes not counted; null where it cannot be asked.</summary>
    public static (long Inode, long Allocated)? Allocated(string path)
    {
        const int currentFolder = -100;
        const uint blocksAndInode = 0x0400 | 0x0100;
        var answer = stackalloc byte[256];
        return StatX(currentFolder, path, 0, blocksAndInode, answer) == 0 ? (*(long*)(answer + 32), *(long*)(answer + 48) * 512) : null;
    }

    /// <summary>What lies at a path, links not followed; null where it cannot be asked.</summary>
    public static FileKind? KindOf(string path)
    {
        const int currentFolder = -100;
        const int notFollowed = 0x100;
        const uint kind = 0x0001;
        var answer = stackalloc byte[256];
        return StatX(currentFolder, path, notFollowed, kind, answer) == 0 ? (FileKind)(*(ushort*)(answer + 28) & 0xf000) : null;
    }

    /// <summary>
    /// Brings files and the names in a folder to the disk; many at once by flushing the whole file system, which is dear where others write to it too.
    /// </summary>
    /// <param name="files">Paths from the folder.</param>
    public static void Flush(string folder, params IReadOnlyCollection<string> files)
    {
        const int many = 100;
        foreach (var path in files.Count > many ? [] : files.Select(f => Path.Join(folder, f)).Append(folder))
        {
            OnDescriptor(path, FlushFile);
        }

        if (files.Count > many)
        {
            OnDescriptor(folder, FlushFileSystem);
        }
    }

    private static void OnDescriptor(string path, Func<int, int> flush)
    {
        const int closeOnExec = 0x80000;
        var descriptor = Open(path, closeOnExec);
        CheckErrno(descriptor);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        CheckErrno(flush(descriptor));
    }

    public static uint EffectiveUser => GetEffectiveUserId();

    /// <summary>Changes owner and group (as root).</summary>
    public static void ChangeOwner(string path, uint user) => CheckErrno(LChown(path, user, user));

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }

    private static void CheckErrno(int result)
    {
        if (result < 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    private const int DuplicateCloseOnExec = 1030;
    private const int Interrupted = 4;
    private const int WaitPid = 1;
    private const int Exited = 4;
    private const int LeaveWaitable = 0x01000000;

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(out int pid, string path, byte* actions, byte* attributes, nint* argv, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int PosixSpawnFileActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int PosixSpawnFileActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int PosixSpawnFileActionsAddDup2(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int PosixSpawnFileActionsAddCloseFrom(byte* actions, int from);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawnFileActionsAddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int PosixSpawnAttrInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int PosixSpawnAttrDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int PosixSpawnAttrSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int PosixSpawnAttrSetSigDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int PosixSpawnAttrSetSigMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "memfd_create", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemfdCreate(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "waitid", SetLastError = true)]
    private static partial int WaitId(int kind, int pid, byte* info, int options);

    [LibraryImport("libc", EntryPoint = "wait4", SetLastError = true)]
    private static partial int Wait4(int pid, out int status, int options, long* usage);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int KillProcess(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatFs(string path, long* answer);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int folder, string path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushFile(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int FlushFileSystem(int descriptor);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint GetEffectiveUserId();

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LChown(string path, uint user, uint group);
}
