using System.Globalization;
using Minato.Tables;
using Minato.Warehouse.Batches;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Corrections;

/// <summary>
/// Corrections of linkage, or new names, become a snapshot: every record's person is worked out anew from the name it was
/// answered under and all corrections; files with records that have another person now are written again, and what
/// follows from them is derived anew. A function of the set of corrections: order and repetition change nothing.
/// </summary>
internal sealed class CorrectionCommit(Warehouse warehouse, ITableSession session, DatasetId dataset, CancellationToken ct)
{
    public Outcome<CorrectionResult> Apply(IReadOnlyList<PersonCorrection> corrections)
    {
        if (warehouse.Latest(dataset) is not { } latest)
        {
            return CorrectionResult.Unchanged(null);
        }

        session.AttachTable("heard", CdmTables.Corrections, PathsOf(latest, CdmTables.Corrections));
        var heard = session.Query("select distinct number from heard").Select(r => (long)r[0]!).ToHashSet();
        var news = corrections.Where(c => !heard.Contains(c.Number) && (c.Change != PersonChange.Moved || c.Records.Count > 0)).ToList();
        if (news.Count == 0)
        {
            return CorrectionResult.Unchanged(latest);
        }

        int Count(PersonChange change) => news.Count(c => c.Change == change);
        Stage(news, []);
        return Write(latest, string.Create(CultureInfo.InvariantCulture, $"linkage corrections: {Count(PersonChange.Merged)} merged, {Count(PersonChange.Parted)} parted, {Count(PersonChange.Moved)} moved"), news.Count, renewal: false);
    }

    public Outcome<CorrectionResult> Renew(IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)> map)
    {
        if (warehouse.Latest(dataset) is not { } latest)
        {
            return CorrectionResult.Unchanged(null);
        }

        var here = warehouse.NamesOf(dataset).ToHashSet();
        var news = map.Where(m => m.Former != m.New && here.Contains(m.Former)).ToList();
        if (news.Count == 0)
        {
            return CorrectionResult.Unchanged(latest);
        }

        Stage([], news);
        return Write(latest, string.Create(CultureInfo.InvariantCulture, $"key renewal: {news.Count} names"), news.Count, renewal: true);
    }

    private void Stage(IReadOnlyList<PersonCorrection> corrections, IReadOnlyList<(Pseudonym<Dataset> Former, Pseudonym<Dataset> New)> names)
    {
        StagedCorrections.Write(session, corrections);
        session.CreateTable(Renewed);
        using (var rows = session.Insert(Renewed))
        {
            foreach (var (former, now) in names)
            {
                rows.Add(former.ToGuid()).Add(now.ToGuid()).EndRow();
            }
        }
    }

    private Outcome<CorrectionResult> Write(Snapshot latest, string cause, int applied, bool renewal)
    {
        using var change = warehouse.Snapshots.Begin(dataset, cause);
        if (change.Base?.Id != latest.Id)
        {
            return Finding.Error("snapshot.conflict", "Another change was committed to this dataset meanwhile", "Begin again on the latest snapshot");
        }

        var work = new SnapshotWork(warehouse, session, dataset, change, ct);
        var book = work.Files(CdmTables.Corrections, "ticket");
        session.AttachTable("heard", CdmTables.Corrections, book.Paths);
        session.Execute("""
            create temp table all_correction as
            select c.number, c.kind, coalesce(n.new_name, c.name) as name, coalesce(p.new_name, c.person_id) as person_id, c.delivery, c.ticket
            from (select * from heard union all select * from staged_correction) as c left join renewed n on n.former = c.name left join renewed p on p.former = c.person_id
            """);
        work.PreparePlacing();

        var records = work.Files(CdmTables.Records, "record_key");
        session.AttachTable("base_record", CdmTables.Records, records.Paths);
        session.Execute("""
            create temp table changed as
            select record_key, name, person_id, person_id <> old_person as another
            from (
                select r.record_key, r.name as old_name, r.person_id as old_person, coalesce(m.name, n.new_name, r.name) as name, coalesce(s.person_id, m.name, n.new_name, r.name) as person_id
                from base_record r
                left join renewed n on n.former = r.name
                left join move m on m.delivery = r.delivery and m.ticket = r.ticket
                left join standing s on s.name = coalesce(m.name, n.new_name, r.name)) as placed
            where name <> old_name or person_id <> old_person;
            create temp table corrected as select record_key, person_id from changed where another
            """);
        if (renewal)
        {
            book.Clear();
            book.Append("select * from all_correction");
        }
        else
        {
            book.Append("select * from staged_correction");
            book.Compact();
        }

        book.Keep();
        records.Change("changed", "name", "person_id");
        session.AttachTable("all_record", CdmTables.Records, records.Paths);
        records.Keep();
        var moved = session.Scalar<long>("select count(*) from corrected");
        if (moved > 0)
        {
            foreach (var table in CdmTables.OfFacts)
            {
                var files = work.Files(table.Shape, table.Id);
                files.Change("corrected", "person_id");
                session.AttachTable("all_" + table.Name, table.Shape, files.Paths);
                files.Keep();
            }

            work.Derive();
        }

        return work.Commit().Map(snapshot => new CorrectionResult(snapshot, applied, moved, CorrectionResult.PersonsOf(latest), CorrectionResult.PersonsOf(snapshot)));
    }

    private List<string> PathsOf(Snapshot snapshot, TableShape shape) => [.. snapshot.Files.Where(f => f.Table == shape.Name).Select(f => warehouse.Snapshots.PathOf(dataset, f))];

    private static TableShape Renewed { get; } = new("renewed", [new("former", ColumnType.Uuid), new("new_name", ColumnType.Uuid)], ["former"]);
}
