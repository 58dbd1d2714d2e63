using System.Text;

namespace Minato.Formats.Writing;

/// <summary>RFC 4180: CRLF line ends, quotes where a comma, a quote or a line end asks for them.</summary>
internal static class CsvLine
{
    public static void Append(StringBuilder to, params ReadOnlySpan<string> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0)
            {
                to.Append(',');
            }

            if (cells[i].AsSpan().ContainsAny(",\"\r\n"))
            {
                to.Append('"').Append(cells[i].Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
            }
            else
            {
                to.Append(cells[i]);
            }
        }

        to.Append("\r\n");
    }
}
