using System.Globalization;
using System.Text.RegularExpressions;
using Minato.Tables;
using Minato.Warehouse.Corrections;
using Minato.Warehouse.Shapes;
using Minato.Warehouse.Standing;

namespace Minato.Warehouse.Batches;

/// <summary>
/// A staged delivery becomes a snapshot: new rows in one new file per table; files with rows of replaced records are
/// written again without them; person, death and observation period are derived anew. Each row is read at most a fixed
/// number of times, so the work is linear.
/// </summary>
internal sealed partial class BatchCommit(
    Warehouse warehouse, ITableSession session, DatasetInfo dataset, DeliveryId delivery, IReadOnlySet<string> staged, IReadOnlyList<PersonCorrection> corrections, CancellationToken ct)
{
    private readonly ITableSession session = session;
    private SnapshotWork work = null!;

    public Outcome<BatchResult> Write()
    {
        using var change = warehouse.Snapshots.Begin(dataset.Id, SnapshotCause.Of(delivery));
        work = new SnapshotWork(warehouse, session, dataset.Id, change, ct);
        Place();

        var records = work.Files(CdmTables.Records, "record_key");
        session.AttachTable("base_record", CdmTables.Records, records.Paths);
        session.Execute("create temp table replaced as select distinct record_key from base_record semi join placed_record using (record_key)");
        var replaced = session.Scalar<long>("select count(*) from replaced");
        var personsAdded = session.Scalar<long>("select count(distinct person_id) from placed_record anti join base_record using (person_id)");
        var taken = session.Scalar<long>("select coalesce(max(taken), 0) from base_record");
        var offset = CdmTables.OfFacts.Select(t => (Table: t, Files: work.Files(t.Shape, t.Id))).Max(t => t.Files.Paths.Count == 0 ? 0 : session.Scalar<long>($"select coalesce(max({t.Table.Id}), 0) from read_parquet({t.Files.List})"));

        void WithoutReplaced(TableFiles files)
        {
            if (replaced > 0)
            {
                files.Without("replaced");
            }
        }

        WithoutReplaced(records);
        records.Append(
            string.Create(CultureInfo.InvariantCulture, $"""
            select record_key, person_id, link_class, first_date, last_date, {session.Dialect.Literal(delivery.Value)},
                ticket, name, {taken} + number, year_of_birth, month_of_birth, gender, prefecture
            from placed_record
            """));
        records.Compact();
        EnumerateTerms();
        session.AttachTable("all_record", CdmTables.Records, records.Paths);

        var tables = CdmTables.OfFacts.Select(t => (Table: t, Files: work.Files(t.Shape, t.Id))).ToList();
        foreach (var (_, files) in tables)
        {
            WithoutReplaced(files);
        }

        // The most rows first, so that no processor is left waiting for them at the end.
        work.Write([.. tables
            .Where(t => staged.Contains(t.Table.Name))
            .OrderByDescending(t => session.Scalar<long>($"select count(*) from staged_{t.Table.Name}"))
            .Select(t => t.Files.AppendingSorted(SelectOf(t.Table, offset)))]);
        foreach (var (table, files) in tables)
        {
            files.Compact();
            session.AttachTable("all_" + table.Name, table.Shape, files.Paths);
            files.Keep();
        }

        records.Keep();
        new ReferenceTables(warehouse, session, work).Write(dataset);
        work.Derive();
        return work.Commit().Map(snapshot => new BatchResult(snapshot, work.RowsAdded, personsAdded, replaced, 0));
    }

    /// <summary>The delivery's records with their persons as all corrections have them, those kept and those just heard.</summary>
    private void Place()
    {
        session.AttachTable("base_correction", CdmTables.Corrections, work.Files(CdmTables.Corrections, "ticket").Paths);
        StagedCorrections.Write(session, corrections);
        session.Execute("create temp view all_correction as select * from base_correction union all select * from staged_correction");
        work.PreparePlacing();

        // Of two records with one key in a delivery the later one is the correction.
        session.Execute($"""
            create table placed_record as
            select s.number, s.record_key, s.ticket, a.link_class, s.year_of_birth, s.month_of_birth, s.gender, s.prefecture, s.first_date, s.last_date,
                coalesce(m.name, a.name) as name, coalesce(p.person_id, m.name, a.name) as person_id, dense_rank() over (order by coalesce(p.person_id, m.name, a.name)) as person
            from staged_record s
            join staged_answer a on a.ticket = s.ticket
            left join move m on m.delivery = {session.Dialect.Literal(delivery.Value)} and m.ticket = s.ticket
            left join standing p on p.name = coalesce(m.name, a.name)
            where s.number in (select max(number) from staged_record group by record_key)
            """);
    }

    /// <summary>
    /// The terms for sorting: a text that many facts say is a number there (an enumeration), because texts make a sort slow. Of very many terms
    /// the texts stay texts: an enumeration lies in memory.
    /// </summary>
    private void EnumerateTerms()
    {
        const int MostEnumerated = 100_000;
        var few = session.Scalar<long>("select count(*) from staged_term") <= MostEnumerated;
        var columns = StagedRows.Terms.Columns.Select(c => (c.Name, Enumerated: few && c.Type == ColumnType.Text)).ToList();
        foreach (var (name, _) in columns.Where(c => c.Enumerated))
        {
            session.Execute($"create type said_{name} as enum (select distinct {name} from staged_term where {name} is not null order by 1)");
        }

        session.Execute($"create table sorted_term as select {string.Join(", ", columns.Select(c => c.Enumerated ? $"cast({c.Name} as said_{c.Name}) as {c.Name}" : c.Name))} from staged_term");
    }

    /// <summary>
    /// The delivery's rows of a table in the table's order: by person, day and arrival. They are put in order while they are narrow (the CDM's many
    /// empty columns need not travel through the sort), by one number of person and day.
    /// </summary>
    private string SelectOf(CdmTable table, long offset)
    {
        // More than the days from year 1 to 9999.
        const int DaysAPerson = 1 << 22;
        string From(CdmColumn column) => column.From.Length == 0
            ? $"cast(null as {session.Dialect.TypeName(column.Type)})"
            : FactOrRecord().Replace(column.From, m => IsText(m.Groups[1].Value) ? $"cast(s.{m.Groups[1].Value} as varchar)" : $"s.{m.Groups[1].Value}")
                .Replace("{offset}", offset.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                .Replace("{type}", string.Create(CultureInfo.InvariantCulture, $"case when s.from_text then {Concepts.FromText} else {Concepts.TypeOf(dataset.Category)} end"), StringComparison.Ordinal);
        var terms = StagedRows.TermColumnsOf(table);
        bool IsText(string name) => terms.Any(t => t.Name == name && t.Type == ColumnType.Text);
        return $"""
            select {string.Join(", ", table.Columns.Select(From))}
            from (
                select f.* exclude (record, term){string.Concat(terms.Select(t => $", t.{t.Name}"))}, r.person_id, r.record_key, r.link_class
                from staged_{table.Name} f join placed_record r on f.record = r.number join sorted_term t on f.term = t.number
                order by r.person * {DaysAPerson} + (f.start - date '0001-01-01'), f.seq) as s
            """;
    }

    [GeneratedRegex(@"\b[fr]\.(\w+)")]
    private static partial Regex FactOrRecord();
}
