using System.Globalization;

namespace Minato.Workspace.Sandbox;

/// <summary>
/// The unprivileged user that starts the sandbox. A service that runs as root changes to a user of its own for that; any
/// other service starts it as itself.
/// </summary>
internal sealed record RunnerUser(uint? User, Finding? Problem)
{
    /// <summary>Used where the operator names no user: an id that owns nothing and can sign in nowhere.</summary>
    private const uint Anonymous = 20001;

    private const string Changer = "/usr/bin/setpriv";

    /// <param name="name">A user of this machine, or null.</param>
    /// <param name="self">Our own effective user id.</param>
    /// <param name="passwd">Lines of /etc/passwd.</param>
    public static RunnerUser Choose(string? name, uint self, IEnumerable<string> passwd)
    {
        if (self != 0)
        {
            return name is null ? new(null, null) : new(null, Finding.Error("workspace.runner-user", "Only root can start jobs as another user", "Leave the runner user out, or run the node as root"));
        }

        var users = passwd.Select(l => l.Split(':')).Where(f => f.Length > 2).Select(f => (Name: f[0], Id: uint.TryParse(f[2], CultureInfo.InvariantCulture, out var id) ? id : 0)).ToList();
        if (name is not null)
        {
            var found = users.FirstOrDefault(u => u.Name == name);
            return found.Id > 0
                ? new(found.Id, null)
                : new(null, Finding.Error("workspace.runner-user", "The runner user is unknown, or it is root", $"Make one: useradd --system --shell /usr/sbin/nologin {name}"));
        }

        return users.Any(u => u.Id == Anonymous)
            ? new(null, Finding.Error("workspace.runner-user", $"User id {Anonymous} belongs to somebody on this machine", "Name a user of its own for jobs"))
            : new(Anonymous, null);
    }

    /// <summary>The command with the change of user before it; new privileges are off from here on.</summary>
    public (string Program, IReadOnlyList<string> Arguments) Starting(string program, IReadOnlyList<string> arguments) =>
        User is { } id
            ? (Changer, [$"--reuid={id}", $"--regid={id}", "--clear-groups", "--inh-caps=-all", "--no-new-privs", program, .. arguments])
            : (Changer, ["--no-new-privs", program, .. arguments]);

    /// <summary>Whether that user can pass through all folders above a path.</summary>
    public static bool Passes(string path)
    {
        for (var up = Path.GetDirectoryName(Path.GetFullPath(path)); !string.IsNullOrEmpty(up); up = Path.GetDirectoryName(up))
        {
            if (Directory.Exists(up) && (File.GetUnixFileMode(up) & UnixFileMode.OtherExecute) == 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether that user can read everything at and under a path, by the mode bits for others.</summary>
    public bool Reaches(string path)
    {
        if (User is null)
        {
            return true;
        }

        if (!Passes(path))
        {
            return false;
        }

        const UnixFileMode folder = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        return File.Exists(path)
            ? (File.GetUnixFileMode(path) & UnixFileMode.OtherRead) != 0
            : Directory.EnumerateFileSystemEntries(path, "*", SearchOption.AllDirectories).Prepend(path)
                .All(e => Directory.Exists(e) ? (File.GetUnixFileMode(e) & folder) == folder : (File.GetUnixFileMode(e) & UnixFileMode.OtherRead) != 0);
    }
}
