using Minato.Access;

namespace Minato.Processing.Reporting;

/// <summary>The report of a permit's latest extraction, for whoever asks: applicant, reviewer, or anybody.</summary>
public sealed class ReportDesk(IProcessing processing, IAccess access, string standardsFolder)
{
    /// <param name="who">Null: somebody who is not signed in.</param>
    /// <returns>Refused with <c>report.none</c> where nothing was extracted, or what was is not published.</returns>
    public Outcome<DataReport> For(PermitId permit, Actor? who)
    {
        // What a permit is for is public (I7); whatever is not published has no report for the public either.
        var view = who is null ? null : access.VisibleTo(who).FirstOrDefault(a => a.Permit?.Id == permit);
        var shown = view ?? access.Published.FirstOrDefault(a => a.Permit?.Id == permit);
        var manifest = shown is not null && processing.Extractions(permit) is { Count: > 0 } made ? made[^1] : null;
        return shown?.Permit is not { } granted || manifest is null
            ? Finding.Error("report.none", "There is no extraction under this permit to report on", "Look at the approved uses")
            : DataReport.Of(manifest, granted.Use, standardsFolder, Reader(view, granted, who));
    }

    private static ReportReader Reader(ApplicationView? view, Permit permit, Actor? who) =>
        who is null || view is null ? ReportReader.Citizen
        : view.Applicant == who.Id || permit.Use.Members.Contains(who.Id) ? ReportReader.Applicant
        : who.Is(Role.Reviewer) || who.Is(Role.Operator) || who.Is(Role.Auditor) ? ReportReader.Reviewer
        : ReportReader.Citizen;
}
