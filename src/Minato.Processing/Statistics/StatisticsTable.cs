using System.Globalization;
using Minato.Disclosure;

namespace Minato.Processing;

/// <summary>One cell: its categories, one for each dimension, and how many persons; null: hidden.</summary>
public sealed record StatisticsCell(IReadOnlyList<string> Of, long? Persons);

/// <summary>How many cells are hidden.</summary>
public sealed record HiddenCells(int Small, int Others);

/// <summary>A table that the harbour made for a permit, as the applicant gets it. Combinations that are not listed are empty.</summary>
/// <param name="Id">SHA-256 of the cells and of what they were made from.</param>
/// <param name="By">The dimensions; each has a category <c>Total</c>.</param>
/// <param name="Hidden">Cells that are hidden because they are small, and because they would betray those.</param>
public sealed record StatisticsTable(
    string Id,
    string Permit,
    IReadOnlyList<string> By,
    IReadOnlyList<StatisticsCell> Cells,
    HiddenCells Hidden,
    IReadOnlyDictionary<string, string> Snapshots,
    string CohortSha256,
    string ProcessingStandard,
    IReadOnlyList<RefusalEvidence> Refusals,
    DateTimeOffset MadeAt)
{
    /// <summary>The category that adds up all others of its dimension.</summary>
    public const string Total = "Total";

    /// <summary>One line for each cell; <c>*</c>: hidden.</summary>
    public string ToCsv() => string.Concat(
        Cells.Select(c => c.Of.Append(c.Persons?.ToString(CultureInfo.InvariantCulture) ?? "*")).Prepend(By.Append("persons")).Select(line => string.Join(',', line.Select(CsvField.Quoted)) + "\n"));

    /// <summary>As disclosure control reads it.</summary>
    public CellTable ToCells() => CellTable.FromRows(By, [.. Cells.Select(c => (c.Of, (decimal?)c.Persons))], By.ToDictionary(d => d, _ => Total)).Value;
}
