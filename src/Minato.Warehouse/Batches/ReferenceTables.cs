using System.Globalization;
using Minato.Tables;
using Minato.Warehouse.Shapes;
using Minato.Warehouse.Vocabularies;

namespace Minato.Warehouse.Batches;

/// <summary>
/// The tables of no person that the events point to: places, institutions, departments, and the part of the vocabulary that is used. Each
/// delivery adds what it is the first to name, so the work is that of the delivery; nothing is taken away, because nothing here is of anybody.
/// </summary>
internal sealed class ReferenceTables(Warehouse warehouse, ITableSession session, SnapshotWork work)
{
    public void Write(DatasetInfo dataset)
    {
        // Digits 1 and 2 of an institution's ten are its prefecture, the third what it gives: 1 医科, 3 歯科, 4 調剤, 6 訪問看護.
        Add(CdmTables.CareSite, $"""
            select facility, null, case when place_of_service = '4' then {Concepts.VisitOf("pharmacy")} else 0 end, case when prefecture between 1 and 47 then prefecture end, number, place_of_service
            from (
                select facility, lpad(cast(facility as varchar), 10, '0') as number,
                    case when facility < 10000000000 then facility // 100000000 end as prefecture, case when facility < 10000000000 then substr(lpad(cast(facility as varchar), 10, '0'), 3, 1) end as place_of_service
                from (select facility from staged_place where facility is not null union select provider // 10000 from staged_place where provider >= 10000))
            union all
            select distinct ward, null, 0, case when facility < 10000000000 and facility // 100000000 between 1 and 47 then facility // 100000000 end, name, 'ward' from staged_ward
            """);
        Add(CdmTables.Provider, """
            select provider, null, null, null, 0, case when provider >= 10000 then provider // 10000 end, null, 0, cast(provider as varchar), specialty, 0, null, 0
            from (
                select distinct provider, case when provider % 10000 >= 1000 then lpad(cast(provider % 1000 as varchar), 3, '0') else lpad(cast(provider % 100 as varchar), 2, '0') end as specialty
                from staged_place where provider is not null)
            """);
        Add(CdmTables.Location, """
            select location, null, null, null, lpad(cast(case when location > 47 then location // 1000 else location end as varchar), 2, '0'), null,
                case when location > 47 then lpad(cast(location as varchar), 5, '0') end,
                lpad(cast(location as varchar), case when location > 47 then 5 else 2 end, '0'), 0, 'JPN', null, null
            from (
                select try_cast(prefecture as bigint) as location from placed_record
                union select facility // 100000000 from staged_place where facility < 10000000000 and facility // 100000000 between 1 and 47)
            where location is not null
            """);
        Vocabulary();
        Source(dataset);
    }

    private void Vocabulary()
    {
        var files = work.Files(CdmTables.Concept.Shape, "concept_id");
        session.AttachTable("base_concept", CdmTables.Concept.Shape, files.Paths);
        var known = session.Query("select concept_id from base_concept").Select(r => (long)r[0]!).ToHashSet();
        var used = session.Query("""
            select concept from staged_term where concept > 0 union select source_concept from staged_term where source_concept > 0
            union select unit_concept from staged_term where unit_concept > 0 union select value_concept from staged_term where value_concept > 0
            """).Select(r => (long)r[0]!).Concat(VocabularyTables.Own.Concepts.Select(c => c.Id)).ToHashSet();
        List<ConceptRow> news = [.. warehouse.Codes.Describe([.. used.Except(known)])];
        if (known.Count == 0)
        {
            news.Insert(0, NoConcept);
        }

        Stage(CdmTables.Concept, news, (row, c) => row.Add(c.Id).Add(Cut(c.Name, 255)).Add(c.Domain).Add(c.Vocabulary).Add(c.Class).Add(c.Standard).Add(c.Code).Add(c.From).Add(c.To).Add(c.Invalid));
        if (news.Count == 0)
        {
            return;
        }

        Add(CdmTables.Concept, "select * from staged_concept");
        Add(CdmTables.Domain, "select distinct domain_id, domain_id, 0 from staged_concept");
        Add(CdmTables.ConceptClass, "select distinct concept_class_id, concept_class_id, 0 from staged_concept");
        var editions = warehouse.Codes.Editions.ToDictionary(e => e.Id, StringComparer.Ordinal);
        var named = news.Select(c => c.Vocabulary).Append(ConceptRow.OwnVocabulary).Concat(editions.ContainsKey("JP masters") ? ["JP masters"] : []).Distinct();
        Stage(CdmTables.Vocabulary, [.. named.Select(v => editions.GetValueOrDefault(v, (v, v, "")))], (row, v) => row.Add(v.Item1).Add(Cut(v.Item2, 255)).Add((string?)null).Add(Cut(v.Item3, 255)).Add(0L));
        Add(CdmTables.Vocabulary, "select * from staged_vocabulary");
        HashSet<long> all = [.. known, .. news.Select(c => c.Id)];
        all.Remove(0);
        Stage(CdmTables.ConceptAncestor, [.. warehouse.Codes.Ancestry(all)], (row, p) => row.Add(p.Ancestor).Add(p.Descendant).Add(p.Fewest).Add(p.Most));
        Add(CdmTables.ConceptAncestor, "select * from staged_concept_ancestor", "descendant_concept_id");
    }

    private void Source(DatasetInfo dataset)
    {
        var today = session.Dialect.Literal(DateOnly.FromDateTime(warehouse.Clock.GetUtcNow().UtcDateTime));
        string Text(string text, int longest) => session.Dialect.Literal(Cut(text, longest));
        var files = work.Files(CdmTables.Source.Shape, "cdm_source_name");
        files.Clear();
        files.Append(
            string.Create(CultureInfo.InvariantCulture, $"""
            select {Text(dataset.Title.En, 255)}, {Text(dataset.Id.Value, 25)}, {Text(dataset.Holder.Value, 255)}, {Text(dataset.Title.Ja, 255)}, null, {Text("Minato " + dataset.Category, 255)},
                {today}, {today}, 'v5.4', {Concepts.Cdm54}, {Text(warehouse.Codes.Version, 20)}
            """));
        files.Keep();
    }

    private void Add(CdmTable table, string select, params IReadOnlyList<string> furtherKeys)
    {
        var files = work.Files(table.Shape, table.Shape.Columns[^1].Name);
        files.AppendNew(select, [table.Id, .. furtherKeys]);
        files.Compact();
        files.Keep();
    }

    private void Stage<T>(CdmTable table, IReadOnlyList<T> items, Action<IRowAppender, T> add)
    {
        var staged = table.Shape with { Name = "staged_" + table.Name };
        session.CreateTable(staged);
        using var rows = session.Insert(staged);
        foreach (var item in items)
        {
            add(rows, item);
            rows.EndRow();
        }
    }

    private static string Cut(string text, int longest) => text.Length <= longest ? text : text[..longest];

    private static ConceptRow NoConcept { get; } = new(0, "No matching concept", "Metadata", ConceptRow.OwnVocabulary, "Undefined", null, "No matching concept", ConceptRow.Always, ConceptRow.Forever, null);
}
