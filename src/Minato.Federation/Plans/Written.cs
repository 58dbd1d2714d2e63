using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Federation;

// The files as they are written: everything may be missing until it was checked. Unknown and repeated members are refused,
// because a misspelt word in a plan would otherwise move a function silently.
internal sealed record WrittenText(string? Ja = null, string? En = null);

internal sealed record WrittenNode(string? Id = null, WrittenText? Name = null, NodeKind? Kind = null);

internal sealed record WrittenHome(Division? Division = null, List<string?>? Nodes = null, bool Stated = false);

internal sealed record WrittenPlan(
    string? Id = null,
    WrittenText? Title = null,
    WrittenText? Summary = null,
    List<WrittenNode?>? Nodes = null,
    Dictionary<HarbourFunction, WrittenHome?>? Functions = null,
    Dictionary<string, List<DataCategory>?>? Sharing = null,
    Dictionary<string, string?>? Datasets = null);

internal sealed record WrittenAddress(Uri? Address = null, string? KeySha256 = null);

internal enum WrittenStore
{
    File,
    Pkcs11,
}

internal sealed record WrittenKeys(WrittenStore? Store = null, string? Module = null, string? Token = null);

internal sealed record WrittenConfig(string? Plan = null, string? Node = null, Uri? Listen = null, Dictionary<string, WrittenAddress?>? Others = null, WrittenKeys? Keys = null);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    UseStringEnumConverter = true,
    AllowDuplicateProperties = false,
    ReadCommentHandling = JsonCommentHandling.Skip,
    AllowTrailingCommas = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(WrittenPlan))]
[JsonSerializable(typeof(WrittenConfig))]
internal sealed partial class WrittenJson : JsonSerializerContext;
