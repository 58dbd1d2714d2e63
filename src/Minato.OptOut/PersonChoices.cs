using System.Collections.Immutable;

namespace Minato.OptOut;

/// <summary>A choice and what became of it.</summary>
internal sealed record KnownChoice(Choice Choice, DateTimeOffset? WithdrawnAt = null, long? WithdrawnIndex = null)
{
    /// <summary>It was made, had begun and was not taken back at that moment.</summary>
    public bool HoldsAt(DateTimeOffset moment) =>
        Choice.MadeAt <= moment && Choice.From <= moment && (WithdrawnAt is not { } taken || taken > moment) && !(Choice.Until <= moment);

    public bool IsOwn => Choice.Ground is null;
}

/// <summary>
/// One person's choices in the order in which they were made. The rule: of the person's own choices that hold and cover the use, the
/// latest word counts; where there is none, the latest that somebody made for them; else the policy's default. A pure function of the events.
/// </summary>
internal sealed record PersonChoices(Pseudonym<Citizen> Citizen, ImmutableList<KnownChoice> Choices)
{
    public KnownChoice? Find(string id) => Choices.Find(c => c.Choice.Id == id);

    /// <summary>True: refused; false: allowed; null: the person has said nothing about this use.</summary>
    public bool? Says(IntendedUse use, DateTimeOffset asOf) =>
        (Last(use, asOf, own: true) ?? Last(use, asOf, own: false))?.Choice.Refused;

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
            if (known.WithdrawnAt is null && !(known.Choice.Until <= now)
                && !Choices.Index().Any(other => other.Item.HoldsAt(now) && Outweighs(other, (i, known)) && other.Item.Choice.Scope.Covers(known.Choice.Scope)))
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

    private KnownChoice? Last(IntendedUse use, DateTimeOffset asOf, bool own) =>
        Choices.FindLast(c => c.IsOwn == own && c.HoldsAt(asOf) && c.Choice.Scope.Covers(use, c.Choice.Refused));

    private static bool Outweighs((int At, KnownChoice Choice) word, (int At, KnownChoice Choice) other) =>
        word.Choice.IsOwn == other.Choice.IsOwn ? word.At > other.At : word.Choice.IsOwn;

    public bool RefusesSomething(DateTimeOffset now) => Standing(now).Any(c => c.Refused && c.From <= now);
}
