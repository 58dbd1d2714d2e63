using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>The files of one table as they will be in the new snapshot.</summary>
internal sealed class TableFiles(SnapshotWork work, TableShape shape, string lastKey)
{
    private readonly ITableSession session = work.Session;

    private List<(string Path, long Rows, TableFile? Old)> files = [.. work.Base(shape.Name).Select(f => (work.Path(f), f.Rows, (TableFile?)f))];

    public IReadOnlyList<string> Paths => [.. files.Select(f => f.Path)];

    public string List => ListOf(Paths);

    /// <summary>Rows are sorted by person, then date, then a key that makes the order total: the bytes follow from the rows.</summary>
    private string OrderBy => string.Join(", ", shape.SortedBy.Append(lastKey).Distinct().Concat(shape.Name == "observation_period" ? ["observation_period_start_date"] : []));

    private string Columns => string.Join(", ", shape.Columns.Select(c => session.Dialect.Quote(c.Name)));

    /// <summary>Writes the files anew that have rows of records in the table <paramref name="keys"/>, without these rows.</summary>
    public void Without(string keys) => Rewrite(keys, source => $"select {Columns} from {source} anti join {keys} using (record_key)");

    /// <summary>Writes the files anew that have rows of records in the table <paramref name="keys"/>, which says what these columns are now.</summary>
    public void Change(string keys, params IReadOnlyList<string> columns) => Rewrite(
        keys,
        source => $"select {string.Join(", ", shape.Columns.Select(c => columns.Contains(c.Name) ? $"coalesce(c.{c.Name}, x.{c.Name}) as {c.Name}" : $"x.{session.Dialect.Quote(c.Name)}"))} from {source} x left join {keys} c on c.record_key = x.record_key");

    public void Append(string select) => Take(Written(Typed(select)));

    /// <summary>Will append, in a session given later, rows that come in the table's order already and count as added.</summary>
    public Action<ITableSession> AppendingSorted(string select)
    {
        var path = work.Change.NewFile(shape.Name);
        return any =>
        {
            var rows = any.WriteParquet(Typed(select), path);
            Take((path, rows, null));
            work.CountAdded(shape.Name, rows);
        };
    }

    private void Take((string Path, long Rows, TableFile? Old) written)
    {
        if (written.Rows > 0)
        {
            files.Add(written);
        }
    }

    private string Typed(string select)
    {
        var typed = string.Join(", ", shape.Columns.Select(c => $"cast({session.Dialect.Quote(c.Name)} as {session.Dialect.TypeName(c.Type)}) as {session.Dialect.Quote(c.Name)}"));
        return $"select {typed} from ({select}) as n({Columns})";
    }

    /// <summary>Appends those rows whose keys no file has yet.</summary>
    public void AppendNew(string select, IReadOnlyList<string> keys)
    {
        var named = $"select * from ({select}) as n({Columns})";
        Append(files.Count == 0 ? named : $"{named} anti join (select {string.Join(", ", keys)} from read_parquet({List})) as known using ({string.Join(", ", keys)})");
    }

    /// <summary>The smaller half of too many files becomes one: each row is moved a logarithmic number of times over the dataset's life.</summary>
    public void Compact()
    {
        if (files.Count <= work.MostFiles)
        {
            return;
        }

        var small = files.OrderBy(f => f.Rows).ThenBy(f => f.Path, StringComparer.Ordinal).Take((files.Count / 2) + 1).ToList();
        var merged = Written($"select {Columns} from read_parquet({ListOf([.. small.Select(f => f.Path)])})");
        files = [.. files.Except(small), merged];
    }

    public void Clear() => files = [];

    /// <summary>Takes the new files into the change and leaves those out that are no longer used.</summary>
    public void Keep()
    {
        var kept = files.Select(f => f.Old?.Path).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var old in work.Base(shape.Name).Where(f => !kept.Contains(f.Path)))
        {
            work.Change.Remove(old);
        }

        foreach (var (path, rows, _) in files.Where(f => f.Old is null))
        {
            work.Change.Add(shape.Name, path, rows);
        }
    }

    private void Rewrite(string keys, Func<string, string> select) => files =
        [.. files.SelectMany(file =>
        {
            var source = $"read_parquet({ListOf([file.Path])})";
            if (session.Scalar<long>($"select count(*) from {source} semi join {keys} using (record_key)") == 0)
            {
                return [file];
            }

            var written = Written(select(source));
            return written.Rows == 0 ? [] : (IEnumerable<(string, long, TableFile?)>)[written];
        })];

    private (string Path, long Rows, TableFile? Old) Written(string select)
    {
        var path = work.Change.NewFile(shape.Name);
        return (path, session.WriteParquet($"select * from ({select}) as rows order by {OrderBy}", path), null);
    }

    private string ListOf(IReadOnlyList<string> paths) => $"[{string.Join(", ", paths.Select(p => session.Dialect.Literal(p)))}]";
}
