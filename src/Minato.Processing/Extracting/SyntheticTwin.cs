using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Minato.Tables;

namespace Minato.Processing.Extracting;

/// <summary>
/// <c>twin.duckdb</c>: the extraction's tables with invented rows, to develop programs outside with. Each column is drawn by itself from a safe outline of the real
/// one: categories of at least ten persons by rounded shares, numbers and months between rounded quantiles with at least ten persons beyond the outer ones.
/// No row, no pair of values and no extreme of a real person is in it (decision 0086).
/// </summary>
internal sealed class SyntheticTwin
{
    public const string Name = "twin.duckdb";

    private const int Persons = 200;
    private const int MostRowsEach = 20;
    private const int Smallest = 10;
    private const int MostCategories = 1000;

    private static readonly double[] Wide = [0.05, 0.25, 0.5, 0.75, 0.95];
    private static readonly double[] Narrow = [0.25, 0.5, 0.75];

    private readonly ITableSession session;
    private readonly Draws draws;
    private readonly string[] people;

    /// <param name="seed">The same seed and outline make the same bytes.</param>
    private SyntheticTwin(ITableSession session, string seed)
    {
        (this.session, draws) = (session, new Draws(seed));
        people = [.. Enumerable.Range(0, Persons).Select(_ => draws.Uuid().ToString()).Order(StringComparer.Ordinal)];
    }

    /// <param name="tables">By name: absolute paths of the Parquet files, and the columns that hold the extraction's own numbers.</param>
    public static void Write(string folder, string seed, IEnumerable<(string Table, IReadOnlyList<string> Files, IReadOnlySet<string> Numbered)> tables)
    {
        // One thread: the engine's blocks then come in the order of the statements.
        using var session = TablesRoom.OpenSession(new SessionOptions { Threads = 1, MemoryMegabytes = 1024 });
        session.Execute($"attach {session.Dialect.Literal(Path.Join(folder, Name))} as twin");
        var twin = new SyntheticTwin(session, seed);
        foreach (var (table, files, numbered) in tables)
        {
            twin.Write(table, files, numbered);
        }

        session.Execute("detach twin");
    }

    private void Write(string table, IReadOnlyList<string> files, IReadOnlySet<string> numbered)
    {
        var read = $"read_parquet([{string.Join(", ", files.Select(f => session.Dialect.Literal(f)))}])";
        var columns = session.Query($"select column_name, column_type from (describe select * from {read})").Select(r => (Name: (string)r[0]!, Type: (string)r[1]!)).ToArray();
        var person = session.Dialect.Quote(columns[0].Name);
        var size = session.Query($"select count(*), count(distinct {person}) from {read}").Single();
        var each = (long)size[1]! < Smallest ? 1 : (int)Math.Clamp(Math.Round((double)(long)size[0]! / (long)size[1]!), 1, MostRowsEach);
        var rows = people.SelectMany(p => Enumerable.Repeat(p, each)).ToArray();
        var drawn = columns.Skip(1).Select(c =>
            c.Name == table + "_id" && numbered.Contains(c.Name) ? i => (i + 1).ToString(CultureInfo.InvariantCulture)
            : numbered.Contains(c.Name) ? _ => (1 + draws.Below(rows.Length)).ToString(CultureInfo.InvariantCulture)
            : Drawer(read, person, session.Dialect.Quote(c.Name), c.Name, c.Type)).ToArray();

        var text = new TableShape("drawn", [.. columns.Select(c => new Column(c.Name, ColumnType.Text))], []);
        session.CreateTable(text);
        using (var append = session.Insert(text))
        {
            for (var i = 0; i < rows.Length; i++)
            {
                append.Add(rows[i]);
                foreach (var draw in drawn)
                {
                    append.Add(draw(i));
                }

                append.EndRow();
            }
        }

        session.Execute($"create table twin.{session.Dialect.Quote(table)} as select {string.Join(", ", columns.Select(c => $"cast({session.Dialect.Quote(c.Name)} as {c.Type}) as {session.Dialect.Quote(c.Name)}"))} from drawn");
        session.Execute("drop table drawn");
    }

    /// <summary>A source of values like the column's, as texts; of nulls where the column cannot be told safely.</summary>
    private Func<int, string?> Drawer(string read, string person, string column, string name, string type)
    {
        var filled = session.Query($"select count(distinct {person}), count(distinct case when {column} is null then {person} end), count({column}), count(*) from {read}").Single();
        var (persons, without) = ((long)filled[0]!, (long)filled[1]!);
        var missing = without < Smallest || (long)filled[3]! == 0 ? 0 : Math.Round(1 - ((double)(long)filled[2]! / (long)filled[3]!), 1);
        Func<string?> value = type is "VARCHAR" or "BOOLEAN" || name.EndsWith("_concept_id", StringComparison.Ordinal) ? Category(read, person, column)
            : type == "DATE" ? Between(read, column, $"date_diff('month', date '1800-01-01', {column})", persons - without, m => new DateOnly(1800, 1, 1).AddMonths((int)m).AddDays(draws.Below(28)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), months: true)
            : Between(read, column, column, persons - without, v => (type.StartsWith("DECIMAL", StringComparison.Ordinal) ? Math.Round(v, 1) : Math.Round(v)).ToString(CultureInfo.InvariantCulture), months: false);
        return _ => draws.Share() < missing ? null : value();
    }

    private Func<string?> Category(string read, string person, string column)
    {
        var found = session.Query(string.Create(CultureInfo.InvariantCulture, $"select cast({column} as varchar), count(*) from {read} where {column} is not null group by 1 having count(distinct {person}) >= {Smallest} order by 2 desc, 1 limit {MostCategories}"))
            .Select(r => (Value: (string)r[0]!, Weight: TwoDigits((long)r[1]!))).ToArray();
        var total = found.Sum(f => f.Weight);
        return () =>
        {
            var at = draws.Share() * total;
            foreach (var (value, weight) in found)
            {
                if ((at -= weight) < 0)
                {
                    return value;
                }
            }

            return found.Length > 0 ? found[^1].Value : null;
        };
    }

    private Func<string?> Between(string read, string column, string number, long persons, Func<double, string> write, bool months)
    {
        // At least ten persons lie beyond the outermost quantile that is told.
        var at = persons * Wide[0] >= Smallest ? Wide : persons * Narrow[0] >= Smallest ? Narrow : null;
        if (at is null)
        {
            return () => null;
        }

        var row = session.Query($"select {string.Join(", ", at.Select(q => $"quantile_disc(cast({number} as double), {q.ToString(CultureInfo.InvariantCulture)})"))} from {read} where {column} is not null").Single();
        double[] steps = [.. row.Select(v => months ? Math.Round((double)v! / 3) * 3 : TwoDigits((double)v!))];
        return () =>
        {
            var place = draws.Share() * (steps.Length - 1);
            var step = (int)place;
            return write(steps[step] + ((place - step) * (steps[step + 1] - steps[step])));
        };
    }

    private static double TwoDigits(double value)
    {
        if (value == 0)
        {
            return 0;
        }

        var unit = Math.Pow(10, Math.Floor(Math.Log10(Math.Abs(value))) - 1);
        return Math.Round(value / unit) * unit;
    }

    /// <summary>Numbers that follow from a seed, by SHA-256 of a counter: the same in every version of everything.</summary>
    private sealed class Draws(string seed)
    {
        private readonly byte[] input = [.. Encoding.UTF8.GetBytes(seed), 0, 0, 0, 0, 0, 0, 0, 0];
        private long count;

        public double Share() => (BinaryPrimitives.ReadUInt64BigEndian(Next()) >> 11) * (1.0 / (1UL << 53));

        public int Below(int limit) => (int)(Share() * limit);

        public Guid Uuid() => new(Next().AsSpan(0, 16), bigEndian: true);

        private byte[] Next()
        {
            BinaryPrimitives.WriteInt64BigEndian(input.AsSpan(input.Length - 8), count++);
            return SHA256.HashData(input);
        }
    }
}
