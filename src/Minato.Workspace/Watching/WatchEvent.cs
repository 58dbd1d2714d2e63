using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Workspace.Watching;

/// <summary>What the ledger says of watching: figures, hashes, rules and people's words; never content.</summary>
[JsonDerivedType(typeof(Noticed), "watch-noticed")]
[JsonDerivedType(typeof(AlertRaised), "watch-alert")]
[JsonDerivedType(typeof(MeasureTaken), "watch-measure")]
[JsonDerivedType(typeof(Answered), "watch-answered")]
[JsonDerivedType(typeof(AlertClosed), "watch-closed")]
[JsonDerivedType(typeof(MeasureReversed), "watch-reversed")]
internal abstract record WatchEvent
{
    /// <summary>Twice for a run: when it begins, and when it ended.</summary>
    public sealed record Noticed : WatchEvent
    {
        public required WatchedRun Run { get; init; }
    }

    public sealed record AlertRaised : WatchEvent
    {
        public required WatchAlert Alert { get; init; }
    }

    public sealed record MeasureTaken : WatchEvent
    {
        public required string Alert { get; init; }

        public required WatchMeasure Measure { get; init; }

        public required string Reasons { get; init; }
    }

    public sealed record Answered : WatchEvent
    {
        public required string Alert { get; init; }

        public required string Text { get; init; }
    }

    public sealed record AlertClosed : WatchEvent
    {
        public required string Alert { get; init; }

        public required string Reasons { get; init; }
    }

    public sealed record MeasureReversed : WatchEvent
    {
        public required string Alert { get; init; }

        public required string Reasons { get; init; }
    }
}

/// <summary>What was watched under one permit, and the pure judgement of it.</summary>
internal sealed record WatchCase(PermitId Permit, IReadOnlyList<WatchedRun> Runs, IReadOnlyList<WatchAlert> Alerts)
{
    public const string Room = "workspace";

    public const string StreamPrefix = "watch/";

    public static WatchCase Evolve(WatchCase? state, WatchEvent happened, RecordedEvent recorded)
    {
        state ??= new(new PermitId(recorded.Stream[StreamPrefix.Length..]), [], []);
        return happened switch
        {
            WatchEvent.Noticed n => state with { Runs = [.. state.Runs.Where(r => r.Run != n.Run.Run), Joined(state.Runs.LastOrDefault(r => r.Run == n.Run.Run), n.Run)] },
            WatchEvent.AlertRaised a => state with { Alerts = [.. state.Alerts, a.Alert with { At = recorded.At }] },
            WatchEvent.MeasureTaken m => Change(m.Alert, a => a with { State = AlertState.Measured, Measure = m.Measure, By = recorded.By, Reasons = m.Reasons }),
            WatchEvent.Answered t => Change(t.Alert, a => a with { Answers = [.. a.Answers, t.Text] }),
            WatchEvent.AlertClosed c => Change(c.Alert, a => a with { State = AlertState.Closed, By = recorded.By, Reasons = c.Reasons }),
            WatchEvent.MeasureReversed r => Change(r.Alert, a => a with { State = AlertState.Reversed, By = recorded.By, Reasons = r.Reasons }),
            _ => state,
        };

        WatchCase Change(string alert, Func<WatchAlert, WatchAlert> change) => state with { Alerts = [.. state.Alerts.Select(a => a.Id == alert ? change(a) : a)] };
    }

    /// <summary>The alerts that the rules raise now for one person. A rule that has an open alert, or a measure in force, raises no second one; what an earlier alert named does not count again.</summary>
    public IEnumerable<WatchAlert> Judge(WatchRules rules, ActorId member, DateTimeOffset now, Func<string> newId)
    {
        foreach (var rule in rules.Rules)
        {
            var earlier = Alerts.Where(a => a.Member == member && a.Rule == rule.Id).ToList();
            if (earlier.Any(a => a.State is AlertState.Open or AlertState.Measured))
            {
                continue;
            }

            var named = earlier.SelectMany(a => a.Runs).ToHashSet(StringComparer.Ordinal);
            var recent = Runs.Where(r => r.Member == member && r.At > now.AddHours(-rule.WithinHours) && !named.Contains(r.Run)).ToList();
            var (found, count) = Count(rule, recent);
            if (count >= rule.AtLeast)
            {
                yield return new(newId(), Permit, member, AlertState.Open, rule.Id, rules.Name, rule.Title, rule.Reason, [.. found.Select(r => r.Run)], count, rule.Proposes, now);
            }
        }
    }

    /// <summary>Whether a run bears a rule's sign by its figures; signs of code and log were found while they were at hand.</summary>
    private static (IReadOnlyList<WatchedRun> Found, long Count) Count(WatchRule rule, IReadOnlyList<WatchedRun> runs)
    {
        switch (rule.Sign.Kind)
        {
            case SignKind.Alike:
                // The same program twice is no other question.
                var most = runs.GroupBy(r => r.Alike).Select(g => g.DistinctBy(r => r.CodeSha256).ToList()).MaxBy(g => g.Count) ?? [];
                return (most, most.Count);
            case SignKind.OutBytes:
                var left = runs.Where(r => r.OutBytes > 0).ToList();
                return (left, left.Sum(r => r.OutBytes));
            default:
                var found = runs.Where(r => rule.Sign.Kind switch
                {
                    SignKind.Exit => r.ExitCode is { } code && rule.Sign.Codes?.Contains(code) == true,
                    SignKind.Stopped => r.State == nameof(JobState.Stopped),
                    SignKind.Hours => IsWithin(r.At.UtcDateTime.AddHours(9).Hour, rule.Sign.From, rule.Sign.To),
                    SignKind.Runs => true,
                    _ => r.Signs.Contains(rule.Id),
                }).ToList();
                return (found, found.Count);
        }
    }

    private static bool IsWithin(int hour, int from, int to) => from <= to ? hour >= from && hour < to : hour >= from || hour < to;

    private static WatchedRun Joined(WatchedRun? began, WatchedRun now) => began is null ? now : now with { At = began.At, Signs = [.. began.Signs.Union(now.Signs)] };
}
