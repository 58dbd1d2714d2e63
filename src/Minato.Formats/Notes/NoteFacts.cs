namespace Minato.Formats.Notes;

/// <summary>What was read out of a note, as facts: of the patient, now, and surely enough. The note itself stays where it was.</summary>
public static class NoteFacts
{
    /// <summary>Below this confidence nothing becomes a fact.</summary>
    public const double Sure = 0.7;

    /// <param name="day">The day of the note.</param>
    /// <param name="line">Line or entry of the note in its file.</param>
    public static IEnumerable<HealthFact> Of(IEnumerable<NoteFinding> findings, NoteRules rules, DateOnly day, long line) =>
        from f in findings
        where f.Context == NoteContext.Present && f.Confidence >= Sure
        let item = rules.Items[f.Item]
        select new HealthFact
        {
            Kind = item.Kind == "measurement" ? FactKind.Measurement : FactKind.Observation,
            Start = day,
            System = item.System,
            Code = item.Code,
            Value = f.Value,
            Unit = item.Unit,
            ValueCode = f.Code,
            TextPlace = new TextPlace(f.Offset, f.Length, f.Confidence),
            Line = line,
        };
}
