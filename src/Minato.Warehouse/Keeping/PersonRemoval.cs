using System.Security.Cryptography;
using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Keeping;

/// <summary>
/// Writes every file that has rows of the person again without them. The person's names are all that ever stood for them: the pseudonym, and the
/// names under which records of theirs were answered.
/// </summary>
internal sealed class PersonRemoval(Warehouse warehouse, ITableSession session, DatasetId dataset, ISnapshotRewrite rewrite)
{
    private readonly Dictionary<string, TableFile?> replaced = new(StringComparer.Ordinal);
    private readonly List<RewrittenFile> files = [];

    /// <summary>Null where no file has the person.</summary>
    public RemovalReceipt? Prepare(Pseudonym<Dataset> person, string grounds, CancellationToken ct)
    {
        Names(person);
        foreach (var file in rewrite.Snapshots.SelectMany(s => s.Files).DistinctBy(f => f.Path))
        {
            ct.ThrowIfCancellationRequested();
            Write(file);
        }

        if (replaced.Count == 0)
        {
            return null;
        }

        var salt = RandomNumberGenerator.GetBytes(16);
        var commitment = SHA256.HashData([.. salt, .. person.ToGuid().ToByteArray(bigEndian: true)]);
        return new RemovalReceipt(
            dataset.Value, grounds, warehouse.Clock.GetUtcNow(), Convert.ToHexStringLower(salt), Convert.ToHexStringLower(commitment), files, new Dictionary<string, string>());
    }

    /// <summary>Makes it so; the receipt then says which snapshot became which.</summary>
    public Outcome<RemovalReceipt> Commit(RemovalReceipt prepared) => rewrite.Commit(replaced).Map(ids => prepared with { Snapshots = ids });

    /// <summary>Which of a table's columns name persons.</summary>
    internal static IReadOnlyList<string> NamesIn(string table) =>
        table == CdmTables.Records.Name || table == CdmTables.Corrections.Name ? ["person_id", "name"]
        : CdmTables.ByName.TryGetValue(table, out var shape) && shape.Columns.Any(c => c.Name == "person_id") ? ["person_id"] : [];

    private void Names(Pseudonym<Dataset> person)
    {
        session.Execute("create temp table removed (id uuid)");
        session.Execute($"insert into removed values ({session.Dialect.Literal(person.ToGuid())})");

        // A name that stood for the person stands for nobody else: names of a person are merged, never shared.
        var latest = rewrite.Snapshots[^1];
        foreach (var shape in (TableShape[])[CdmTables.Records, CdmTables.Corrections])
        {
            session.AttachTable("names", shape, [.. latest.Files.Where(f => f.Table == shape.Name).Select(f => warehouse.Snapshots.PathOf(dataset, f))]);
            session.Execute($"insert into removed select distinct name from names where name is not null and person_id = {session.Dialect.Literal(person.ToGuid())} and name not in (select id from removed)");
        }
    }

    private void Write(TableFile file)
    {
        var names = NamesIn(file.Table);
        if (names.Count == 0)
        {
            return;
        }

        var source = $"read_parquet({session.Dialect.Literal(warehouse.Snapshots.PathOf(dataset, file))})";
        var theirs = string.Join(" or ", names.Select(n => $"coalesce({n} in (select id from removed), false)"));
        var rows = session.Scalar<long>($"select count(*) from {source} where {theirs}");
        if (rows == 0)
        {
            return;
        }

        TableFile? instead = null;
        if (rows < file.Rows)
        {
            // The engine keeps the file's order.
            var path = rewrite.NewFile(file.Table);
            instead = rewrite.Add(file.Table, path, session.WriteParquet($"select * from {source} where not ({theirs})", path));
        }

        replaced[file.Path] = instead;
        files.Add(new RewrittenFile(file.Table, file.Sha256, instead?.Sha256, rows));
    }
}
