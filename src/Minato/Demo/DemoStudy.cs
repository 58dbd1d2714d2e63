using Minato.Access;
using Minato.Release;

namespace Minato.Demo;

/// <summary>The demonstration's study: new users of SGLT2 against DPP-4 inhibitors, over linked claims, hospital records, check-ups and deaths.</summary>
internal static class DemoStudy
{
    public static RequestedUse Use(Harbour h) => new(
        new("糖尿病の薬と腎臓・心臓：SGLT2阻害薬とDPP-4阻害薬の比較", "Diabetes drugs, kidney and heart: SGLT2 against DPP-4 inhibitors"),
        new("糖尿病の薬を新しく始めた人たちを比べ、どちらの薬が腎臓と心臓をよりよく守るかを調べます。名前や住所は使いません。", "Compares people who newly began one of two diabetes drugs, to learn which protects kidney and heart better. No names or addresses are used."),
        "research",
        [.. h.Warehouse.Datasets.Where(d => d.Category is DataCategory.Claims or DataCategory.MedicalRecord or DataCategory.CheckUp or DataCategory.Death or DataCategory.LongTermCare).Select(d => new DatasetGrant(d.Id, Tables))],
        File.ReadAllText(Path.Combine(h.Standards, "cohorts", "t2d-new-users-sglt2-dpp4.json")),
        new DateOnly(2016, 1, 1), new DateOnly(2025, 12, 31), "pseudonymised-v1", [new ActorId("r-sato")], 12);

    /// <summary>The same people, counted by the harbour itself.</summary>
    public static RequestedUse TableOnly(Harbour h) => Use(h) with
    {
        Title = new("糖尿病の薬を新しく始めた人の数", "How many people newly began a diabetes drug"),
        PlainSummary = new("糖尿病の薬を新しく始めた人を、性別と年ごとに数えます。一人ひとりの記録はだれも見ません。", "Counts the people who newly began a diabetes drug, by sex and year. Nobody sees anybody's record."),
        Table = new(["gender_concept_id", TableRequest.CohortYear]),
    };

    public static IReadOnlyList<(Workspace.JobLanguage Language, string File)> Programs { get; } =
        [(Workspace.JobLanguage.R, "rates.R"), (Workspace.JobLanguage.Python, "figure.py"), (Workspace.JobLanguage.Sql, "counts.sql")];

    public static IReadOnlyList<string> Panel { get; } = ["rev-ito", "rev-kato", "rev-mori"];

    private static readonly IReadOnlyList<TableGrant> Tables =
    [
        new("person", ["person_id", "gender_concept_id", "year_of_birth"]),
        new("condition_occurrence", ["person_id", "condition_concept_id", "condition_start_date", "condition_source_value", "condition_status_concept_id", "visit_occurrence_id"]),
        new("drug_exposure", ["person_id", "drug_concept_id", "drug_exposure_start_date", "drug_exposure_end_date", "days_supply", "drug_source_value"]),
        new("measurement", ["person_id", "measurement_concept_id", "measurement_date", "value_as_number", "unit_source_value", "measurement_source_value"]),
        new("visit_occurrence", ["person_id", "visit_concept_id", "visit_start_date", "visit_end_date"]),
        new("observation_period", ["person_id", "observation_period_start_date", "observation_period_end_date"]),
        new("death", ["person_id", "death_date"]),
    ];

    public static IReadOnlyList<string> Criteria(Harbour h, ApplicationId id) => [.. h.Access.CriteriaFor(id).Select(c => c.Id)];

    /// <summary>A table with small cells, as it fell out of the program.</summary>
    public static IReadOnlyList<OutputDeclaration> Careless(string run) => [Table(run, "rates_raw.csv", "発生率（処理前） / rates as computed")];

    /// <summary>The small cells are hidden, but row totals give them away.</summary>
    public static IReadOnlyList<OutputDeclaration> HalfMended(string run) => [Table(run, "rates_half.csv", "発生率（一部を伏せた） / small cells hidden, totals open")];

    /// <summary>One line per person, called a table.</summary>
    public static IReadOnlyList<OutputDeclaration> RowLevel(string run) => [new(run, "people.csv", OutputKind.FrequencyTable, ["arm"], "n", null, "一覧 / a list")];

    /// <summary>Coarser groups, no small cell, and the figure with the numbers behind it.</summary>
    public static IReadOnlyList<OutputDeclaration> Correct(string run, string figureRun) =>
    [
        Table(run, "rates.csv", "薬ごとの発生数と人数 / events and people by drug"),
        Table(figureRun, "figure_data.csv", "図のもとの数 / numbers behind the figure"),
        new(figureRun, "figure.png", OutputKind.Figure, [], null, "figure_data.csv", "薬ごとの経過の図 / figure by drug"),
    ];

    private static OutputDeclaration Table(string run, string name, string description) => new(run, name, OutputKind.FrequencyTable, ["arm", "outcome"], "n", null, description);
}
