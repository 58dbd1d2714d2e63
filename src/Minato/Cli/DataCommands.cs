using System.CommandLine;
using System.Text.Json;
using Minato.Catalogue;
using Minato.Intake;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Synthetic;

namespace Minato.Cli;

/// <summary>Holders, deliveries, linkage, choices, catalogue: the way in.</summary>
internal static class DataCommands
{
    private static readonly Argument<string> Holder = new("holder") { Description = "Holder id" };
    private static readonly Argument<string> Dataset = new("dataset") { Description = "Dataset id" };
    private static readonly Argument<string> File = new("file") { Description = "A file or folder" };
    private static readonly Argument<string> Text = new("text") { Description = "Words to look for, Japanese or English" };
    private static readonly Argument<DateOnly> Day = new("day") { Description = "yyyy-MM-dd" };
    private static readonly Option<DateOnly?> EmbargoUntil = new("--embargo-until") { Description = "First day on which it may be used (yyyy-MM-dd)" };
    private static readonly Argument<string> Delivery = new("delivery") { Description = "Delivery id" };

    public static Command Nation()
    {
        var people = new Option<int>("--people") { DefaultValueFactory = _ => 10_000, Description = "How many people" };
        var seed = new Option<ulong>("--seed") { DefaultValueFactory = _ => 2026, Description = "Same seed, same nation" };
        return Verb.Plain("nation", "Writes a synthetic nation's deliveries into a folder", [File, people, seed], (p, ct) =>
            Task.FromResult(Verb.Value(SyntheticRoom.Write(new NationOptions(People: p.GetValue(people), Seed: p.GetValue(seed)), Path.GetFullPath(p.GetValue(File)!), Verb.Progress, ct))));
    }

    public static Command Holders() => Verb.Group("holder", "Holders of data and what they registered",
        Verb.On("register", "Registers the holder described in a JSON file", [File], async (h, p, by, ct) =>
        {
            var read = ReadJson<HolderRegistration>(p.GetValue(File)!);
            return read.Try(out var holder) ? (await h.Intake.RegisterAsync(holder, by, ct).ConfigureAwait(false)).Any() : Outcome<object?>.Refused(read.Findings);
        }),
        Verb.On("list", "Lists the holders", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Intake.Holders))),
        Verb.On("agree", "Registers what was agreed on a dataset's deliveries, described in a JSON file", [File], async (h, p, by, ct) =>
        {
            var read = ReadJson<Agreement>(p.GetValue(File)!);
            return read.Try(out var agreement) ? (await h.Intake.Agreements.MakeAsync(agreement, by, ct).ConfigureAwait(false)).Any() : Outcome<object?>.Refused(read.Findings);
        }),
        Verb.On("agreements", "Lists the agreements on deliveries", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Intake.Agreements.All))),
        EndAgreement());

    public static Command Deliveries() => Verb.Group("delivery", "Deliveries of holders",
        Verb.On("receive", "Takes a folder, file or archive as one delivery", [Holder, Dataset, File, EmbargoUntil], async (h, p, by, ct) =>
            (await h.Intake.ReceiveFolderAsync(
                new HolderId(p.GetValue(Holder)!), new DatasetId(p.GetValue(Dataset)!), Path.GetFullPath(p.GetValue(File)!), p.GetValue(EmbargoUntil), by, Verb.Progress, ct).ConfigureAwait(false)).Any()),
        Verb.On("confirm", "The holder's confirmation of a delivery (データ確定)", [Delivery], async (h, p, by, ct) => (await h.Intake.ConfirmAsync(new DeliveryId(p.GetValue(Delivery)!), by, ct).ConfigureAwait(false)).Any()),
        Verb.On("confirm-period", "The holder's confirmation of what happened up to a day, in all that was delivered so far", [Dataset, Day], async (h, p, by, ct) =>
            (await h.Intake.ConfirmPeriodAsync(new DatasetId(p.GetValue(Dataset)!), p.GetValue(Day), by, ct).ConfigureAwait(false)).Map(n => (object?)new { dataset = p.GetValue(Dataset), confirmed = n })),
        Verb.On("embargo", "Sets the first day on which a delivery may be used", [Delivery, Day], async (h, p, by, ct) =>
            (await h.Intake.EmbargoAsync(new DeliveryId(p.GetValue(Delivery)!), p.GetValue(Day), by, ct).ConfigureAwait(false)).Any()),
        PullFrom(),
        DropFrom(),
        Verb.On("sftp-key", "The node's public key, for the SFTP servers that it fetches from", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Intake.SftpKey))),
        Verb.On("pull", "Fetches what changed at the holder's server and takes it as one delivery", [Dataset], async (h, p, by, ct) =>
            (await h.Intake.PullAsync(new DatasetId(p.GetValue(Dataset)!), by, Verb.Progress, ct).ConfigureAwait(false)).Any()),
        Verb.On("pulls", "What is fetched from where, and when next", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Intake.Pulls))),
        Verb.On("pull-keys", "The node's public keys, for the servers that it fetches from", [], (h, _, _, _) => Task.FromResult(Verb.Value(JsonDocument.Parse(h.Intake.PullKeys).RootElement))),
        Verb.On("due", "What is due next by the agreements", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Intake.Agreements.Due()))),
        Verb.On("overdue", "What should have come by now", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Intake.Agreements.Due().Where(d => d.IsOverdue).ToList()))),
        Verb.On("remind", "Says on the ledger of which overdue deliveries their holders are reminded; a running site does it by itself", [], async (h, _, by, ct) => (await h.Intake.Agreements.RemindAsync(by, ct).ConfigureAwait(false)).Any()),
        Verb.On("list", "Lists the receipts", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Intake.Receipts()))),
        Verb.On("show", "Shows one receipt with its findings", [Delivery], (h, p, _, _) =>
            Task.FromResult(Verb.Found(h.Intake.Receipts().FirstOrDefault(r => r.Delivery.Value == p.GetValue(Delivery)), "delivery"))),
        Verb.On("quarantine", "Lists what could not be taken, and why", [Delivery], (h, p, _, _) =>
            Task.FromResult(Verb.Value(h.Intake.Quarantine(new DeliveryId(p.GetValue(Delivery)!))))));

    private static Command EndAgreement()
    {
        var day = new Argument<DateOnly>("last-day") { Description = "Its last day (yyyy-MM-dd)" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why, for the ledger" };
        return Verb.On("end-agreement", "Ends a dataset's agreement", [Dataset, day, reason], async (h, p, by, ct) =>
            (await h.Intake.Agreements.EndAsync(new DatasetId(p.GetValue(Dataset)!), p.GetValue(day), p.GetValue(reason)!, by, ct).ConfigureAwait(false)).Any());
    }

    private static Command PullFrom()
    {
        var fhir = new Argument<Uri>("fhir") { Description = "The server's FHIR base, https" };
        var client = new Option<string?>("--client-id") { Description = "Our id at the server; without it there is no sign-in" };
        var group = new Option<string?>("--group") { Description = "Only the patients of that Group" };
        var types = new Option<string[]>("--type") { Description = "Only resources of these types", AllowMultipleArgumentsPerToken = true };
        var every = new Option<int>("--every") { DefaultValueFactory = _ => 24, Description = "Hours between two fetches; 0: on request only" };
        return Verb.On("pull-from", "Agrees that a dataset is fetched from a FHIR server (Bulk Data export)", [Dataset, fhir, client, group, types, every], async (h, p, by, ct) =>
            (await h.Intake.AgreePullAsync(
                new DatasetId(p.GetValue(Dataset)!), new BulkSource(p.GetValue(fhir)!, p.GetValue(client), p.GetValue(group), p.GetValue(types) ?? [], p.GetValue(every)), by, ct).ConfigureAwait(false)).Any());
    }

    private static Command DropFrom()
    {
        var host = new Argument<string>("host") { Description = "The SFTP server" };
        var folder = new Argument<string>("folder") { Description = "The drop folder, absolute" };
        var user = new Option<string>("--user") { Required = true, Description = "Our user there" };
        var hostKey = new Option<string>("--host-key") { Required = true, Description = "The server's key as 'ssh-keygen -lf' prints it (SHA256:…)" };
        var port = new Option<int>("--port") { DefaultValueFactory = _ => 22, Description = "Port" };
        var every = new Option<int>("--every") { DefaultValueFactory = _ => 24, Description = "Hours between two looks; 0: on request only" };
        return Verb.On("drop-from", "Agrees that a dataset is fetched from an SFTP drop folder", [Dataset, host, folder, user, hostKey, port, every], async (h, p, by, ct) =>
            (await h.Intake.AgreeDropAsync(
                new DatasetId(p.GetValue(Dataset)!), new SftpSource(p.GetValue(host)!, p.GetValue(user)!, p.GetValue(hostKey)!, p.GetValue(folder)!, p.GetValue(port), p.GetValue(every)), by, ct).ConfigureAwait(false)).Any());
    }

    public static Command Linkage()
    {
        var keep = new Argument<string>("keep") { Description = "Citizen pseudonym to keep (32 hex digits)" };
        var merge = new Argument<string>("merge") { Description = "Citizen pseudonym to merge into it" };
        var id = new Argument<string>("merge-id") { Description = "The id that the merge gave" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why, for the ledger" };
        var after = new Option<long>("--after") { Description = "Only what came after the correction of that number" };
        var permit = new Option<string?>("--permit") { Description = "Tell a project instead of a dataset" };
        var of = new Argument<string>("dataset") { Description = "Dataset id", Arity = ArgumentArity.ZeroOrOne };
        var most = new Option<int>("--most") { DefaultValueFactory = _ => 50, Description = "At most so many cases" };
        var caseId = new Argument<string>("case") { Description = "Case id, as the list shows it" };
        var verdict = new Argument<DeskVerdict>("verdict") { Description = "same, different or undecided" };
        return Verb.Group("linkage", "Who is it: matching of files, number history, corrections, desk, figures, keys",
            ClkCommands.Encode(), ClkCommands.Clk(),
            MatchCommand.Match(),
            Verb.On("figures", "Figures of the linkage as it stands", [], async (h, _, _, ct) => Verb.Value(await h.Linkage.FiguresAsync(ct).ConfigureAwait(false))),
            Verb.On("quality", "How well records are linked, by dataset and group of people; told to the ledger for the catalogue", [of], async (h, p, by, ct) =>
                (await h.Linkage.QualityAsync(p.GetValue(of) is { } d ? new DatasetId(d) : null, by.Id, ct).ConfigureAwait(false)).Any()),
            Verb.On("import-history", "Takes in the insurers' number changes (CSV)", [File], async (h, p, by, ct) =>
            {
                var read = NumberHistoryFile.Read(p.GetValue(File)!);
                return read.Try(out var changes) ? (await h.Linkage.ImportHistoryAsync(changes, by.Id, ct).ConfigureAwait(false)).Any() : Outcome<object?>.Refused(read.Findings);
            }),
            Verb.On("merge", "Joins two persons who are one", [keep, merge, reason], async (h, p, by, ct) =>
                Parse(p.GetValue(keep)!).Try(out var k) && Parse(p.GetValue(merge)!).Try(out var m)
                    ? (await h.Linkage.MergeAsync(k, m, p.GetValue(reason)!, by.Id, ct).ConfigureAwait(false)).Any()
                    : Finding.Error("cli.pseudonym", "A pseudonym is 32 hex digits", "Give both pseudonyms whole")),
            Verb.On("corrections", "What changed about persons since, for one dataset or project in its own pseudonyms", [of, permit, after], async (h, p, _, ct) =>
                p.GetValue(permit) is { } project ? (await h.Linkage.CorrectionsAsync(new PermitId(project), p.GetValue(after), ct).ConfigureAwait(false)).Any()
                : p.GetValue(of) is { } dataset ? (await h.Linkage.CorrectionsAsync(new DatasetId(dataset), p.GetValue(after), ct).ConfigureAwait(false)).Any()
                : Finding.Error("cli.corrections", "Neither a dataset nor a permit was named", "Name the dataset, or --permit")),
            Verb.Group("desk", "The linkage desk: what no rule could tell (needs --as somebody with the role of the desk)",
                Verb.On("list", "Lists the open cases with their evidence", [most], async (h, p, by, ct) => (await h.Linkage.DeskAsync(by, p.GetValue(most), ct).ConfigureAwait(false)).Any()),
                Verb.On("decide", "The desk's word on a case", [caseId, verdict, reason], async (h, p, by, ct) =>
                    (await h.Linkage.DecideAsync(p.GetValue(caseId)!, p.GetValue(verdict), p.GetValue(reason)!, by, ct).ConfigureAwait(false)).Any())),
            Verb.On("split", "Takes a merge back", [id, reason], async (h, p, by, ct) =>
                (await h.Linkage.SplitAsync(p.GetValue(id)!, p.GetValue(reason)!, by.Id, ct).ConfigureAwait(false)).Any()),
            KeyCommands.All());
    }

    public static Command Choices()
    {
        var citizen = new Argument<string>("citizen") { Description = "A person of people.json who is a citizen" };
        var category = new Option<DataCategory?>("--category") { Description = "Only this kind of data" };
        var purpose = new Option<string?>("--purpose") { Description = "Only this purpose" };
        var holder = new Option<string?>("--holder") { Description = "Only this holder's data" };
        var allow = new Option<bool>("--allow") { Description = "Allow instead of refuse" };
        var choice = new Argument<string>("choice") { Description = "Choice id" };
        return Verb.Group("choice", "Choices of persons: refuse, allow, take back",
            Verb.On("policy", "The rule of choice in force", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.OptOut.Policy))),
            Verb.On("make", "Makes a choice for a citizen", [citizen, category, purpose, holder, allow], async (h, p, by, ct) =>
                await ForCitizen(h, p.GetValue(citizen)!, async c => (await h.OptOut.ChooseAsync(
                    c, new ChoiceScope(p.GetValue(category), p.GetValue(purpose), p.GetValue(holder) is { } x ? new HolderId(x) : null), !p.GetValue(allow), null, by, ct).ConfigureAwait(false)).Any()).ConfigureAwait(false)),
            Verb.On("withdraw", "Takes a choice back", [citizen, choice], async (h, p, by, ct) =>
                await ForCitizen(h, p.GetValue(citizen)!, async c => (await h.OptOut.WithdrawAsync(c, p.GetValue(choice)!, by, ct).ConfigureAwait(false)).Any()).ConfigureAwait(false)),
            Verb.On("list", "A citizen's choices in force", [citizen], async (h, p, _, _) =>
                await ForCitizen(h, p.GetValue(citizen)!, c => Task.FromResult(Verb.Value(h.OptOut.ChoicesOf(c)))).ConfigureAwait(false)),
            Verb.On("uses", "Who used a citizen's data", [citizen], async (h, p, _, ct) =>
                await ForCitizen(h, p.GetValue(citizen)!, async c => Verb.Value(await h.Linkage.UsesOfAsync(c, ct).ConfigureAwait(false))).ConfigureAwait(false)));
    }

    public static Command Catalogue() => Verb.Group("catalogue", "What data there is",
        Verb.On("list", "Lists the datasets", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Catalogue.All.Select(d => new { id = d.Dataset.Id, title = d.Dataset.Title.Ja, titleEn = d.Dataset.Title.En, d.Dataset.Category, d.Persons, d.From, d.To }).ToList()))),
        Verb.On("show", "Shows one dataset", [Dataset], (h, p, _, _) => Task.FromResult(Verb.Found(h.Catalogue.Find(new DatasetId(p.GetValue(Dataset)!)), "dataset"))),
        Verb.On("search", "Searches in Japanese and English", [Text], (h, p, _, _) => Task.FromResult(Verb.Value(h.Catalogue.Search(p.GetValue(Text)!).Select(d => new { id = d.Dataset.Id, title = d.Dataset.Title.Ja, titleEn = d.Dataset.Title.En }).ToList()))),
        Verb.On("dcat", "The catalogue as HealthDCAT-AP (JSON-LD)", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Catalogue.ToJsonLd(null, new Uri("https://minato.example/"))))),
        Verb.On("describe", "Sets the holder's description from a JSON file", [Dataset, File], async (h, p, by, ct) =>
        {
            var read = ReadJson<HolderDescription>(p.GetValue(File)!);
            return read.Try(out var d) ? (await h.Catalogue.DescribeAsync(new DatasetId(p.GetValue(Dataset)!), d, by, ct).ConfigureAwait(false)).Any() : Outcome<object?>.Refused(read.Findings);
        }));

    internal static Outcome<T> ReadJson<T>(string path) where T : class
    {
        try
        {
            using var stream = path == "-" ? Console.OpenStandardInput() : System.IO.File.OpenRead(path);
            return JsonSerializer.Deserialize<T>(stream, Printing.Json) is { } value ? value : Finding.Error("cli.json", "The file holds nothing", "Write the JSON object the command asks for", new Place(path));
        }
        catch (JsonException e)
        {
            return Finding.Error("cli.json", "The file is not the JSON that this command reads", "See docs/command-line.md for its shape", new Place(path, e.LineNumber + 1, e.Path));
        }
        catch (IOException)
        {
            return Finding.Error("cli.file", "The file cannot be read", "Check the path", new Place(path));
        }
    }

    private static Outcome<Pseudonym<Citizen>> Parse(string hex) =>
        Pseudonym<Citizen>.TryParse(hex, out var p) ? p : Finding.Error("cli.pseudonym", "A pseudonym is 32 hex digits", "Give it whole");

    private static async Task<Outcome<object?>> ForCitizen(Harbour h, string id, Func<Pseudonym<Citizen>, Task<Outcome<object?>>> act)
    {
        if (new People(h.Options.Folder).All.FirstOrDefault(x => x.Id == id)?.Identity is not { } identity)
        {
            return Finding.Error("cli.citizen", "people.json has no citizen of that id", "Name a citizen of people.json");
        }

        var citizen = await h.Linkage.IdentifyAsync(identity).ConfigureAwait(false);
        return citizen.Try(out var c) ? await act(c).ConfigureAwait(false) : Outcome<object?>.Refused(citizen.Findings);
    }
}
