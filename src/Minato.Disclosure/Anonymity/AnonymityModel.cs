namespace Minato.Disclosure;

/// <summary>
/// What every class of records that look alike must fulfil to be released. Several models hold together; a class that breaks one is
/// suppressed whole. Definitions and their corner cases are those of ARX 3.9 unless said otherwise (decision 0077).
/// </summary>
public abstract record AnonymityModel
{
    private protected AnonymityModel()
    {
    }

    internal abstract ModelCheck On(PersonTable table);

    /// <summary>Null where the parameters make sense for this table.</summary>
    internal virtual Finding? Unfit(PersonTable table) => null;

    private protected static Finding? Sensible(bool fit, string what) =>
        fit ? null : Finding.Error("anonymity.model", what, "Correct the model's parameters");
}

/// <summary>At least k records of the sample in each class (Sweeney 2002).</summary>
public sealed record KAnonymity(int K) : AnonymityModel
{
    internal override ModelCheck On(PersonTable table) => new MinimumSize(K);

    internal override Finding? Unfit(PersonTable table) => Sensible(K >= 1, "k must be 1 or more");
}

/// <summary>At least k records of the population in each class of the sample; the population are all records of the table.</summary>
public sealed record KMap(int K) : AnonymityModel
{
    internal override ModelCheck On(PersonTable table) => new MinimumPopulation(K);

    internal override Finding? Unfit(PersonTable table) => Sensible(K >= 1, "k must be 1 or more");
}

/// <summary>How the sizes of population classes are thought to be distributed around their sample's share.</summary>
public enum ClassSizeEstimate
{
    Poisson,
    ZeroTruncatedPoisson,
}

/// <summary>
/// k-map without a population table: the least sample class k' for which a population class of <paramref name="K"/> is likely enough,
/// under a Poisson model of sampling (El Emam, Dankar 2008).
/// </summary>
/// <param name="PopulationSize">Persons in the population.</param>
/// <param name="Significance">Accepted probability of error, in [0, 1].</param>
public sealed record EstimatedKMap(int K, long PopulationSize, double Significance, ClassSizeEstimate Estimate = ClassSizeEstimate.Poisson) : AnonymityModel
{
    /// <summary>k': the least size of a sample class.</summary>
    public int SampleMinimum(long records)
    {
        var lambda = (double)records / PopulationSize * K;
        var threshold = 1 - Significance;
        double reached = 0, density = Math.Exp(-lambda);
        var empty = density;
        int derived;
        if (Estimate == ClassSizeEstimate.Poisson)
        {
            var counter = 0;
            var sum = 0.0;
            while (reached < threshold)
            {
                sum += density;
                reached = sum;
                density *= lambda / ++counter;
                if (counter >= K)
                {
                    break;
                }
            }

            derived = counter + 1;
        }
        else
        {
            var counter = 1;
            while (reached < threshold)
            {
                density *= lambda / counter;
                reached += density / (1 - empty);
                if (++counter >= K)
                {
                    break;
                }
            }

            derived = counter;
        }

        return (int)Math.Min(Math.Min(derived, records), K);
    }

    internal override ModelCheck On(PersonTable table) => new MinimumSize(SampleMinimum(table.Records));

    internal override Finding? Unfit(PersonTable table) =>
        Sensible(K >= 1 && PopulationSize >= table.Records && Significance is >= 0 and <= 1, "k must be 1 or more, the population no smaller than the sample, the significance within 0 and 1");
}

/// <summary>δ-presence (Nergiz et al. 2007): the share of a population class that is in the sample lies within [Minimum, Maximum].</summary>
/// <param name="AbsentToo">
/// Whether classes that no record of the sample is in count as a share of 0 even where another model sets a least class size. The
/// definition says yes. ARX 3.9 leaves them out as soon as k-anonymity, or another model with a least class size, stands beside.
/// </param>
public sealed record DeltaPresence(double Minimum, double Maximum, bool AbsentToo) : AnonymityModel
{
    internal override ModelCheck On(PersonTable table) => new Presence(Minimum, Maximum);

    internal override Finding? Unfit(PersonTable table) => Sensible(Minimum >= 0 && Minimum <= Maximum && Maximum <= 1, "Shares must fulfil 0 ≤ minimum ≤ maximum ≤ 1");
}

/// <summary>A model on one sensitive attribute.</summary>
public abstract record SensitiveModel(string Attribute) : AnonymityModel
{
    internal override Finding? Unfit(PersonTable table) => Sensible(table.Sensitive.Contains(Attribute), "The table has no sensitive attribute of the model's name");

    private protected int Index(PersonTable table) => table.Sensitive.ToList().IndexOf(Attribute);
}

/// <summary>At least l different sensitive values in each class (Machanavajjhala et al. 2007).</summary>
public sealed record DistinctDiversity(string Attribute, int L) : SensitiveModel(Attribute)
{
    internal override ModelCheck On(PersonTable table) => new DistinctCheck(table, Index(table), L);
}

/// <summary>Entropy of the sensitive values of each class at least log l (Machanavajjhala et al. 2007).</summary>
/// <param name="Exact">
/// True: a class whose entropy is exactly log l is kept, decided in whole numbers (Π fᶠ · lⁿ ≤ nⁿ). False: plain floating point in the
/// order of ARX, which rejects some of them by rounding (three values with two records each, l = 3).
/// </param>
public sealed record EntropyDiversity(string Attribute, double L, bool Exact = true) : SensitiveModel(Attribute)
{
    internal override ModelCheck On(PersonTable table) => new EntropyCheck(table, Index(table), L, Exact);
}

/// <summary>Recursive (c, l)-diversity: the commonest value rarer than c times all from the l-th commonest on together.</summary>
public sealed record RecursiveDiversity(string Attribute, double C, int L) : SensitiveModel(Attribute)
{
    internal override ModelCheck On(PersonTable table) => new RecursiveCheck(table, Index(table), C, L);
}

/// <summary>t-closeness (Li et al. 2007): the earth mover's distance of each class's sensitive values from those of the whole sample, any two values equally far apart.</summary>
public sealed record EqualCloseness(string Attribute, double T) : SensitiveModel(Attribute)
{
    internal override ModelCheck On(PersonTable table) => new EqualCheck(table, Index(table), T);
}

/// <summary>t-closeness over ordered values, neighbours 1/(m − 1) apart.</summary>
/// <param name="Order">The values in their order; null for ordinal order of their text. Values that no record has are left out.</param>
public sealed record OrderedCloseness(string Attribute, double T, IReadOnlyList<string>? Order = null) : SensitiveModel(Attribute)
{
    internal override ModelCheck On(PersonTable table) => new OrderedCheck(table, Index(table), T, Order);

    internal override Finding? Unfit(PersonTable table) =>
        base.Unfit(table) ?? Sensible(Order is null || table.ValueNames[Index(table)].All(Order.Contains), "The order lacks a value that occurs");
}

/// <summary>t-closeness over a hierarchy: the way between two values is the height of their lowest common label, as a share of the whole.</summary>
public sealed record HierarchicalCloseness(string Attribute, double T, Hierarchy Hierarchy) : SensitiveModel(Attribute)
{
    internal override ModelCheck On(PersonTable table) => new HierarchicalCheck(table, Index(table), T, Hierarchy);

    internal override Finding? Unfit(PersonTable table) =>
        base.Unfit(table) ?? Sensible(table.ValueNames[Index(table)].All(v => Hierarchy.CodeOf(v) >= 0), "The sensitive attribute's hierarchy lacks a value that occurs");
}
