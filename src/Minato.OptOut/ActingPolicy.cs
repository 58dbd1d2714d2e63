using System.Text.Json;

namespace Minato.OptOut;

/// <summary>A document or finding that shows why somebody may speak for another.</summary>
public sealed record EvidenceKind(string Id, Bilingual Title);

/// <summary>Why somebody may choose for another.</summary>
/// <param name="UntilAge">It ends when the person reaches this age; null: no age ends it.</param>
/// <param name="MostYears">It lasts so long at most, then the evidence is looked at again; null: no limit.</param>
/// <param name="OfTheDead">It begins with the person's death.</param>
/// <param name="Evidence">Kinds of evidence; of each list at least one must be shown.</param>
/// <param name="Lapse">What was chosen on this ground ends with it; false: it stands until the person says otherwise.</param>
public sealed record ActingGround(string Id, Bilingual Title, Bilingual Text, int? UntilAge, int? MostYears, bool OfTheDead, IReadOnlyList<IReadOnlyList<string>> Evidence, bool Lapse);

/// <summary>A question by which somebody on the phone is known.</summary>
public sealed record PhoneCheck(string Id, Bilingual Title);

/// <param name="PaperLooks">So many people read a paper, each without seeing what the other read.</param>
/// <param name="ActingLooks">So many people look at the evidence that somebody may speak for another.</param>
/// <param name="PhoneChecks">So many of the questions must have been answered rightly.</param>
/// <param name="PhoneMayAllow">False: by phone one refuses only, so that whoever pretends to be somebody can do no harm to them.</param>
public sealed record DeskRules(int PaperLooks, int ActingLooks, int PhoneChecks, bool PhoneMayAllow, IReadOnlyList<PhoneCheck> Questions);

/// <summary>Who may choose for whom on what evidence, and how the desk works: a file of <c>standards/choice/acting</c> (E, E7).</summary>
/// <param name="Sources">The laws and guidelines that it follows.</param>
public sealed record ActingPolicy(string Id, string Version, IReadOnlyList<ActingGround> Grounds, IReadOnlyList<EvidenceKind> Evidence, DeskRules Desk, IReadOnlyList<string> Sources)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow };

    public ActingGround? Ground(string? id) => Grounds.FirstOrDefault(g => g.Id == id);

    /// <exception cref="FormatException">The file is no such policy; the message says what is wrong.</exception>
    public static ActingPolicy Read(string standardsFolder, string id)
    {
        var file = Path.Combine(standardsFolder, "choice", "acting", Slug.Check(id, "policy id") + ".json");
        try
        {
            return JsonSerializer.Deserialize<ActingPolicy>(File.ReadAllText(file), Json) is { } policy && policy.Problem(id) is var problem
                ? problem is null ? policy : throw new FormatException($"The policy '{id}' of acting for others {problem}.")
                : throw new FormatException($"The policy '{id}' of acting for others is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException($"The policy '{id}' of acting for others cannot be read: line {e.LineNumber + 1}, {e.Path}.", e);
        }
    }

    private string? Problem(string id) =>
        Id != id ? $"calls itself '{Id}'"
        : string.IsNullOrEmpty(Version) || Grounds is not { Count: > 0 } || Evidence is not { Count: > 0 } || Desk is null || Desk.Questions is null ? "lacks a version, grounds, evidence or the desk's rules"
        : Grounds.DistinctBy(g => g.Id).Count() != Grounds.Count ? "names a ground twice"
        : Grounds.FirstOrDefault(g => !Slug.IsValid(g.Id) || g.Evidence is not { Count: > 0 } || g.Evidence.Any(any => any.Count == 0 || any.Any(e => Evidence.All(k => k.Id != e)))) is { } ground ? $"asks for evidence it does not know, or for none, on the ground '{ground.Id}'"
        : Grounds.Any(g => g.UntilAge is < 1 or > 25 || g.MostYears is < 1) ? "has an age or a number of years that cannot be"
        : Desk.PaperLooks is < 1 or > 3 || Desk.ActingLooks is < 1 or > 3 || Desk.PhoneChecks < 1 || Desk.PhoneChecks > Desk.Questions.Count ? "has rules of the desk that cannot be kept"
        : null;
}
