using System.Text.Json;
using Minato.Tables;
using Minato.Tables.Queries;

namespace Minato.Processing.Standards;

/// <summary>
/// One step up a ladder of values (ICD-10 code → category → chapter; municipality → prefecture → region; institution → kind).
/// What the ladder does not know becomes NULL: an unknown value is not shown finer than a known one.
/// </summary>
internal abstract record Level(string Name)
{
    /// <summary>The type of the labels.</summary>
    public abstract ColumnType Result { get; }

    public abstract Expr Apply(Expr value);

    /// <summary>The first characters of a code.</summary>
    public sealed record First(string Name, int Length) : Level(Name)
    {
        public override ColumnType Result => ColumnType.Text;

        public override Expr Apply(Expr value) => value.FirstChars(Length);
    }

    /// <summary>The lower end of a whole number's band.</summary>
    public sealed record Banded(string Name, int Width) : Level(Name)
    {
        public override ColumnType Result => ColumnType.Integer;

        public override Expr Apply(Expr value) => value.FloorTo(Width);
    }

    /// <summary>A list: each value with its label.</summary>
    public sealed record Listed(string Name, ColumnType Result, IReadOnlyList<(object Key, object Label)> Labels) : Level(Name)
    {
        public override ColumnType Result { get; } = Result;

        public override Expr Apply(Expr value) => value.Mapped(Labels);
    }

    /// <summary>
    /// From–to ranges with their labels. Texts are compared by as many first characters as the bounds have; whole numbers by what is
    /// left of them after division by <paramref name="Modulo"/> (0: by themselves), which is how digits inside a number are read.
    /// </summary>
    public sealed record Ranged(string Name, ColumnType Result, long Modulo, IReadOnlyList<(object From, object To, object Label)> Ranges) : Level(Name)
    {
        public override ColumnType Result { get; } = Result;

        public override Expr Apply(Expr value)
        {
            var at = Ranges[0].From is string from ? value.FirstChars(from.Length) : Modulo > 0 ? value.Minus(value.FloorTo(Modulo)) : value;
            return Expr.Case([.. Ranges.Select(r => (at.Between(Of(r.From), Of(r.To)), Of(r.Label)))], Expr.Null(Result));
        }

        private static Expr Of(object value) => value is long number ? number : (string)value;
    }
}

/// <summary>A ladder: a file of <c>standards/processing/hierarchies/</c>, finest level first.</summary>
/// <param name="Of">The type of the column that it is for.</param>
internal sealed record Ladder(string Name, string Version, ColumnType Of, string Source, IReadOnlyList<Level> Levels)
{
    public Level? Find(string level) => Levels.FirstOrDefault(l => l.Name == level);

    /// <exception cref="FormatException">It is no ladder; the message says why.</exception>
    public static Ladder Read(string name, byte[] utf8)
    {
        try
        {
            using var document = JsonDocument.Parse(utf8, new JsonDocumentOptions { AllowDuplicateProperties = false, CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            var of = root.GetProperty("type").GetString() switch
            {
                "text" => ColumnType.Text,
                "integer" => ColumnType.Integer,
                _ => throw new FormatException($"the hierarchy '{name}': 'type' is text or integer"),
            };
            var levels = root.GetProperty("levels").EnumerateArray().Select(l => One(name, of, l)).ToArray();
            return levels.Length == 0 || levels.DistinctBy(l => l.Name).Count() != levels.Length
                ? throw new FormatException($"the hierarchy '{name}' needs levels with different names")
                : new Ladder(name, root.GetProperty("version").GetString()!, of, root.GetProperty("source").GetString()!, levels);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw new FormatException($"the hierarchy '{name}' cannot be read: version, type, source and levels are needed, each level with prefix, band, values or ranges");
        }
    }

    private static Level One(string ladder, ColumnType of, JsonElement json)
    {
        var name = json.GetProperty("name").GetString()!;
        FormatException Wrong(string reason) => new($"the hierarchy '{ladder}', level '{name}': {reason}");
        if (json.TryGetProperty("prefix", out var prefix))
        {
            return of == ColumnType.Text && prefix.TryGetInt32(out var length) && length > 0 ? new Level.First(name, length) : throw Wrong("a prefix is for texts, one character at least");
        }

        if (json.TryGetProperty("band", out var band))
        {
            return of == ColumnType.Integer && band.TryGetInt32(out var width) && width > 0 ? new Level.Banded(name, width) : throw Wrong("a band is for whole numbers, 1 wide at least");
        }

        if (json.TryGetProperty("values", out var values))
        {
            // JSON names are texts: numbers are written in them.
            var labels = values.EnumerateObject().Select(v => (Key: of == ColumnType.Text ? v.Name : (object)long.Parse(v.Name, System.Globalization.CultureInfo.InvariantCulture), Label: Scalar(v.Value))).ToArray();
            return labels.Length > 0 && labels.Select(l => l.Label.GetType()).Distinct().Count() == 1 ? new Level.Listed(name, TypeOf(labels[0].Label), labels) : throw Wrong("values have labels of one kind");
        }

        var ranges = json.GetProperty("ranges").EnumerateArray().Select(r => (From: Scalar(r[0]), To: Scalar(r[1]), Label: Scalar(r[2]))).ToArray();
        var bounds = of == ColumnType.Text ? typeof(string) : typeof(long);
        return ranges.Length == 0 || ranges.Select(r => r.Label.GetType()).Distinct().Count() != 1 ? throw Wrong("ranges have labels of one kind")
            : ranges.Any(r => r.From.GetType() != bounds || r.To.GetType() != bounds) ? throw Wrong("the bounds are of the hierarchy's type")
            : of == ColumnType.Text && ranges.SelectMany(r => new[] { (string)r.From, (string)r.To }).Select(b => b.Length).Distinct().Count() != 1 ? throw Wrong("bounds of texts are of one length")
            : new Level.Ranged(name, TypeOf(ranges[0].Label), json.TryGetProperty("modulo", out var m) ? m.GetInt64() : 0, ranges);
    }

    private static object Scalar(JsonElement json) => json.ValueKind == JsonValueKind.Number ? json.GetInt64() : json.GetString() ?? throw new InvalidOperationException("null");

    private static ColumnType TypeOf(object label) => label is long ? ColumnType.Integer : ColumnType.Text;
}
