namespace Minato.Disclosure;

/// <summary>
/// Class disclosure: a row (or column) all of whose persons are in one category tells something of each of them without
/// any small cell ('everybody of this group has it').
/// </summary>
public static class ClassDisclosure
{
    public static IReadOnlyList<CellFinding> Check(CellTable table)
    {
        var findings = new List<CellFinding>();
        for (var d = 0; d < table.Dimensions.Count; d++)
        {
            var dimension = table.Dimensions[d];
            var categories = dimension.Categories.Where(c => !dimension.Totals.ContainsKey(c)).ToArray();
            if (categories.Length < 2)
            {
                continue;
            }

            for (var cell = 0; cell < table.Count; cell++)
            {
                if (table.Category(cell, d) != categories[0])
                {
                    continue;
                }

                var coordinates = table.Coordinates(cell).ToArray();
                var line = categories.Select(c =>
                {
                    coordinates[d] = c;
                    return table.IndexOf(coordinates);
                }).ToArray();
                var full = line.Where(c => table.State(c) == CellState.Suppressed || table.Value(c) != 0).ToArray();
                if (full.Length == 1 && table.State(full[0]) == CellState.Shown)
                {
                    findings.Add(new("class-disclosure", table.Coordinates(full[0]), new(
                        $"この集団の全員が「{dimension.Name}」の同じ区分に入っています", $"Everybody of this group is in the same category of '{dimension.Name}'")));
                }
            }
        }

        return findings;
    }
}
