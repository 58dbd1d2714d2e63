using Minato.Linkage;
using Minato.Processing.Linked;
using Minato.Tables;
using Minato.Warehouse;

namespace Minato.Bench.Cohorts;

/// <summary>The data of <c>cdm</c> as a dataset of the harbour: persons under a dataset's pseudonyms, which a mapping table turns into the project's.</summary>
internal static class Harbour
{
    private static readonly string[] Tables =
    [
        "person", "observation_period", "visit_occurrence", "visit_detail", "condition_occurrence", "drug_exposure", "procedure_occurrence", "measurement", "observation", "device_exposure",
        "specimen", "death", "payer_plan_period", "dose_era", "provider", "care_site",
    ];

    /// <summary>A pseudonym of a person number, as SQL.</summary>
    public static string Pseudonym(string domain, string person) => $"cast(md5('{domain}' || {person}) as uuid)";

    /// <summary>The tables as the warehouse would attach them: from a folder of Parquet files, or (null) from the catalog itself.</summary>
    public static LinkedEvents Link(ITableSession session, string? folder, IVocabulary vocabulary, string prefix = "d0_")
    {
        var shapes = new Dictionary<string, TableShape>(StringComparer.Ordinal);
        foreach (var table in Tables)
        {
            var file = folder is null ? null : Path.Combine(folder, table + ".parquet");
            var person = table is "provider" or "care_site" ? "*" : $"* replace ({Pseudonym("d", "person_id")} as person_id)";
            session.Execute($"create or replace temp view {prefix}{table} as select {(file is null ? $"{person} from cdm.{table}" : $"* from read_parquet('{file}')")}");
            shapes[table] = new TableShape(table, [.. session.Query($"describe {prefix}{table}").Select(r => new Column((string)r[0]!, TypeOf((string)r[1]!)))], []);
        }

        session.Execute($"create or replace temp table map_0 as select {Pseudonym("d", "person_id")} as m_source, {Pseudonym("p", "person_id")} as m_person from cdm.person");
        return Link(session, shapes, vocabulary, [(prefix, "map_0")]);
    }

    public static LinkedEvents Link(ITableSession session, IReadOnlyDictionary<string, TableShape> shapes, IVocabulary vocabulary, IReadOnlyList<(string Prefix, string Map)> datasets) => new(
        session,
        [.. datasets.Select((d, i) => new LinkedDataset(Info($"bench-{i}"), new Snapshot(new string('0', 64), Info($"bench-{i}").Id, 1, null, default, "bench", []), d.Prefix, Map(d.Map)))],
        shapes,
        vocabulary,
        new DateOnly(1900, 1, 1),
        new DateOnly(2100, 1, 1));

    /// <summary>Writes the catalog's tables as files under the dataset's pseudonyms.</summary>
    public static void Export(ITableSession session, string folder)
    {
        foreach (var table in Tables)
        {
            var person = table is "provider" or "care_site" ? "*" : $"* replace ({Pseudonym("d", "person_id")} as person_id)";
            session.WriteParquet($"select {person} from cdm.{table}", Path.Combine(folder, table + ".parquet"));
        }
    }

    private static Minato.Tables.Queries.Scan Map(string name) => new(name, LinkedDataset.MapShape(name));

    private static DatasetInfo Info(string id) => new(new DatasetId(id), new HolderId("bench"), DataCategory.Claims, new Bilingual("bench", "bench"));

    private static ColumnType TypeOf(string sql) => sql switch
    {
        "UUID" => ColumnType.Uuid,
        "DATE" => ColumnType.Date,
        "VARCHAR" => ColumnType.Text,
        "BOOLEAN" => ColumnType.Boolean,
        _ when sql.StartsWith("DECIMAL", StringComparison.Ordinal) => ColumnType.Decimal,
        _ => ColumnType.Integer,
    };

    /// <summary>A vocabulary that the bench made; drugs are their own ingredients.</summary>
    public sealed class Vocabulary(Pools pools) : IVocabulary
    {
        public string Version => "bench";

        public IReadOnlyCollection<long> Descendants(long conceptId) => [.. pools.Tree.Descendants(conceptId)];

        public IReadOnlyCollection<long> MappedTo(long conceptId) => [.. pools.Tree.Mapped(conceptId)];

        public IReadOnlyCollection<long> Ingredients(long drugConceptId) => [];

        public Bilingual? NameOf(long conceptId) => null;

        public Bilingual? NameOf(string system, string code) => null;
    }
}
