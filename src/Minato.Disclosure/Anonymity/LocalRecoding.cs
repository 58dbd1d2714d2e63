namespace Minato.Disclosure;

/// <summary>Several generalisations one after the other: what the first cannot show, the next shows more coarsely.</summary>
/// <param name="Rounds">In the order in which to try them for a record.</param>
/// <param name="Suppressed">Records that none of them shows.</param>
public sealed record LocalGeneralisation(IReadOnlyList<Generalisation> Rounds, long Suppressed)
{
    /// <summary>One record as it may be shown; see <see cref="Generalisation.TryRecode"/>.</summary>
    public bool TryRecode(ReadOnlySpan<int> codes, Span<string> labels)
    {
        foreach (var round in Rounds)
        {
            if (round.TryRecode(codes, labels))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>
/// Local recoding by rounds of full-domain generalisation, each on the records that the rounds before suppressed (ARX's way). Only models that stay
/// true when classes of two rounds fall together are taken: k-anonymity and the l-diversities.
/// </summary>
public static class LocalRecoding
{
    /// <param name="rounds">The most rounds. Each may suppress 1 − 1/<paramref name="rounds"/> of what it is given.</param>
    /// <returns>Refused as <see cref="Anonymity.Search"/>, or with <c>anonymity.local</c> where a model compares with the whole file.</returns>
    public static Outcome<LocalGeneralisation> Search(PersonTable table, IReadOnlyList<AnonymityModel> models, LossMeasure loss, int rounds = 10)
    {
        if (models.Any(m => m is not (KAnonymity or DistinctDiversity or EntropyDiversity or RecursiveDiversity)))
        {
            return Finding.Error("anonymity.local", "A model compares classes with the whole file and cannot be held round by round", "Use full-domain generalisation with it");
        }

        var found = new List<Generalisation>();
        var left = table;
        while (left.Records > 0 && found.Count < rounds)
        {
            var outcome = Anonymity.Search(left, models, 1 - (1.0 / rounds), loss);
            if (!outcome.Try(out var round))
            {
                if (found.Count == 0)
                {
                    return Outcome<LocalGeneralisation>.Refused(outcome.Findings);
                }

                break;
            }

            found.Add(round);
            left = left.Without(round);
        }

        return new LocalGeneralisation(found, left.Records);
    }
}
