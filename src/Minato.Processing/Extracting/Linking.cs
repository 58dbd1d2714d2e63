using Minato.Linkage;
using Minato.OptOut;
using Minato.Processing.Linked;
using Minato.Tables;
using Minato.Tables.Queries;
using Minato.Warehouse;
using Project = Minato.Kernel.Project;

namespace Minato.Processing.Extracting;

/// <summary>The people of several datasets under one project's pseudonyms, without those who refused.</summary>
internal sealed record LinkedPeople(IReadOnlyList<LinkedDataset> Datasets, IReadOnlyList<RefusalEvidence> Refusals, string KeyEpoch, DateTimeOffset AsOf);

/// <summary>Dataset pseudonyms → project pseudonyms, each dataset apart; who refused gets none. The only place that asks Linkage for either.</summary>
internal sealed class Linking(IOptOut optOut, ILinkage linkage, IWarehouse warehouse)
{
    /// <summary>How many pseudonyms are converted per call.</summary>
    private const int Chunk = 100_000;

    /// <param name="permit">Its project must be open.</param>
    /// <param name="intended">The use, for which each dataset's refusals are asked.</param>
    /// <param name="asOf">Choices made up to then count.</param>
    public async Task<Outcome<LinkedPeople>> RunAsync(
        ITableSession session, PermitId permit, string provision, Func<DatasetInfo, IntendedUse> intended, IReadOnlyList<(DatasetInfo Info, Snapshot Snapshot)> of, DateTimeOffset asOf, Actor by,
        IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        var datasets = new List<LinkedDataset>();
        var evidence = new List<RefusalEvidence>();
        var epoch = "";
        foreach (var (info, snapshot) in of)
        {
            progress?.Report(new("Linking", datasets.Count, of.Count, "datasets"));
            var prefix = $"d{datasets.Count}_";
            warehouse.Attach(session, snapshot, prefix);
            var persons = session.Read(new Scan(prefix + "person", warehouse.Shapes["person"]).Keep("person_id").Distinct().Sorted("person_id")).Select(r => Pseudonym<Dataset>.FromGuid((Guid)r[0]!));
            var refusals = optOut.RefusalsFor(intended(info), asOf);
            var map = LinkedDataset.MapShape($"map_{datasets.Count}");
            session.CreateTable(map);
            var (before, withheld) = (0L, 0L);
            var found = persons.ToArray();
            using (var rows = session.Insert(map))
            {
                foreach (var chunk in found.Chunk(Chunk))
                {
                    var converted = await linkage.ConvertAsync(new ConversionRequest(permit, info.Id, chunk, refusals, by.Id, provision), ct).ConfigureAwait(false);
                    if (!converted.Try(out var conversion))
                    {
                        return Outcome<LinkedPeople>.Refused(converted.Findings);
                    }

                    if (conversion.People.Count != chunk.Length)
                    {
                        throw new InvalidOperationException("The conversion is not aligned with its request");
                    }

                    (before, withheld, epoch) = (before + chunk.Length, withheld + conversion.Withheld, conversion.KeyEpoch);
                    for (var i = 0; i < chunk.Length; i++)
                    {
                        if (conversion.People[i] is { } person)
                        {
                            rows.Add(chunk[i].ToGuid()).Add(person.ToGuid()).EndRow();
                        }
                    }
                }
            }

            datasets.Add(new LinkedDataset(info, snapshot, prefix, new Scan(map.Name, map)));
            evidence.Add(new RefusalEvidence(info.Id.Value, refusals.SetId, refusals.AsOf, before, withheld));
        }

        return new LinkedPeople(datasets, evidence, epoch, asOf);
    }
}
