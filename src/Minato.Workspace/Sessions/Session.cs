using System.Collections.Concurrent;
using System.Text.Json;
using Minato.Workspace.Sandbox;
using Minato.Workspace.Space;

namespace Minato.Workspace.Sessions;

/// <summary>
/// One session: its cells, its kernel's state, and the two threads that speak with the inside. What comes from inside is shown and counted, never believed.
/// </summary>
internal sealed class Session(string id, PermitId permit, ActorId by, JobLanguage language, string notebook, TimeProvider clock) : IDisposable
{
    private const int MaxCells = 500;
    private const int MaxCode = 1 << 18;
    private const int MaxOutputs = 200;
    private const int MaxLine = 200;

    /// <summary>No more often than so is /work saved by itself, after a cell.</summary>
    private static readonly TimeSpan SavedEvery = TimeSpan.FromSeconds(30);

    private readonly Lock gate = new();
    private readonly List<Cell> cells = [];
    private readonly Queue<int> waiting = new();
    private readonly BlockingCollection<byte[]> commands = [];
    private SessionState state = SessionState.Starting;
    private string notebook = notebook;
    private int ids;
    private int number;
    private int? running;
    private bool isSaving;
    private bool isEnding;
    private DateTimeOffset? savedAt;
    private string? note;

    private sealed class Cell(int id, string code)
    {
        public int Id { get; } = id;

        public string Code { get; set; } = code;

        public CellState State { get; set; }

        public int? Number { get; set; }

        public List<CellOutput> Outputs { get; } = [];
    }

    public string Id => id;

    public PermitId Permit => permit;

    public ActorId By => by;

    public JobLanguage Language => language;

    public JobLog Log { get; } = new();

    public RunEnding Ending { get; } = new();

    public DateTimeOffset LastUse { get; private set; } = clock.GetUtcNow();

    /// <summary>Takes what was sent out of /work and /out; gives what went wrong, or null.</summary>
    public Func<Stream, string?> TakeSave { get; set; } = _ => null;

    /// <summary>Records that a cell is run. Null: it may run; else why not.</summary>
    public required Func<string, Finding?> Record { get; init; }

    public bool IsOver => state == SessionState.Ended;

    /// <summary>Whether a command that was given now has done what it does at once: its callers wait a moment for that.</summary>
    public bool IsAtRest
    {
        get
        {
            lock (gate)
            {
                return state is SessionState.Ended or SessionState.Locked || (state == SessionState.Ready && !isSaving && !isEnding);
            }
        }
    }

    public SessionView View
    {
        get
        {
            lock (gate)
            {
                return new(id, permit, by, language, state, notebook, state == SessionState.Locked ? [] : [.. cells.Select(ViewOf)], LastUse, savedAt, state != SessionState.Ended && (isSaving || isEnding), note);
            }
        }
    }

    public void Open(IEnumerable<string> codes)
    {
        lock (gate)
        {
            cells.AddRange(codes.Select(c => new Cell(++ids, c)));
        }
    }

    public Outcome<SessionView> Do(SessionCommand command)
    {
        lock (gate)
        {
            if (state == SessionState.Ended || isEnding)
            {
                return Finding.Error("session.ended", "The session has ended", "Begin a new one");
            }

            if (state == SessionState.Locked && command is not (SessionCommand.Unlock or SessionCommand.End))
            {
                return Finding.Error("session.locked", "The session is locked, because nothing was done in it for a while", "Unlock it");
            }

            LastUse = clock.GetUtcNow();
            note = null;
            if (Decide(command) is { } refusal)
            {
                return refusal;
            }

            Next();
        }

        return View;
    }

    /// <summary>Locks it where nothing was done for so long.</summary>
    public void LockAfter(TimeSpan idle)
    {
        lock (gate)
        {
            if (state == SessionState.Ready && clock.GetUtcNow() - LastUse > idle)
            {
                Save();
                state = SessionState.Locked;
            }
        }
    }

    /// <summary>Writes what goes in: first the project's files, then commands.</summary>
    public void Feed(Stream input, WorkTree began, Func<WorkEntry, Stream> open)
    {
        var archive = new Frames.ArchiveWriter(input);
        Archive.Write(archive, began, open);
        archive.End();
        foreach (var command in commands.GetConsumingEnumerable())
        {
            Frames.Write(input, Frames.Json, command);
        }
    }

    /// <summary>Reads what comes out. Null: it ended as it should.</summary>
    public string? Take(Stream results)
    {
        try
        {
            while (Frames.Read(results) is { } frame)
            {
                if (frame.Kind == Frames.Json)
                {
                    Hear(frame.Content);
                }
                else if (frame.Kind == Frames.Archive)
                {
                    var problem = TakeSave(new Frames.ArchiveReader(results, frame.Content));
                    lock (gate)
                    {
                        isSaving = false;
                        (savedAt, note) = problem is null ? (clock.GetUtcNow(), note) : (savedAt, problem);
                        Next();
                    }
                }
            }

            return null;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            Ending.BreakOff();
            results.CopyTo(Stream.Null);
            return "what came out of the session was not understood";
        }
        finally
        {
            commands.CompleteAdding();
        }
    }

    public void End(string? why)
    {
        lock (gate)
        {
            (state, note, running) = (SessionState.Ended, why ?? note, null);
            waiting.Clear();
            foreach (var cell in cells.Where(c => c.State is CellState.Running or CellState.Waiting))
            {
                cell.State = CellState.Idle;
            }
        }
    }

    public void Dispose()
    {
        Ending.Dispose();
        commands.Dispose();
    }

    private Finding? Decide(SessionCommand command)
    {
        switch (command)
        {
            case SessionCommand.Edit edit:
                if (edit.Codes.Values.Any(c => c is null or { Length: > MaxCode }))
                {
                    return Finding.Error("session.code", $"A cell has at most {MaxCode} characters", "Keep long programs in files of /work");
                }

                foreach (var (cell, code) in edit.Codes.Select(c => (cells.FirstOrDefault(x => x.Id == c.Key), c.Value)))
                {
                    if (cell is { State: not (CellState.Waiting or CellState.Running) } && cell.Code != code)
                    {
                        (cell.Code, cell.State) = (code, CellState.Idle);
                    }
                }

                return null;
            case SessionCommand.Run run:
                return cells.FirstOrDefault(c => c.Id == run.Cell) is { } known ? Await(known) : Finding.Error("session.cell-unknown", "There is no such cell", "Name one of the list");
            case SessionCommand.RunAll:
                return cells.Where(c => !string.IsNullOrWhiteSpace(c.Code)).Select(Await).FirstOrDefault(f => f is not null);
            case SessionCommand.Add add:
                if (cells.Count >= MaxCells || add.Code.Length > MaxCode)
                {
                    return Finding.Error("session.cells", $"A session has at most {MaxCells} cells of at most {MaxCode} characters", "Save it and begin a new notebook");
                }

                var added = new Cell(++ids, add.Code);
                cells.Add(added);
                return string.IsNullOrWhiteSpace(add.Code) ? null : Await(added);
            case SessionCommand.Remove remove:
                cells.RemoveAll(c => c.Id == remove.Cell && c.State is not (CellState.Waiting or CellState.Running));
                return null;
            case SessionCommand.Interrupt:
                foreach (var id in waiting)
                {
                    cells.First(c => c.Id == id).State = CellState.Idle;
                }

                waiting.Clear();
                Send(new { @do = "interrupt" });
                return null;
            case SessionCommand.Restart:
                waiting.Clear();
                cells.ForEach(c => (c.State, c.Number) = (CellState.Idle, null));
                (state, running, number) = (SessionState.Starting, null, 0);
                Send(new { @do = "restart" });
                return null;
            case SessionCommand.Save save:
                if (!IsNotebook(save.Notebook))
                {
                    return Finding.Error("session.notebook", "A notebook's name ends in .ipynb and leads nowhere else", "For example: analysis.ipynb, or drafts/first.ipynb");
                }

                if (state == SessionState.Busy)
                {
                    return Finding.Error("session.busy", "A cell is running", "Wait for it, or interrupt it");
                }

                notebook = save.Notebook;
                Save();
                return null;
            case SessionCommand.Unlock:
                state = running is null ? SessionState.Ready : SessionState.Busy;
                return null;
            default:
                Write();
                isEnding = true;
                Send(new { @do = "end" });
                return null;
        }
    }

    private Finding? Await(Cell cell)
    {
        if (cell.State is CellState.Waiting or CellState.Running)
        {
            return null;
        }

        if (Record(cell.Code) is { } refusal)
        {
            return refusal;
        }

        cell.State = CellState.Waiting;
        cell.Outputs.Clear();
        waiting.Enqueue(cell.Id);
        return null;
    }

    /// <summary>Starts the next cell where none runs; saves by itself where none waits.</summary>
    private void Next()
    {
        if (state != SessionState.Ready || running is not null || isSaving || isEnding)
        {
            return;
        }

        if (waiting.TryDequeue(out var next) && cells.FirstOrDefault(c => c.Id == next) is { } cell)
        {
            (cell.State, cell.Number, running, state) = (CellState.Running, ++number, cell.Id, SessionState.Busy);
            Send(new { @do = "run", cell = cell.Id, code = cell.Code });
        }
    }

    private void Save()
    {
        if (!isSaving)
        {
            Write();
            isSaving = true;
            Send(new { @do = "save" });
        }
    }

    private void Write() => Send(new { @do = "write", path = notebook, text = NotebookFile.Write(language, cells.Select(ViewOf)) });

    private void Hear(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var said = document.RootElement;
        lock (gate)
        {
            if (said.TryGetProperty("ready", out _))
            {
                state = state == SessionState.Starting ? SessionState.Ready : state;
                Next();
            }
            else if (said.TryGetProperty("failed", out var failed))
            {
                note = $"The notebook could not be written: {Short(failed.GetString())}";
            }
            else if (said.TryGetProperty("cell", out var which) && which.TryGetInt32(out var id) && id == running && cells.FirstOrDefault(c => c.Id == id) is { } cell)
            {
                if (said.TryGetProperty("done", out var done))
                {
                    cell.State = done.GetString() == "ok" ? CellState.Ok : CellState.Error;
                    note = done.GetString() == "died" ? "The kernel died and was started again: what was in its memory is gone" : note;
                    (running, state) = (null, state == SessionState.Busy ? SessionState.Ready : state);
                    if (cell.State == CellState.Error)
                    {
                        foreach (var left in waiting)
                        {
                            cells.First(c => c.Id == left).State = CellState.Idle;
                        }

                        waiting.Clear();
                    }

                    LastUse = clock.GetUtcNow();
                    if (waiting.Count == 0 && clock.GetUtcNow() - (savedAt ?? DateTimeOffset.MinValue) > SavedEvery)
                    {
                        Save();
                    }

                    Next();
                }
                else if (cell.Outputs.Count < MaxOutputs && Output(said) is { } output)
                {
                    if (output is CellOutput.Text { } text && cell.Outputs.LastOrDefault() is CellOutput.Text { } last && last.IsError == text.IsError)
                    {
                        cell.Outputs[^1] = last with { Content = last.Content + text.Content };
                    }
                    else
                    {
                        cell.Outputs.Add(output);
                    }
                }
            }
        }
    }

    private static CellOutput? Output(JsonElement said) =>
        said.TryGetProperty("text", out var text) ? new CellOutput.Text(text.GetString() ?? "", said.GetProperty("stream").GetString() == "err")
        : said.TryGetProperty("picture", out var picture) && picture.GetString() is { } png && IsPng(png) ? new CellOutput.Picture(png)
        : said.TryGetProperty("table", out var table) ? new CellOutput.Table(table.GetProperty("rows").GetInt64(), Line(table.GetProperty("columns")), [.. table.GetProperty("lines").EnumerateArray().Select(Line)])
        : null;

    private static IReadOnlyList<string> Line(JsonElement line) => [.. line.EnumerateArray().Select(v => Short(v.GetString()))];

    private static string Short(string? text) => text is { Length: > MaxLine } ? text[..MaxLine] + "…" : text ?? "";

    private static bool IsPng(string base64)
    {
        ReadOnlySpan<byte> begins = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) && bytes.AsSpan(0, length).StartsWith(begins);
    }

    public static bool IsNotebook(string path) =>
        path.Length is > 6 and <= 200 && path.EndsWith(".ipynb", StringComparison.Ordinal) && !path.Any(c => char.IsControl(c) || c == '\\') && path.Split('/').All(p => p is not ("" or "." or ".."));

    private void Send<T>(T command)
    {
        if (!commands.IsAddingCompleted)
        {
            commands.Add(JsonSerializer.SerializeToUtf8Bytes(command));
        }
    }

    private static CellView ViewOf(Cell c) => new(c.Id, c.Code, c.State, c.Number, [.. c.Outputs]);
}
