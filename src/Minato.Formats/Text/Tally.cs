namespace Minato.Formats.Text;

/// <summary>
/// Remarks of a file, counted: the holder learns once per kind how often and where first, and a file of a million rows
/// does not become a receipt of a million lines. Keys are our own constant words, so memory is bounded.
/// </summary>
internal sealed class Tally(string file)
{
    private readonly Dictionary<(string Code, string What), (long Count, long Line, Severity Severity, string Remedy, string? Field)> seen = [];

    public void Note(string code, string what, long line, string remedy = "", string? field = null) => Add(Severity.Note, code, what, line, remedy, field);

    public void Warn(string code, string what, long line, string remedy, string? field = null) => Add(Severity.Warning, code, what, line, remedy, field);

    /// <summary>What was counted in a later part of the file.</summary>
    public void Add(Tally later)
    {
        foreach (var (key, (count, line, severity, remedy, field)) in later.seen)
        {
            var old = seen.GetValueOrDefault(key, (0, line, severity, remedy, field));
            seen[key] = (old.Item1 + count, old.Item2, severity, remedy, field);
        }
    }

    private void Add(Severity severity, string code, string what, long line, string remedy, string? field)
    {
        var old = seen.GetValueOrDefault((code, what), (0, line, severity, remedy, field));
        seen[(code, what)] = (old.Item1 + 1, old.Item2, severity, remedy, field);
    }

    /// <summary>What was counted, as remarks that begin with the number.</summary>
    public IEnumerable<ReadItem> Remarks() => seen
        .OrderBy(s => s.Value.Line).ThenBy(s => s.Key.Code, StringComparer.Ordinal).ThenBy(s => s.Key.What, StringComparer.Ordinal)
        .Select(s => (ReadItem)new ReadItem.Remark(new Finding(
            s.Key.Code, s.Value.Severity, $"{s.Value.Count} × {s.Key.What}", s.Value.Remedy, new Place(file, s.Value.Line, s.Value.Field))));
}
