using System.Security.Cryptography;
using System.Text;
using Minato.Ledger;

namespace Minato.Linkage.Clk;

/// <summary>A project key for one party, as the text of the file that goes to its holder.</summary>
public sealed record ClkKeyFile(ClkParty Party, string Json);

/// <summary>One side's answer: a pseudonym of its own dataset for each row, and how many of its rows have a partner.</summary>
public sealed record ClkAnswer(ClkParty Party, IReadOnlyList<uint> Rows, IReadOnlyList<Pseudonym<Dataset>> People, int Linked);

/// <param name="ExpectedPrecision">Expected share of right links, estimated without truth.</param>
/// <param name="ExpectedMatches">Expected number of people on both sides.</param>
public sealed record ClkResult(string Project, ClkAnswer First, ClkAnswer Second, int Links, double ExpectedPrecision, double ExpectedMatches);

/// <summary>
/// Privacy-preserving linkage inside the linkage room. The room makes the encoding key, seals it to the holders and forgets it, so that it cannot look a name up in what it
/// receives; it takes two parties' CLK files, links them, gives pseudonyms, and destroys files and transport key. CLKs are on disk only sealed, in clear only in memory, and
/// what a killed process left behind is destroyed when the exchange opens again.
/// </summary>
public sealed class ClkExchange
{
    private const string Room = "linkage";
    private readonly string folder;
    private readonly string standards;
    private readonly ILedger ledger;
    private readonly IKeyStore keys;
    private readonly Projection<ClkProject, ClkEvent> projects;

    private ClkExchange(string folder, string standards, ILedger ledger, IKeyStore keys)
    {
        (this.folder, this.standards, this.ledger, this.keys) = (folder, standards, ledger, keys);
        projects = new Projection<ClkProject, ClkEvent>(ledger, Room, ClkProject.Prefix, ClkProject.Evolve);
    }

    /// <param name="folder">Where CLK files lie while they are linked; nothing else may be in it.</param>
    /// <param name="standards">The repository's <c>standards</c>.</param>
    public static async Task<ClkExchange> OpenAsync(string folder, string standards, ILedger ledger, IKeyStore keys, CancellationToken ct = default)
    {
        Directory.CreateDirectory(folder);
        var exchange = new ClkExchange(folder, standards, ledger, keys);
        await exchange.DestroyLeftOversAsync(ct).ConfigureAwait(false);
        return exchange;
    }

    public IReadOnlyList<ClkProject> Projects => [.. projects.All];

    /// <summary>Makes a project's key and seals it to each party; the room keeps its fingerprint only.</summary>
    /// <param name="project">A slug, new.</param>
    /// <param name="schema">File of <c>standards/linkage</c> without its ending, for example <c>clk-v1</c>.</param>
    /// <param name="parties">The parties with their RSA public keys (PEM).</param>
    public async Task<Outcome<IReadOnlyList<ClkKeyFile>>> NewProjectAsync(
        string project, string schema, IReadOnlyList<(ClkParty Party, string PublicKeyPem)> parties, ActorId by, CancellationToken ct = default)
    {
        if (Find(project) is not null)
        {
            return Finding.Error("clk.project", "There is a project of that name already", "Choose another name: a key is made once");
        }

        if (parties.Count < 2 || parties.Select(p => p.Party).Distinct().Count() != parties.Count)
        {
            return Finding.Error("clk.party", "A project has at least two parties, each of them once", "Name each as holder/dataset=public-key.pem");
        }

        var read = ClkSchema.Read(standards, schema);
        if (!read.Try(out var s))
        {
            return Outcome<IReadOnlyList<ClkKeyFile>>.Refused(read.Findings);
        }

        var encoding = RandomNumberGenerator.GetBytes(ClkProjectKey.KeyBytes);
        try
        {
            var files = new List<ClkKeyFile>();
            foreach (var (party, pem) in parties)
            {
                using var key = new ClkProjectKey(project, party, ClkProjectKey.SchemaOf(s), [.. encoding], Transport(project, party));
                var envelope = ClkEnvelope.Seal(key, pem);
                if (!envelope.Try(out var e))
                {
                    return Outcome<IReadOnlyList<ClkKeyFile>>.Refused([.. envelope.Findings.Select(f => f with { Place = new Place(Field: party.ToString()) })]);
                }

                files.Add(new ClkKeyFile(party, e.ToJson()));
            }

            var told = await TellAsync(
                project, by, new ClkEvent.Opened(ClkProjectKey.SchemaOf(s), schema, ClkProjectKey.FingerprintOf(encoding), [.. parties.Select(p => p.Party.ToString())]), 0, ct).ConfigureAwait(false);
            return told.Map(_ => (IReadOnlyList<ClkKeyFile>)files);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoding);
        }
    }

    /// <summary>
    /// Takes two files into the room (they are gone from where they lay), links them one to one, and gives each side's rows pseudonyms of its own dataset. Then files and
    /// key are destroyed. A file that is refused by its header stays where it is; after that nothing stays, whatever happens.
    /// </summary>
    public async Task<Outcome<ClkResult>> LinkAsync(string firstFile, string secondFile, IClkPersons persons, ActorId by, CancellationToken ct = default)
    {
        using var alone = Alone();
        if (alone is null)
        {
            return Finding.Error("clk.busy", "Another linkage is running in this room", "Wait until it has ended");
        }

        var (one, two) = (Admit(firstFile), Admit(secondFile));
        if (!one.Try(out var first) | !two.Try(out var second))
        {
            return Outcome<ClkResult>.Refused([.. one.Findings, .. two.Findings]);
        }

        if (first!.Header.Project != second!.Header.Project || first.Party == second.Party)
        {
            return Finding.Error("clk.party", "The files are not of two parties of one project", "Give one file of each party");
        }

        var project = first.Project;
        var told = await TellAsync(project.Id, by, new ClkEvent.Taken(first.Party.ToString(), first.Count, second.Party.ToString(), second.Count), -1, ct).ConfigureAwait(false);
        if (!told.IsOk)
        {
            return Outcome<ClkResult>.Refused(told.Findings);
        }

        Outcome<ClkResult>? result = null;
        try
        {
            var (pathA, pathB) = (TakeIn(firstFile, "first"), TakeIn(secondFile, "second"));
            result = await LinkTakenAsync(project, first, pathA, second, pathB, persons, by, ct).ConfigureAwait(false);
        }
        finally
        {
            // Linked or not: what came in does not stay.
            await DestroyAsync(project.Id, withKey: result is { IsOk: true }, result is { IsOk: true } ? "linked" : "not linked", by, CancellationToken.None).ConfigureAwait(false);
        }

        return result;
    }

    /// <summary>Ends a project that will not be linked: its key is destroyed, and no file encoded for it can ever be opened.</summary>
    public async Task<Outcome<bool>> EndProjectAsync(string project, ActorId by, CancellationToken ct = default) =>
        Find(project) is null
            ? Finding.Error("clk.project", "There is no such project", "List the projects to see their names")
            : await DestroyAsync(project, withKey: true, "ended", by, ct).ConfigureAwait(false);

    private async Task<Outcome<ClkResult>> LinkTakenAsync(
        ClkProject project, Admitted first, string pathA, Admitted second, string pathB, IClkPersons persons, ActorId by, CancellationToken ct)
    {
        var schema = ClkSchema.Read(standards, project.SchemaFile);
        if (!schema.Try(out var s) || ClkProjectKey.SchemaOf(s) != project.Schema)
        {
            return Finding.Error("clk.schema", "The schema was changed since the project began", "Put the file of standards/linkage back, or begin a new project");
        }

        ClkSet? a = null, b = null;
        try
        {
            var (readA, readB) = (Read(project.Id, first, pathA), Read(project.Id, second, pathB));
            if (!readA.Try(out a) | !readB.Try(out b))
            {
                return Outcome<ClkResult>.Refused([.. readA.Findings, .. readB.Findings]);
            }

            var linkage = ClkLinker.Link(a!, b!, s);
            var (rowsA, rowsB) = Group(first.Party, a!, second.Party, b!, linkage.Links);
            var peopleA = await persons.GiveAsync(project.Id, rowsA, ct).ConfigureAwait(false);
            if (!peopleA.Try(out var namesA))
            {
                return Outcome<ClkResult>.Refused(peopleA.Findings);
            }

            var peopleB = await persons.GiveAsync(project.Id, rowsB, ct).ConfigureAwait(false);
            if (!peopleB.Try(out var namesB))
            {
                return Outcome<ClkResult>.Refused(peopleB.Findings);
            }

            var links = linkage.Links.Count;
            var told = await TellAsync(
                project.Id, by, new ClkEvent.Linked(first.Party.ToString(), second.Party.ToString(), links, linkage.Precision, linkage.Matches), -1, ct).ConfigureAwait(false);
            return told.Map(_ => new ClkResult(
                project.Id, new ClkAnswer(first.Party, rowsA.Rows, namesA, links), new ClkAnswer(second.Party, rowsB.Rows, namesB, links), links, linkage.Precision, linkage.Matches));
        }
        finally
        {
            a?.Wipe();
            b?.Wipe();
        }
    }

    private sealed record Admitted(ClkHeader Header, long Count, ClkProject Project, ClkParty Party);

    /// <summary>Judges a file by its header, before it comes in.</summary>
    private Outcome<Admitted> Admit(string path)
    {
        var name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            return Finding.Error("clk.file", "There is no such file", "Give the path of a .clk file", new Place(name));
        }

        using var stream = File.OpenRead(path);
        var head = ClkReader.ReadHeader(stream, name);
        if (!head.Try(out var h))
        {
            return Outcome<Admitted>.Refused(head.Findings);
        }

        var place = new Place(name);
        if (Find(h.Header.Project) is not { } project)
        {
            return Finding.Error("clk.project", "The file is of a project that this room does not know", "Encode the file with a key that this linkage authority made", place);
        }

        if (project.IsDestroyed || keys.IsDestroyed(KeyOf(project.Id)))
        {
            return Finding.Error("clk.project", "The project has ended and its key is destroyed", "Begin a new project", place);
        }

        if (h.Header.Key != project.Fingerprint)
        {
            return Finding.Error("clk.key-fingerprint", "The file was encoded under another key than the project's", "Encode the file again with the project's key", place);
        }

        if (h.Header.Schema != project.Schema)
        {
            return Finding.Error("clk.schema", "The file was encoded by another schema than the project's", "Encode the file with the schema that the project's key names", place);
        }

        return project.Parties.Contains($"{h.Header.Holder}/{h.Header.Dataset}")
            ? new Admitted(h.Header, h.Count, project, new ClkParty(new HolderId(h.Header.Holder), new DatasetId(h.Header.Dataset)))
            : Finding.Error("clk.party", "The file is of nobody who takes part in the project", "Use the key file that was made for this holder and dataset", place);
    }

    private Outcome<ClkSet> Read(string project, Admitted file, string path)
    {
        var transport = Transport(project, file.Party);
        try
        {
            using var stream = File.OpenRead(path);
            return ClkReader.Read(stream, file.Party.ToString(), transport);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(transport);
        }
    }

    /// <summary>Linked rows share a group; every other row has one of its own.</summary>
    private static (ClkRows A, ClkRows B) Group(ClkParty partyA, ClkSet a, ClkParty partyB, ClkSet b, IReadOnlyList<ClkLink> links)
    {
        var (groupsA, groupsB) = (new int[a.Count], new int[b.Count]);
        for (var i = 0; i < groupsA.Length; i++)
        {
            groupsA[i] = i;
        }

        for (var j = 0; j < groupsB.Length; j++)
        {
            groupsB[j] = a.Count + j;
        }

        foreach (var link in links)
        {
            groupsB[link.B] = link.A;
        }

        return (new ClkRows(partyA, Rows(a), groupsA), new ClkRows(partyB, Rows(b), groupsB));

        static uint[] Rows(ClkSet set)
        {
            var rows = new uint[set.Count];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = set.Row(i);
            }

            return rows;
        }
    }

    private string TakeIn(string path, string side)
    {
        var to = Path.Combine(folder, $"{side}.clk");
        File.Move(path, to, overwrite: true);
        return to;
    }

    private async Task<Outcome<bool>> DestroyAsync(string project, bool withKey, string why, ActorId by, CancellationToken ct)
    {
        var files = DestroyFiles();
        if (withKey)
        {
            keys.Destroy(KeyOf(project));
        }

        return (await TellAsync(project, by, new ClkEvent.Destroyed(files, withKey, why), -1, ct).ConfigureAwait(false)).Map(_ => true);
    }

    private int DestroyFiles()
    {
        var files = Directory.GetFiles(folder, "*.clk");
        foreach (var file in files)
        {
            // Overwriting may miss old blocks of some disks; there the destroyed key is what holds.
            using (var stream = new FileStream(file, FileMode.Open, FileAccess.Write))
            {
                var zeros = new byte[64 * 1024];
                for (var left = stream.Length; left > 0; left -= zeros.Length)
                {
                    stream.Write(zeros, 0, (int)Math.Min(left, zeros.Length));
                }

                stream.Flush(flushToDisk: true);
            }

            File.Delete(file);
        }

        return files.Length;
    }

    private async Task DestroyLeftOversAsync(CancellationToken ct)
    {
        using var alone = Alone();
        if (alone is null)
        {
            return; // another process is linking, and will destroy what is its own
        }

        var files = DestroyFiles();
        foreach (var project in projects.All.Where(p => !p.IsDestroyed && (p.IsLinked || keys.IsDestroyed(KeyOf(p.Id)))))
        {
            keys.Destroy(KeyOf(project.Id));
            _ = await TellAsync(project.Id, Actor.Harbour.Id, new ClkEvent.Destroyed(files, Key: true, "left over"), -1, ct).ConfigureAwait(false);
            files = 0;
        }

        if (files > 0)
        {
            _ = await TellAsync("left-over", Actor.Harbour.Id, new ClkEvent.Destroyed(files, Key: false, "left over"), -1, ct).ConfigureAwait(false);
        }
    }

    private ClkProject? Find(string project) => projects.All.FirstOrDefault(p => p.Id == project && p.Fingerprint.Length > 0);

    private async Task<Outcome<Appended>> TellAsync(string project, ActorId by, ClkEvent e, long version, CancellationToken ct) =>
        await ledger.AppendAsync(ClkProject.StreamOf(project), version, by, [EventJson.Write(Room, e)], null, ct).ConfigureAwait(false);

    /// <summary>Derived from one key of the project, so that destroying it ends all parties' files at once.</summary>
    private byte[] Transport(string project, ClkParty party)
    {
        var root = keys.Key(KeyOf(project));
        try
        {
            return HKDF.DeriveKey(HashAlgorithmName.SHA256, root, ClkProjectKey.KeyBytes, [], Encoding.UTF8.GetBytes($"minato clk transport {party}"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(root);
        }
    }

    private static string KeyOf(string project) => $"clk/{project}";

    /// <summary>The room's CLK folder for one process; a process that dies lets go.</summary>
    private FileStream? Alone()
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
