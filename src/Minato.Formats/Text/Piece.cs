namespace Minato.Formats.Text;

/// <summary>One record on its way (a receipt, a stay): its raw lines and what is wrong with it. Broken, it is quarantined whole.</summary>
internal sealed class Piece(string file, string what)
{
    private Finding? fault;
    private int faults;

    /// <summary>The raw lines, for quarantine.</summary>
    public Raw Raw { get; } = new();

    public bool IsBroken => fault is not null;

    public void Fault(string code, string reason, string remedy, long line, string? field)
    {
        faults++;
        fault ??= Finding.Error(code, reason, remedy, new Place(file, line, field));
    }

    /// <summary>Something about the whole piece that explains whatever else is wrong with it.</summary>
    public void BreakOff(Finding why) => (fault, faults) = (why, 1);

    /// <summary>The first fault, and how many more there are.</summary>
    public ReadItem.Bad Bad()
    {
        var more = faults > 1 ? $" (and {faults - 1} more faults in this {what})" : "";
        return new ReadItem.Bad(fault! with { Reason = fault.Reason + more }, Raw.Copy());
    }

    public void Clear()
    {
        Raw.Clear();
        (fault, faults) = (null, 0);
    }
}
