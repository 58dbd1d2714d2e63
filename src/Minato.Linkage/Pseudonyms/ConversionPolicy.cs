using System.Text.Json;
using System.Text.Json.Serialization;

namespace Minato.Linkage.Pseudonyms;

/// <summary>
/// How many people a permit may have converted: <c>standards/linkage/conversion-v1.json</c>. Counted as asked for, every
/// time, days from midnight in Japan. Whoever takes over a caller can then not draw a nation in an afternoon.
/// </summary>
/// <param name="PeoplePerCall">In one call.</param>
/// <param name="PeoplePerDay">Of one permit in one day.</param>
/// <param name="PeoplePerPermit">Of one permit in all.</param>
/// <param name="RefusedCallsPerDay">After so many refused calls of one permit the rest of the day is refused: somebody is trying.</param>
/// <param name="DualControlAbove">More than this of one permit in one day needs the approval of a second person.</param>
internal sealed record ConversionPolicy(string Version, Bilingual About, long PeoplePerCall, long PeoplePerDay, long PeoplePerPermit, int RefusedCallsPerDay, long DualControlAbove)
{
    /// <exception cref="FormatException">The file cannot be used; the message names the member.</exception>
    public static ConversionPolicy Parse(string json)
    {
        ConversionPolicy? policy;
        try
        {
            policy = JsonSerializer.Deserialize(json, PolicyJson.Default.ConversionPolicy);
        }
        catch (JsonException e)
        {
            throw new FormatException($"conversion-v1.json line {e.LineNumber + 1}: not the expected members", e);
        }

        return policy is { PeoplePerCall: > 0, PeoplePerDay: > 0, PeoplePerPermit: > 0, RefusedCallsPerDay: > 0, DualControlAbove: >= 0 } && !string.IsNullOrEmpty(policy.Version)
            ? policy
            : throw new FormatException("conversion-v1.json: every limit must be a positive number, and the version named");
    }

    /// <summary>Null where the conversion may go on.</summary>
    public Finding? Check(PermitTally tally, DateOnly today, ActorId caller, long people)
    {
        if (tally.RefusedOn(today) >= RefusedCallsPerDay)
        {
            return Finding.Error("linkage.quota-refused", $"{RefusedCallsPerDay} calls for this permit were refused today", "Mend the cause, and go on tomorrow");
        }

        if (people > PeoplePerCall)
        {
            return Finding.Error("linkage.quota-call", $"A call may ask for {PeoplePerCall} people, this one for {people}", "Ask in parts");
        }

        if (tally.All + people > PeoplePerPermit)
        {
            return Finding.Error("linkage.quota-permit", $"The permit may have {PeoplePerPermit} people converted in all; {tally.All} were", "Have the limits changed, or apply for a permit of its own");
        }

        if (tally.On(today) + people > PeoplePerDay)
        {
            return Finding.Error("linkage.quota-day", $"The permit may have {PeoplePerDay} people converted a day; {tally.On(today)} were today", "Go on tomorrow");
        }

        return tally.On(today) + people > Math.Max(DualControlAbove, tally.ApprovedOn(today, caller))
            ? Finding.Error("linkage.dual-control", $"More than {DualControlAbove} people a day need a second person's approval", "Have somebody else approve the number for today: 'linkage keys approve'")
            : null;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectRequiredConstructorParameters = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(ConversionPolicy))]
internal sealed partial class PolicyJson : JsonSerializerContext;
