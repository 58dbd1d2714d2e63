using System.Text.Json;
using Minato.Linkage.Normal;

namespace Minato.Linkage.Matching;

/// <summary>What a column of a file means.</summary>
internal enum ColumnRole
{
    Ignore,
    Id,
    Family,
    Given,
    Middle,
    Name,
    FamilyKanji,
    GivenKanji,
    NameKanji,
    Birth,
    Sex,
    Insurer,
    Symbol,
    Number,
    Branch,
    PersonNumber,
    Local,
    AsOf,
    Prefecture,
    Place,
    Town,
    Lot,
    Address,
    Postal,
    Other,
}

/// <summary>Columns → fields: declared in JSON (<c>{"header": "role"}</c>), or recognised by their usual names. What is not known is left alone.</summary>
internal sealed class FieldMapping
{
    private static readonly Dictionary<string, ColumnRole> Usual = Build(
        (ColumnRole.Id, "recid id uniqueid recordid identifier"),
        (ColumnRole.Given, "givenname firstname given forename fname namefirst 名カナ カナ名 givenkana firstnamekana"),
        (ColumnRole.Middle, "middlename middle secondname middleinitial mname namemiddle"),
        (ColumnRole.Family, "surname familyname lastname family last lname namelast セイカナ カナ姓 姓カナ familykana lastnamekana"),
        (ColumnRole.Name, "カナ氏名 氏名カナ 氏名かな フリガナ ふりがな カナ namekana kananame kana name fullname"),
        (ColumnRole.FamilyKanji, "姓 氏 familykanji 漢字姓"),
        (ColumnRole.GivenKanji, "名 givenkanji 漢字名"),
        (ColumnRole.NameKanji, "漢字氏名 氏名 氏名漢字 名前 namekanji kanjiname kanji"),
        (ColumnRole.Birth, "dateofbirth birthdate dob birthday birth 生年月日 誕生日"),
        (ColumnRole.Sex, "sex gender 性別"),
        (ColumnRole.Insurer, "保険者番号 insurernumber insurer"),
        (ColumnRole.Symbol, "記号 insuredsymbol symbol 被保険者証記号"),
        (ColumnRole.Number, "番号 insurednumber 被保険者証番号 number"),
        (ColumnRole.Branch, "枝番 insuredbranch branch"),
        (ColumnRole.PersonNumber, "socsecid ssn socialsecuritynumber nationalid nhsnumber"),
        (ColumnRole.Local, "localpatientid patientid 患者番号 患者id mrn"),
        (ColumnRole.AsOf, "asof 基準日 診療年月"),
        (ColumnRole.Prefecture, "state prefecture 都道府県 province region county"),
        (ColumnRole.Place, "suburb city municipality 市区町村 placeofresidence"),
        (ColumnRole.Town, "address1 street streetname 町名 town"),
        (ColumnRole.Lot, "streetnumber lot 番地 housenumber"),
        (ColumnRole.Address, "住所 address 現住所"),
        (ColumnRole.Postal, "postcode postalcode zip zipcode 郵便番号 postcodefake"),
        (ColumnRole.Other, "address2 email emailaddress mail phone phonenumber telephone 電話番号 birthplace occupation placeofbirth 出生地"));

    private readonly ColumnRole[] roles;

    private FieldMapping(string[] header, ColumnRole[] roles) => (Header, this.roles) = (header, roles);

    public string[] Header { get; }

    public IReadOnlyList<ColumnRole> Roles => roles;

    public int IndexOf(ColumnRole role) => Array.IndexOf(roles, role);

    /// <param name="declared">JSON file of headers and roles, or null to recognise them.</param>
    /// <param name="use">Groups to use: name, birth, sex, number, address, postal, other, local; null for all.</param>
    public static Outcome<FieldMapping> Of(string[] header, string file, string? declared, IReadOnlySet<string>? use)
    {
        var roles = new ColumnRole[header.Length];
        if (declared is not null)
        {
            Dictionary<string, string>? map;
            try
            {
                map = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(declared));
            }
            catch (Exception e) when (e is JsonException or IOException)
            {
                return Finding.Error("match.fields", "The mapping cannot be read", "Write {\"column header\": \"role\"} as JSON", new Place(declared));
            }

            foreach (var (name, role) in map ?? [])
            {
                var at = Array.FindIndex(header, h => string.Equals(h, name, StringComparison.OrdinalIgnoreCase));
                if (!Enum.TryParse<ColumnRole>(role, ignoreCase: true, out var known) || int.TryParse(role, out _))
                {
                    return Finding.Error("match.fields", "A column is given a role that does not exist", "Use one of: " + string.Join(", ", Enum.GetNames<ColumnRole>().Select(n => char.ToLowerInvariant(n[0]) + n[1..])), new Place(declared, Field: name));
                }

                if (at >= 0)
                {
                    roles[at] = known;
                }
            }
        }
        else
        {
            for (var i = 0; i < header.Length; i++)
            {
                var role = Usual.GetValueOrDefault(Bare(header[i]));

                // A second column of one meaning (full_name beside its parts) adds nothing and could contradict.
                roles[i] = role is ColumnRole.Other or ColumnRole.Ignore || !roles.AsSpan(0, i).Contains(role) ? role : ColumnRole.Ignore;
            }

            // "name" beside its parts repeats them.
            if (roles.Contains(ColumnRole.Family) && roles.Contains(ColumnRole.Given) && Array.IndexOf(roles, ColumnRole.Name) is >= 0 and var whole)
            {
                roles[whole] = ColumnRole.Ignore;
            }
        }

        for (var i = 0; use is not null && i < roles.Length; i++)
        {
            roles[i] = roles[i] == ColumnRole.Id || use.Contains(GroupOf(roles[i])) ? roles[i] : ColumnRole.Ignore;
        }

        return roles.Any(r => r is not (ColumnRole.Ignore or ColumnRole.Id))
            ? new FieldMapping(header, roles)
            : Finding.Error("match.columns", "No column is recognised as part of an identity", "Name the columns' roles with --fields mapping.json", new Place(file, 1));
    }

    public static IReadOnlyList<string> Groups { get; } = ["name", "birth", "sex", "number", "local", "address", "postal", "other"];

    public IdentityParts PartsOf(string[] cells, bool dayFirst)
    {
        string? At(ColumnRole role) => IndexOf(role) is >= 0 and var k && k < cells.Length && IsKnown(cells[k]) ? cells[k] : null;
        var others = new List<string?>();
        for (var i = 0; i < roles.Length && others.Count < 4; i++)
        {
            if (roles[i] == ColumnRole.Other)
            {
                others.Add(i < cells.Length && IsKnown(cells[i]) ? cells[i] : null);
            }
        }

        var given = At(ColumnRole.Given);
        var (family, whole) = (At(ColumnRole.Family), At(ColumnRole.Name));
        if (At(ColumnRole.Middle) is { } middle && given is not null)
        {
            given = $"{given} {middle}";
        }

        return new IdentityParts(new PersonIdentity
        {
            NameKana = whole,
            NameKanji = At(ColumnRole.NameKanji),
            Sex = WrittenSex.Parse(At(ColumnRole.Sex)),
            InsurerNumber = At(ColumnRole.Insurer),
            InsuredSymbol = At(ColumnRole.Symbol),
            InsuredNumber = At(ColumnRole.Number),
            InsuredBranch = At(ColumnRole.Branch),
            PostalCode = At(ColumnRole.Postal),
            Address = At(ColumnRole.Address),
            LocalPatientId = At(ColumnRole.Local),
            AsOf = WrittenDate.Read(At(ColumnRole.AsOf)) is { IsOk: true } day ? day.Value : null,
        })
        {
            Family = family,
            Given = given,
            FamilyKanji = At(ColumnRole.FamilyKanji),
            GivenKanji = At(ColumnRole.GivenKanji),
            Birth = BirthOf(At(ColumnRole.Birth), dayFirst),
            PersonNumber = IndexOf(ColumnRole.PersonNumber) >= 0 ? At(ColumnRole.PersonNumber) ?? "" : null,
            Prefecture = At(ColumnRole.Prefecture),
            Place = At(ColumnRole.Place),
            Town = At(ColumnRole.Town),
            Lot = At(ColumnRole.Lot),
            Others = others,
        };
    }

    /// <summary>yyyymmdd of a date as written, also of one that does not exist; 0 where it cannot be read.</summary>
    public static int BirthOf(string? text, bool dayFirst)
    {
        if (text is null)
        {
            return 0;
        }

        if (text.Length == 8 && int.TryParse(text, out var eight))
        {
            return eight;
        }

        if (text.Length > 10 && text[10] is 'T' or ' ')
        {
            text = text[..10];
        }

        var pieces = text.Split('-', '/', '.');
        if (pieces.Length is >= 1 and <= 3 && pieces.All(p => p.Length is >= 1 and <= 4 && p.All(char.IsAsciiDigit)))
        {
            var n = pieces.Select(int.Parse).ToArray();
            if (pieces[0].Length == 4)
            {
                return (n[0] * 10000) + ((n.Length > 1 ? n[1] : 0) * 100) + (n.Length > 2 ? n[2] : 0);
            }

            if (n.Length == 3 && pieces[2].Length == 4)
            {
                return (n[2] * 10000) + ((dayFirst ? n[1] : n[0]) * 100) + (dayFirst ? n[0] : n[1]);
            }
        }

        return WrittenDate.Read(text) is { IsOk: true, Value: { } d } ? (d.Year * 10000) + (d.Month * 100) + d.Day : 0;
    }

    /// <summary>What systems and statistics packages write for nothing.</summary>
    private static bool IsKnown(string cell) => cell.Length > 0 && cell.ToUpperInvariant() is not ("NULL" or "NAN" or "NA" or "N/A" or "NONE" or "-" or "UNKNOWN" or "不明");

    private static string GroupOf(ColumnRole role) => role switch
    {
        >= ColumnRole.Family and <= ColumnRole.NameKanji => "name",
        ColumnRole.Birth => "birth",
        ColumnRole.Sex => "sex",
        >= ColumnRole.Insurer and <= ColumnRole.PersonNumber => "number",
        ColumnRole.Local => "local",
        >= ColumnRole.Prefecture and <= ColumnRole.Address => "address",
        ColumnRole.Postal => "postal",
        _ => "other",
    };

    private static string Bare(string header) => new([.. WrittenForm.Unify(header).Where(char.IsLetterOrDigit).Select(char.ToLowerInvariant)]);

    private static Dictionary<string, ColumnRole> Build(params (ColumnRole Role, string Names)[] all) =>
        all.SelectMany(x => x.Names.Split(' ').Select(n => (n, x.Role))).ToDictionary(x => x.n, x => x.Role, StringComparer.Ordinal);
}
