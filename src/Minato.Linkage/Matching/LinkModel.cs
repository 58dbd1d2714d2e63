using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Minato.Linkage.Matching;

/// <summary>
/// Fellegi and Sunter's model (1969): for each level of each field the probability m of seeing it between two identities of one person, and u between
/// two people, given that both sides fill the field. A level weighs log2(m/u) bits, a field that a side leaves empty nothing. Immutable.
/// </summary>
internal sealed class LinkModel
{
    /// <summary>No single level may decide alone: bits of the largest weight of a field.</summary>
    private const double MostBits = 40;

    private readonly double[] m = new double[Pattern.Fields * Pattern.Levels];
    private readonly double[] u = new double[Pattern.Fields * Pattern.Levels];

    private LinkModel(string version, string about) => (Version, About) = (version, about);

    public string Version { get; }

    public string About { get; }

    /// <summary>Fields whose agreements weigh more for rare values.</summary>
    public IReadOnlySet<PatternField> TermFrequency { get; private init; } = new HashSet<PatternField>();

    public IReadOnlyList<BlockPass> Passes { get; private init; } = [];

    public double M(PatternField field, int level) => m[((int)field * Pattern.Levels) + level];

    public double U(PatternField field, int level) => u[((int)field * Pattern.Levels) + level];

    /// <summary>Bits for (or, negative, against) one person.</summary>
    public double Weight(PatternField field, int level)
    {
        var (a, b) = (M(field, level), U(field, level));
        return level == 0 || a <= 0 || b <= 0 ? 0 : Math.Clamp(Math.Log2(a / b), -MostBits, MostBits);
    }

    public double Weight(Pattern pattern)
    {
        var sum = 0.0;
        foreach (var field in Pattern.All)
        {
            sum += Weight(field, pattern[field]);
        }

        return sum;
    }

    /// <summary>The same structure with other probabilities, both indexed by field × 16 + level.</summary>
    public LinkModel With(string version, string about, ReadOnlySpan<double> m, ReadOnlySpan<double> u)
    {
        var made = new LinkModel(version, about) { TermFrequency = TermFrequency, Passes = Passes };
        m.CopyTo(made.m);
        u.CopyTo(made.u);
        return made;
    }

    public LinkModel Without(IReadOnlySet<PatternField> termFrequency) => new LinkModel(Version, About) { TermFrequency = termFrequency, Passes = Passes }.Filled(m, u);

    /// <summary>Levels of a field below <paramref name="from"/> count as 'different': what the levels are worth is seen without them.</summary>
    public LinkModel Flat(PatternField field, int from)
    {
        var (otherM, otherU) = ((double[])m.Clone(), (double[])u.Clone());
        for (var level = 2; level < from; level++)
        {
            otherM[((int)field * Pattern.Levels) + level] = M(field, 1);
            otherU[((int)field * Pattern.Levels) + level] = U(field, 1);
        }

        return With(Version, About, otherM, otherU);
    }

    /// <summary>The same, with a field that says nothing.</summary>
    public LinkModel Silent(PatternField field)
    {
        var made = With(Version, About, m, u);
        made.m.AsSpan((int)field * Pattern.Levels, Pattern.Levels).Clear();
        return made;
    }

    private LinkModel Filled(double[] from, double[] other)
    {
        from.CopyTo(m, 0);
        other.CopyTo(u, 0);
        return this;
    }

    /// <exception cref="FormatException">The file does not say a model; the message names the place.</exception>
    public static LinkModel Parse(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var frequent = new HashSet<PatternField>();
            var made = new LinkModel(root.GetProperty("version").GetString()!, root.TryGetProperty("about", out var about) ? about.GetProperty("en").GetString()! : "")
            {
                TermFrequency = frequent,
                Passes = [.. root.GetProperty("passes").EnumerateArray().Select(p => BlockPass.Parse(p.GetString()!))],
            };
            foreach (var f in root.GetProperty("fields").EnumerateObject())
            {
                var field = Pattern.FieldOf(f.Name);
                if (f.Value.TryGetProperty("termFrequency", out var tf) && tf.GetBoolean())
                {
                    frequent.Add(field);
                }

                foreach (var l in f.Value.GetProperty("levels").EnumerateObject())
                {
                    var at = ((int)field * Pattern.Levels) + Pattern.LevelOf(field, l.Name);
                    made.m[at] = Probability(l.Value.GetProperty("m"), f.Name, l.Name);
                    made.u[at] = Probability(l.Value.GetProperty("u"), f.Name, l.Name);
                }
            }

            return made;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("The model is not the JSON that is expected: " + e.Message, e);
        }
    }

    public string ToJson()
    {
        using var memory = new MemoryStream();
        using (var w = new Utf8JsonWriter(memory, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            w.WriteStartObject();
            w.WriteString("version", Version);
            w.WriteStartObject("about");
            w.WriteString("en", About);
            w.WriteEndObject();
            w.WriteStartArray("passes");
            foreach (var pass in Passes)
            {
                w.WriteStringValue(pass.ToString());
            }

            w.WriteEndArray();
            w.WriteStartObject("fields");
            foreach (var field in Pattern.All)
            {
                w.WriteStartObject(Pattern.FieldName(field));
                if (TermFrequency.Contains(field))
                {
                    w.WriteBoolean("termFrequency", true);
                }

                w.WriteStartObject("levels");
                for (var level = 1; level < Pattern.LevelNames(field).Count; level++)
                {
                    w.WriteStartObject(Pattern.LevelNames(field)[level]);
                    Number(w, "m", M(field, level));
                    Number(w, "u", U(field, level));
                    w.WriteEndObject();
                }

                w.WriteEndObject();
                w.WriteEndObject();
            }

            w.WriteEndObject();
            w.WriteEndObject();
        }

        return Encoding.UTF8.GetString(memory.ToArray()) + "\n";
    }

    private static void Number(Utf8JsonWriter w, string name, double value)
    {
        w.WritePropertyName(name);
        w.WriteRawValue(value.ToString("0.0########", CultureInfo.InvariantCulture));
    }

    private static double Probability(JsonElement value, string field, string level) =>
        value.GetDouble() is var p and >= 0 and <= 1 ? p : throw new FormatException($"Field '{field}', level '{level}': a probability lies between 0 and 1.");
}
