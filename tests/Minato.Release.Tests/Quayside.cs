using System.Security.Cryptography;
using System.Text;
using Minato.Processing;
using Minato.Processing.Standards;
using Minato.Ledger.Age;
using Minato.Release.HandingOver;
using Minato.Tests;

namespace Minato.Release.Tests;

/// <summary>A village whose permit may go to a certified user: its extraction is three files, one of them of several pieces of the format.</summary>
public sealed class Quayside : IDisposable
{
    public const string Company = "seaside-pharma";
    public static readonly Actor Contact = new(new("r.tanaka"), Role.Researcher, "Tanaka", Company);
    public static readonly Actor CompanysChecker = new(new("c.umi"), Role.OutputChecker, "Umi", Company);

    public Quayside(string? at = null)
    {
        Village = new(at);
        Village.Access.HandOverTo = Company;
        Village.Access.Until = DateTimeOffset.UtcNow.AddMonths(20);
        Processing = new FreshProcessing(Village.At("fresh"), Village.Clock);
        Door = Open();
    }

    public Village Village { get; }

    public FreshProcessing Processing { get; }

    public IHandOvers Door { get; }

    public AgeIdentity Key { get; } = AgeIdentity.Create();

    public DateOnly Today => JapaneseDay.Today(Village.Clock);

    public string Containers => Path.Join(Village.At("release"), "containers");

    public IHandOvers Open() => ReleaseRoom.OpenHandOvers(new ReleaseOptions(Village.At("release"), Exit.Standards), Village.Ledger, Village.Access, Processing, Village.Clock);

    public RecipientRegistration Registration(string? key = null) =>
        new(Company, new("海辺製薬", "Seaside Pharma"), Company, "認定-7", Today.AddDays(-30), Today.AddMonths(18), key ?? Key.Recipient.ToString(), [Contact.Id]);

    public async Task RegisterAsync()
    {
        Ok(await Door.RegisterAsync(Registration(), Village.Operator));
        Ok(await Door.AcceptTermsAsync(Company, Door.Terms.Name, Contact));
    }

    public async Task<HandOverView> ApprovedAsync()
    {
        var proposed = Ok(await Door.ProposeAsync(Village.Permit, "The trial's site analyses it", Village.Researcher));
        Ok(await Door.DecideAsync(proposed.Id, true, "Certified, and the permit says so", Village.Checker));
        return Ok(await Door.DecideAsync(proposed.Id, true, "Nothing stands against it", Village.OtherChecker));
    }

    /// <summary>Registered, approved, packed, fetched.</summary>
    public async Task<(HandOverView View, byte[] Container)> FetchedAsync()
    {
        await RegisterAsync();
        var packed = Ok(await Door.PackAsync((await ApprovedAsync()).Id, Village.Operator));
        return (packed, await FetchAsync(packed.Id));
    }

    public async Task<byte[]> FetchAsync(string handOver)
    {
        using var content = Ok(await Door.FetchAsync(handOver, Contact));
        var copy = new MemoryStream();
        await content.CopyToAsync(copy);
        return copy.ToArray();
    }

    public static T Ok<T>(Outcome<T> outcome) => outcome.IsOk ? outcome.Value : throw new Xunit.Sdk.XunitException(string.Join("\n", outcome.Findings));

    public void Dispose()
    {
        Key.Dispose();
        Village.Dispose();
    }
}

/// <summary>One extraction with choices as of now.</summary>
public sealed class FreshProcessing(string folder, TimeProvider clock) : IProcessing
{
    private static readonly string Id = new('e', 64);

    /// <summary>Where the standard lets its rows go.</summary>
    public List<DataPlace> Places { get; } = [DataPlace.Environment, DataPlace.CertifiedUser];

    public DateTimeOffset? ChoicesAsOf { get; set; }

    public static IReadOnlyDictionary<string, byte[]> Contents { get; } = new Dictionary<string, byte[]>
    {
        ["data/person.parquet"] = [.. Enumerable.Range(0, 300_000).Select(i => (byte)((i * 7) ^ (i >> 8)))],
        ["cohort.csv"] = Encoding.UTF8.GetBytes("person_id\n" + string.Join('\n', Enumerable.Range(1, 40).Select(VillageProcessing.PersonId)) + "\n"),
        ["data/empty.parquet"] = [],
    };

    public IReadOnlyList<ExtractionManifest> Extractions(PermitId permit)
    {
        foreach (var (path, bytes) in Contents)
        {
            var file = Path.Join(FolderOf(permit, Id), path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            if (!File.Exists(file))
            {
                // Whole or not at all: tests kill whoever writes.
                File.WriteAllBytes(file + ".half", bytes);
                File.Move(file + ".half", file, overwrite: true);
            }
        }

        return
        [
            new(Id, permit.Value, new Dictionary<string, string>(), "standard-v1@1", "0", "0", "1", "", [], [], Village.People,
                [.. Contents.Select(c => new ExtractedFile(c.Key, "person", "d", 1, c.Value.Length, Convert.ToHexStringLower(SHA256.HashData(c.Value))))], ChoicesAsOf ?? clock.GetUtcNow(), clock.GetUtcNow()),
        ];
    }

    public string FolderOf(PermitId permit, string extractionId) => Path.Join(folder, permit.Value, extractionId);

    public Outcome<bool> MayBePut(PermitId permit, DataPlace place, string? extraction = null) => Places.Contains(place) ? true : Finding.Error("standard.place", "It stays inside", "Use it there");

    public Task<Outcome<ExtractionManifest>> ExtractAsync(PermitId permit, Actor by, ExtractionManifest? repeat = null, IProgress<Step>? progress = null, CancellationToken ct = default) => throw new NotSupportedException();

    public Outcome<bool> CheckCohort(string circeJson) => throw new NotSupportedException();
}
