using Minato.Disclosure;
using Minato.Ledger;

namespace Minato.Processing.Feasibility;

/// <summary>A budget's log as a stream of the ledger: it survives restarts, and of two who write at once the ledger lets one in.</summary>
internal sealed class LedgerBudgetLog(ILedger ledger, string stream, ActorId by) : IBudgetLog
{
    public IReadOnlyList<BudgetLine> Read() =>
    [
        .. ledger.ReadStream(stream).Select(e => e.Erased ? new BudgetLine("", 0, null) : EventJson.Read<FeasibilityEvent>(e) switch
        {
            FeasibilityEvent.Paid p => new BudgetLine(p.Group, p.Cost, null),
            FeasibilityEvent.Told t => new BudgetLine(t.Group, 0, t.Number),
            _ => throw new InvalidDataException($"Event {e.Index} is no line of a budget; verify the ledger"),
        }),
    ];

    public bool TryAppend(int expected, BudgetLine line)
    {
        FeasibilityEvent e = line.Answer is { } number ? new FeasibilityEvent.Told(line.Question, number) : new FeasibilityEvent.Paid(line.Question, line.Cost);
        var appended = ledger.AppendAsync(stream, expected, by, [EventJson.Write("processing", e)]).GetAwaiter().GetResult();
        return appended.IsOk || (appended.Findings.Any(f => f.Code == "ledger.conflict") ? false : throw new RefusedException(appended.Findings));
    }
}
