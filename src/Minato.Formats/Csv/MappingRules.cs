using System.Globalization;
using Minato.Formats.Text;

namespace Minato.Formats.Csv;

/// <summary>What a mapping must be before a row is read with it. All faults are told at once, each with its place.</summary>
internal static class MappingRules
{
    private static readonly string[] VisitWords = ["outpatient", "inpatient", "emergency", "pharmacy", "checkup", "home"];

    private static readonly string[] Systems =
    [
        CodeSystem.Icd10, CodeSystem.Disease, CodeSystem.Procedure, CodeSystem.Drug, CodeSystem.Yj, CodeSystem.Hot, CodeSystem.Jlac10, CodeSystem.Loinc, CodeSystem.Snomed, CodeSystem.RxNorm,
        CodeSystem.Cvx, CodeSystem.Vaccine, CodeSystem.CareService, CodeSystem.Minato, CodeSystem.Udi, CodeSystem.Dicom,
    ];

    public static List<Finding> Check(CsvMapping m, string file)
    {
        var faults = new List<Finding>();
        Need(FieldText.IsCode(m.Format, 40) && m.Format.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'), "format", "The name of the format is not of small letters, digits and dashes", "Name it like vaccination-csv");
        Need(m.Recognise.Columns is { Count: > 0 } || m.Recognise.FileName is { Length: > 2 }, "recognise", "Nothing says how a file of this layout is recognised", "Name columns that only this layout has, or the form of the file's name");
        Need(m.Recognise.FileName is null || m.Recognise.FileName.AsSpan().Count('*') == 1, "recognise.fileName", "The form of the file's name needs one *", "Write it like registry_*.csv");
        Need(m.Delimiter is "," or ";" or "|" or "\t", "delimiter", "The delimiter is none that files have", "Write a comma, a semicolon, | or \\t");
        Need(m.Encoding is null or "utf-8" or "cp932", "encoding", "The encoding is not known", "Write utf-8 or cp932, or leave it out");
        Need(m.Columns is null || m.Columns.Distinct(StringComparer.OrdinalIgnoreCase).Count() == m.Columns.Count, "columns", "A column is named twice", "Give each column a name of its own");
        Need(m.Columns is null || m.Recognise.FileName is not null, "recognise.fileName", "A file without a header row is recognised by its name alone", "Give the form of the file's name");
        Need(m.Facts.Count > 0, "facts", "The mapping takes no fact", "Declare at least one fact");

        var identifying = m.Identity.Identifying().ToHashSet(StringComparer.OrdinalIgnoreCase);
        Need(identifying.Count > 0, "identity", "No column says who the person is", "Map at least one number, or name and birth date");
        Need(m.Key.Columns.Count > 0, "key.columns", "No column makes the record's key", "Name the columns that stay the same when a record is corrected");
        Need(m.Key.Hashed || !m.Key.Columns.Any(identifying.Contains), "key", "The key is made of a column that identifies the person", "Set hashed to true, for keys are stored beside facts");
        Date(m.AsOf, "asOf");
        foreach (var (name, field) in new[] { ("sex", m.Identity.Sex), ("municipality", m.Identity.Municipality), ("birthDate", m.Identity.BirthDate), ("nameKanji", m.Identity.NameKanji), ("address", m.Identity.Address) })
        {
            Table(field, "identity." + name);
        }

        Need(Outputs(m, m.Identity.Sex).All(v => v is "male" or "female" or "unknown"), "identity.sex", "Sex is translated to something else than male, female or unknown", "Translate to one of these");
        foreach (var fact in m.Facts)
        {
            Fact(fact);
        }

        if (m.Columns is { } all)
        {
            var known = all.ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var column in RowPlan.ColumnsOf(m).Where(c => !known.Contains(c)).Distinct())
            {
                Need(false, "columns", "A column is mapped that the list of columns does not have", "Add it to columns, or correct its name", column);
            }
        }

        return faults;

        void Fact(FactRule f)
        {
            Need(f.System.Length == 0 || Systems.Contains(f.System) || (f.System.StartsWith(CodeSystem.OtherPrefix, StringComparison.Ordinal) && FieldText.IsCode(f.System, 120)), f.At + ".system", "The code system is not known here", "Use one of docs/formats.md, or other: and a name");
            Need(f.Kind is FactKind.Death or FactKind.Coverage or FactKind.Cost || f.Code is not null, f.At + ".code", "A fact of this kind needs a code", "Give a constant or a column");
            Need(f.Kind != FactKind.Visit || (f.Code?.Literal is { } w && VisitWords.Contains(w)), f.At + ".code", "A visit is outpatient, inpatient, emergency, pharmacy, checkup or home", "Write one of these");
            Need(f.Kind == FactKind.Visit || f.Code is null || f.System.Length > 0, f.At + ".system", "A code without a system means nothing", "Name its code system");
            Date(f.Start, f.At + ".start");
            Date(f.End, f.At + ".end");
            foreach (var (name, field) in f.Fields())
            {
                var at = $"{f.At}.{name}";
                Table(field, at);
                Need(name is "start" or "end" || field.Literal is null || name is not ("value" or "quantity" or "days") || decimal.TryParse(field.Literal, NumberStyles.Number, CultureInfo.InvariantCulture, out _), at, "The constant is no number", "Write a number");
                Need(field.Name is null || (field.Column is null && name is not ("start" or "end")) || !identifying.Contains(field.Name), at, "A fact reads a column that identifies the person", "Leave it to the identity half");
                if (name is "code" or "valueCode")
                {
                    // Every word that enters a fact has a declared form: a name or a sentence has none.
                    var isCode = name == "code";
                    Need(field.Column is null || field.Pattern is not null || field.Values is not null || field.Table is not null || (isCode && CodeForm.IsFixed(f.System)), at, "A column of codes needs a translation or a pattern", "Add values, table or pattern");
                    Need(Outputs(m, field).Append(field.Literal).OfType<string>().All(c => isCode ? CodeForm.Of(f.System, c) is not null : FieldText.IsCode(c)), at, "A code is not of the form of its system", "Correct it: printable ASCII without blanks, and as the system writes it");
                }
            }

            foreach (var (test, name) in new[] { (f.When, "when"), (f.Suspected, "suspected") })
            {
                Need(test is null || (test.In is { Count: > 0 }) != (test.Not is { Count: > 0 }), $"{f.At}.{name}", "A test names the values that pass, or those that do not", "Give in or not");
                Need(test is null || !identifying.Contains(test.Column), $"{f.At}.{name}", "A fact reads a column that identifies the person", "Leave it to the identity half");
            }
        }

        void Date(FieldRule? field, string at) => Need(
            field is null || (field.Name is { Length: > 0 } && field.As is null or "month-start" or "month-end" && field.Values is null && field.Table is null && field.Pattern is null), at, "A date is a column, or a month's first or last day", "Name the column; as is month-start or month-end");

        void Table(FieldRule? field, string at) => Need(field?.Table is null || m.Tables.ContainsKey(field.Table), at + ".table", "There is no such table", "Declare it under tables");

        void Need(bool ok, string at, string reason, string remedy, string? column = null)
        {
            if (!ok)
            {
                faults.Add(Finding.Error("mapping.rule", column is null ? reason : $"{reason}: {column}", remedy, new Place(file, null, at)));
            }
        }
    }

    private static IEnumerable<string?> Outputs(CsvMapping m, FieldRule? field) =>
        field?.Values?.Values ?? (field?.Table is { } t && m.Tables.TryGetValue(t, out var table) ? table.Values : (IEnumerable<string?>)[]).Where(v => v is not null);
}
