namespace Minato.Workspace;

/// <summary>How this node runs jobs.</summary>
/// <param name="Folder">Where code, logs and outboxes are kept, by permit; made for the node's user alone.</param>
/// <param name="Defaults">Limits of a job that asks for nothing; what is not said here is 600 s of wall clock and of CPU, 2048 MiB, 64 processes, 512 MiB of <c>/scratch</c>.</param>
/// <param name="RunnerUser">The user that starts sandboxes where the node runs as root; null: an id that owns nothing. A node that is not root starts them as itself.</param>
/// <param name="Ceiling">What a job may ask at most; null: the defaults.</param>
/// <param name="Concurrent">Jobs at the same time; others wait.</param>
/// <param name="Sessions">Interactive sessions at the same time.</param>
/// <param name="ControlGroup">A control-group (version 2) folder delegated to this node; null: found by itself where systemd delegates one.</param>
/// <param name="Bubblewrap">The sandbox program.</param>
/// <param name="GVisor">The sandbox program for brought software.</param>
public sealed record WorkspaceOptions(
    string Folder,
    JobLimits? Defaults = null,
    string? RunnerUser = null,
    JobLimits? Ceiling = null,
    int Concurrent = 2,
    int Sessions = 8,
    string? ControlGroup = null,
    string Bubblewrap = "/usr/bin/bwrap",
    string GVisor = "/usr/bin/runsc")
{
    /// <summary>A file that says which devices jobs may have; null: none.</summary>
    public string? DeviceFile { get; init; }

    /// <summary>What a project may keep in <c>/work</c>. It stands in memory while a job or session of the project runs.</summary>
    public int WorkMiB { get; init; } = 512;

    /// <summary>Files, folders and links in <c>/work</c>.</summary>
    public int WorkFiles { get; init; } = 20_000;

    /// <summary>A space that nobody worked in for so long is put to rest.</summary>
    public TimeSpan HibernatedAfter { get; init; } = TimeSpan.FromDays(30);

    /// <summary>A space is erased so long after its permit ended.</summary>
    public TimeSpan ErasedAfter { get; init; } = TimeSpan.FromDays(90);

    /// <summary>A session in which nothing was done for so long is locked: its screen shows nothing until its owner opens it again.</summary>
    public TimeSpan LockedAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>A session in which nothing was done for so long is saved and ended.</summary>
    public TimeSpan EndedAfter { get; init; } = TimeSpan.FromHours(2);
}
