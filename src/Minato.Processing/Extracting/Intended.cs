using Minato.Access;
using Minato.OptOut;
using Minato.Warehouse;

namespace Minato.Processing.Extracting;

/// <summary>A permit's use of a dataset, as persons choose by it.</summary>
internal static class Intended
{
    /// <summary>The field of the application form that says what kind of body applies.</summary>
    private const string KindOfApplicant = "applicant.kind";

    public static IntendedUse Use(IAccess access, Permit permit, DatasetInfo info) => new(
        permit.Use.Purpose, info.Id, info.Holder, info.Category,
        access.Find(permit.Application)?.Draft?.Answers.GetValueOrDefault(KindOfApplicant) is { Length: > 0 } kind ? kind : null);
}
