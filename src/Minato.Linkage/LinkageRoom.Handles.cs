using Minato.Linkage.Pseudonyms;

namespace Minato.Linkage;

/// <summary>What split trust needs of the room beside <see cref="ResolveAsync"/>: handles and the room's own names for them. Neither leaves the process.</summary>
public sealed partial class LinkageRoom
{
    internal UInt128 HandleOf(Pseudonym<Citizen> citizen)
    {
        using var citizens = PseudonymDomain.Of(keys, PseudonymDomain.CitizenName);
        return citizens.Handle(citizen.Value);
    }
}
