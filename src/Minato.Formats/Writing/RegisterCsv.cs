using System.Text;

namespace Minato.Formats.Writing;

/// <summary>One row of the vaccination register (docs/formats.md, vaccination-csv). Texts as the municipality typed them.</summary>
public sealed record VaccinationRow
{
    public required string RecordId { get; init; }
    public string MunicipalityCode { get; init; } = "";
    public string ResidentId { get; init; } = "";
    public string Name { get; init; } = "";
    public string Kana { get; init; } = "";
    public string BirthDate { get; init; } = "";
    public string Sex { get; init; } = "";
    public string Insurer { get; init; } = "";
    public string Symbol { get; init; } = "";
    public string Number { get; init; } = "";
    public string Branch { get; init; } = "";
    public string VaccinatedOn { get; init; } = "";
    public string Vaccine { get; init; } = "";
    public string Dose { get; init; } = "";
    public string Lot { get; init; } = "";
    public string Institution { get; init; } = "";
}

/// <summary>One row of long-term care (docs/formats.md, care-csv): one person, one service, one month.</summary>
public sealed record CareRow
{
    public required string RecordId { get; init; }
    public string Insurer { get; init; } = "";
    public string InsuredId { get; init; } = "";
    public string Name { get; init; } = "";
    public string Kana { get; init; } = "";
    public string BirthDate { get; init; } = "";
    public string Sex { get; init; } = "";
    public string Address { get; init; } = "";

    /// <summary>YYYYMM.</summary>
    public string Month { get; init; } = "";
    public string Provider { get; init; } = "";
    public string Level { get; init; } = "";
    public string Service { get; init; } = "";
    public string Units { get; init; } = "";
    public string Days { get; init; } = "";

    /// <summary>中止理由: 3 admitted to hospital, 4 died.</summary>
    public string StopReason { get; init; } = "";
}

/// <summary>One death (docs/formats.md, death-csv).</summary>
public sealed record DeathRow
{
    public required string RecordId { get; init; }
    public string MunicipalityCode { get; init; } = "";
    public string Name { get; init; } = "";
    public string Kana { get; init; } = "";
    public string BirthDate { get; init; } = "";
    public string Sex { get; init; } = "";
    public string Address { get; init; } = "";
    public string DiedOn { get; init; } = "";
    public string Place { get; init; } = "";
    public string Cause { get; init; } = "";
}

/// <summary>Writes the three flat registers: header row, CRLF, in the encoding the holder uses (UTF-8, UTF-8 with BOM or CP932).</summary>
public sealed class RegisterCsv : IDisposable
{
    private readonly Stream stream;
    private readonly Encoding encoding;
    private readonly StringBuilder text = new(64 * 1024);

    private RegisterCsv(Stream stream, Encoding encoding, params ReadOnlySpan<string> header)
    {
        (this.stream, this.encoding) = (stream, encoding);
        stream.Write(encoding.GetPreamble());
        CsvLine.Append(text, header);
    }

    public static RegisterCsv Vaccinations(Stream stream, Encoding encoding) => new(
        stream, encoding, "record_id", "municipality_code", "resident_id", "name", "name_kana", "birth_date", "sex", "insurer_number", "insured_symbol",
        "insured_number", "insured_branch", "vaccinated_on", "vaccine_code", "dose_number", "lot", "institution_number");

    public static RegisterCsv Care(Stream stream, Encoding encoding) => new(
        stream, encoding, "record_id", "care_insurer_number", "care_insured_id", "name", "name_kana", "birth_date", "sex", "address", "service_month",
        "provider_number", "care_level", "service_code", "units", "days", "stop_reason");

    public static RegisterCsv Deaths(Stream stream, Encoding encoding) => new(
        stream, encoding, "record_id", "municipality_code", "name", "name_kana", "birth_date", "sex", "address", "died_on", "place_code", "underlying_cause_icd10");

    public void Write(VaccinationRow r, Func<string, string>? asSent = null) => Row(
        asSent, r.RecordId, r.MunicipalityCode, r.ResidentId, r.Name, r.Kana, r.BirthDate, r.Sex, r.Insurer, r.Symbol, r.Number, r.Branch, r.VaccinatedOn,
        r.Vaccine, r.Dose, r.Lot, r.Institution);

    public void Write(CareRow r, Func<string, string>? asSent = null) => Row(
        asSent, r.RecordId, r.Insurer, r.InsuredId, r.Name, r.Kana, r.BirthDate, r.Sex, r.Address, r.Month, r.Provider, r.Level, r.Service, r.Units, r.Days, r.StopReason);

    public void Write(DeathRow r, Func<string, string>? asSent = null) => Row(
        asSent, r.RecordId, r.MunicipalityCode, r.Name, r.Kana, r.BirthDate, r.Sex, r.Address, r.DiedOn, r.Place, r.Cause);

    public void Dispose() => Flush();

    private void Row(Func<string, string>? asSent, params ReadOnlySpan<string> cells)
    {
        var start = text.Length;
        CsvLine.Append(text, cells);
        if (asSent is not null)
        {
            var row = asSent(text.ToString(start, text.Length - start));
            text.Length = start;
            text.Append(row);
        }

        if (text.Length > 48 * 1024)
        {
            Flush();
        }
    }

    private void Flush()
    {
        stream.Write(encoding.GetBytes(text.ToString()));
        text.Clear();
    }
}
