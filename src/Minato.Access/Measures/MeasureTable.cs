using static Minato.Access.MeasureState;
using C = Minato.Access.MeasureCommand;

namespace Minato.Access;

/// <summary>What a person is to a case.</summary>
public enum MeasureRelation
{
    Respondent,

    /// <summary>The operator who opened it: may not decide it.</summary>
    Opener,

    /// <summary>Any other operator.</summary>
    Office,
    Auditor,
    Public,
}

/// <summary>Who may do what with a case, in which state.</summary>
public static class MeasureTable
{
    public static IReadOnlyList<(MeasureState State, MeasureRelation Who, IReadOnlyList<string> Commands)> Rules { get; } =
    [
        (Opened, MeasureRelation.Opener, [nameof(C.OpenHearing), nameof(C.Drop)]),
        (Opened, MeasureRelation.Office, [nameof(C.OpenHearing), nameof(C.Drop)]),
        (Hearing, MeasureRelation.Respondent, [nameof(C.Answer)]),
        (Hearing, MeasureRelation.Office, [nameof(C.Decide), nameof(C.Drop)]),
        (Heard, MeasureRelation.Respondent, [nameof(C.Answer)]),
        (Heard, MeasureRelation.Office, [nameof(C.Decide), nameof(C.Drop)]),
        (Decided, MeasureRelation.Respondent, [nameof(C.Appeal)]),
        (Decided, MeasureRelation.Office, [nameof(C.Reverse)]),
        (Appealed, MeasureRelation.Office, [nameof(C.Uphold), nameof(C.Reverse)]),
    ];

    public static IReadOnlyList<string> Commands(MeasureState state, MeasureRelation who) => Rules.FirstOrDefault(r => r.State == state && r.Who == who).Commands ?? [];

    internal static MeasureRelation RelationOf(MeasureView view, Actor actor) =>
        actor.Id == view.Respondent ? MeasureRelation.Respondent
        : actor.Is(Role.Operator) ? (actor.Id == view.OpenedBy ? MeasureRelation.Opener : MeasureRelation.Office)
        : actor.Is(Role.Auditor) ? MeasureRelation.Auditor
        : MeasureRelation.Public;
}
