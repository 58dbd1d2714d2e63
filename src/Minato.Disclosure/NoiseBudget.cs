namespace Minato.Disclosure;

/// <summary>One line of a budget's log.</summary>
/// <param name="Question">What was asked, in a canonical form: equal questions are one question.</param>
/// <param name="Cost">Paid for it, in billionths; 0 on the line of the answer.</param>
/// <param name="Answer">The noisy answer; null on the line that pays.</param>
public sealed record BudgetLine(string Question, long Cost, long? Answer);

/// <summary>
/// The durable log behind a budget: a stream that only grows. <see cref="TryAppend"/> returns true only once the line would survive a crash, and false where the log has grown since
/// that many lines were read, so that of two who append at once one must read again.
/// </summary>
public interface IBudgetLog
{
    IReadOnlyList<BudgetLine> Read();

    bool TryAppend(int expected, BudgetLine line);
}

/// <summary>
/// A budget of differential privacy that cannot be overspent. The cost is in the log before noise is drawn, the answer is in the log before anybody sees it: a crash in between
/// costs the budget nothing twice and releases nothing unpaid. Asking again gives the same answer for nothing.
/// </summary>
/// <param name="total">In billionths of ε (or of ρ; one budget has one unit, and costs add up in both).</param>
public sealed class NoiseBudget(IBudgetLog log, long total)
{
    /// <summary>What is left, in billionths.</summary>
    public long Left => total - Spent(log.Read());

    /// <summary>The noisy answer to a question.</summary>
    /// <param name="cost">In billionths; more than 0.</param>
    /// <param name="noisy">Draws the answer; called at most once per paid line, again only where a crash or a loser of a race lost it before anybody saw it.</param>
    /// <returns>Refused with <c>budget.spent</c> where less than the cost is left.</returns>
    public Outcome<long> Answer(string question, long cost, Func<long> noisy)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(cost, 1);
        while (true)
        {
            var lines = log.Read();
            var mine = lines.Where(l => string.Equals(l.Question, question, StringComparison.Ordinal)).ToArray();
            if (mine.FirstOrDefault(l => l.Answer is not null)?.Answer is { } known)
            {
                return known;
            }

            if (mine.Length == 0)
            {
                // In this order: a sum that overflowed would be a budget without end.
                if (cost > total - Spent(lines))
                {
                    return Finding.Error("budget.spent", "The budget of noise does not suffice for this question", "Ask a question that was answered before, or apply for a further budget");
                }

                _ = log.TryAppend(lines.Count, new BudgetLine(question, cost, null));
                continue; // paid by us or by somebody else: read again
            }

            var answer = noisy();
            if (log.TryAppend(lines.Count, new BudgetLine(question, 0, answer)))
            {
                return answer;
            }
        }
    }

    private static long Spent(IReadOnlyList<BudgetLine> lines) => lines.Aggregate(0L, (sum, l) => checked(sum + l.Cost));
}
