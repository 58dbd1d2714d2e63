using System.Globalization;
using Minato.Tables;

namespace Minato.Processing.Extracting;

/// <summary>
/// A later extraction of a permit against the former one: who came, whose records changed, who went (withdrew, was refused by, or left the cohort). Compared by
/// content, person by person; numbers that each extraction gives anew are left out.
/// </summary>
internal static class Refresh
{
    public const string FileName = "changes.parquet";

    /// <summary>Writes <c>changes.parquet</c> (<c>person_id, change</c>) into the new extraction's folder.</summary>
    /// <param name="former">Null, or of other keys or another standard: there is nothing to compare with, and the result is null.</param>
    /// <param name="numbered">Columns of a table that hold numbers of the extraction's own.</param>
    public static ExtractionChanges? Compare(
        ITableSession session, ExtractionManifest? former, string formerFolder, ExtractionManifest now, string folder, Func<string, IReadOnlySet<string>> numbered)
    {
        if (former is null || former.KeyEpoch != now.KeyEpoch || former.ProcessingStandardSha256 != now.ProcessingStandardSha256
            || former.Files.Any(f => IsTable(f) && !File.Exists(Path.Join(formerFolder, f.Path))))
        {
            return null;
        }

        session.Execute("create or replace temporary table changed_persons (person_id varchar, tab varchar, was boolean, is_now boolean)");
        var tables = new List<TableChange>();
        foreach (var table in now.Files.Concat(former.Files).Where(IsTable).Select(f => f.Table).Distinct())
        {
            var (before, after) = (Digests(session, former, formerFolder, table, numbered(table)), Digests(session, now, folder, table, numbered(table)));
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"""
                insert into changed_persons select coalesce(a.person_id, b.person_id), {session.Dialect.Literal(table)}, b.person_id is not null, a.person_id is not null
                from ({after}) as a full outer join ({before}) as b on a.person_id = b.person_id where a.digest is distinct from b.digest or a.n is distinct from b.n
                """));
            var row = session.Query($"select count(*) filter (not was), count(*) filter (was and is_now), count(*) filter (not is_now) from changed_persons where tab = {session.Dialect.Literal(table)}").Single();
            tables.Add(new TableChange(table, (long)row[0]!, (long)row[1]!, (long)row[2]!));
        }

        // Whether somebody came or went is told by the cohort, in which everybody is.
        const string Change = "select person_id, coalesce(max(case when tab = 'cohort' and not was then 'added' when tab = 'cohort' and not is_now then 'withdrawn' end), 'changed') as change from changed_persons group by person_id";
        var path = Path.Join(folder, FileName);
        session.WriteParquet($"select * from ({Change}) as c order by person_id", path);
        var (bytes, sha256) = Durable.Seal(path);
        var counts = session.Query($"select change, count(*) from ({Change}) as c group by change").ToDictionary(r => (string)r[0]!, r => (long)r[1]!);
        return new ExtractionChanges(
            former.Id, counts.GetValueOrDefault("added"), counts.GetValueOrDefault("changed"), counts.GetValueOrDefault("withdrawn"), tables,
            new ExtractedFile(FileName, "changes", "linked", counts.Values.Sum(), bytes, sha256));
    }

    private static bool IsTable(ExtractedFile file) => file.Path.EndsWith(".parquet", StringComparison.Ordinal);

    /// <summary>Of each person of a table: how many rows, and a sum of their hashes, which does not mind their order. The hash is the engine's: it is never written anywhere.</summary>
    private static string Digests(ITableSession session, ExtractionManifest m, string folder, string table, IReadOnlySet<string> numbered)
    {
        var files = m.Files.Where(f => f.Table == table && IsTable(f)).Select(f => session.Dialect.Literal(Path.Join(folder, f.Path))).ToArray();
        if (files.Length == 0)
        {
            return "select cast(null as varchar) as person_id, 0 as n, cast(0 as hugeint) as digest where false";
        }

        var read = $"read_parquet([{string.Join(", ", files)}])";
        var columns = session.Query($"select column_name from (describe select * from {read})").Select(r => (string)r[0]!).ToArray();
        var compared = columns.Where(c => !numbered.Contains(c)).Select(c => $"coalesce({session.Dialect.Quote(c)}::varchar, chr(1))");
        return $"select {session.Dialect.Quote(columns[0])} as person_id, count(*) as n, sum(hash({string.Join(", ", compared)})::hugeint) as digest from {read} group by 1";
    }
}
