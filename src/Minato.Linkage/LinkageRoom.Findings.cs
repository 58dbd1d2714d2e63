using System.Text;
using System.Text.Json;
using Minato.Ledger.Age;

namespace Minato.Linkage;

/// <summary>The way of a finding back to the person it is about.</summary>
public sealed partial class LinkageRoom
{
    /// <summary>Bytes of an address before it is sealed: its length must not tell one patient number from another.</summary>
    private const int AddressSize = 512;

    public Task<Outcome<WayHome>> FindWayHomeAsync(PermitId permit, Pseudonym<Project> person, IReadOnlyList<FindingHome> homes, RefusalSet notToKnow, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (projects.Find(LedgerStreams.Project(permit)) is not { Closed: false } project)
                {
                    return Finding.Error("linkage.project-closed", $"The project {permit} is not open for linkage", "A closed project's persons cannot be found again");
                }

                var named = Named(notToKnow);
                if (!named.Try(out var silent))
                {
                    return Outcome<WayHome>.Refused(named.Findings);
                }

                var told = await ledger.AppendAsync(LedgerStreams.Findings, -1, by, [Write(new LinkageEvent.WaySought(permit.Value))], ct: ct).ConfigureAwait(false);
                return !told.IsOk ? Outcome<WayHome>.Refused(told.Findings)
                    : PersonsOf(project, [person]) is [var node] && forest.Kept(node) is var kept && !silent.Contains(kept) ? Way(kept, homes)
                    : new WayHome(null, []);
            },
            ct);

    private WayHome Way(int person, IReadOnlyList<FindingHome> homes)
    {
        var last = Written(register.RowsOf(person))
            .Where(w => w.Identity.LocalPatientId is not null && homes.Any(h => h.Holder == w.Holder))
            .OrderByDescending(w => w.Identity.AsOf ?? DateOnly.MinValue).ThenBy(w => w.Identity.LocalPatientId, StringComparer.Ordinal)
            .FirstOrDefault();
        // Padded with blanks, which JSON allows.
        var address = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { patient = last.Identity?.LocalPatientId, asOf = last.Identity?.AsOf }).PadRight(AddressSize));
        if (address.Length > AddressSize || last.Holder is not { } holder || !AgeRecipient.TryParse(homes.First(h => h.Holder == holder).PublicKey, out var key))
        {
            return new(null, []);
        }

        using var box = new MemoryStream();
        using (var sealing = AgeFile.Write(box, key))
        {
            sealing.Write(address);
            sealing.Complete();
        }

        return new(holder, box.ToArray());
    }
}
