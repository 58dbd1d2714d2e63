using Minato.Tables;

namespace Minato.Warehouse.Vocabularies;

/// <summary>
/// An OHDSI vocabulary export (tab-separated <c>CONCEPT.csv</c>, <c>CONCEPT_RELATIONSHIP.csv</c>, <c>CONCEPT_ANCESTOR.csv</c>), which an operator with the
/// licences loads from a folder. Millions of rows: they stay in files and are asked through the engine; answers are kept.
/// </summary>
internal sealed class OhdsiExport : IDisposable
{
    /// <summary>Our short names of code systems → OHDSI's vocabulary ids.</summary>
    private static readonly Dictionary<string, string[]> Names = new(StringComparer.Ordinal)
    {
        [CodeSystem.Icd10] = ["ICD10"],
        [CodeSystem.Loinc] = ["LOINC"],
        [CodeSystem.Snomed] = ["SNOMED"],
        [CodeSystem.RxNorm] = ["RxNorm", "RxNorm Extension"],
        [CodeSystem.Cvx] = ["CVX"],
    };

    private readonly Lock gate = new();
    private readonly ITableSession session;
    private readonly Dictionary<(string, string), (long, long)> codes = [];

    private OhdsiExport(ITableSession session, string version, IReadOnlyList<(string Id, string Name, string Edition)> vocabularies) =>
        (this.session, Version, Vocabularies) = (session, version, vocabularies);

    public string Version { get; }

    public IReadOnlyList<(string Id, string Name, string Edition)> Vocabularies { get; }

    /// <summary>Null where the folder holds no export.</summary>
    public static OhdsiExport? Load(string folder, string tempFolder)
    {
        var concept = Path.Combine(folder, "CONCEPT.csv");
        if (!File.Exists(concept))
        {
            return null;
        }

        var session = TablesRoom.OpenSession(new() { MemoryMegabytes = 1024, TempFolder = tempFolder });
        session.Execute($"""
            create temp table concept as
            select cast(concept_id as bigint) concept_id, concept_name, domain_id, vocabulary_id, concept_class_id, concept_code, standard_concept, coalesce(standard_concept, '') = 'S' as standard,
                cast(strptime(valid_start_date, '%Y%m%d') as date) valid_from, cast(strptime(valid_end_date, '%Y%m%d') as date) valid_to, invalid_reason
            from {Csv(session, concept)}
            """);
        var ancestors = Path.Combine(folder, "CONCEPT_ANCESTOR.csv");
        session.Execute("create temp table ancestor (ancestor bigint, descendant bigint, fewest bigint, most bigint)");
        if (File.Exists(ancestors))
        {
            session.Execute($"insert into ancestor select cast(ancestor_concept_id as bigint) a, cast(descendant_concept_id as bigint) d, cast(min_levels_of_separation as bigint), cast(max_levels_of_separation as bigint) from {Csv(session, ancestors)} order by a, d");
        }

        var relationships = Path.Combine(folder, "CONCEPT_RELATIONSHIP.csv");
        session.Execute("create temp table maps_to (source bigint, target bigint)");
        if (File.Exists(relationships))
        {
            session.Execute($"insert into maps_to select cast(concept_id_1 as bigint), cast(concept_id_2 as bigint) from {Csv(session, relationships)} where relationship_id = 'Maps to' and coalesce(invalid_reason, '') = ''");
        }

        var vocabulary = Path.Combine(folder, "VOCABULARY.csv");
        var version = File.Exists(vocabulary)
            ? session.Query($"select vocabulary_version from {Csv(session, vocabulary)} where vocabulary_id = 'None'").Select(r => r[0] as string).FirstOrDefault()
            : null;
        (string, string, string)[] vocabularies = File.Exists(vocabulary)
            ? [.. session.Query($"select vocabulary_id, coalesce(vocabulary_name, vocabulary_id), coalesce(vocabulary_version, '') from {Csv(session, vocabulary)} order by 1").Select(r => ((string)r[0]!, (string)r[1]!, (string)r[2]!))]
            : [];
        return new(session, version ?? $"{session.Scalar<long>("select count(*) from concept")} concepts", vocabularies);
    }

    /// <summary>The code's own concept and the standard concept it maps to; 0 where unknown.</summary>
    public (long Source, long Standard) ConceptOf(string system, string code)
    {
        if (!Names.TryGetValue(system, out var vocabularies))
        {
            return (0, 0);
        }

        lock (gate)
        {
            if (!codes.TryGetValue((system, code), out var found))
            {
                // Claims write ICD-10 without the dot, OMOP with it.
                var written = system == CodeSystem.Icd10 && code.Length > 3 && !code.Contains('.', StringComparison.Ordinal) ? $"{code[..3]}.{code[3..]}" : code;
                var list = string.Join(", ", vocabularies.Select(v => session.Dialect.Literal(v)));
                found = session.Query(
                    $"""
                    select c.concept_id, case when c.standard then c.concept_id else coalesce(min(m.target), 0) end
                    from concept c left join maps_to m on m.source = c.concept_id
                    where c.vocabulary_id in ({list}) and c.concept_code = $1 group by c.concept_id, c.standard order by 1 limit 1
                    """,
                    written).Select(r => ((long)r[0]!, (long)r[1]!)).FirstOrDefault();
                codes.Add((system, code), found);
            }

            return found;
        }
    }

    public IReadOnlyList<long> Descendants(long conceptId)
    {
        lock (gate)
        {
            return [.. session.Query("select descendant from ancestor where ancestor = $1", conceptId).Select(r => (long)r[0]!)];
        }
    }

    public IReadOnlyList<long> MappedTo(long conceptId)
    {
        lock (gate)
        {
            return [.. session.Query("select distinct source from maps_to where target = $1", conceptId).Select(r => (long)r[0]!)];
        }
    }

    public IReadOnlyList<long> Ingredients(long drugConceptId)
    {
        lock (gate)
        {
            return [.. session.Query("select a.ancestor from ancestor a join concept c on c.concept_id = a.ancestor where a.descendant = $1 and c.concept_class_id = 'Ingredient'", drugConceptId).Select(r => (long)r[0]!)];
        }
    }

    public string? DomainOf(long conceptId)
    {
        lock (gate)
        {
            return session.Query("select domain_id from concept where concept_id = $1", conceptId).Select(r => r[0] as string).FirstOrDefault();
        }
    }

    public IReadOnlyList<ConceptRow> Describe(IReadOnlyCollection<long> ids)
    {
        lock (gate)
        {
            Want(ids);
            return [.. session.Query("""
                select concept_id, concept_name, domain_id, vocabulary_id, concept_class_id, standard_concept, concept_code, valid_from, valid_to, invalid_reason
                from concept semi join wanted on wanted.id = concept.concept_id
                """).Select(r => new ConceptRow((long)r[0]!, (string)r[1]!, (string)r[2]!, (string)r[3]!, (string)r[4]!, r[5] as string, (string)r[6]!, (DateOnly)r[7]!, (DateOnly)r[8]!, r[9] as string))];
        }
    }

    public IReadOnlyList<(long Ancestor, long Descendant, long Fewest, long Most)> Ancestry(IReadOnlyCollection<long> ids)
    {
        lock (gate)
        {
            Want(ids);
            return [.. session.Query("select ancestor, descendant, fewest, most from ancestor where ancestor in (select id from wanted) and descendant in (select id from wanted)")
                .Select(r => ((long)r[0]!, (long)r[1]!, (long)r[2]!, (long)r[3]!))];
        }
    }

    public string? NameOf(long conceptId)
    {
        lock (gate)
        {
            return session.Query("select concept_name from concept where concept_id = $1", conceptId).Select(r => r[0] as string).FirstOrDefault();
        }
    }

    public void Dispose() => session.Dispose();

    private void Want(IEnumerable<long> ids)
    {
        session.Execute("drop table if exists wanted");
        session.CreateTable(Wanted);
        using var rows = session.Insert(Wanted);
        foreach (var id in ids)
        {
            rows.Add(id).EndRow();
        }
    }

    private static TableShape Wanted { get; } = new("wanted", [new("id", ColumnType.Integer)], ["id"]);

    private static string Csv(ITableSession session, string path) =>
        $"read_csv({session.Dialect.Literal(path)}, delim = '\t', quote = '', escape = '', header = true, all_varchar = true, nullstr = '')";
}
