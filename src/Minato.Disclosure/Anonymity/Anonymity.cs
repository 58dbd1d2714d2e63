namespace Minato.Disclosure;

/// <summary>
/// Full-domain generalisation with suppression: every attribute is shown at one level of its hierarchy, classes that break a model
/// are left out whole, and of all nodes of the lattice that leave out no more than the limit the one of least loss is taken.
/// </summary>
public static class Anonymity
{
    /// <summary>Nodes of a lattice that are searched; more attributes or levels must be decided by hand first.</summary>
    public const long MostNodes = 4_000_000;

    /// <summary>The optimum, proved: a node is passed over only where a bound excludes it.</summary>
    /// <param name="suppressionLimit">Share of the sample's records that may be left out, in [0, 1]; rounded down to whole records.</param>
    /// <param name="loss">What to minimise. Equal losses: lower sum of levels, then fewer suppressed records, then fewer classes (the safer), then the finer first attributes.</param>
    /// <param name="weights">Weights of attributes for the losses that know them; an attribute that is not named weighs 0.5.</param>
    /// <param name="prove">Examine every node, using no bound.</param>
    /// <param name="threads">Threads to use; 0 for one per processor.</param>
    /// <returns>
    /// Refused with <c>anonymity.no-solution</c> where no node fulfils the models within the limit, <c>anonymity.model</c>,
    /// <c>anonymity.limit</c>, <c>anonymity.empty</c>, <c>anonymity.lattice</c>.
    /// </returns>
    public static Outcome<Generalisation> Search(
        PersonTable table, IReadOnlyList<AnonymityModel> models, double suppressionLimit, LossMeasure loss,
        IReadOnlyDictionary<string, double>? weights = null, bool prove = false, int threads = 0)
    {
        if (models.Count == 0)
        {
            return Finding.Error("anonymity.model", "No model is given", "Name at least one model that classes must fulfil");
        }

        if (models.Select(m => m.Unfit(table)).FirstOrDefault(f => f is not null) is { } unfit)
        {
            return unfit;
        }

        if (!(suppressionLimit is >= 0 and <= 1))
        {
            return Finding.Error("anonymity.limit", "The suppression limit is not a share", "Give a number from 0 to 1");
        }

        if (table.Records == 0)
        {
            return Finding.Error("anonymity.empty", "The sample has no records", "Release nothing, or choose another cohort");
        }

        var nodes = table.Keys.Aggregate(1.0, (n, h) => n * h.Levels);
        if (nodes > MostNodes)
        {
            return Finding.Error("anonymity.lattice", $"The hierarchies span more than {MostNodes} nodes", "Fix the level of some attributes, or shorten their hierarchies");
        }

        var search = new LatticeSearch(table, models, (long)Math.Floor(suppressionLimit * table.Records), loss.On(table, weights ?? new Dictionary<string, double>()), prove);
        return search.Run(threads == 0 ? Environment.ProcessorCount : threads) is { } found
            ? found
            : Finding.Error("anonymity.no-solution", "No generalisation fulfils the models within the suppression limit", "Allow more suppression, or weaken a model");
    }
}
