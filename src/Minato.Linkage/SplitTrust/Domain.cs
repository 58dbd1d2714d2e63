using System.Globalization;

namespace Minato.Linkage.SplitTrust;

/// <summary>A pseudonym domain at one key version: <c>dataset/claims@1</c>, <c>project/p-2026-0001@1</c>, <c>citizen@1</c>.</summary>
internal readonly record struct Domain(string Name, int Version)
{
    public const string CitizenName = "citizen";

    public static Domain Of(DatasetId dataset, int version = 1) => new($"dataset/{dataset.Value}", version);

    public static Domain Of(PermitId permit) => new($"project/{permit.Value}", 1);

    public static Domain Citizens(int version = 1) => new(CitizenName, version);

    public bool IsProject => Name.StartsWith("project/", StringComparison.Ordinal);

    public Domain Next => this with { Version = Version + 1 };

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Version}");
}
