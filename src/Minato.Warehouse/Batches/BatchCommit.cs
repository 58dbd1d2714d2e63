using System.Globalization;
using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Batches;

/// <summary>
/// A staged delivery becomes a snapshot: new rows in one new file per table; files with rows of replaced records are
/// written again without them; person, death and observation period are derived anew. Each row is read at most a fixed
/// number of times, so the work is linear.
/// </summary>
internal sealed class BatchCommit(Warehouse warehouse, ITableSession session, DatasetInfo dataset, DeliveryId delivery, CancellationToken ct)
{
    private readonly ITableSession session = session;
    private readonly int mostFiles = warehouse.Options.MostFilesPerTable;
    private readonly Dictionary<string, long> rowsAdded = new(StringComparer.Ordinal);
    private ISnapshotChange change = null!;
    private long replaced;

    public Outcome<BatchResult> Write()
    {
        using var begun = warehouse.Snapshots.Begin(dataset.Id, $"delivery {delivery}");
        change = begun;

        // Of two records with one key in a delivery the later one is the correction.
        session.Execute("delete from staged_record where number not in (select max(number) from staged_record group by record_key)");
        var records = new TableFiles(this, CdmTables.Records, "record_key");
        session.AttachTable("base_record", CdmTables.Records, records.Paths);
        session.Execute("create temp table replaced as select distinct record_key from base_record semi join staged_record using (record_key)");
        replaced = session.Scalar<long>("select count(*) from replaced");
        var offset = BaseTables().Max(t => t.Files.Paths.Count == 0 ? 0 : session.Scalar<long>($"select coalesce(max({t.Table.Id}), 0) from read_parquet({t.Files.List})"));

        records.WithoutReplaced();
        records.Append($"""
            select r.record_key, r.person_id, r.link_class, min(f.start), max(coalesce(case when f.kind <> {(int)FactKind.Coverage} then f.stop end, f.start)), {session.Dialect.Literal(delivery.Value)}
            from staged_record r left join staged_fact f on f.record = r.number and f.kind <> {(int)FactKind.Coverage}
            group by r.number, r.record_key, r.person_id, r.link_class
            """);
        records.Compact();
        session.AttachTable("all_record", CdmTables.Records, records.Paths);

        var staged = session.Query("select distinct kind from staged_fact").Select(r => (FactKind)(long)r[0]!).ToHashSet();
        foreach (var table in CdmTables.OfFacts)
        {
            ct.ThrowIfCancellationRequested();
            var files = new TableFiles(this, table.Shape, table.Id);
            files.WithoutReplaced();
            if (staged.Contains(table.Kind!.Value))
            {
                files.Append(SelectOf(table, offset));
            }

            files.Compact();
            session.AttachTable("all_" + table.Name, table.Shape, files.Paths);
            files.Keep();
        }

        records.Keep();
        var personsAdded = WritePersons();
        Derive(CdmTables.Death, DerivedTables.Death);
        Derive(CdmTables.ObservationPeriod, DerivedTables.ObservationPeriods);
        return change.Commit(warehouse.Clock.GetUtcNow()).Map(snapshot => new BatchResult(snapshot, rowsAdded, personsAdded, replaced, 0));
    }

    private IEnumerable<(CdmTable Table, TableFiles Files)> BaseTables() => CdmTables.OfFacts.Select(t => (t, new TableFiles(this, t.Shape, t.Id)));

    private string SelectOf(CdmTable table, long offset)
    {
        string From(CdmColumn column) => column.From.Length == 0
            ? $"cast(null as {session.Dialect.TypeName(column.Type)})"
            : column.From.Replace("{offset}", offset.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{type}", Concepts.TypeOf(dataset.Category).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return $"select {string.Join(", ", table.Columns.Select(From))} from staged_fact f join staged_record r on f.record = r.number where f.kind = {(int)table.Kind!}";
    }

    private long WritePersons()
    {
        var old = Base(CdmTables.Person.Name);
        session.AttachTable("base_person", CdmTables.Person.Shape, [.. old.Select(Path)]);
        var added = session.Scalar<long>("select count(distinct person_id) from staged_record anti join base_person using (person_id)");
        Derive(CdmTables.Person, DerivedTables.Persons);
        return added;
    }

    /// <summary>A table that is computed anew from the others: its one file takes the place of the base's.</summary>
    private void Derive(CdmTable table, string select)
    {
        ct.ThrowIfCancellationRequested();
        var files = new TableFiles(this, table.Shape, "person_id");
        files.Clear();
        files.Append(select, counted: false);
        files.Keep();
    }

    private IReadOnlyList<TableFile> Base(string table) => [.. (change.Base?.Files ?? []).Where(f => f.Table == table)];

    private string Path(TableFile file) => warehouse.Snapshots.PathOf(dataset.Id, file);

    /// <summary>The files of one table as they will be in the new snapshot.</summary>
    private sealed class TableFiles(BatchCommit commit, TableShape shape, string lastKey)
    {
        private readonly ITableSession session = commit.session;

        private List<(string Path, long Rows, TableFile? Old)> files = [.. commit.Base(shape.Name).Select(f => (commit.Path(f), f.Rows, (TableFile?)f))];

        public IReadOnlyList<string> Paths => [.. files.Select(f => f.Path)];

        public string List => ListOf(Paths);

        /// <summary>Rows are sorted by person, then date, then a key that makes the order total: the bytes follow from the rows.</summary>
        private string OrderBy => string.Join(", ", shape.SortedBy.Append(lastKey).Distinct().Concat(shape.Name == "observation_period" ? ["observation_period_start_date"] : []));

        private string Columns => string.Join(", ", shape.Columns.Select(c => session.Dialect.Quote(c.Name)));

        public void WithoutReplaced()
        {
            if (commit.replaced == 0)
            {
                return;
            }

            files = [.. files.SelectMany(file =>
            {
                var source = $"read_parquet({ListOf([file.Path])})";
                var gone = session.Scalar<long>($"select count(*) from {source} semi join replaced using (record_key)");
                return gone == 0 ? [file] : gone == file.Rows ? [] : (IEnumerable<(string, long, TableFile?)>)[Written($"select {Columns} from {source} anti join replaced using (record_key)")];
            })];
        }

        public void Append(string select, bool counted = true)
        {
            var typed = string.Join(", ", shape.Columns.Select(c => $"cast({session.Dialect.Quote(c.Name)} as {session.Dialect.TypeName(c.Type)}) as {session.Dialect.Quote(c.Name)}"));
            var written = Written($"select {typed} from ({select}) as n({Columns})");
            if (written.Rows > 0)
            {
                files.Add(written);
            }

            if (counted && shape.Name != CdmTables.Records.Name && written.Rows > 0)
            {
                commit.rowsAdded[shape.Name] = written.Rows;
            }
        }

        /// <summary>The smaller half of too many files becomes one: each row is moved a logarithmic number of times over the dataset's life.</summary>
        public void Compact()
        {
            if (files.Count <= commit.mostFiles)
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
            foreach (var old in commit.Base(shape.Name).Where(f => !kept.Contains(f.Path)))
            {
                commit.change.Remove(old);
            }

            foreach (var (path, rows, _) in files.Where(f => f.Old is null))
            {
                commit.change.Add(shape.Name, path, rows);
            }
        }

        private (string Path, long Rows, TableFile? Old) Written(string select)
        {
            var path = commit.change.NewFile(shape.Name);
            return (path, session.WriteParquet($"select * from ({select}) as rows order by {OrderBy}", path), null);
        }

        private string ListOf(IReadOnlyList<string> paths) => $"[{string.Join(", ", paths.Select(p => session.Dialect.Literal(p)))}]";
    }
}
