using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;
using Project = Minato.Tables.Queries.Project;

namespace Minato.Processing.Cohorts;

/// <summary>
/// Events stored for many cohorts over the same data: persons as numbers, events of one concept near one another, no column that is the same in all rows.
/// One cohort is faster without. Sessions beside this one read them too.
/// </summary>
internal sealed class StoredEvents : ICohortEvents
{
    private readonly Scan numbers;
    private readonly Dictionary<CohortDomain, Query> domains = [];

    /// <param name="these">The kinds of events that cohorts will ask for; there are no others afterwards.</param>
    public StoredEvents(ITableSession session, ICohortEvents source, IEnumerable<CohortDomain> these)
    {
        Query Stored(string name, Query rows, Func<Query, Query> made, params IReadOnlyList<string> near) => Store(session, "stored_" + name, rows, made, near).Rows;
        numbers = session.Materialise("stored_number", source.Persons.Select(("n_person", Col("person"))).Numbered("number"), temporary: false);
        Persons = numbers.Select(("person", Col("number")));
        People = Stored("people", source.People, Numbered, "person");
        Observation = Stored("periods", source.Observation, Numbered, "person");
        Providers = Stored("providers", source.Providers, rows => rows);
        CareSites = Stored("care_sites", source.CareSites, rows => rows);
        foreach (var domain in these.Distinct())
        {
            domains[domain] = Stored(domain.ToString(), source.Of(domain), Numbered, "concept", "person");
        }
    }

    public Query Persons { get; }

    public Query People { get; }

    public Query Observation { get; }

    public Query Providers { get; }

    public Query CareSites { get; }

    public Query Of(CohortDomain domain) => domains[domain];

    /// <summary>Rows of numbered persons (in a column <c>person</c>) under their pseudonyms again.</summary>
    public Query Named(Query rows) => rows.InnerJoin(numbers, Col("person").Eq(Col("number")))
        .Select([.. rows.Columns.Names.Select(c => (c, Col(c == "person" ? "n_person" : c)))]);

    /// <summary>Stores what <paramref name="made"/> makes of the columns that differ from row to row; what is a constant of the projection stays one.</summary>
    /// <param name="near">Rows that agree in these are stored near one another.</param>
    internal static (Scan Stored, Query Rows) Store(ITableSession session, string name, Query rows, Func<Query, Query> made, IReadOnlyList<string> near)
    {
        var same = rows is Project of ? of.Values.Where(v => v.Value is Constant).ToArray() : [];
        var stored = session.Materialise(name, made(rows.Keep([.. rows.Columns.Names.Except(same.Select(s => s.Name))])), [.. near.Where(n => same.All(s => s.Name != n))], temporary: false);
        return (stored, stored.Select([.. stored.Columns.Names.Select(c => (c, Col(c))), .. same]));
    }

    private Query Numbered(Query rows) => rows.InnerJoin(numbers, Col("person").Eq(Col("n_person")))
        .Select([.. rows.Columns.Names.Select(c => (c, Col(c == "person" ? "number" : c)))]);
}
