using System.CommandLine;
using System.Globalization;
using Minato.Linkage.Clk;
using Sylvan.Data.Csv;

namespace Minato.Cli;

/// <summary>Privacy-preserving linkage: what a holder runs at home, and what the linkage authority runs in its room.</summary>
internal static class ClkCommands
{
    private static readonly Option<string> Out = new("--out") { Required = true, Description = "Where to write" };

    /// <summary>At the holder's: names in, sealed CLKs out. Needs no harbour.</summary>
    public static Command Encode()
    {
        var people = new Argument<string>("people") { Description = "Table of people (CSV; columns in docs/formats.md)" };
        var keyFile = new Option<string>("--key-file") { Required = true, Description = "The project's key file, from the linkage authority" };
        var holderKey = new Option<string>("--holder-key") { Required = true, Description = "This holder's private key (PEM), which opens the key file" };
        var schema = new Option<string>("--schema") { DefaultValueFactory = _ => "clk-v1", Description = "Encoding, a file of standards/linkage" };
        return Verb.Plain("encode", "Encodes a table of people as CLKs, so that no name has to be sent", [people, keyFile, holderKey, schema, Out], (p, ct) =>
            Task.FromResult(EncodeFile(p.GetValue(people)!, p.GetValue(keyFile)!, p.GetValue(holderKey)!, p.GetValue(schema)!, p.GetValue(Out)!, ct)));
    }

    /// <summary>In the room of the linkage authority.</summary>
    public static Command Clk()
    {
        var project = new Argument<string>("project") { Description = "Name of the linkage project" };
        var schema = new Option<string>("--schema") { DefaultValueFactory = _ => "clk-v1", Description = "Encoding, a file of standards/linkage" };
        var party = new Option<string[]>("--party") { Required = true, Description = "holder/dataset=public-key.pem, once for each party" };
        var first = new Argument<string>("first") { Description = "CLK file of one party" };
        var second = new Argument<string>("second") { Description = "CLK file of the other party" };
        return Verb.Group("clk", "Links without names: keys, files, projects",
            Verb.Plain("holder-key", "Makes a key pair for a holder: PATH (private, stays at home) and PATH.pub (for the linkage authority)", [Out], (p, _) => Task.FromResult(HolderKey(p.GetValue(Out)!))),
            Verb.On("new-project", "Makes a project's key and seals it to each party", [project, schema, party, Out], async (h, p, by, ct) =>
            {
                var parties = p.GetValue(party)!.Select(ReadParty).ToList();
                if (parties.Where(x => !x.IsOk).SelectMany(x => x.Findings).ToList() is { Count: > 0 } wrong)
                {
                    return Outcome<object?>.Refused(wrong);
                }

                var exchange = await Open(h, ct).ConfigureAwait(false);
                var made = await exchange.NewProjectAsync(p.GetValue(project)!, p.GetValue(schema)!, [.. parties.Select(x => x.Value)], by.Id, ct).ConfigureAwait(false);
                return made.Map(files => (object?)files.Select(f => Write(Path.Combine(p.GetValue(Out)!, $"{p.GetValue(project)}.{f.Party.Holder.Value}.{f.Party.Dataset.Value}.clkkey"), f.Json)).ToList());
            }),
            Verb.On("link", "Takes two CLK files in, links them, gives pseudonyms, and destroys files and key", [first, second, Out], async (h, p, by, ct) =>
            {
                var exchange = await Open(h, ct).ConfigureAwait(false);
                var linked = await exchange.LinkAsync(p.GetValue(first)!, p.GetValue(second)!, new ClkPersons(h.Linkage), by.Id, ct).ConfigureAwait(false);
                return linked.Map(r => (object?)new
                {
                    r.Project, r.Links, expectedPrecision = Math.Round(r.ExpectedPrecision, 5), expectedPersonsOnBothSides = Math.Round(r.ExpectedMatches),
                    files = new[] { r.First, r.Second }.Select(a => WriteAnswer(p.GetValue(Out)!, a)).ToList(),
                });
            }),
            Verb.On("end-project", "Ends a project without linking: its key is destroyed", [project], async (h, p, by, ct) =>
                (await (await Open(h, ct).ConfigureAwait(false)).EndProjectAsync(p.GetValue(project)!, by.Id, ct).ConfigureAwait(false)).Any()),
            Verb.On("list", "Lists the projects", [], async (h, _, _, ct) => Verb.Value((await Open(h, ct).ConfigureAwait(false)).Projects)));
    }

    private static Outcome<object?> EncodeFile(string people, string keyFile, string holderKey, string schema, string to, CancellationToken ct)
    {
        var source = new PeopleFile(people);
        var home = source.Check().Then(_ => Text(keyFile)).Then(k => Text(holderKey).Then(pem => ClkHome.Open(k, pem, Path.Combine(Rules.Folder, "standards"), schema)));
        if (!home.Try(out var opened))
        {
            return Outcome<object?>.Refused(home.Findings);
        }

        using (opened)
        {
            // Whole under its name, or not there.
            var part = to + ".part";
            try
            {
                var count = 0L;
                using (var stream = new FileStream(part, FileMode.Create, FileAccess.ReadWrite, FileShare.None, 1 << 16))
                {
                    count = opened.Encode(source.Rows(), DateOnly.FromDateTime(DateTime.UtcNow.AddHours(9)), stream, ct);
                }

                File.Move(part, to, overwrite: true);
                return Outcome<object?>.Ok(new { file = to, records = count }, source.Findings);
            }
            catch (Exception e) when (e is AggregateException or CsvFormatException)
            {
                // A parser's message can quote the row.
                return Finding.Error("people.csv", "The table is not well-formed CSV", "Write it again with a CSV writer, UTF-8", new Place(Path.GetFileName(people)));
            }
            finally
            {
                File.Delete(part);
            }
        }
    }

    private static Outcome<object?> HolderKey(string path)
    {
        var (secret, open) = ClkHome.NewHolderKey();
        if (File.Exists(path))
        {
            return Finding.Error("clk.key", "There is a file of that name already", "Choose another name: an old key may still be needed", new Place(path));
        }

        return Verb.Value(new[] { Write(path, secret), Write(path + ".pub", open) });
    }

    private static async Task<ClkExchange> Open(Harbour h, CancellationToken ct) =>
        await ClkExchange.OpenAsync(Path.Combine(h.Options.Folder, "linkage", "clk"), h.Standards, h.Ledger, h.Keys, ct).ConfigureAwait(false);

    private static Outcome<(ClkParty Party, string PublicKeyPem)> ReadParty(string text)
    {
        var (slash, equals) = (text.IndexOf('/', StringComparison.Ordinal), text.IndexOf('=', StringComparison.Ordinal));
        if (slash <= 0 || equals <= slash + 1)
        {
            return Finding.Error("clk.party", "A party is written holder/dataset=public-key.pem", "Write both ids and the file of the holder's public key");
        }

        return Text(text[(equals + 1)..]).Map(pem => (new ClkParty(new HolderId(text[..slash]), new DatasetId(text[(slash + 1)..equals])), pem));
    }

    private static Outcome<string> Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Error("cli.file", "The file cannot be read", "Check the path", new Place(path));
        }
    }

    /// <summary>Keys and pseudonyms: readable by their owner only.</summary>
    private static string Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var writer = new StreamWriter(Create(path));
        writer.Write(text);
        return path;
    }

    private static string WriteAnswer(string folder, ClkAnswer answer)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"{answer.Party.Holder.Value}.{answer.Party.Dataset.Value}.csv");
        using var writer = new StreamWriter(Create(path));
        writer.WriteLine("row,person");
        for (var i = 0; i < answer.Rows.Count; i++)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Rows[i]},{answer.People[i]}"));
        }

        return path;
    }

    private static FileStream Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
