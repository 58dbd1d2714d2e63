using System.Text.Json;
using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Processing.Standards;

/// <summary>What the rules need to know of the permit while they are applied.</summary>
internal sealed record ActionContext(DateOnly StudyTo);

/// <summary>
/// One thing done to a column. Several may follow each other (shift, then month). <see cref="Renumber"/> is applied by the
/// extraction, which knows the keys of all tables.
/// </summary>
internal abstract record ColumnAction
{
    /// <summary>The column that holds each row's days of shift while expressions are made.</summary>
    public const string ShiftColumn = "shift$";

    private ColumnAction() { }

    public abstract string Name { get; }

    /// <summary>The column types it can be applied to.</summary>
    protected abstract IReadOnlyList<ColumnType> Types { get; }

    public bool Fits(ColumnType type) => Types.Contains(type);

    /// <summary>The type of what comes out.</summary>
    public virtual ColumnType Result(ColumnType type) => type;

    /// <summary>Whether no words can be left in what comes out: it is a label of a list, or a text that rules have gone through.</summary>
    public virtual bool TakesWordsOut => false;

    public abstract Expr Apply(Expr value, ColumnType type, ActionContext context);

    /// <summary>As it is.</summary>
    public sealed record Keep : ColumnAction
    {
        public override string Name => "keep";

        protected override IReadOnlyList<ColumnType> Types => Enum.GetValues<ColumnType>();

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => value;
    }

    /// <summary>Left out on purpose, with the reason in the standard.</summary>
    public sealed record Drop : ColumnAction
    {
        public override string Name => "drop";

        protected override IReadOnlyList<ColumnType> Types => Enum.GetValues<ColumnType>();

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => throw new InvalidOperationException("A dropped column has no value");
    }

    /// <summary>A key of rows, replaced by running numbers that are this extraction's own; references to it stay right.</summary>
    public sealed record Renumber : ColumnAction
    {
        public override string Name => "renumber";

        /// <summary>Texts too: a number of a device or series becomes this extraction's own.</summary>
        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Integer, ColumnType.Text];

        public override ColumnType Result(ColumnType type) => ColumnType.Integer;

        public override bool TakesWordsOut => true;

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => value;
    }

    /// <summary>A date made coarser: the first day of its month or year.</summary>
    public sealed record Floor(DateField Field) : ColumnAction
    {
        public override string Name => Field == DateField.Year ? "year" : "month";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Date];

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => value.StartOf(Field);
    }

    /// <summary>A date moved by the person's own number of days, the same for all their dates, so that intervals stay.</summary>
    public sealed record Shift : ColumnAction
    {
        public override string Name => "shift";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Date];

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => value.AddDays(Expr.Col(ShiftColumn));
    }

    /// <summary>An integer's band, named by its lower end.</summary>
    public sealed record Band(int Width) : ColumnAction
    {
        public override string Name => $"band {Width}";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Integer];

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => value.FloorTo(Width);
    }

    /// <summary>Everything above (or below) becomes the limit itself.</summary>
    public sealed record Cap(decimal Limit, bool Above) : ColumnAction
    {
        public override string Name => $"{(Above ? "top" : "bottom")}-code {Limit}";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Integer, ColumnType.Decimal];

        public override Expr Apply(Expr value, ColumnType type, ActionContext context)
        {
            Expr limit = type == ColumnType.Integer ? (long)Limit : Limit;
            return Expr.Case([(Above ? value.Gt(limit) : value.Lt(limit), limit)], value);
        }
    }

    /// <summary>A year of birth of people who are very old when the study ends: 'this year or earlier'.</summary>
    public sealed record OldestAge(int Age) : ColumnAction
    {
        public override string Name => $"oldest-age {Age}";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Integer];

        public override Expr Apply(Expr value, ColumnType type, ActionContext context)
        {
            Expr year = (long)(context.StudyTo.Year - Age);
            return Expr.Case([(value.Lt(year), year)], value);
        }
    }

    /// <summary>The first characters of a code: its class.</summary>
    public sealed record Prefix(int Length) : ColumnAction
    {
        public override string Name => $"prefix {Length}";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Text];

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => value.FirstChars(Length);
    }

    /// <summary>One step of a ladder: an ICD-10 code's chapter, a municipality's prefecture, an institution's kind.</summary>
    public sealed record Generalise(Ladder Ladder, Level To) : ColumnAction
    {
        public override string Name => $"generalise {Ladder.Name} {To.Name}";

        protected override IReadOnlyList<ColumnType> Types => [Ladder.Of];

        public override ColumnType Result(ColumnType type) => To.Result;

        public override bool TakesWordsOut => To is not Level.First;

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => To.Apply(value);
    }

    /// <summary>
    /// A place (five digits of a municipality, two of a prefecture) only where enough people live: a smaller municipality is given as its
    /// prefecture, a smaller prefecture not at all. What the list of populations lacks counts as small.
    /// </summary>
    public sealed record ByPopulation(IReadOnlyDictionary<long, long> Populations, long Least) : ColumnAction
    {
        private const long Prefectures = 47;

        public override string Name => $"by-population {Least}";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Integer];

        public override Expr Apply(Expr value, ColumnType type, ActionContext context)
        {
            var large = Populations.Where(p => p.Value >= Least).Select(p => p.Key).Order().ToArray();
            var prefectures = large.Where(p => p <= Prefectures).Select(p => (value.Between(p * 1000, (p * 1000) + 999), (Expr)p)).ToArray();
            return Expr.Case([(value.In(large.Select(p => p)), value), .. prefectures], Expr.Null(ColumnType.Integer));
        }
    }

    /// <summary>A text only where it is a code: visible ASCII without a blank. Words become NULL.</summary>
    public sealed record Codes(int Most) : ColumnAction
    {
        public override string Name => $"codes {Most}";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Text];

        public override bool TakesWordsOut => true;

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => Expr.Case([(value.IsCode(Most), value)], Expr.Null(ColumnType.Text));
    }

    /// <summary>Free text without names, addresses, numbers, institutions and dates, as far as the rules find them.</summary>
    public sealed record Scrub(string Rules, FreeText Text) : ColumnAction
    {
        public override string Name => $"scrub {Rules}";

        /// <summary>By which the session knows the rules.</summary>
        public string Function => $"scrub_{Rules.Replace('-', '_').Replace('.', '_')}";

        protected override IReadOnlyList<ColumnType> Types => [ColumnType.Text];

        public override bool TakesWordsOut => true;

        public override Expr Apply(Expr value, ColumnType type, ActionContext context) => value.Through(Function, Text.Scrub);
    }

    /// <summary>One action: a name, or an object with <c>action</c> and its parameter.</summary>
    /// <exception cref="FormatException">It is none; the message says what is allowed.</exception>
    public static ColumnAction Read(JsonElement json, StandardFiles files)
    {
        string? name;
        JsonElement body = default;
        if (json.ValueKind == JsonValueKind.String)
        {
            name = json.GetString();
        }
        else if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("action", out var a) && a.ValueKind == JsonValueKind.String)
        {
            (name, body) = (a.GetString(), json);
        }
        else
        {
            throw new FormatException("an action is a name, or an object with 'action'");
        }

        int Parameter(string of) =>
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty(of, out var v) && v.TryGetInt32(out var n) && n > 0 ? n : throw new FormatException($"'{name}' needs '{of}', a whole number above 0");
        string Named(string of) =>
            body.ValueKind == JsonValueKind.Object && body.TryGetProperty(of, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString()! : throw new FormatException($"'{name}' needs '{of}', a name");
        return name switch
        {
            "generalise" => Step(files.Ladder(Named("hierarchy")), Named("to")),
            "by-population" => new ByPopulation(files.Populations(Named("populations")), Parameter("least")),
            "codes" => new Codes(Parameter("most")),
            "scrub" => new Scrub(Named("rules"), files.Rules(Named("rules"))),
            "keep" => new Keep(),
            "drop" => new Drop(),
            "renumber" => new Renumber(),
            "year" => new Floor(DateField.Year),
            "month" => new Floor(DateField.Month),
            "shift" => new Shift(),
            "band" => new Band(Parameter("width")),
            "top-code" => new Cap(Parameter("at"), Above: true),
            "bottom-code" => new Cap(Parameter("at"), Above: false),
            "oldest-age" => new OldestAge(Parameter("age")),
            "prefix" => new Prefix(Parameter("length")),
            _ => throw new FormatException($"there is no action '{name}': use keep, drop, renumber, year, month, shift, band, top-code, bottom-code, oldest-age, prefix, generalise, by-population, codes or scrub"),
        };
    }

    private static Generalise Step(Ladder ladder, string to) =>
        ladder.Find(to) is { } level ? new(ladder, level) : throw new FormatException($"the hierarchy '{ladder.Name}' has no level '{to}': use {string.Join(", ", ladder.Levels.Select(l => l.Name))}");
}
