using DuckDB.NET.Data;

namespace Minato.Tables.Engines;

internal sealed class DuckDbRowAppender(DuckDBAppender appender) : IRowAppender
{
    private IDuckDBAppenderRow? row;

    private IDuckDBAppenderRow Row => row ??= appender.CreateRow();

    public IRowAppender Add(long? value)
    {
        Row.AppendValue(value);
        return this;
    }

    public IRowAppender Add(string? value)
    {
        Row.AppendValue(value);
        return this;
    }

    public IRowAppender Add(decimal? value)
    {
        Row.AppendValue(value);
        return this;
    }

    public IRowAppender Add(DateOnly? value)
    {
        Row.AppendValue(value);
        return this;
    }

    public IRowAppender Add(Guid? value)
    {
        Row.AppendValue(value);
        return this;
    }

    public IRowAppender Add(bool? value)
    {
        Row.AppendValue(value);
        return this;
    }

    public void EndRow()
    {
        Row.EndRow();
        row = null;
    }

    public void Dispose() => appender.Dispose();
}
