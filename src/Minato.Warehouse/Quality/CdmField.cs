using System.Globalization;
using Minato.Tables;
using Sylvan.Data.Csv;

namespace Minato.Warehouse.Quality;

/// <summary>A column as the CDM's published field list demands it (<c>standards/cdm</c>).</summary>
/// <param name="ForeignTable">Where its values must be found, in <paramref name="ForeignField"/>; empty where they are free.</param>
/// <param name="Domain">The domain its concepts must be of; empty where any will do.</param>
internal sealed record CdmField(string Table, string Name, bool Required, string Datatype, bool IsKey, string ForeignTable, string ForeignField, string Domain)
{
    private static readonly Lazy<IReadOnlyList<CdmField>> List = new(() => [.. new[] { "v5.4-fields.csv", "imaging-fields.csv", "variant-fields.csv" }.SelectMany(Read)]);

    public static IReadOnlyList<CdmField> All => List.Value;

    /// <summary>The most characters its text may have; null where there is no limit.</summary>
    public int? Longest =>
        Datatype.StartsWith("varchar(", StringComparison.Ordinal) && int.TryParse(Datatype.AsSpan(8, Datatype.Length - 9), NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : null;

    public bool Fits(ColumnType type) => Datatype switch
    {
        "integer" => type == ColumnType.Integer,
        "float" => type is ColumnType.Decimal or ColumnType.Integer,
        "date" => type == ColumnType.Date,
        "datetime" => false,
        _ => type == ColumnType.Text,
    };

    private static IEnumerable<CdmField> Read(string name)
    {
        using var csv = CsvDataReader.Create(new StreamReader(typeof(CdmField).Assembly.GetManifestResourceStream("cdm/" + name)!));
        while (csv.Read())
        {
            yield return new CdmField(csv.GetString(0), csv.GetString(1), csv.GetString(2) == "yes", csv.GetString(3), csv.GetString(4) == "yes", csv.GetString(5), csv.GetString(6), csv.GetString(7));
        }
    }
}
