using System.Globalization;
using Minato.Processing.Cohorts;
using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Processing.Tests;

internal sealed record Person(string Name, int? Born, long Gender, long? Race = null);

/// <summary>Who acts and where, the same in every world: person or institution n of each dataset has that specialty or is such a place.</summary>
internal static class Places
{
    /// <summary>Those that a dataset describes; an event may name others.</summary>
    public static IReadOnlyList<long> All { get; } = [1, 2];

    public static long? Specialty(long provider) => provider switch
    {
        1 => 38004456,
        2 => 38004446,
        _ => null,
    };

    public static long? Place(long careSite) => careSite == 1 ? 8717 : null;
}

internal sealed record Seen(string Person, DateOnly Start, DateOnly End);

internal sealed record Event(
    CohortDomain Domain, string Person, DateOnly Start, DateOnly End, long Concept, string System = "", string Code = "", decimal? Value = null, long? Unit = null, bool Suspected = false, string Dataset = "d1")
{
    /// <summary>What only some kinds know, by <see cref="EventColumns.More"/>: numbers as decimals, concepts as longs, words as texts.</summary>
    public IReadOnlyDictionary<string, object> More { get; init; } = new Dictionary<string, object>();
}

/// <summary>A few lives, as text or generated: what a cohort is evaluated over.</summary>
internal sealed record World(IReadOnlyList<Person> People, IReadOnlyList<Seen> Observation, IReadOnlyList<Event> Events)
{
    /// <summary>
    /// Lines: <c>person NAME BORN m|f</c>, <c>seen NAME FROM TO</c>, <c>DOMAIN NAME START CONCEPT [end=] [value=] [unit=] [code=system:code] [dataset=] [suspected]</c>.
    /// The end of an event is the day after its start unless given.
    /// </summary>
    public static World Read(string text)
    {
        var world = (People: new List<Person>(), Seen: new List<Seen>(), Events: new List<Event>());
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var w = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (w[0])
            {
                case "person":
                    world.People.Add(new(w[1], int.Parse(w[2]), w[3] == "m" ? 8507 : 8532));
                    break;
                case "seen":
                    world.Seen.Add(new(w[1], Day(w[2]), Day(w[3])));
                    break;
                default:
                    var e = new Event(Enum.Parse<CohortDomain>(w[0]), w[1], Day(w[2]), Day(w[2]).AddDays(1), long.Parse(w[3]));
                    foreach (var extra in w[4..])
                    {
                        var v = extra[(extra.IndexOf('=') + 1)..];
                        e = extra.Split('=')[0] switch
                        {
                            "end" => e with { End = Day(v) },
                            "value" => e with { Value = decimal.Parse(v, CultureInfo.InvariantCulture) },
                            "unit" => e with { Unit = long.Parse(v) },
                            "code" => e with { System = v.Split(':')[0], Code = v.Split(':')[1] },
                            "dataset" => e with { Dataset = v },
                            "suspected" => e with { Suspected = true },
                            var name when EventColumns.More.FirstOrDefault(c => c.Name == name) is { } column => e with { More = new Dictionary<string, object>(e.More) { [name] = Typed(column, v) } },
                            _ => throw new FormatException(extra),
                        };
                    }

                    world.Events.Add(e);
                    break;
            }
        }

        return new World(world.People, world.Seen, world.Events);
    }

    private static object Typed(Column column, string text) => column.Type switch
    {
        ColumnType.Integer => long.Parse(text),
        ColumnType.Decimal => decimal.Parse(text, CultureInfo.InvariantCulture),
        _ => text,
    };

    public static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static Guid Id(string name) => new([.. Enumerable.Repeat((byte)0, 15), (byte)name[0]]);

    /// <summary>The cohort as text, computed by the engine: <c>a 2015-01-01..2016-01-01</c>, one per line.</summary>
    public string Compute(CohortDefinition cohort, out IReadOnlyList<FlowStep> flow)
    {
        using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1 });
        var result = CohortPlan.Run(session, new Loaded(session, this), cohort, new(Concepts.Below, Concepts.MappedTo));
        flow = result.Flow;
        return Written(session, result.Cohort);
    }

    /// <summary>The same as one of a batch, twice in it.</summary>
    public IReadOnlyList<string> ComputeInBatch(CohortDefinition cohort)
    {
        using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1 });
        var events = new StoredEvents(session, new Loaded(session, this), Enum.GetValues<CohortDomain>());
        var found = new string[2];
        CohortBatch.Run(session, events, [cohort, cohort], new(Concepts.Below, Concepts.MappedTo), lanes: 2, (i, lane, result) => found[i] = Written(lane, events.Named(result.Cohort)));
        return found;
    }

    private static string Written(ITableSession session, Query stays) => string.Join("\n", session.Read(stays.Sorted("person", "start")).Select(r =>
        $"{(char)((Guid)r[0]!).ToByteArray()[15]} {r[1]:yyyy-MM-dd}..{r[2]:yyyy-MM-dd}"));

    /// <summary>Events are known by their number in the world, visits too.</summary>
    public long RowOf(Event e) => Enumerable.Range(0, Events.Count).First(i => ReferenceEquals(Events[i], e));

    public string Expect(CohortDefinition cohort) => string.Join("\n", new CohortOracle(this, cohort).Cohort()
        .OrderBy(s => s.Person, StringComparer.Ordinal).ThenBy(s => s.Start).Select(s => $"{s.Person} {s.Start:yyyy-MM-dd}..{s.End:yyyy-MM-dd}"));

    private sealed class Loaded : ICohortEvents
    {
        private readonly Dictionary<CohortDomain, Scan> scans = [];

        public Loaded(ITableSession session, World world)
        {
            foreach (var domain in Enum.GetValues<CohortDomain>())
            {
                var shape = new TableShape("e_" + domain, EventColumns.All, []);
                session.CreateTable(shape);
                using var rows = session.Insert(shape);
                foreach (var (e, i) in world.Events.Select((e, i) => (e, i)).Where(x => x.e.Domain == domain))
                {
                    rows.Add(Id(e.Person)).Add(e.Start).Add(e.End).Add(e.Concept).Add(e.System).Add(e.Code).Add(e.Value).Add(e.Unit).Add(e.Suspected).Add(e.Dataset).Add((long)i);
                    foreach (var column in EventColumns.More)
                    {
                        var value = e.More.GetValueOrDefault(column.Name);
                        _ = column.Type switch
                        {
                            ColumnType.Integer => rows.Add((long?)value),
                            ColumnType.Decimal => rows.Add((decimal?)value),
                            _ => rows.Add((string?)value),
                        };
                    }

                    rows.EndRow();
                }

                scans[domain] = new Scan(shape.Name, shape);
            }

            var people = new TableShape("people", EventColumns.People, []);
            session.CreateTable(people);
            using (var rows = session.Insert(people))
            {
                foreach (var p in world.People)
                {
                    rows.Add(Id(p.Name)).Add((long?)p.Born).Add((long?)p.Gender).Add(p.Race).Add((long?)null).EndRow();
                }
            }

            var seen = new TableShape("seen", EventColumns.Observation, []);
            session.CreateTable(seen);
            using (var rows = session.Insert(seen))
            {
                foreach (var s in world.Observation)
                {
                    rows.Add(Id(s.Person)).Add(s.Start).Add(s.End).EndRow();
                }
            }

            (People, Observation) = (new Scan("people", people), new Scan("seen", seen));
            Rows Of(IReadOnlyList<Column> columns, Func<long, long?> value) =>
                new([.. columns.Select(c => (c.Name, c.Type))], [.. new[] { "d1", "d2" }.SelectMany(d => Places.All.Select(n => (IReadOnlyList<object?>)[d, n, value(n)]))]);
            (Providers, CareSites) = (Of(EventColumns.Providers, Places.Specialty), Of(EventColumns.CareSites, Places.Place));
        }

        public Query Persons => People.Keep("person");

        public Query Providers { get; }

        public Query CareSites { get; }

        public Query People { get; }

        public Query Observation { get; }

        public Query Of(CohortDomain domain) => scans[domain];
    }
}

/// <summary>A vocabulary of a dozen: 10 is above 11 and 12, 20 above 21.</summary>
internal static class Concepts
{
    public static IEnumerable<long> Below(long concept) => concept switch
    {
        10 => [10, 11, 12],
        20 => [20, 21],
        _ => [concept],
    };

    /// <summary>1011 is the source's word for 11, 1020 for 20.</summary>
    public static IEnumerable<long> MappedTo(long concept) => concept is 11 or 20 ? [1000 + concept] : [];
}
