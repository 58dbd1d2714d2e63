using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Minato.Processing.Standards;

/// <param name="Column">Rows whose value in it belongs to fewer persons than this are left out (特異な記述, a rare disease tells who it is).</param>
internal sealed record RareRule(string Column, int Persons);

/// <summary>What a standard does with one table. A column it does not name is dropped.</summary>
internal sealed record TableRule(IReadOnlyDictionary<string, IReadOnlyList<ColumnAction>> Columns, RareRule? Rare)
{
    /// <summary>The column's actions; null where it is dropped, by name or by silence.</summary>
    public IReadOnlyList<ColumnAction>? For(string column) =>
        Columns.TryGetValue(column, out var actions) && !actions.Any(a => a is ColumnAction.Drop) ? actions : null;
}

/// <summary>
/// A processing standard 加工基準 (H9): per column what is done with it, and what risk may remain. Data in
/// <c>standards/processing/</c>, versioned; an extraction names the one it was made under.
/// </summary>
/// <param name="Name">The file's name without extension, by which permits refer to it.</param>
/// <param name="QuasiIdentifiers">Columns of the person file by which an outsider could know somebody.</param>
/// <param name="K">Every person shares their quasi-identifiers with at least this many (themselves included); 0: measured only.</param>
/// <param name="SuppressionLimit">Largest share of persons (of 1) that may be left out to reach <paramref name="K"/>.</param>
/// <param name="ShiftDays">Dates of a person move by the same number of days, between minus and plus this; 0: not at all.</param>
internal sealed record ProcessingStandard(
    string Name,
    string Id,
    string Version,
    Bilingual Title,
    string Sha256,
    IReadOnlyList<string> QuasiIdentifiers,
    int K,
    double SuppressionLimit,
    int ShiftDays,
    IReadOnlyDictionary<string, TableRule> Tables)
{
    public bool Shifts => Tables.Values.Any(t => t.Columns.Values.Any(a => a.Any(x => x is ColumnAction.Shift)));

    /// <summary>The standard of that name: a file's name, its id, or <c>id@version</c>.</summary>
    /// <returns>Refused with <c>standard.unknown</c> or <c>standard.broken</c>.</returns>
    public static Outcome<ProcessingStandard> Find(string folder, string name)
    {
        var files = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal).ToArray() : [];
        Outcome<ProcessingStandard>? broken = null;
        foreach (var file in files)
        {
            var fileName = Path.GetFileNameWithoutExtension(file);
            var read = Read(fileName, File.ReadAllBytes(file));
            if (!read.Try(out var standard))
            {
                broken = fileName == name ? read : broken;
                continue;
            }

            if (fileName == name || standard.Id == name || $"{standard.Id}@{standard.Version}" == name)
            {
                return read;
            }
        }

        return broken ?? Finding.Error("standard.unknown", "There is no processing standard of that name", $"Use one of: {string.Join(", ", files.Select(Path.GetFileNameWithoutExtension))}");
    }

    /// <param name="name">The file's name without extension.</param>
    public static Outcome<ProcessingStandard> Read(string name, byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            var tables = new Dictionary<string, TableRule>(StringComparer.Ordinal);
            foreach (var table in root.GetProperty("tables").EnumerateObject())
            {
                var columns = new Dictionary<string, IReadOnlyList<ColumnAction>>(StringComparer.Ordinal);
                foreach (var column in table.Value.GetProperty("columns").EnumerateObject())
                {
                    try
                    {
                        columns[column.Name] = column.Value.ValueKind == JsonValueKind.Array ? [.. column.Value.EnumerateArray().Select(ColumnAction.Read)] : [ColumnAction.Read(column.Value)];
                    }
                    catch (FormatException e)
                    {
                        return Broken($"{table.Name}.{column.Name}: {e.Message}", name);
                    }
                }

                RareRule? rare = null;
                if (table.Value.TryGetProperty("rare", out var r))
                {
                    rare = new RareRule(r.GetProperty("column").GetString()!, r.GetProperty("persons").GetInt32());
                }

                tables[table.Name] = new TableRule(columns, rare);
            }

            var title = root.GetProperty("title");
            var standard = new ProcessingStandard(
                name,
                root.GetProperty("id").GetString()!,
                root.GetProperty("version").GetString()!,
                new Bilingual(title.GetProperty("ja").GetString()!, title.GetProperty("en").GetString()!),
                Convert.ToHexStringLower(SHA256.HashData(utf8)),
                root.TryGetProperty("quasiIdentifiers", out var q) ? [.. q.EnumerateArray().Select(e => e.GetString()!)] : [],
                root.TryGetProperty("k", out var k) ? k.GetInt32() : 0,
                root.TryGetProperty("suppressionLimit", out var limit) ? limit.GetDouble() : 0,
                root.TryGetProperty("shiftDays", out var days) ? days.GetInt32() : 0,
                tables);
            return standard.Shifts && standard.ShiftDays <= 0
                ? Broken("dates are shifted, but 'shiftDays' is missing", name)
                : standard.QuasiIdentifiers.FirstOrDefault(c => !standard.Tables.TryGetValue("person", out var p) || p.For(c) is null) is { } missing
                    ? Broken(string.Create(CultureInfo.InvariantCulture, $"the quasi-identifier '{missing}' is not a column of the person table"), name)
                    : standard;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return Broken("it is not a processing standard: id, version, title, tables.{table}.columns are needed", name);
        }
    }

    private static Finding Broken(string reason, string name) =>
        Finding.Error("standard.broken", $"The processing standard cannot be used: {reason}", "Correct the file", new Place(File: $"{name}.json"));
}
