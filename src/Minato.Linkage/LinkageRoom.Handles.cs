using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage;

/// <summary>What split trust needs of the room beside <see cref="ResolveAsync"/>: handles and the room's own names for them. Neither leaves the process.</summary>
public sealed partial class LinkageRoom
{
    /// <exception cref="InvalidOperationException">The room never gave that name.</exception>
    internal UInt128 HandleOf(Pseudonym<Citizen> citizen)
    {
        using var citizens = Domain(PseudonymDomain.CitizenName);
        return NodeOf(citizen.ToString(), citizens) is { } node ? forest.HandleOf(node) : throw new InvalidOperationException("No citizen of this room");
    }
}
