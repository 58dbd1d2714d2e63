using System.Text;

namespace Minato.Workspace;

/// <summary>A piece of a table that a run left in its outbox, for its project's own eyes.</summary>
/// <param name="Rows">Of the whole table.</param>
public sealed record ResultPage(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Lines, long Rows);

/// <summary>Reads CSV (RFC 4180) as the sandbox writes it. Nothing that it holds may throw: what does not close, closes at the end.</summary>
internal static class ResultTable
{
    private const int MaxColumns = 200;

    public static ResultPage Read(Stream csv, long skip, int take)
    {
        using var reader = new StreamReader(csv, Encoding.UTF8);
        IReadOnlyList<string>? columns = null;
        var lines = new List<IReadOnlyList<string>>();
        long rows = 0;
        foreach (var line in Records(reader))
        {
            if (columns is null)
            {
                columns = line;
            }
            else if (rows++ >= skip && lines.Count < take)
            {
                lines.Add(line);
            }
        }

        return new(columns ?? [], lines, rows);
    }

    private static IEnumerable<IReadOnlyList<string>> Records(StreamReader reader)
    {
        var (line, field, isQuoted, isBegun) = (new List<string>(), new StringBuilder(), false, false);
        void EndField()
        {
            if (line.Count < MaxColumns)
            {
                line.Add(field.ToString());
            }

            field.Clear();
        }

        for (int c; (c = reader.Read()) >= 0;)
        {
            isBegun = true;
            if (c == '"')
            {
                if (isQuoted && reader.Peek() == '"')
                {
                    field.Append((char)reader.Read());
                }
                else
                {
                    isQuoted = !isQuoted;
                }
            }
            else if (isQuoted || c is not (',' or '\n' or '\r'))
            {
                field.Append((char)c);
            }
            else if (c == ',')
            {
                EndField();
            }
            else if (c == '\n')
            {
                EndField();
                yield return line;
                (line, isBegun) = ([], false);
            }
        }

        if (isBegun)
        {
            EndField();
            yield return line;
        }
    }
}
