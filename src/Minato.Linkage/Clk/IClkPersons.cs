using System.Globalization;

namespace Minato.Linkage.Clk;

/// <summary>The rows of one party: row numbers as the holder gave them, and for each the group it belongs to. Rows of one group are of one person, on whichever side they stand.</summary>
public sealed record ClkRows(ClkParty Party, IReadOnlyList<uint> Rows, IReadOnlyList<int> Groups);

/// <summary>Makes persons of groups of rows. All it learns is which rows belong together.</summary>
public interface IClkPersons
{
    /// <summary>A pseudonym of the party's dataset for each of its rows, in order. Giving the same groups again gives the same.</summary>
    Task<Outcome<IReadOnlyList<Pseudonym<Dataset>>>> GiveAsync(string project, ClkRows rows, CancellationToken ct = default);
}

/// <summary>
/// Persons of the linkage authority. A group enters as an identity of which nothing is known but a number that is meaningful within the project: the rule for a holder's own numbers then makes
/// one person of the rows of a group, and no other rule can apply.
/// </summary>
public sealed class ClkPersons(ILinkage linkage) : IClkPersons
{
    public async Task<Outcome<IReadOnlyList<Pseudonym<Dataset>>>> GiveAsync(string project, ClkRows rows, CancellationToken ct = default)
    {
        var tickets = rows.Groups.Select((group, i) => new IdentityTicket(i, new PersonIdentity { LocalPatientId = $"clk-{group.ToString(CultureInfo.InvariantCulture)}" })).ToList();
        var delivery = new DeliveryId($"clk-{project}-{rows.Party.Holder.Value}-{rows.Party.Dataset.Value}");
        var linked = await linkage.LinkAsync(new HolderId($"clk-{project}"), rows.Party.Dataset, delivery, tickets, ct).ConfigureAwait(false);
        return linked.Map(l => (IReadOnlyList<Pseudonym<Dataset>>)[.. l.OrderBy(t => t.Ticket).Select(t => t.Person)]);
    }
}
