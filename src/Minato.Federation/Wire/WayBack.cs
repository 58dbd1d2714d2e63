using Minato.Linkage;
using static Minato.Federation.Wire.Translation;

namespace Minato.Federation.Wire;

/// <summary>What is asked about ways back from a project to the holders who know its persons, whole, and in parts for the line.</summary>
internal sealed record WayBack(PermitId Permit, IReadOnlyList<Pseudonym<Project>> People, IReadOnlyList<FindingHome> Homes, IReadOnlyList<RefusalSet> Refusals, ActorId By)
{
    private const int HomesInPart = 10_000;

    /// <summary>Far more holders than a nation has, and sets than a permit has datasets.</summary>
    private const int MostHomes = 1_000_000;
    private const int MostSets = 10_000;

    public IEnumerable<WayBackPart> Parts()
    {
        yield return new() { Permit = Permit.Value, By = By.Value, PeopleInAll = People.Count, HomesInAll = Homes.Count, SetsInAll = Refusals.Count };
        foreach (var (from, count) in Translation.Parts(People.Count, PeopleInPart))
        {
            yield return new() { People = Pack(People, from, count) };
        }

        foreach (var homes in Homes.Chunk(HomesInPart))
        {
            yield return new() { Homes = [.. homes.Select(h => new HomeMessage { Holder = h.Holder.Value, PublicKey = h.PublicKey })] };
        }

        foreach (var set in Refusals)
        {
            foreach (var (from, count) in Translation.Parts(set.Refused.Count, PeopleInPart))
            {
                yield return new()
                {
                    Set = from > 0 ? null : new() { Id = set.SetId, AsOf = set.AsOf.UtcTicks, Inverted = set.Inverted, RefusedInAll = set.Refused.Count },
                    Refused = Pack(set.Refused, from, count),
                };
            }
        }
    }

    /// <exception cref="MalformedMessageException">The request was cut short, or is no such request.</exception>
    public static async Task<WayBack> ReadAsync(IAsyncEnumerable<WayBackPart> parts)
    {
        WayBackPart? head = null;
        var (people, homes, sets) = (new List<Pseudonym<Project>>(), new List<FindingHome>(), new List<(RefusalSetMessage Set, List<Pseudonym<Citizen>> Refused)>());
        long refused = 0;
        await foreach (var part in parts.ConfigureAwait(false))
        {
            head ??= part;
            Unpack(part.People, people);
            homes.AddRange(part.Homes.Select(h => new FindingHome(new HolderId(Id(h.Holder, "holder")), Text(h.PublicKey, "key"))));
            if (part.Set is { } begins)
            {
                sets.Add((begins, []));
            }

            if (part.Refused.Length > 0)
            {
                Unpack(part.Refused, sets.Count > 0 ? sets[^1].Refused : throw new MalformedMessageException("refusals of no set"));
                refused += part.Refused.Length / 16;
            }

            if (people.Count > LinkageServer.MostPeople || refused > LinkageServer.MostPeople || homes.Count > MostHomes || sets.Count > MostSets)
            {
                throw new MalformedMessageException("more entries than one call may have");
            }
        }

        return head is null || people.Count != head.PeopleInAll || homes.Count != head.HomesInAll || sets.Count != head.SetsInAll || sets.Any(s => s.Refused.Count != s.Set.RefusedInAll)
            ? throw new MalformedMessageException("the request was cut short")
            : new(
                new PermitId(Id(head.Permit, "permit")), people, homes, sets.ConvertAll(s => new RefusalSet(Text(s.Set.Id, "refusal set"), Instant(s.Set.AsOf), s.Refused, s.Set.Inverted)),
                new ActorId(Id(head.By, "actor")));
    }
}
