using Minato.Access;
using Minato.Ledger;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Processing;
using Minato.Release.Enriched;
using Minato.Release.Findings;
using Minato.Release.HandingOver;
using Minato.Warehouse;
using Minato.Workspace;

namespace Minato.Release;

/// <param name="Folder">Where submitted and released files are kept, by their hashes.</param>
/// <param name="StandardsFolder">The folder <c>standards/</c>; the rules are in <c>output-rules/</c> below it.</param>
public sealed record ReleaseOptions(string Folder, string StandardsFolder)
{
    /// <summary>The tables that left by another door: those that the harbour made for statistics-only permits. What leaves here is compared with them.</summary>
    public Func<IReadOnlyList<StatisticsTable>> MadeHere { get; init; } = () => [];
}

public static class ReleaseRoom
{
    /// <summary>The rule of cells that the exit holds a table against: the strictest of the datasets' databases, for a table with these columns.</summary>
    /// <exception cref="InvalidDataException">As <see cref="Open"/>.</exception>
    public static CellRuleOf CellRules(string standardsFolder, TimeProvider clock)
    {
        var book = new OutputRuleBook(Path.Join(standardsFolder, "output-rules"));
        return (datasets, columns) => book.InForce(clock.GetUtcNow(), datasets).CellsOf(columns);
    }

    /// <summary>The way of enriched data back to holders.</summary>
    /// <param name="datasets">Every dataset of the node, with its holder.</param>
    public static IEnrichedData OpenEnriched(
        ReleaseOptions options, ILedger ledger, IAccess access, IWorkspace workspace, ILinkage linkage, IOptOut optOut, Func<IReadOnlyList<DatasetInfo>> datasets, TimeProvider clock) =>
        new EnrichedDesk(new FileVault(Path.Join(options.Folder, "enriched")), new FileVault(Path.Join(options.Folder, "enriched-sealed")), ledger, access, workspace, linkage, optOut, datasets, clock);

    /// <summary>The way of findings back to persons. The kinds are in <c>findings/</c> below the standards.</summary>
    /// <param name="datasets">Every dataset of the node, with its holder.</param>
    /// <exception cref="InvalidDataException">The kinds are missing or cannot be used; the message names the file.</exception>
    public static IFindingsRelay OpenFindings(
        string standardsFolder, ILedger ledger, IKeyStore keys, IAccess access, ILinkage linkage, IOptOut optOut, Func<IReadOnlyList<DatasetInfo>> datasets, TimeProvider clock) =>
        new FindingsDesk(standardsFolder, ledger, keys, access, linkage, optOut, datasets, clock);

    /// <summary>The door for certified users. The terms are in <c>hand-over/</c> below the standards.</summary>
    /// <exception cref="InvalidDataException">The terms are missing or cannot be used; the message names the file.</exception>
    public static IHandOvers OpenHandOvers(ReleaseOptions options, ILedger ledger, IAccess access, IProcessing processing, TimeProvider clock) =>
        new HandOverDesk(new FileVault(Path.Join(options.Folder, "containers")), new TermsBook(Path.Join(options.StandardsFolder, "hand-over")), ledger, access, processing, clock);

    /// <exception cref="InvalidDataException">The output rules are missing or cannot be used; the message names the file.</exception>
    public static IRelease Open(ReleaseOptions options, ILedger ledger, IAccess access, IWorkspace workspace, TimeProvider clock) =>
        new ExitDesk(
            new FileVault(Path.Join(options.Folder, "submitted")),
            new FileVault(Path.Join(options.Folder, "released")),
            new OutputRuleBook(Path.Join(options.StandardsFolder, "output-rules")),
            ledger,
            access,
            workspace,
            options.MadeHere,
            clock);
}
