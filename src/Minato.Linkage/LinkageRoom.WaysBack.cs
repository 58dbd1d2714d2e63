using System.Globalization;
using System.Text;
using System.Text.Json;
using Minato.Ledger.Age;

namespace Minato.Linkage;

/// <summary>The ways back from a project to the holders who know its persons as patients. Who they are is sealed here, for the holder; what is said of them is not known here.</summary>
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
                    return ClosedForGood(permit);
                }

                var named = Named(notToKnow);
                if (!named.Try(out var silent))
                {
                    return Outcome<WayHome>.Refused(named.Findings);
                }

                var told = await ledger.AppendAsync(LedgerStreams.WaysBack, -1, by, [Write(new LinkageEvent.WaySought(permit.Value))], ct: ct).ConfigureAwait(false);
                return !told.IsOk ? Outcome<WayHome>.Refused(told.Findings)
                    : PersonsOf(project, [person]) is [var node] && forest.Kept(node) is var kept && !silent.Contains(kept) ? Way(kept, homes)
                    : new WayHome(null, []);
            },
            ct);

    public Task<Outcome<AddressedRows>> AddressRowsAsync(PermitId permit, IReadOnlyList<Pseudonym<Project>> people, FindingHome home, IReadOnlyList<RefusalSet> refusals, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (projects.Find(LedgerStreams.Project(permit)) is not { Closed: false } project)
                {
                    return ClosedForGood(permit);
                }

                if (!AgeRecipient.TryParse(home.PublicKey, out var key) || refusals.Count == 0)
                {
                    return Finding.Error("linkage.no-refusals", "Without a key and the persons' choices nothing goes back", "Give the holder's key, and who refused");
                }

                if (PersonsOf(project, people) is not { } nodes)
                {
                    return Finding.Error("linkage.unknown-pseudonym", "A row is not of a person of the project", "Use the person_id of the permit's data");
                }

                var kept = nodes.Select(forest.Kept).ToArray();
                var allowed = kept.ToHashSet();
                foreach (var set in refusals)
                {
                    var named = Named(set);
                    if (!named.Try(out var persons))
                    {
                        return Outcome<AddressedRows>.Refused(named.Findings);
                    }

                    allowed.RemoveWhere(person => persons.Contains(person) != set.Inverted);
                }

                var numbers = Numbers(allowed, home.Holder);
                var rows = Enumerable.Range(0, kept.Length).Where(i => numbers.ContainsKey(kept[i])).ToList();
                var told = await ledger.AppendAsync(
                    LedgerStreams.WaysBack, -1, by, [Write(new LinkageEvent.RowsAddressed(permit.Value, home.Holder.Value, people.Count, rows.Count, [.. refusals.Select(r => r.SetId)]))], ct: ct).ConfigureAwait(false);
                if (!told.IsOk)
                {
                    return Outcome<AddressedRows>.Refused(told.Findings);
                }

                var lines = new StringBuilder("row,patient\n");
                rows.ForEach(i => lines.Append(CultureInfo.InvariantCulture, $"{i},{CsvField.Quoted(numbers[kept[i]])}\n"));
                return new AddressedRows(rows, Sealed(Encoding.UTF8.GetBytes(lines.ToString()), key));
            },
            ct);

    private WayHome Way(int person, IReadOnlyList<FindingHome> homes)
    {
        var last = Written(register.RowsOf(person)).Where(w => w.Identity.LocalPatientId is not null && homes.Any(h => h.Holder == w.Holder)).OrderBy(w => (w.Identity.AsOf ?? DateOnly.MinValue, w.Row)).LastOrDefault();

        // Filled up with blanks, which JSON allows.
        var address = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { patient = last.Identity?.LocalPatientId, asOf = last.Identity?.AsOf }).PadRight(AddressSize));
        return last.Holder is { } holder && address.Length == AddressSize && AgeRecipient.TryParse(homes.First(h => h.Holder == holder).PublicKey, out var key)
            ? new(holder, Sealed(address, key))
            : new(null, []);
    }

    /// <summary>The holder's own latest number of each of these persons who has one there.</summary>
    private Dictionary<int, string> Numbers(IReadOnlyCollection<int> persons, HolderId holder)
    {
        var personOf = persons.SelectMany(p => register.RowsOf(p).Select(row => (row, p))).ToDictionary(x => x.row, x => x.p);
        return Written([.. personOf.Keys]).Where(w => w.Holder == holder && w.Identity.LocalPatientId is not null).GroupBy(w => personOf[w.Row])
            .ToDictionary(g => g.Key, g => g.MaxBy(w => (w.Identity.AsOf ?? DateOnly.MinValue, w.Row)).Identity.LocalPatientId!);
    }

    private static byte[] Sealed(byte[] content, AgeRecipient key)
    {
        using var box = new MemoryStream();
        using var sealing = AgeFile.Write(box, key);
        sealing.Write(content);
        sealing.Complete();
        return box.ToArray();
    }

    private static Finding ClosedForGood(PermitId permit) =>
        Finding.Error("linkage.project-closed", $"The project {permit} is not open for linkage", "A closed project's persons cannot be found again");
}
