using System.Globalization;
using Minato.Formats.Text;

namespace Minato.Formats.Hl7;

/// <summary>
/// What the name of a file in SS-MIX2's standard storage says:
/// <c>patient_date_kind_order_timestamp_department_condition</c>. Date is <c>-</c> for what has none (demographics, diagnoses).
/// </summary>
/// <param name="WithoutPatient">The name with <c>*</c> for the patient's number: places go into findings and beside facts, and the holder still finds the file.</param>
internal sealed record StorageName(string Patient, string Date, string Kind, string Order, Condition Condition, string WithoutPatient)
{
    public DateOnly? Day => DateOnly.TryParseExact(Date, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>Null where the name is not one of the storage's.</summary>
    public static StorageName? Of(string fileName)
    {
        var parts = FieldText.BaseName(fileName).Split('_');
        if (parts.Length < 7 || parts[^1] is not ("0" or "1" or "2") || !FieldText.IsDigits(parts[^3], 17) || parts[^5] is not { Length: 3 or 6 } kind
            || kind.AsSpan(0, 3).ContainsAnyExceptInRange('A', 'Z') || !(parts[^6] == "-" || FieldText.IsDigits(parts[^6], 8)) || !FieldText.IsCode(parts[^4], 32) || !FieldText.IsCode(parts[^2], 16))
        {
            return null;
        }

        var patient = string.Join('_', parts[..^6]);
        return FieldText.IsCode(patient) ? new StorageName(patient, parts[^6], kind, parts[^4], (Condition)(parts[^1][0] - '0'), $"*_{string.Join('_', parts[^6..])}") : null;
    }
}

/// <summary>The storage's condition flag: a change renames the old version to 2 and adds a new 1, a deletion leaves 0.</summary>
internal enum Condition
{
    Deleted = 0,
    Valid = 1,
    Superseded = 2,
}
