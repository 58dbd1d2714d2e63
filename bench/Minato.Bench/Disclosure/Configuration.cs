using System.Globalization;
using Minato.Disclosure;

namespace Minato.Bench.Disclosure;

/// <summary>
/// One search as a line of text: <c>name|keys|sensitive|models|limit|loss|weights|sample|file</c>; lists by comma, models by semicolon,
/// parameters by colon, <c>-</c> for none. Sample <c>m,r</c>: records whose number modulo m is r.
/// </summary>
internal sealed record Configuration(
    string Name, string[] Keys, string[] Sensitive, AnonymityModel[] Models, double Limit, LossMeasure Loss, Dictionary<string, double> Weights, Func<int, bool>? InSample, string File)
{
    public static Configuration Of(string line)
    {
        var p = line.Split('|');
        var sample = p[7] == "-" ? null : p[7].Split(',').Select(int.Parse).ToArray();
        return new(
            p[0], p[1].Split(','), p[2] == "-" ? [] : p[2].Split(','), [.. p[3].Split(';').Where(m => m != "incl").Select(Model)], Number(p[4]), Measure(p[5].Split(':')),
            p[6] == "-" ? [] : p[6].Split(',').Select(w => w.Split('=')).ToDictionary(w => w[0], w => Number(w[1])),
            sample is null ? null : row => row % sample[0] == sample[1], p.Length > 8 ? p[8] : "adult.csv");
    }

    public PersonTable Read() => AdultFile.Read(File, Keys, Sensitive, InSample);

    public Generalisation? Search(PersonTable table, bool prove = false) => Anonymity.Search(table, Models, Limit, Loss, Weights, prove).Try(out var found) ? found : null;

    /// <summary>name|levels|loss|suppressed|examined|ms</summary>
    public string Run()
    {
        var table = Read();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var found = Search(table);
        return found is null
            ? $"{Name}|none"
            : string.Create(CultureInfo.InvariantCulture, $"{Name}|{string.Join(',', found.Levels)}|{found.Loss:R}|{found.Suppressed}|{found.Examined}|{watch.ElapsedMilliseconds}");
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static AnonymityModel Model(string text)
    {
        var p = text.Split(':');
        return p[0] switch
        {
            "k" => new KAnonymity(Whole(p[1])),
            "kmap" => new KMap(Whole(p[1])),
            "kmapp" => new EstimatedKMap(Whole(p[1]), long.Parse(p[2], CultureInfo.InvariantCulture), Number(p[3])),
            "kmapz" => new EstimatedKMap(Whole(p[1]), long.Parse(p[2], CultureInfo.InvariantCulture), Number(p[3]), ClassSizeEstimate.ZeroTruncatedPoisson),
            "dist" => new DistinctDiversity(p[1], Whole(p[2])),
            "ent" => new EntropyDiversity(p[1], Number(p[2])),
            "entf" => new EntropyDiversity(p[1], Number(p[2]), Exact: false),
            "rec" => new RecursiveDiversity(p[1], Number(p[2]), Whole(p[3])),
            "teq" => new EqualCloseness(p[1], Number(p[2])),
            "tord" => new OrderedCloseness(p[1], Number(p[2])),
            "thier" => new HierarchicalCloseness(p[1], Number(p[2]), AdultFile.Hierarchy(p[1])),
            "dp" => new DeltaPresence(Number(p[1]), Number(p[2]), AbsentToo: false),
            "dpall" => new DeltaPresence(Number(p[1]), Number(p[2]), AbsentToo: true),
            _ => throw new ArgumentException("No such model", nameof(text)),
        };
    }

    private static LossMeasure Measure(string[] p)
    {
        var balance = p.Length > 1 ? Number(p[1]) : 0.5;
        LossAggregate? aggregate = p.Length > 2
            ? p[2] switch { "GEOMETRIC_MEAN" => LossAggregate.GeometricMean, "ARITHMETIC_MEAN" => LossAggregate.ArithmeticMean, "SUM" => LossAggregate.Sum, _ => LossAggregate.Maximum }
            : null;
        return p[0] switch
        {
            "loss" => new Loss(balance, aggregate ?? LossAggregate.GeometricMean),
            "dm" => new Discernibility(),
            "dmstar" => new Discernibility(Kept: true),
            "aecs" => new AverageClassSize(balance),
            "ent" => new EntropyLoss(Suppression: true, balance, aggregate ?? LossAggregate.Sum),
            "entm" => new EntropyLoss(Suppression: false, balance, aggregate ?? LossAggregate.Sum),
            _ => throw new ArgumentException("No such loss", nameof(p)),
        };
    }
}
