using Minato.Formats.Writing;

namespace Minato.Synthetic;

/// <summary>What one institution did for one person in one month, in or out of bed: it becomes a receipt.</summary>
internal sealed class Sheet(Institution institution, bool inpatient)
{
    private readonly List<UkeDisease> diseases = [];
    private readonly List<UkeService> procedures = [];
    private readonly List<UkeService> drugs = [];

    public Institution Institution => institution;
    public bool Inpatient => inpatient;
    public DateOnly? AdmittedOn { get; init; }
    public uint Days { get; set; }
    public IReadOnlyList<UkeDisease> Diseases => diseases;

    /// <summary>In the order of 診療識別, as the layout wants it.</summary>
    public IReadOnlyList<UkeService> Services => [.. procedures.Concat(drugs).OrderBy(s => s.Class, StringComparer.Ordinal)];

    public void Diagnose(UkeDisease disease)
    {
        if (!diseases.Exists(d => d.Code == disease.Code && d.StartedOn == disease.StartedOn))
        {
            diseases.Add(disease.Main && diseases.Exists(d => d.Main) ? disease with { Main = false } : disease);
        }
    }

    public void Serve(Procedure procedure, IReadOnlyList<(int Day, int Times)> on)
    {
        var known = procedures.FindIndex(p => p.Code == procedure.Code);
        if (known < 0)
        {
            procedures.Add(new(false, procedure.Class, procedure.Code, "", procedure.Points, on.Sum(o => o.Times), on));
            return;
        }

        var days = procedures[known].OnDays.Concat(on).GroupBy(o => o.Day).OrderBy(g => g.Key).Select(g => (g.Key, g.Sum(o => o.Times))).ToArray();
        procedures[known] = procedures[known] with { Count = days.Sum(d => d.Item2), OnDays = days };
    }

    /// <param name="days">Days of supply: 回数 of an oral drug, written on the day of dispensing.</param>
    public void Dispense(Drug drug, int days, int day, string comment = "")
    {
        if (drugs.Exists(d => d.Code == drug.Ssk))
        {
            return;
        }

        // Inhalers and pens are counted by piece, one for four weeks.
        drugs.Add(drug.External
            ? new(true, "23", drug.Ssk, Math.Max(1, days / 28).ToString(System.Globalization.CultureInfo.InvariantCulture), drug.PointsPerDay * days, 1, [(day, 1)], comment)
            : new(true, "21", drug.Ssk, drug.PerDay.ToString(System.Globalization.CultureInfo.InvariantCulture), drug.PointsPerDay, days, [(day, days)], comment));
    }
}
