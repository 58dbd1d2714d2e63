using static Minato.Workspace.SpaceRelation;
using static Minato.Workspace.SpaceState;

namespace Minato.Workspace.Space;

/// <summary>Who may move a space from where to where. What is not listed here is refused; nothing else in the room moves one.</summary>
internal static class SpaceTable
{
    public static IReadOnlyList<SpaceRule> Rules { get; } =
    [
        new(Active, SpaceMove.Hibernate, Hibernated, [Member, Operator, Harbour]),
        new(Hibernated, SpaceMove.Resume, Active, [Member, Operator]),

        new(Active, SpaceMove.CutOff, CutOff, [Operator, Harbour]),
        new(Hibernated, SpaceMove.CutOff, CutOff, [Operator, Harbour]),

        // Not by the harbour: a rule that cut it off must not let it in again.
        new(CutOff, SpaceMove.Reinstate, Active, [Operator]),

        new(Active, SpaceMove.Expire, Expired, [Harbour]),
        new(Hibernated, SpaceMove.Expire, Expired, [Harbour]),
        new(CutOff, SpaceMove.Expire, Expired, [Harbour]),

        // Only what has ended is erased: within the permit's term nobody can take a project's work away.
        new(Expired, SpaceMove.Erase, Erasing, [Operator, Harbour]),
    ];

    public static SpaceRule? Find(SpaceState from, SpaceMove move) => Rules.FirstOrDefault(r => r.From == from && r.Move == move);

    /// <summary>What somebody is to a space; several things at once, or nothing.</summary>
    public static IReadOnlyList<SpaceRelation> RelationsOf(Actor by, bool isMember) =>
        [.. new (bool Is, SpaceRelation Relation)[] { (isMember, Member), (by.Is(Role.Operator), Operator), (by.Is(Role.System), Harbour) }.Where(r => r.Is).Select(r => r.Relation)];
}
