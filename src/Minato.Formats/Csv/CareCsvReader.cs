using Minato.Formats.Text;

namespace Minato.Formats.Csv;

/// <summary>Long-term care: one row is one service of one month. Its insured number is another one than health insurance's.</summary>
internal sealed class CareCsvReader() : RowReader(
    "care-csv", "care_", "care_level",
    ["record_id", "service_month", "care_level", "service_code"],
    ["care_insurer_number", "care_insured_id", "name", "name_kana", "birth_date", "sex", "address", "provider_number", "units", "days", "stop_reason"])
{
    private static readonly HashSet<string> Levels = ["01", "11", "12", "13", "21", "22", "23", "24", "25"];

    protected override DeliveredRecord Record(Row row, Tally tally)
    {
        var key = row.Key();
        var month = row.Needed("service_month");
        if (!JapaneseDate.TryParseMonth(month, out var first) && month.Length > 0)
        {
            row.Wrong("csv.date", "service_month", "The month is not written as YYYYMM or GYYMM", "Correct the month");
        }

        var last = first == default ? first : new DateOnly(first.Year, first.Month, DateTime.DaysInMonth(first.Year, first.Month));
        _ = row.Needed("care_level");
        var level = row.Code("care_level", Levels.Contains);
        _ = row.Needed("service_code");
        var service = row.Code("service_code", t => t.Length == 6) ?? "";
        var units = row.Number("units");
        var days = row.Number("days");
        var stopped = row.Code("stop_reason", t => t.Length == 1 && char.IsAsciiDigit(t[0]));
        var provider = row.Code("provider_number", t => FieldText.IsDigits(t, 10));
        var birth = row.BirthDate(last);
        var sex = row.Sex(tally);
        var address = row.Text("address");
        var facts = new List<HealthFact>
        {
            new() { Kind = FactKind.Observation, Start = first, End = last, System = CodeSystem.Minato, Code = "care-level", ValueCode = level, Facility = provider, Line = row.Source.Line },
            new() { Kind = FactKind.Procedure, Start = first, End = last, System = CodeSystem.CareService, Code = service, Value = units, Quantity = days, Facility = provider, Line = row.Source.Line },
        };
        if (stopped is not null and not "0")
        {
            // 3 admitted to hospital, 4 died: without a day, so it is an observation of the month and no death.
            facts.Add(new HealthFact { Kind = FactKind.Observation, Start = last, System = CodeSystem.Minato, Code = "care-stop-reason", ValueCode = stopped, Facility = provider, Line = row.Source.Line });
        }

        return new DeliveredRecord(
            row.Place,
            key,
            new PersonIdentity
            {
                NameKanji = row.Text("name"),
                NameKana = row.Text("name_kana"),
                BirthDate = birth,
                Sex = sex,
                Address = address,
                LocalPatientId = row.Text("care_insured_id") is { } id ? $"{row.Text("care_insurer_number")}-{id}" : null,
                AsOf = first,
            },
            new Demographics(birth?.Year, birth?.Month, sex, Prefecture.Of(address)),
            facts);
    }
}
