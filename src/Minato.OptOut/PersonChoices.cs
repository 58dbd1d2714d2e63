using System.Collections.Immutable;

namespace Minato.OptOut;

/// <summary>A choice and what became of it.</summary>
internal sealed record KnownChoice(Choice Choice, DateTimeOffset? WithdrawnAt = null, long? WithdrawnIndex = null)
{
    /// <summary>It was made, had begun and was not taken back at that moment.</summary>
    public bool HoldsAt(DateTimeOffset moment) =>
        Choice.MadeAt <= moment && Choice.From <= moment && (WithdrawnAt is not { } taken || taken > moment);
}

/// <summary>
/// One person's choices in the order in which they were made. The rule: of all choices that hold and cover the use, the
/// latest word counts; where there is none, the policy's default. A pure function of the events.
/// </summary>
internal sealed record PersonChoices(Pseudonym<Citizen> Citizen, ImmutableList<KnownChoice> Choices)
{
    public KnownChoice? Find(string id) => Choices.Find(c => c.Choice.Id == id);

    /// <summary>True: refused; false: allowed; null: the person has said nothing about this use.</summary>
    public bool? Says(IntendedUse use, DateTimeOffset asOf) =>
        Choices.FindLast(c => c.HoldsAt(asOf) && c.Choice.Scope.Covers(use))?.Choice.Refused;

    /// <summary>
    /// Choices that hold or will, the newest first, without those that a later word covers: also a choice that only begins
    /// later is replaced by it, because when it begins the later word is still the later one.
    /// </summary>
    public IReadOnlyList<Choice> Standing(DateTimeOffset now)
    {
        var standing = new List<Choice>();
        for (var i = Choices.Count - 1; i >= 0; i--)
        {
            var known = Choices[i];
            if (known.WithdrawnAt is null && !Choices.Skip(i + 1).Any(later => later.HoldsAt(now) && later.Choice.Scope.Covers(known.Choice.Scope)))
            {
                standing.Add(known.Choice);
            }
        }

        return standing;
    }

    /// <summary>Size of the ledger right after the last of this person's words that had been said by then; 0 where there is none.</summary>
    public long PositionAt(DateTimeOffset moment)
    {
        long position = 0;
        foreach (var known in Choices)
        {
            position = Math.Max(position, known.Choice.MadeAt <= moment ? known.Choice.LedgerIndex + 1 : 0);
            position = Math.Max(position, known.WithdrawnAt <= moment ? known.WithdrawnIndex!.Value + 1 : 0);
        }

        return position;
    }

    public bool RefusesSomething(DateTimeOffset now) => Standing(now).Any(c => c.Refused && c.From <= now);
}
