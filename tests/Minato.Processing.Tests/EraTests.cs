using CsCheck;
using Minato.Processing.Cohorts;
using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Processing.Tests;

/// <summary>The CDM's eras of linked data, against a loop that walks each person's days.</summary>
public class EraTests
{
    private static readonly TableShape Shape = new(
        "taken", [new("person", ColumnType.Uuid), new("concept", ColumnType.Integer), new("start", ColumnType.Date), new("end", ColumnType.Date), new("row", ColumnType.Integer)], []);

    private static readonly Gen<(string Person, long Concept, DateOnly Start, DateOnly End)> Taken =
        from person in Gen.OneOfConst("a", "b")
        from concept in Gen.OneOfConst(1L, 2)
        from start in Gen.Int[0, 200]
        from length in Gen.Int[0, 20]
        select (person, concept, new DateOnly(2020, 1, 1).AddDays(start), new DateOnly(2020, 1, 1).AddDays(start + length));

    [Fact]
    public void Eras_are_those_of_the_oracle() => Taken.Array[0, 20].Sample(
        rows =>
        {
            using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1 });
            session.CreateTable(Shape);
            using (var insert = session.Insert(Shape))
            {
                foreach (var (r, i) in rows.Select((r, i) => (r, i)))
                {
                    insert.Add(World.Id(r.Person)).Add(r.Concept).Add(r.Start).Add(r.End).Add((long)i).EndRow();
                }
            }

            var found = session.Read(Eras.OfConcepts(new Scan(Shape.Name, Shape)).Sorted("person", "concept", "start"))
                .Select(r => $"{(char)((Guid)r[0]!).ToByteArray()[15]} {r[1]} {r[2]:yyyy-MM-dd}..{r[3]:yyyy-MM-dd} {r[4]}x {r[5]} days off");
            Assert.Equal(Expected(rows), found);
        },
        iter: 60,
        seed: "0000KNlHjXl5",
        threads: 2);

    private static List<string> Expected(IEnumerable<(string Person, long Concept, DateOnly Start, DateOnly End)> rows)
    {
        var eras = new List<string>();
        foreach (var of in rows.GroupBy(r => (r.Person, r.Concept)).OrderBy(g => g.Key.Person, StringComparer.Ordinal).ThenBy(g => g.Key.Concept))
        {
            var days = of.SelectMany(r => Enumerable.Range(r.Start.DayNumber, r.End.DayNumber - r.Start.DayNumber + 1)).ToHashSet();
            for (var day = days.Min(); day <= days.Max(); day++)
            {
                if (!days.Contains(day))
                {
                    continue;
                }

                var (first, last) = (day, day);
                while (Enumerable.Range(last + 1, 30).Any(days.Contains))
                {
                    last = Enumerable.Range(last + 1, 30).Where(days.Contains).First();
                }

                var off = Enumerable.Range(first, last - first + 1).Count(d => !days.Contains(d));
                var times = of.Count(r => r.Start.DayNumber >= first && r.Start.DayNumber <= last);
                eras.Add($"{of.Key.Person} {of.Key.Concept} {DateOnly.FromDayNumber(first):yyyy-MM-dd}..{DateOnly.FromDayNumber(last):yyyy-MM-dd} {times}x {off} days off");
                day = last;
            }
        }

        return eras;
    }
}
