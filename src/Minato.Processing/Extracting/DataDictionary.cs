using System.Globalization;
using System.Text;
using Minato.Tables;

namespace Minato.Processing.Extracting;

/// <summary>What each column of an extraction is, what was done with it, and how much of it is there: a CSV file for people and programs.</summary>
internal sealed class DataDictionary
{
    private sealed class Line(string table, string column, ColumnType type, string processing)
    {
        public string Table => table;

        public string Column => column;

        public ColumnType Type => type;

        public string Processing => processing;

        public long Rows { get; set; }

        public long Missing { get; set; }
    }

    private readonly List<Line> lines = [];

    public int Count => lines.Count;

    /// <summary>Columns of a table, in order, with their meanings as the database file comments them.</summary>
    public IEnumerable<(string Column, string Meaning)> Of(string table) => lines.Where(l => l.Table == table).Select(l => (l.Column, $"{ColumnMeaning.Of(l.Table, l.Column).En} [{l.Processing}]"));

    /// <param name="missing">Rows without a value; added up where a table is written in parts.</param>
    public void Add(string table, string column, ColumnType type, string processing, long rows, long missing)
    {
        if (lines.FirstOrDefault(l => l.Table == table && l.Column == column) is not { } line)
        {
            lines.Add(line = new Line(table, column, type, processing));
        }

        (line.Rows, line.Missing) = (line.Rows + rows, line.Missing + missing);
    }

    public byte[] ToUtf8()
    {
        var text = new StringBuilder("table,column,type,processing,rows,missing,meaning_ja,meaning_en\n");
        foreach (var l in lines)
        {
            var meaning = ColumnMeaning.Of(l.Table, l.Column);
            text.Append(CultureInfo.InvariantCulture, $"{l.Table},{l.Column},{l.Type.ToString().ToLowerInvariant()},{l.Processing},{l.Rows},{l.Missing},{CsvField.Quoted(meaning.Ja)},{CsvField.Quoted(meaning.En)}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
