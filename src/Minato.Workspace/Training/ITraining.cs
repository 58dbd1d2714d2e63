namespace Minato.Workspace.Training;

/// <summary>A course that the rules know (<c>standards/training/</c>).</summary>
/// <param name="Months">How long it counts, from the day it was passed.</param>
/// <param name="Required">Whether nobody works in the environment without it.</param>
/// <param name="Issuers">Whose certificates count: the body's own, and those of others that it accepts.</param>
public sealed record Course(string Id, Bilingual Title, int Months, bool Required, IReadOnlyList<string> Issuers);

/// <summary>A course that somebody passed.</summary>
/// <param name="Until">The last day on which it counts.</param>
/// <param name="Withdrawn">Why it does not count any more; null: it does.</param>
public sealed record PassedCourse(string Course, DateOnly On, string Issuer, DateOnly Until, ActorId RecordedBy, string? Withdrawn = null);

/// <summary>Who passed which training: a licence to work in the environment, for a term (TEHDAS2 D7.4; SATRE 1.6).</summary>
public interface ITraining
{
    /// <summary>Of the rules in force.</summary>
    IReadOnlyList<Course> Courses { get; }

    /// <summary>An operator, never the person, records a certificate that was seen. A later one of the same course takes its place.</summary>
    Task<Outcome<PassedCourse>> RecordAsync(ActorId person, string course, DateOnly on, string issuer, Actor by, CancellationToken ct = default);

    /// <summary>An operator takes a record back: the person begins nothing new until another is recorded.</summary>
    Task<Outcome<PassedCourse>> WithdrawAsync(ActorId person, string course, string reason, Actor by, CancellationToken ct = default);

    /// <summary>What somebody passed. For the person, operators and auditors.</summary>
    Outcome<IReadOnlyList<PassedCourse>> Of(ActorId person, Actor by);

    /// <summary>The first course that is required and not in force for this person; null where there is none.</summary>
    Finding? Missing(ActorId person);
}
