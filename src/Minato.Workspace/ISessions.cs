using System.Text.Json.Serialization;

namespace Minato.Workspace;

public enum SessionState
{
    /// <summary>Its kernel is starting.</summary>
    Starting,

    /// <summary>Waits for a cell.</summary>
    Ready,

    /// <summary>A cell runs.</summary>
    Busy,

    /// <summary>Nothing was done for a while: it shows nothing until its owner opens it again.</summary>
    Locked,
    Ended,
}

public enum CellState
{
    /// <summary>Not run, or changed since.</summary>
    Idle,

    /// <summary>Waits for the cells before it.</summary>
    Waiting,
    Running,
    Ok,
    Error,
}

/// <summary>What a cell gave, in the order it came. It stays inside: nothing of it leaves but through Release.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Text), "text")]
[JsonDerivedType(typeof(Table), "table")]
[JsonDerivedType(typeof(Picture), "picture")]
public abstract record CellOutput
{
    private CellOutput() { }

    public sealed record Text(string Content, bool IsError) : CellOutput;

    /// <param name="Rows">Of the whole; <paramref name="Lines"/> are the first of them.</param>
    public sealed record Table(long Rows, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Lines) : CellOutput;

    /// <param name="Png">Base64.</param>
    public sealed record Picture(string Png) : CellOutput;
}

/// <param name="Number">How many cells had been run when this one was; null: it was not run.</param>
public sealed record CellView(int Id, string Code, CellState State, int? Number, IReadOnlyList<CellOutput> Outputs);

/// <param name="Notebook">The path in <c>work</c> where its cells are saved.</param>
/// <param name="SavedAt">When <c>/work</c> and <c>/out</c> were saved last.</param>
/// <param name="IsSaving">It is being saved, or about to end.</param>
/// <param name="Note">What went wrong, or why it ended.</param>
public sealed record SessionView(
    string Id, PermitId Permit, ActorId By, JobLanguage Language, SessionState State, string Notebook, IReadOnlyList<CellView> Cells, DateTimeOffset LastUse, DateTimeOffset? SavedAt, bool IsSaving, string? Note);

[JsonPolymorphic(TypeDiscriminatorPropertyName = "do")]
[JsonDerivedType(typeof(Edit), "edit")]
[JsonDerivedType(typeof(Run), "run")]
[JsonDerivedType(typeof(RunAll), "run-all")]
[JsonDerivedType(typeof(Add), "add")]
[JsonDerivedType(typeof(Remove), "remove")]
[JsonDerivedType(typeof(Interrupt), "interrupt")]
[JsonDerivedType(typeof(Restart), "restart")]
[JsonDerivedType(typeof(Save), "save")]
[JsonDerivedType(typeof(Unlock), "unlock")]
[JsonDerivedType(typeof(End), "end")]
public abstract record SessionCommand
{
    private SessionCommand() { }

    /// <summary>The texts of cells, by their ids.</summary>
    public sealed record Edit(IReadOnlyDictionary<int, string> Codes) : SessionCommand;

    public sealed record Run(int Cell) : SessionCommand;

    public sealed record RunAll : SessionCommand;

    /// <summary>Adds a cell at the end and, where it has a text, runs it: a line at the console.</summary>
    public sealed record Add(string Code = "") : SessionCommand;

    public sealed record Remove(int Cell) : SessionCommand;

    public sealed record Interrupt : SessionCommand;

    /// <summary>Begins again with nothing in memory; cells and files stay.</summary>
    public sealed record Restart : SessionCommand;

    /// <summary>Writes the cells as a notebook (<c>.ipynb</c>) into <c>work</c>, and saves <c>/work</c> and <c>/out</c>.</summary>
    public sealed record Save(string Notebook) : SessionCommand;

    public sealed record Unlock : SessionCommand;

    /// <summary>Saves and ends it.</summary>
    public sealed record End : SessionCommand;
}

/// <summary>
/// Notebooks and consoles of R and Python (H6): a kernel in the same sandbox as a job's, with pipes for the only way in and out. A session is its owner's; what it
/// leaves in <c>/out</c> is the outbox of a run like any other.
/// </summary>
public interface ISessions
{
    /// <summary>Begins a session, with the cells of a notebook in <c>work</c> where one is named. One at a time for each person, project and language: one that runs is given again.</summary>
    /// <param name="image">A catalogued image; null: the node's own programs.</param>
    /// <param name="device">A device that the operator lends; it is the session's until that ends. Null: none.</param>
    Task<Outcome<SessionView>> BeginAsync(PermitId permit, JobLanguage language, Actor by, string? notebook = null, string? image = null, string? device = null, CancellationToken ct = default);

    /// <summary>Does something in one's own session; waits a moment for what ends soon. Refused with <c>session.unknown</c>, <c>session.locked</c>, <c>session.busy</c>.</summary>
    Task<Outcome<SessionView>> DoAsync(PermitId permit, string session, SessionCommand command, Actor by, CancellationToken ct = default);

    /// <summary>One's own sessions of a project that run here, and those that ended lately.</summary>
    IReadOnlyList<SessionView> Of(PermitId permit, Actor by);
}
