using Minato.Access;
using Minato.Catalogue;

namespace Minato.Portal;

/// <summary>What the form grants when a dataset is ticked: every table and column that the catalogue shows for it. The reviewers see each one.</summary>
internal static class StandardGrants
{
    public static DatasetGrant StandardGrant(this ICatalogue catalogue, DatasetId dataset) => new(
        dataset,
        [.. (catalogue.Find(dataset)?.Variables ?? []).GroupBy(v => v.Table).Select(t => new TableGrant(t.Key, [.. t.Select(v => v.Column)]))]);
}
