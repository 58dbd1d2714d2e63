using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Workspace.Training;

[JsonDerivedType(typeof(Passed), "training-passed")]
[JsonDerivedType(typeof(Withdrawn), "training-withdrawn")]
internal abstract record TrainingEvent
{
    public required string Course { get; init; }

    public sealed record Passed : TrainingEvent
    {
        public required DateOnly On { get; init; }

        public required string Issuer { get; init; }

        public required DateOnly Until { get; init; }

        /// <summary>Rules it was recorded under, <c>id@version</c>.</summary>
        public required string Rules { get; init; }
    }

    public sealed record Withdrawn : TrainingEvent
    {
        public required string Reason { get; init; }
    }
}

/// <summary>What one person passed, by course.</summary>
internal sealed record TrainingRecord(IReadOnlyDictionary<string, PassedCourse> Courses)
{
    public const string Room = "workspace";

    public const string StreamPrefix = "training/";

    public static string Stream(ActorId person) => StreamPrefix + person;

    public static TrainingRecord Evolve(TrainingRecord? record, TrainingEvent happened, RecordedEvent recorded)
    {
        var courses = record?.Courses ?? new Dictionary<string, PassedCourse>();
        return happened switch
        {
            TrainingEvent.Passed p => With(new(p.Course, p.On, p.Issuer, p.Until, recorded.By)),
            TrainingEvent.Withdrawn w when courses.TryGetValue(w.Course, out var passed) => With(passed with { Withdrawn = w.Reason }),
            _ => new(courses),
        };

        TrainingRecord With(PassedCourse course) => new(new Dictionary<string, PassedCourse>(courses) { [course.Course] = course });
    }
}
