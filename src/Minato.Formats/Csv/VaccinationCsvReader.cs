using Minato.Formats.Text;

namespace Minato.Formats.Csv;

/// <summary>Vaccination register of a municipality: one row is one dose.</summary>
internal sealed class VaccinationCsvReader() : RowReader(
    "vaccination-csv", "vaccination_", "vaccine_code",
    ["record_id", "vaccinated_on", "vaccine_code"],
    ["municipality_code", "resident_id", "name", "name_kana", "birth_date", "sex", "insurer_number", "insured_symbol", "insured_number", "insured_branch", "dose_number", "lot", "institution_number"])
{
    protected override DeliveredRecord Record(Row row, Tally tally)
    {
        var key = row.Key();
        _ = row.Needed("vaccinated_on");
        var day = row.Date("vaccinated_on") ?? default;
        _ = row.Needed("vaccine_code");
        var vaccine = row.Code("vaccine_code") ?? "";
        var dose = row.Code("dose_number", t => t.Length <= 2 && t.All(char.IsAsciiDigit));
        var birth = row.BirthDate(day);
        var sex = row.Sex(tally);
        return new DeliveredRecord(
            row.Place,
            key,
            new PersonIdentity
            {
                InsurerNumber = row.Text("insurer_number"),
                InsuredSymbol = row.Text("insured_symbol"),
                InsuredNumber = row.Text("insured_number"),
                InsuredBranch = row.Text("insured_branch"),
                NameKanji = row.Text("name"),
                NameKana = row.Text("name_kana"),
                BirthDate = birth,
                Sex = sex,
                LocalPatientId = row.Text("resident_id"),
                AsOf = day,
            },
            new Demographics(birth?.Year, birth?.Month, sex, Prefecture.OfMunicipality(row.Text("municipality_code"))),
            [
                new HealthFact
                {
                    Kind = FactKind.Drug,
                    Start = day,
                    System = CodeSystem.Vaccine,
                    Code = vaccine,
                    ValueCode = dose, // which dose of the course
                    Quantity = 1,
                    Facility = row.Code("institution_number", t => FieldText.IsDigits(t, 10)),
                    Line = row.Source.Line,
                },
            ]);
    }
}
