using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Minato.Disclosure;
using Minato.Tables;
using Minato.Tables.Queries;
using Project = Minato.Kernel.Project;

namespace Minato.Processing.Feasibility;

/// <summary>
/// A group of persons, without the persons: how many, their cell key (the sum of their record keys), and a keyed sketch from which can be told
/// how many persons two groups differ by (Alon, Matias, Szegedy 1996: the mean square of the counters' differences), within about 12 %.
/// </summary>
/// <param name="Sketch">For each of <see cref="Signs"/> keyed signs of a person: the sum of +1 and -1 over the group.</param>
internal sealed record PersonGroup(long Count, ulong CellKey, int[] Sketch)
{
    public const int Signs = 128;

    private const int Words = Signs / 32;

    /// <summary>About how many persons are in one of the two groups only; exact where it is none or one.</summary>
    public static double Difference(int[] left, int[] right)
    {
        double sum = 0;
        for (var i = 0; i < Signs; i++)
        {
            double d = left[i] - right[i];
            sum += d * d;
        }

        return sum / Signs;
    }

    /// <summary>The persons' keys as a table of the session: <c>k_person</c>, and the record key and the signs in words of 32 bits.</summary>
    public static Scan Keys(ITableSession session, string table, ReadOnlySpan<byte> secret, IEnumerable<Pseudonym<Project>> persons)
    {
        var shape = new TableShape(table, [new("k_person", ColumnType.Uuid, false), .. Enumerable.Range(0, 2 + Words).Select(w => new Column(Word(w), ColumnType.Integer, false))], []);
        session.CreateTable(shape);
        using var rows = session.Insert(shape);
        Span<byte> name = stackalloc byte[16];
        Span<byte> hash = stackalloc byte[32];
        foreach (var person in persons)
        {
            // The first eight bytes are CellKeyNoise.RecordKey of the person.
            person.Write(name);
            HMACSHA256.HashData(secret, name, hash);
            var row = rows.Add((Guid?)person.ToGuid());
            for (var w = 0; w < 2 + Words; w++)
            {
                row.Add((long?)BinaryPrimitives.ReadUInt32BigEndian(hash[(4 * w)..]));
            }

            row.EndRow();
        }

        return new Scan(table, shape);
    }

    /// <summary>The group of the query's persons.</summary>
    /// <param name="persons">A column <c>person</c>, with repeats.</param>
    public static PersonGroup Of(ITableSession session, Query persons, Scan keys)
    {
        var rows = persons.Keep("person").Distinct().InnerJoin(keys, Expr.Col("person").Eq(Expr.Col("k_person")));

        // The query model has no bits of numbers, and needs none elsewhere.
        var signs = Enumerable.Range(0, Signs).Select(i => string.Create(CultureInfo.InvariantCulture, $"coalesce(sum(({Word(2 + (i / 32))} >> {i % 32}) & 1), 0)"));
        var row = session.Query($"select count(*), coalesce(sum({Word(0)}), 0), coalesce(sum({Word(1)}), 0), {string.Join(", ", signs)} from ({Sql.Compile(rows, session.Dialect)}) as g").Single();
        var count = (long)row[0]!;
        return new PersonGroup(
            count, unchecked(((ulong)(long)row[1]! << 32) + (ulong)(long)row[2]!), [.. Enumerable.Range(0, Signs).Select(i => (int)((2 * (long)row[3 + i]!) - count))]);
    }

    private static string Word(int w) => string.Create(CultureInfo.InvariantCulture, $"k_{w}");
}
