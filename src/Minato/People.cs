using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato;

/// <summary>A person who can sign in on this node's own provider: in the demo the synthetic nation's people, elsewhere the operator's staff.</summary>
/// <param name="Identity">For citizens: what the national provider would assert of them, from which Linkage finds their own pseudonym.</param>
public sealed record Person(string Id, string Name, string NameEn, IReadOnlyList<Role> Roles, string Affiliation = "", PersonIdentity? Identity = null, string? About = null, string? AboutEn = null)
{
    public Actor AsActor() => new(new ActorId(Id), Roles.Aggregate(Role.None, (a, r) => a | r), Name, Affiliation);
}

/// <summary>The file <c>people.json</c> of a node. Whoever may write it may sign in as anybody: it belongs to the operator.</summary>
public sealed class People(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private string PathOf => Path.Combine(folder, "people.json");

    public IReadOnlyList<Person> All => File.Exists(PathOf) ? JsonSerializer.Deserialize<List<Person>>(File.ReadAllText(PathOf), Json)! : [];

    public Outcome<Actor> Find(string id) =>
        id == Actor.Harbour.Id.Value ? Actor.Harbour
        : All.FirstOrDefault(p => p.Id == id)?.AsActor() is { } actor ? actor
        : Finding.Error("people.unknown", $"Nobody here is called '{id}'", "Name a person of people.json with --as, or leave it out to act as the operator");

    public void Save(IReadOnlyList<Person> people)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var stream = new FileStream(PathOf + ".new", options);
        JsonSerializer.Serialize(stream, people, Json);
        stream.Flush(flushToDisk: true);
        File.Move(PathOf + ".new", PathOf, overwrite: true);
    }
}
