namespace Minato.Synthetic;

/// <summary>A place of care.</summary>
/// <param name="Number">10 digits: prefecture, 1 (medical), 7 digits that nobody has.</param>
/// <param name="Holder">The holder that sends its electronic records, or null: then only claims tell of it.</param>
internal sealed record Institution(int Index, string Number, string Name, bool IsHospital, int Town, string? Holder)
{
    public string Prefecture => Geography.Municipalities[Town].Prefecture;
}

/// <summary>Fifteen places of care: three hospitals and two clinics share electronic records, all claim.</summary>
internal static class Institutions
{
    public static IReadOnlyList<Institution> All { get; } = Number(
        (true, 0, "汐見総合病院", "shiomi-hospital"), (true, 3, "港丘大学病院", "minatooka-university-hospital"), (true, 6, "千鳥中央病院", "chidori-hospital"),
        (false, 1, "若竹内科クリニック", "wakatake-clinic"), (false, 9, "緑原クリニック健診センター", "midorihara-clinic"),
        (true, 10, "川瀬病院", null), (false, 0, "汐見駅前診療所", null), (false, 2, "鷹峰医院", null), (false, 3, "港丘内科", null), (false, 4, "風早クリニック", null),
        (false, 5, "白砂診療所", null), (false, 6, "千鳥医院", null), (false, 7, "朝霧内科", null), (false, 9, "緑原医院", null), (false, 11, "霧島台診療所", null));

    private static readonly Dictionary<string, Institution[]> ByPrefecture = All.GroupBy(i => i.Prefecture).ToDictionary(g => g.Key, g => g.ToArray());

    /// <summary>Where a person of this town goes for a chronic illness: about half to the five that share their records.</summary>
    public static Institution ForChronic(Draw draw, Municipality town)
    {
        var near = ByPrefecture[town.Prefecture];
        Span<double> weights = stackalloc double[near.Length];
        for (var i = 0; i < near.Length; i++)
        {
            weights[i] = (near[i].Holder is not null ? 1.6 : 0.8) * (near[i].Town == town.Index ? 1.6 : 1);
        }

        return near[draw.Weighted(weights)];
    }

    public static Institution ForAcute(Draw draw, Municipality town)
    {
        var near = ByPrefecture[town.Prefecture];
        Span<double> weights = stackalloc double[near.Length];
        for (var i = 0; i < near.Length; i++)
        {
            weights[i] = (near[i].IsHospital ? 0.25 : 1) * (near[i].Town == town.Index ? 4 : 1);
        }

        return near[draw.Weighted(weights)];
    }

    public static Institution ForAdmission(Municipality town) => ByPrefecture[town.Prefecture].First(i => i.IsHospital);

    private static Institution[] Number(params ReadOnlySpan<(bool Hospital, int Town, string Name, string? Holder)> places)
    {
        var all = new Institution[places.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var (hospital, town, name, holder) = places[i];
            all[i] = new(i, $"{Geography.Municipalities[town].Prefecture}199900{i + 1:00}", name, hospital, town, holder);
        }

        return all;
    }
}
