using System.Globalization;
using Minato.Processing.Linked;
using Minato.Processing.Standards;
using Minato.Tables;
using Minato.Tables.Queries;
using static Minato.Tables.Queries.Expr;
using Project = Minato.Kernel.Project;

namespace Minato.Processing.Extracting;

/// <summary>
/// The persons who are handed over, numbered in the order of their pseudonyms, as each dataset knows them: what its rows are joined with. A
/// person travels through joins and sorts as a position in one list of names (four bytes that sort as the names do) and becomes a name again where the file is written.
/// </summary>
internal sealed class Recipients
{
    /// <summary>The person, of the type <see cref="Names"/>; the query model takes it for a text.</summary>
    public const string Person = "m_person";

    /// <summary>The person's position, from 0: a table that exceeds memory is written for a range of them at a time.</summary>
    public const string Number = "m_number";
    private const string Names = "project_name";

    private static readonly TableShape Numbered = new("recipients", [new("r_person", ColumnType.Uuid, false), new(Number, ColumnType.Integer, false), new(ColumnAction.ShiftColumn, ColumnType.Integer, false)], []);

    /// <param name="persons">A column <c>person</c>.</param>
    /// <param name="shift">Days by which a person's dates move; null where the standard shifts none.</param>
    public Recipients(ITableSession session, IReadOnlyList<LinkedDataset> linked, Query persons, Func<Pseudonym<Project>, int>? shift)
    {
        People = [.. session.Read(persons.Keep("person").Distinct().Sorted("person")).Select(r => Pseudonym<Project>.FromGuid((Guid)r[0]!))];
        session.CreateTable(Numbered);
        using (var rows = session.Insert(Numbered))
        {
            for (var i = 0; i < People.Count; i++)
            {
                rows.Add((Guid?)People[i].ToGuid()).Add((long?)i).Add((long?)(shift?.Invoke(People[i]) ?? 0)).EndRow();
            }
        }

        // The engine takes no list without a name; that of nobody is met by no row.
        session.Execute($"create type {Names} as enum ({(People.Count == 0 ? "''" : $"select cast(r_person as varchar) from recipients order by {Number}")})");
        var columns = new TableShape("", [new("m_source", ColumnType.Uuid, false), new(Person, ColumnType.Text, false), new(Number, ColumnType.Integer, false), new(ColumnAction.ShiftColumn, ColumnType.Integer, false)], []);
        Datasets =
        [
            .. linked.Select((d, i) =>
            {
                var all = string.Create(CultureInfo.InvariantCulture, $"recipients_{i}");
                session.Execute($"create temporary table {all} as select p.m_source, cast(cast(p.m_person as varchar) as {Names}) as {Person}, r.{Number}, r.{session.Dialect.Quote(ColumnAction.ShiftColumn)} from {session.Dialect.Quote(d.People.Table)} as p inner join recipients as r on p.m_person = r.r_person");
                return d with { People = new Scan(all, columns with { Name = all }) };
            }),
        ];
    }

    /// <summary>Ascending.</summary>
    public IReadOnlyList<Pseudonym<Project>> People { get; }

    /// <summary><c>r_person, shift$</c>: by how many days each one's dates move.</summary>
    public static Query Shifts => new Scan(Numbered.Name, Numbered).Keep("r_person", ColumnAction.ShiftColumn);

    /// <summary>The datasets, showing the rows of recipients alone.</summary>
    public IReadOnlyList<LinkedDataset> Datasets { get; }

    /// <summary>What a person of a staged row is called.</summary>
    public static string NameOf(string column) => $"cast({column} as varchar)";
}
