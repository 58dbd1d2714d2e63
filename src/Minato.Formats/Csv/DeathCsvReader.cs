using Minato.Formats.Text;

namespace Minato.Formats.Csv;

/// <summary>Deaths of the vital statistics (人口動態): one row is one death, with the underlying cause (原死因).</summary>
internal sealed class DeathCsvReader() : RowReader(
    "death-csv", "death_", "died_on",
    ["record_id", "died_on"],
    ["municipality_code", "name", "name_kana", "birth_date", "sex", "address", "place_code", "underlying_cause_icd10"])
{
    protected override DeliveredRecord Record(Row row, Tally tally)
    {
        var key = row.Key();
        _ = row.Needed("died_on");
        var day = row.Date("died_on") ?? default;
        var cause = row.Code("underlying_cause_icd10", t => Icd10Code.Plain(t) is not null);
        var place = row.Code("place_code", t => t.Length <= 2);
        var birth = row.BirthDate(day);
        var sex = row.Sex(tally);
        var address = row.Text("address");
        var facts = new List<HealthFact>
        {
            new()
            {
                Kind = FactKind.Death,
                Start = day,
                System = cause is null ? "" : CodeSystem.Icd10,
                Code = cause is null ? "" : Icd10Code.Plain(cause)!,
                Line = row.Source.Line,
            },
        };
        if (place is not null)
        {
            facts.Add(new HealthFact { Kind = FactKind.Observation, Start = day, System = CodeSystem.Minato, Code = "place-of-death", ValueCode = place, Line = row.Source.Line });
        }

        return new DeliveredRecord(
            row.Place,
            key,
            new PersonIdentity { NameKanji = row.Text("name"), NameKana = row.Text("name_kana"), BirthDate = birth, Sex = sex, Address = address, AsOf = day },
            new Demographics(birth?.Year, birth?.Month, sex, Prefecture.OfMunicipality(row.Text("municipality_code")) ?? Prefecture.Of(address)),
            facts);
    }
}
