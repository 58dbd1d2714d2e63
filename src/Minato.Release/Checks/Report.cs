namespace Minato.Release.Checks;

/// <summary>What the checks say of one file, as they go. A rule that was tried and found nothing is said to have passed.</summary>
internal sealed class Report(OutputRules rules, string file)
{
    /// <summary>More findings of one rule tell nothing more.</summary>
    private const int Most = 5;

    private readonly List<string> tried = [];
    private readonly List<(string Rule, Bilingual? Reason, string? Where)> failed = [];

    public OutputRules Rules => rules;

    public void Try(string rule)
    {
        if (!tried.Contains(rule))
        {
            tried.Add(rule);
        }
    }

    /// <param name="where">Line and column, never a value.</param>
    /// <param name="reason">Instead of the rule's own, where more is known.</param>
    public void Fail(string rule, string? where = null, Bilingual? reason = null)
    {
        Try(rule);
        if (!failed.Contains((rule, reason, where)))
        {
            failed.Add((rule, reason, where));
        }
    }

    /// <summary>Every place where a rule failed, uncut.</summary>
    public IEnumerable<string> Places(string rule) => failed.Where(f => f.Rule == rule).Select(f => f.Where).OfType<string>();

    /// <summary>Whether nothing stands in the way of people's decision.</summary>
    public bool Stops => Stopping.Any();

    /// <summary>Hard rules that failed.</summary>
    public IEnumerable<string> Stopping => failed.Select(f => f.Rule).Where(r => rules[r].Hard).Distinct();

    public bool Failed(string rule) => failed.Any(f => f.Rule == rule);

    public IReadOnlyList<OutputCheck> Checks =>
        [.. tried.SelectMany(id =>
        {
            var rule = rules[id];
            var found = failed.Where(f => f.Rule == id).ToList();
            return found.Count == 0
                ? [new OutputCheck(file, id, Passed: true, rule.Hard, rule.Title, null)]
                : found.Take(Most).Select((f, i) => new OutputCheck(
                    file, id, Passed: false, rule.Hard, With(f.Reason ?? rule.Reason, rule.Remedy, i == Most - 1 ? found.Count - Most : 0), f.Where));
        })];

    private static Bilingual With(Bilingual reason, Bilingual remedy, int more) => new(
        $"{Sentence(reason.Ja, '。')}{remedy.Ja}{(more > 0 ? $"(ほか{more}件)" : "")}",
        $"{Sentence(reason.En, '.')} {remedy.En}{(more > 0 ? $" (and {more} more)" : "")}");

    private static string Sentence(string text, char stop) => text.EndsWith(stop) ? text : text + stop;
}
