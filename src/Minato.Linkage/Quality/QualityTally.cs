using System.Globalization;

namespace Minato.Linkage.Quality;

/// <summary>
/// Counts records and persons of a dataset by group and class of link, and shows what may be shown. Records must come person by person: then a
/// person is counted once in a cell by remembering who was last.
/// </summary>
internal sealed class QualityTally(int smallCell = QualityTally.SmallCell)
{
    /// <summary>Nothing of fewer people is shown.</summary>
    public const int SmallCell = 10;

    /// <summary>First years of the bands of age after the first.</summary>
    private static readonly int[] Bands = [15, 40, 65, 75];

    private readonly SortedDictionary<(string Group, string Value), Cell> cells = new(Comparer<(string, string)>.Create((a, b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is not 0 and var g ? g : string.CompareOrdinal(a.Item2, b.Item2)));

    /// <param name="person">Any number of the person's.</param>
    /// <param name="ageThisYear">Null: no birth date is known.</param>
    public void Add(int person, LinkClass linkClass, long records, Sex sex, int? ageThisYear, bool nameChanged, bool contested)
    {
        Count("all", "");
        Count("sex", sex == Sex.Unknown ? "unknown" : ((int)sex).ToString(CultureInfo.InvariantCulture));
        Count("age", ageThisYear is { } age ? Band(age) : "unknown");
        Count("name-changed", nameChanged ? "yes" : "no");

        void Count(string group, string value)
        {
            if (!cells.TryGetValue((group, value), out var cell))
            {
                cells.Add((group, value), cell = new Cell());
            }

            cell.Add(person, linkClass, records, contested);
        }
    }

    public static string Band(int age)
    {
        var at = Bands.Count(from => age >= from);
        return at == 0 ? $"0–{Bands[0] - 1}" : at == Bands.Length ? $"{Bands[^1]}+" : $"{Bands[at - 1]}–{Bands[at] - 1}";
    }

    /// <summary>A number of cases that may be shown: none, or enough; else null.</summary>
    public long? Shown(long cases) => cases == 0 || cases >= smallCell ? cases : null;

    /// <summary>The whole, and each group; null where the whole is of too few people.</summary>
    public (GroupLinkage All, IReadOnlyList<GroupLinkage> Groups)? Show()
    {
        if (!cells.TryGetValue(("all", ""), out var all) || all.Persons.Persons < smallCell)
        {
            return null;
        }

        var groups = new List<GroupLinkage>();
        foreach (var group in cells.Where(c => c.Key.Group != "all").GroupBy(c => c.Key.Group))
        {
            foreach (var (key, cell) in Together(group.ToList(), c => c.Value.Persons.Persons, least: 0))
            {
                groups.Add(Show(key.Group, key.Value, cell));
            }
        }

        return (Show("all", "", all), groups);
    }

    private GroupLinkage Show(string group, string value, Cell cell)
    {
        var shown = Together([.. cell.ByClass.OrderBy(c => c.Key)], c => c.Value.Persons, least: 1);
        return new GroupLinkage(
            group, value, cell.Persons.Persons / smallCell * smallCell,
            shown.ToDictionary(c => c.Key.ToString(), c => Share(c.Value.Records, cell.Persons.Records)),
            Shown(cell.Contested.Persons) is null ? null : Share(cell.Contested.Records, cell.Persons.Records));
    }

    /// <summary>Without the small ones; and where those left out are still too few together, without the smallest of the others, or it could be worked out.</summary>
    /// <param name="least">So many stay all the same: shares of records, whose total is not shown, give no number away.</param>
    private List<T> Together<T>(List<T> cells, Func<T, long> persons, int least)
    {
        var hidden = cells.Where(c => persons(c) < smallCell).ToList();
        var shown = cells.Where(c => persons(c) >= smallCell).ToList();
        if (hidden.Count > 0 && hidden.Sum(persons) < smallCell && shown.Count > least)
        {
            shown.Remove(shown.MinBy(persons)!);
        }

        return shown;
    }

    private static double Share(long part, long whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 3);

    private sealed class Cell
    {
        public Dictionary<LinkClass, Tally> ByClass { get; } = [];

        public Tally Persons { get; } = new();

        public Tally Contested { get; } = new();

        public void Add(int person, LinkClass linkClass, long records, bool contested)
        {
            Persons.Add(person, records);
            if (!ByClass.TryGetValue(linkClass, out var tally))
            {
                ByClass.Add(linkClass, tally = new Tally());
            }

            tally.Add(person, records);
            if (contested)
            {
                Contested.Add(person, records);
            }
        }
    }

    private sealed class Tally
    {
        private int last = int.MinValue;

        public long Records { get; private set; }

        public long Persons { get; private set; }

        public void Add(int person, long records)
        {
            Records += records;
            Persons += person == last ? 0 : 1;
            last = person;
        }
    }
}
