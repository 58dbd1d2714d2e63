using System.Text;
using System.Xml;
using Minato.Formats.Text;

namespace Minato.Formats.CheckUp;

/// <summary>
/// What one check-up document says, gathered element by element. Items are 17-character JLAC10 codes of the check-up's
/// item table (OID …6.1005). Free-text answers stay behind: doctors write names into them.
/// </summary>
internal sealed class CheckUpDocument(string file, Tally tally)
{
    private const string Oid = "1.2.392.200119.6.";
    private const string Xsi = "http://www.w3.org/2001/XMLSchema-instance";

    private readonly List<string> path = [];
    private readonly Stack<Item> open = [];
    private readonly List<Item> items = [];
    private readonly StringBuilder name = new();
    private readonly StringBuilder address = new();
    private string? documentId;
    private string? insurer;
    private string? symbol;
    private string? number;
    private string? branch;
    private string? postalCode;
    private string? birth;
    private string? sex;
    private string? performed;
    private string? written;
    private string? performer;
    private string? author;

    private sealed class Item
    {
        public required long Line { get; init; }
        public bool NotDone { get; set; }
        public string Code { get; set; } = "";
        public string Type { get; set; } = "";
        public string? Value { get; set; }
        public string? Unit { get; set; }
        public string? Answer { get; set; }
        public StringBuilder Text { get; } = new();
    }

    /// <summary>The record, or why there is none; null where the file is no check-up document.</summary>
    public ReadItem? Result { get; private set; }

    /// <summary>What a file that is no check-up document is.</summary>
    public Finding? Aside { get; private set; }

    /// <summary>False where the file need not be read on.</summary>
    public bool Begin(XmlReader xml, long line)
    {
        var element = xml.LocalName;
        if (path.Count == 0 && element != "ClinicalDocument")
        {
            Aside = Finding.Note("checkup.not-a-record", "An index, settlement or schema file of a check-up archive: not data of a person", "", new Place(file));
            return false;
        }

        path.Add(element);
        switch (element)
        {
            case "id":
                Identifier(xml.GetAttribute("root") ?? "", FieldText.OrNull(xml.GetAttribute("extension")));
                break;
            case "birthTime" when Under("patient"):
                birth = xml.GetAttribute("value");
                break;
            case "administrativeGenderCode" when Under("patient"):
                sex = xml.GetAttribute("code");
                break;
            case "effectiveTime" when Under("serviceEvent"):
                performed = xml.GetAttribute("value");
                break;
            case "low" when Under("effectiveTime") && path.Count > 3 && path[^3] == "serviceEvent":
                performed ??= xml.GetAttribute("value");
                break;
            case "effectiveTime" when path.Count == 2:
                written = xml.GetAttribute("value");
                break;
            case "observation":
                open.Push(new Item { Line = line, NotDone = xml.GetAttribute("negationInd") is "true" or "1" });
                break;
            case "code" when Under("observation"):
                open.Peek().Code = xml.GetAttribute("code") ?? "";
                break;
            case "value" when Under("observation"):
                var item = open.Peek();
                var type = xml.GetAttribute("type", Xsi) ?? "";
                item.Type = type[(type.LastIndexOf(':') + 1)..];
                item.Value = xml.GetAttribute("value");
                item.Unit = xml.GetAttribute("unit");
                item.Answer = xml.GetAttribute("code");
                item.NotDone |= xml.GetAttribute("nullFlavor") is not null;
                break;
        }

        return true;
    }

    public void Text(string text)
    {
        if (path.Count > 2 && path[^1] == "value" && path[^2] == "observation")
        {
            Append(open.Peek().Text, text);
        }
        else if (path.Count > 3 && path.Contains("patientRole"))
        {
            if (path.IndexOf("patient") > 0 && path.IndexOf("name") > path.IndexOf("patient"))
            {
                Append(name, text);
            }
            else if (path[^1] == "postalCode")
            {
                postalCode = FieldText.OrNull(text);
            }
            else if (path.Contains("addr"))
            {
                Append(address, text);
            }
        }
    }

    public void End(long line)
    {
        if (path.Count == 0)
        {
            return;
        }

        if (path[^1] == "observation" && open.TryPop(out var item))
        {
            items.Add(item);
        }

        path.RemoveAt(path.Count - 1);
    }

    public void Finish() => Result = Make();

    private ReadItem Make()
    {
        if (!TryDay(performed, out var day))
        {
            if (performed is not null)
            {
                return Bad("checkup.date", "The day of the check-up does not exist", "Correct serviceEvent/effectiveTime", "serviceEvent/effectiveTime");
            }

            if (!TryDay(written, out day))
            {
                return Bad("checkup.date", "No element says when the check-up took place", "State serviceEvent/effectiveTime", "serviceEvent/effectiveTime");
            }

            tally.Warn("checkup.no-date", "document without the day of the check-up; dated by the day it was written", 1, "State serviceEvent/effectiveTime", "serviceEvent/effectiveTime");
        }

        DateOnly? birthDate = null;
        if (FieldText.OrNull(birth) is not null)
        {
            if (!TryDay(birth, out var b) || b > day)
            {
                return Bad("checkup.birth-date", "The birth date does not exist, or lies after the check-up", "Correct birthTime", "birthTime");
            }

            birthDate = b;
        }

        var who = Identity(birthDate, day);
        if (who.InsuredNumber is null && who.NameKana is null && who.NameKanji is null)
        {
            return Bad("checkup.no-person", "The document names neither an insured number nor a person", "Fill in recordTarget", "recordTarget");
        }

        var key = documentId is not null && FieldText.IsCode(documentId, 120) ? documentId : Path.GetFileNameWithoutExtension(FieldText.BaseName(file));
        var facility = performer ?? author;
        var facts = new List<HealthFact>
        {
            new() { Kind = FactKind.Visit, Start = day, System = CodeSystem.Minato, Code = "checkup", Facility = facility, Line = 1 },
        };
        foreach (var item in items)
        {
            if (Fact(item, day, facility) is { } fact)
            {
                facts.Add(fact);
            }
        }

        var prefecture = Prefecture.Of(who.Address);
        return new ReadItem.Good(new DeliveredRecord(new Place(file, 1), "checkup-" + key, who, new Demographics(birthDate?.Year, birthDate?.Month, who.Sex, prefecture), facts));
    }

    private HealthFact? Fact(Item item, DateOnly day, string? facility)
    {
        if (item.NotDone || item.Code.Length == 0)
        {
            return null; // 未実施, or the bracket around a series of tests
        }

        if (item.Code.Length != 17 || !item.Code.All(char.IsAsciiLetterOrDigit))
        {
            tally.Warn("checkup.code", "item whose code is not 17 characters was passed over", item.Line, "Use the check-up's item codes", "observation/code");
            return null;
        }

        var fact = new HealthFact { Kind = FactKind.Measurement, Start = day, System = CodeSystem.Jlac10, Code = item.Code, Facility = facility, Line = item.Line };
        if (item.Answer is { } answer && FieldText.IsCode(answer, 32))
        {
            return fact with { ValueCode = answer };
        }

        if (item.Value is not null)
        {
            if (FieldText.TryDecimal(item.Value, out var value))
            {
                return fact with { Value = value, Unit = item.Unit is { } u && FieldText.IsUnit(u) ? u : null };
            }

            tally.Warn("checkup.value", "item whose value is not a number was passed over", item.Line, "Write numbers with a point and without other signs", "observation/value");
            return null;
        }

        if (FieldText.Qualitative(item.Text.ToString()) is { } word)
        {
            return fact with { ValueCode = word };
        }

        if (item.Text.Length > 0)
        {
            tally.Note("checkup.narrative", "answer in free text was not passed on: it may name somebody", item.Line);
        }

        return null;
    }

    private PersonIdentity Identity(DateOnly? birthDate, DateOnly day)
    {
        var text = Held(name);
        var isKanji = text?.Any(c => c is >= '一' and <= '鿿' or '々') == true;
        return new PersonIdentity
        {
            InsurerNumber = insurer,
            InsuredSymbol = symbol,
            InsuredNumber = number,
            InsuredBranch = branch,
            NameKanji = isKanji ? text : null,
            NameKana = isKanji ? null : text,
            BirthDate = birthDate,
            Sex = sex switch { "1" => Sex.Male, "2" => Sex.Female, _ => Sex.Unknown },
            PostalCode = postalCode,
            Address = Held(address),
            AsOf = day,
        };
    }

    private void Identifier(string root, string? value)
    {
        if (value is { Length: > 80 })
        {
            return;
        }

        if (path.Count == 2)
        {
            documentId = value;
        }
        else if (Under("patientRole"))
        {
            switch (root)
            {
                case Oid + "101":
                    insurer ??= value;
                    break;
                case Oid + "204":
                    symbol ??= value;
                    break;
                case Oid + "205":
                    number ??= value;
                    break;
                case Oid + "211":
                    branch ??= value;
                    break;
            }
        }
        else if (root == Oid + "102" && value is not null && FieldText.IsDigits(value, 10) && Under("representedOrganization"))
        {
            _ = path.Contains("performer") ? performer ??= value : path.Contains("author") ? author ??= value : null;
        }
    }

    private bool Under(string parent) => path.Count > 1 && path[^2] == parent;

    private static void Append(StringBuilder to, string text)
    {
        if (to.Length < 400)
        {
            to.Append(text);
        }
    }

    private static string? Held(StringBuilder text)
    {
        var all = FieldText.OrNull(string.Join(' ', text.ToString().Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries)));
        return all is { Length: <= 200 } && !all.AsSpan().ContainsAnyInRange('\0', '\u001F') ? all : null;
    }

    /// <summary>HL7 time stamp: YYYYMMDD and perhaps a time.</summary>
    private static bool TryDay(string? value, out DateOnly day)
    {
        day = default;
        return value is { Length: >= 8 and <= 24 } && JapaneseDate.TryParse(value.AsSpan(0, 8), out day) && day.Year is >= 1850 and <= 2200;
    }

    private ReadItem.Bad Bad(string code, string reason, string remedy, string field) => new(Finding.Error(code, reason, remedy, new Place(file, 1, field)), default);
}
