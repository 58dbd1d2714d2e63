using Minato.Ledger;

namespace Minato.Workspace.Training;

/// <summary>The training records of this node.</summary>
public sealed class TrainingRoom : ITraining
{
    private const int LongestReason = 500;

    private readonly IReadOnlyList<TrainingRules> rules;
    private readonly TimeProvider clock;
    private readonly Projection<TrainingRecord, TrainingEvent> records;

    private TrainingRoom(string standards, ILedger ledger, TimeProvider clock)
    {
        rules = TrainingRules.ReadAll(Path.Join(standards, "training"));
        this.clock = clock;
        records = new(ledger, TrainingRecord.Room, TrainingRecord.StreamPrefix, TrainingRecord.Evolve);
    }

    /// <param name="standards">The folder <c>standards/</c>; the rules are in <c>training/</c> below it.</param>
    /// <exception cref="InvalidDataException">The rules are missing or cannot be used; the message names the file.</exception>
    public static ITraining Open(string standards, ILedger ledger, TimeProvider clock) => new TrainingRoom(standards, ledger, clock);

    public IReadOnlyList<Course> Courses => InForce.Courses;

    public async Task<Outcome<PassedCourse>> RecordAsync(ActorId person, string course, DateOnly on, string issuer, Actor by, CancellationToken ct = default)
    {
        var inForce = InForce;
        if (Refusal(person, by) is { } refusal)
        {
            return refusal;
        }

        if (inForce.Courses.FirstOrDefault(c => c.Id == course) is not { } known)
        {
            return Finding.Error("training.course", "The rules know no such course", $"Name one of: {string.Join(", ", inForce.Courses.Select(c => c.Id))}");
        }

        if (!known.Issuers.Contains(issuer))
        {
            return Finding.Error("training.issuer", "Certificates of this issuer do not count for this course", $"Name one of: {string.Join(", ", known.Issuers)}");
        }

        var until = on <= Today ? on.AddMonths(known.Months) : default;
        return until < Today
            ? Finding.Error("training.day", "It was passed on a day that is still to come, or so long ago that it does not count any more", "Give the day on the certificate, or have the course taken again")
            : await SayAsync(person, by, new TrainingEvent.Passed { Course = course, On = on, Issuer = issuer, Until = until, Rules = inForce.Name }, ct).ConfigureAwait(false);
    }

    public async Task<Outcome<PassedCourse>> WithdrawAsync(ActorId person, string course, string reason, Actor by, CancellationToken ct = default) =>
        Refusal(person, by) is { } refusal ? refusal
        : string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason ? Finding.Error("training.reason", "This needs its reason", $"Say why, in at most {LongestReason} characters")
        : !Passed(person).Any(p => p.Course == course && p.Withdrawn is null) ? Finding.Error("training.not-found", "There is no such record", "Name a course of the person's list")
        : await SayAsync(person, by, new TrainingEvent.Withdrawn { Course = course, Reason = reason.Trim() }, ct).ConfigureAwait(false);

    public Outcome<IReadOnlyList<PassedCourse>> Of(ActorId person, Actor by) =>
        by.Id == person || by.Is(Role.Operator | Role.Auditor | Role.System)
            ? Outcome<IReadOnlyList<PassedCourse>>.Ok([.. Passed(person).OrderBy(p => p.Course, StringComparer.Ordinal)])
            : Finding.Error("training.role", "Only the person, operators and auditors see who passed what", "Ask the person");

    public Finding? Missing(ActorId person) =>
        InForce.Courses.FirstOrDefault(c => c.Required && !Passed(person).Any(p => p.Course == c.Id && p.Withdrawn is null && p.Until >= Today)) is { } missing
            ? Finding.Error("workspace.no-training", $"Whoever works here must have passed '{missing.Title.En}', and no record of it is in force for this person", "Take the course, and have an operator record the certificate")
            : null;

    private DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);

    private TrainingRules InForce => rules.Where(r => r.ValidFrom <= Today).MaxBy(r => r.ValidFrom) ?? throw new InvalidDataException($"No rules for training are in force on {Today:yyyy-MM-dd}");

    private IEnumerable<PassedCourse> Passed(ActorId person) => records.Find(TrainingRecord.Stream(person))?.Courses.Values ?? [];

    private async Task<Outcome<PassedCourse>> SayAsync(ActorId person, Actor by, TrainingEvent happened, CancellationToken ct) =>
        (await records.DecideAsync(TrainingRecord.Stream(person), by.Id, _ => Outcome<IReadOnlyList<TrainingEvent>>.Ok([happened]), ct: ct).ConfigureAwait(false)).Map(r => r.Courses[happened.Course]);

    private static Finding? Refusal(ActorId person, Actor by) =>
        !by.Is(Role.Operator) ? Finding.Error("training.role", "Operators record training", "Show the certificate to one of them")
        : by.Id == person ? Finding.Error("training.own", "Nobody records training of their own", "Ask another operator")
        : null;
}

/// <summary>Rules for training, as policy people wrote them.</summary>
internal sealed record TrainingRules(string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<Course> Courses)
{
    public string Name => $"{Id}@{Version}";

    /// <exception cref="InvalidDataException">There are no rules, or they cannot be used; the message names the file.</exception>
    public static IReadOnlyList<TrainingRules> ReadAll(string folder)
    {
        IReadOnlyList<TrainingRules> all = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).Select(file => StandardFile.Read<TrainingRules>(file, Check))] : [];
        return all.Count > 0 ? all : throw new InvalidDataException($"There are no rules for training in '{folder}'");
    }

    private static void Check(TrainingRules rules)
    {
        foreach (var course in rules.Courses)
        {
            Slug.Check(course.Id, "course");
            if (course.Months is < 1 or > 600 || course.Issuers.Count == 0 || course.Issuers.Any(i => !Slug.IsValid(i)))
            {
                throw new FormatException($"the course {course.Id} needs 1 to 600 months and at least one issuer, each a slug");
            }
        }
    }
}
