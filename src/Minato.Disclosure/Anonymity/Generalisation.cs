namespace Minato.Disclosure;

/// <summary>The best generalisation of a table, and how it was found.</summary>
/// <param name="Levels">By quasi-identifier, in the table's order: the level of its hierarchy to show.</param>
/// <param name="Loss">In the unit of the <see cref="LossMeasure"/>.</param>
/// <param name="Suppressed">Records of the sample that are left out.</param>
/// <param name="Classes">Classes that are shown.</param>
/// <param name="Examined">Nodes whose classes were computed; varies by a few from run to run where threads race, the result does not.</param>
/// <param name="Nodes">Nodes of the lattice; the others were excluded by proof.</param>
public sealed record Generalisation(IReadOnlyList<int> Levels, double Loss, long Suppressed, int Classes, long Examined, long Nodes)
{
    internal HashSet<ulong> KeptKeys { get; init; } = [];

    internal PersonTable Table { get; init; } = null!;

    /// <summary>One record as it may be shown.</summary>
    /// <param name="codes">Its quasi-identifiers as codes of <see cref="Hierarchy.CodeOf"/>, in the table's order.</param>
    /// <param name="labels">Receives the labels to show.</param>
    /// <returns>False where the record is suppressed.</returns>
    public bool TryRecode(ReadOnlySpan<int> codes, Span<string> labels)
    {
        ulong key = 0;
        for (var d = 0; d < codes.Length; d++)
        {
            var code = codes[d] < 0 ? -1 : Table.Keys[d].Up(Levels[d])[codes[d]];
            if (code < 0)
            {
                return false;
            }

            labels[d] = Table.Keys[d].Labels(Levels[d])[code];
            key |= (ulong)(uint)code << Table.Shifts[d];
        }

        return KeptKeys.Contains(key);
    }
}
