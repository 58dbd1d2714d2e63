using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Minato.Formats.Text;

namespace Minato.Formats.Csv;

/// <summary>A mapping made ready for the header of one file: every field knows its column.</summary>
internal sealed class RowPlan
{
    private readonly CsvMapping mapping;
    private readonly Cell[] key;
    private readonly Field asOf;
    private readonly Cell[] localId;
    private readonly Fact[] facts;
    private readonly Field insurer, symbol, number, branch, kanji, kana, birth, sex, postal, address, municipality;

    public RowPlan(CsvMapping mapping, IReadOnlyDictionary<string, int> columns)
    {
        this.mapping = mapping;
        Cell At(string name) => new(columns.GetValueOrDefault(name, -1), name);
        Field Named(FieldRule? rule) => Make(rule is { Column: null, Literal: { } name } ? rule with { Column = name, Literal = null } : rule);
        Field Make(FieldRule? rule) => rule is null ? default : new Field(
            rule.Column is { } c ? At(c) : new Cell(-1, ""), rule.Literal, rule.Literal is { } text && decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var n) ? n : null,
            rule.Required, rule.Pattern, rule.Values ?? (rule.Table is { } t ? mapping.Tables[t] : null), rule.As);
        Check Checked(Test? test) => test is null ? default : new Check(At(test.Column), (test.In ?? test.Not)!, test.In is not null);

        key = [.. mapping.Key.Columns.Select(At)];
        asOf = Named(mapping.AsOf);
        var who = mapping.Identity;
        localId = [.. who.LocalPatientId.Select(At)];
        (insurer, symbol, number, branch) = (Named(who.InsurerNumber), Named(who.InsuredSymbol), Named(who.InsuredNumber), Named(who.InsuredBranch));
        (kanji, kana, birth, sex) = (Named(who.NameKanji), Named(who.NameKana), Named(who.BirthDate), Named(who.Sex));
        (postal, address, municipality) = (Named(who.PostalCode), Named(who.Address), Named(who.Municipality));
        facts = [.. mapping.Facts.Select(f => new Fact(
            f.Kind, f.System, Make(f.Code), Named(f.Start), Named(f.End), Make(f.Value), Make(f.Unit), Make(f.ValueCode), Make(f.Quantity), Make(f.Days), Make(f.Facility), Checked(f.When), Checked(f.Suspected)))];
    }

    /// <summary>Columns that a header must have, for without them no row can be read.</summary>
    public static IEnumerable<string> Needed(CsvMapping m) =>
        m.Key.Columns.Append(m.AsOf.Name!).Concat(m.Facts.SelectMany(f => f.Fields()).Where(f => f.Field.Required).Select(f => f.Field.Column!)).Distinct(StringComparer.OrdinalIgnoreCase);

    /// <summary>All columns that the mapping reads.</summary>
    public static IEnumerable<string> ColumnsOf(CsvMapping m) =>
        m.Key.Columns.Append(m.AsOf.Name!).Concat(m.Identity.Identifying()).Concat(m.Identity.LocalPatientId)
            .Concat(new[] { m.Identity.Sex?.Name, m.Identity.Municipality?.Name }.OfType<string>())
            .Concat(m.Facts.SelectMany(f => f.Fields().Select(x => x.Name is "start" or "end" ? x.Field.Name : x.Field.Column)
                .Concat([f.When?.Column, f.Suspected?.Column])).OfType<string>());

    /// <summary>One row as a record; faults are noted in the row.</summary>
    public DeliveredRecord Record(Row row, Tally tally)
    {
        var name = Key(row);
        _ = row.Needed(asOf.Cell);
        var day = Date(row, asOf);
        var born = row.Date(birth.Cell);
        var isSex = row.Sex(sex.Cell, Word(row, sex), tally);
        var home = Word(row, address);
        var taken = new List<HealthFact>(facts.Length);
        foreach (var fact in facts)
        {
            Take(row, fact, taken);
        }

        var last = taken.Aggregate(day, (max, f) => (f.End ?? f.Start) > max ? f.End ?? f.Start : max);
        if (born > last)
        {
            row.Wrong("csv.birth-date", birth.Cell, "The birth date lies after the event", "Correct the dates");
        }

        return new DeliveredRecord(
            row.Place,
            name,
            new PersonIdentity
            {
                InsurerNumber = Word(row, insurer),
                InsuredSymbol = Word(row, symbol),
                InsuredNumber = Word(row, number),
                InsuredBranch = Word(row, branch),
                NameKanji = Word(row, kanji),
                NameKana = Word(row, kana),
                BirthDate = born,
                Sex = isSex,
                PostalCode = Word(row, postal),
                Address = home,
                LocalPatientId = LocalId(row),
                AsOf = day,
            },
            new Demographics(born?.Year, born?.Month, isSex, Prefecture.OfMunicipality(Word(row, municipality)) ?? Prefecture.Of(home)) { Municipality = Prefecture.MunicipalityOf(Word(row, municipality)) },
            taken);
    }

    private string Key(Row row)
    {
        if (mapping.Key.Hashed)
        {
            var parts = string.Join('\u001F', key.Select(row.Needed));
            return $"{mapping.Format}-h-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"minato-csv-key:{parts}")).AsSpan(0, 16))}";
        }

        var name = key.Length == 1 ? row.Needed(key[0]) : string.Join('-', key.Select(row.Needed));
        if (name.Length > 0 && !FieldText.IsCode(name, 80))
        {
            row.Wrong("csv.record-id", key[0], "The record id is not a code (printable ASCII, no blanks)", "Number the records");
        }

        return name;
    }

    private string? LocalId(Row row) =>
        localId.Length == 0 || row.Text(localId[^1]) is not { } last ? null
        : localId.Length == 1 ? last
        : string.Join('-', localId[..^1].Select(c => row.Text(c) ?? "").Append(last));

    private static void Take(Row row, in Fact rule, List<HealthFact> taken)
    {
        if (!rule.When.Passes(row))
        {
            return;
        }

        var code = Word(row, rule.Code);
        var formed = code is null ? null : CodeForm.Of(rule.System, code);
        if (code is not null && formed is null)
        {
            row.Wrong("csv.code", rule.Code.Cell, "The field is not a code of its system", "See the mapping for its form");
        }

        var (value, word) = Result(row, rule.Value);
        var coded = Word(row, rule.ValueCode);
        if (coded is not null && !FieldText.IsCode(coded))
        {
            row.Wrong("csv.code", rule.ValueCode.Cell, "The field is not a code of the layout", "See the mapping for its form");
        }

        var isEmpty = (rule.Code.IsMapped && code is null && rule.Kind != FactKind.Death)
            || (rule.Kind is FactKind.Measurement or FactKind.Observation or FactKind.Cost && (rule.Value.IsMapped || rule.ValueCode.IsMapped) && value is null && coded is null && word is null);
        if (isEmpty)
        {
            return;
        }

        if (Date(row, rule.Start) is not { Year: > 1 } start)
        {
            row.Wrong("csv.missing", rule.Start.Cell, "The field is empty", "Fill it in");
            return;
        }

        var unit = Word(row, rule.Unit);
        if (unit is not null && !FieldText.IsUnit(unit))
        {
            row.Wrong("csv.unit", rule.Unit.Cell, "The field is no unit", "Write the unit, at most 24 characters");
        }

        DateOnly? end = rule.End.IsMapped && Date(row, rule.End) is { Year: > 1 } until ? until : null;
        if (end < start)
        {
            row.Wrong("csv.date", rule.End.Cell, "The end lies before the beginning", "Correct the dates");
        }

        var days = Amount(row, rule.Days);
        if (days is { } d && (d > 3660 || d != decimal.Truncate(d)))
        {
            row.Wrong("csv.number", rule.Days.Cell, "The field is not a number of days", "Correct the number");
            days = null;
        }

        taken.Add(new HealthFact
        {
            Kind = rule.Kind,
            Start = start,
            End = end,
            System = formed is null ? "" : rule.System,
            Code = formed ?? "",
            Value = value,
            Unit = value is null ? null : unit,
            ValueCode = coded ?? word,
            Quantity = Amount(row, rule.Quantity),
            Days = (int?)days,
            Facility = Facility(row, rule.Facility),
            Suspected = rule.Suspected.IsMapped && rule.Suspected.Passes(row),
            Line = row.Source.Line,
        });
    }

    private static string? Facility(Row row, in Field field)
    {
        var text = Word(row, field);
        if (text is not null && !FieldText.IsDigits(text, 10))
        {
            row.Wrong("csv.code", field.Cell, "The field is not a 10-digit institution number", "Correct the number");
            return null;
        }

        return text;
    }

    /// <summary>A constant, or what the column holds after its translation; the wrong form is noted.</summary>
    private static string? Word(Row row, in Field field)
    {
        if (field.Constant is { } constant)
        {
            return constant;
        }

        if (!field.IsMapped)
        {
            return null;
        }

        var text = field.Required ? row.Needed(field.Cell) is { Length: > 0 } needed ? needed : null : row.Text(field.Cell);
        if (text is null)
        {
            return null;
        }

        if (field.Values is { } values)
        {
            if (!values.TryGetValue(text, out var meant))
            {
                row.Wrong("csv.value", field.Cell, "The field holds none of the values that the layout knows", "Correct it, or add the value to the mapping");
            }

            return meant;
        }

        if (field.Pattern is { } pattern && !pattern.IsMatch(text))
        {
            row.Wrong("csv.code", field.Cell, "The field is not of the form that the layout gives it", "See the mapping for its form");
            return null;
        }

        return text;
    }

    /// <summary>A result: a number, or a word of convention; anything else is noted.</summary>
    private static (decimal? Number, string? Word) Result(Row row, in Field field)
    {
        if (field.Number is { } constant)
        {
            return (constant, null);
        }

        if (Word(row, field) is not { } text)
        {
            return default;
        }

        if (text.Length <= 12 && FieldText.TryDecimal(text, out var value))
        {
            return (value, null);
        }

        var word = FieldText.Qualitative(text);
        if (word is null)
        {
            row.Wrong("csv.number", field.Cell, "The field is not a number", "Correct the number");
        }

        return (null, word);
    }

    private static decimal? Amount(Row row, in Field field)
    {
        if (field.Number is { } constant)
        {
            return constant;
        }

        if (Word(row, field) is not { } text)
        {
            return null;
        }

        if (text.Length <= 12 && FieldText.TryDecimal(text, out var value) && value >= 0)
        {
            return value;
        }

        row.Wrong("csv.number", field.Cell, "The field is not a number", "Correct the number");
        return null;
    }

    private static DateOnly Date(Row row, in Field field) => field.As switch
    {
        "month-start" => row.Month(field.Cell) ?? default,
        "month-end" => row.Month(field.Cell) is { } first ? first.AddMonths(1).AddDays(-1) : default,
        _ => row.Date(field.Cell) ?? default,
    };

    private readonly record struct Field(Cell Cell, string? Constant, decimal? Number, bool Required, Regex? Pattern, IReadOnlyDictionary<string, string?>? Values, string? As)
    {
        /// <summary>A field that the mapping does not speak of is all defaults.</summary>
        public bool IsMapped => Cell.Name is { Length: > 0 } || Constant is not null;
    }

    private readonly record struct Check(Cell Cell, IReadOnlyList<string> Values, bool Passing)
    {
        public bool IsMapped => Values is not null;

        public bool Passes(Row row) => !IsMapped || Values.Contains(row.Text(Cell) ?? "") == Passing;
    }

    private readonly record struct Fact(
        FactKind Kind, string System, Field Code, Field Start, Field End, Field Value, Field Unit, Field ValueCode, Field Quantity, Field Days, Field Facility, Check When, Check Suspected);
}
