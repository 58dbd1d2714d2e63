using Minato.Ledger;

namespace Minato.Linkage.Pseudonyms;

/// <summary>Whether, from where and until when a project may receive pseudonyms: rebuilt from the ledger.</summary>
/// <param name="Separate">Each provision has pseudonyms of its own; otherwise all provisions of the permit join.</param>
/// <param name="Provisions">Those begun so far, the newest last; empty unless separate.</param>
internal sealed record ProjectGate(
    PermitId Permit, IReadOnlyList<string> Datasets, DateTimeOffset OpenedAt, DateTimeOffset Until, bool Closed, bool Separate, IReadOnlyList<string> Provisions)
{
    public static ProjectGate Evolve(ProjectGate? gate, LinkageEvent e, RecordedEvent recorded) => e switch
    {
        LinkageEvent.ProjectOpened o => new ProjectGate(
            new PermitId(o.Permit), o.Datasets, gate?.OpenedAt ?? recorded.At, o.Until, Closed: false, gate?.Separate ?? false, gate?.Provisions ?? []),
        LinkageEvent.ProvisionsSeparated when gate is not null => gate with { Separate = true },
        LinkageEvent.ProvisionBegun b when gate is not null => gate with { Provisions = [.. gate.Provisions, b.Provision] },
        LinkageEvent.ProjectClosed when gate is not null => gate with { Closed = true },
        _ => gate ?? throw new InvalidOperationException($"Event {recorded.Index} is about a project that was never opened"),
    };

    /// <summary>Null where the conversion may go on; every doubt is a refusal.</summary>
    public static Finding? Check(ProjectGate? gate, ConversionRequest request, DateTimeOffset now)
    {
        if (gate is null)
        {
            return Finding.Error("linkage.project-not-open", $"The project {request.Permit} was not opened for linkage", "Begin the permit first");
        }

        if (gate.Closed)
        {
            return Finding.Error("linkage.project-closed", $"The project {request.Permit} is closed and its key destroyed", "A closed project never comes back; apply again");
        }

        if (now > gate.Until)
        {
            return Finding.Error("linkage.project-expired", $"The project {request.Permit} ended on {gate.Until:yyyy-MM-dd}", "Have the permit extended");
        }

        if (!gate.Datasets.Contains(request.Dataset.Value))
        {
            return Finding.Error("linkage.dataset-not-permitted", $"The permit {request.Permit} does not cover the dataset {request.Dataset}", "Convert only the datasets that the permit lists");
        }

        if (gate.Separate && !Slug.IsValid(request.Provision))
        {
            return Finding.Error("linkage.provision-missing", $"The provisions of {request.Permit} have pseudonyms of their own, and the request names none", "Name the provision with a-z, 0-9, '-', '_', '.'");
        }

        return CheckRefusals(gate, request.Refusals, now);
    }

    private static Finding? CheckRefusals(ProjectGate gate, RefusalSet? refusals, DateTimeOffset now)
    {
        if (refusals?.Refused is null || string.IsNullOrWhiteSpace(refusals.SetId))
        {
            return Finding.Error("linkage.refusals-missing", "There is no set of refusals", "Ask OptOut for the set of this use and hand it over; without it nothing is converted");
        }

        if (refusals.AsOf > now)
        {
            return Finding.Error("linkage.refusals-from-the-future", "The set of refusals is of a moment that has not come", "Ask for the set as of now");
        }

        return refusals.AsOf < gate.OpenedAt
            ? Finding.Error("linkage.refusals-stale", "The set of refusals is older than the project itself", "Ask for the set as of a moment after the permit began")
            : null;
    }
}
