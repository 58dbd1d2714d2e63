using System.Globalization;
using System.Text;
using CsCheck;
using Minato.Formats.Writing;

namespace Minato.Formats.Tests;

/// <summary>What our writers write is read back as what was meant, for every kind of claim and every DPC file.</summary>
public sealed class RoundTripTests
{
    private static readonly DateOnly March = new(2026, 3, 1);
    private static readonly Gen<string> Disease = Gen.Int[1, 9_999_998].Select(n => n.ToString("0000000", CultureInfo.InvariantCulture)).Where(c => c != "0000999");
    private static readonly Gen<DateOnly> LongAgo = Gen.Int[-20_000, 30].Select(March.AddDays);
    private static readonly Gen<DateOnly> InMarch = Gen.Int[0, 30].Select(March.AddDays);
    private static readonly Gen<string> Name = Gen.OneOfConst("架空　太郎", "髙橋　﨑子", "ｶｸｳ ﾊﾅｺ", "①㈱　株", "表　ソ能", "");
    private static readonly Gen<string> Modifiers = Gen.OneOfConst("", "", "8002", "2049", "20494012", "40128002");

    /// <summary>Payer, name, sex, birth, search number, public payer: what all claims share.</summary>
    private static readonly Gen<(UkeInsurer Insurer, string Name, string Sex, DateOnly Birth, bool Search, (string, string)? Public)> Who =
        Gen.Select(Gen.OneOfConst("06990013", "  139311"), Name, Gen.OneOfConst("1", "2", ""), Gen.Int[-30_000, -1].Select(March.AddDays), Gen.Bool, Gen.Bool)
            .Select(t => (new UkeInsurer(t.Item1, t.Item2.Length > 3 ? "架１２" : "", "３４５", "01"), t.Item2, t.Item3, t.Item4, t.Item5, t.Item6 ? ("21136018", "9103664") : ((string, string)?)null));

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static Gen<string> Code(char first) => Gen.Int[0, 99_999_999].Select(n => first + n.ToString("00000000", CultureInfo.InvariantCulture));

    private static readonly Gen<(int Day, int Times)[]> OnDays =
        Gen.Select(Gen.Int[1, 31], Gen.Int[1, 99]).Array[1, 4].Select(d => d.DistinctBy(x => x.Item1).OrderBy(x => x.Item1).Select(x => (x.Item1, x.Item2)).ToArray());

    private static readonly Gen<UkeService> Service =
        Gen.Select(Gen.Bool, Gen.OneOfConst("21", "60", "40"), Gen.Int[0, 99_999_999], Gen.Int[1, 500], Gen.Int[0, 9000], OnDays, Gen.Bool).Select(t => new UkeService(
            t.Item1, t.Item2, (t.Item1 ? "6" : "1") + t.Item3.ToString("00000000", CultureInfo.InvariantCulture), t.Item1 ? (t.Item4 / 4m).ToString(CultureInfo.InvariantCulture) : "", t.Item5,
            t.Item6.Sum(d => d.Times), t.Item6, t.Item7 ? "架空太郎様　説明" : ""));

    private static IEnumerable<string> Expected(IEnumerable<UkeService> services) =>
        services.SelectMany(s => s.OnDays.Select(d => s.IsDrug
            ? Shown(FactKind.Drug, March.AddDays(d.Day - 1), s.Code, Number(s.Amount), Number(s.Amount) * d.Times, s.Class == "21" ? d.Times : null)
            : Shown(FactKind.Procedure, March.AddDays(d.Day - 1), s.Code, null, d.Times)));

    private static string Shown(FactKind kind, DateOnly start, string code, decimal? value = null, decimal? quantity = null, int? days = null, DateOnly? end = null, string? word = null, bool suspected = false) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind} {start:yyyyMMdd}-{end:yyyyMMdd} {code} {value:0.####}/{quantity:0.####}/{days} {word} {suspected}");

    private static string Shown(HealthFact f) => Shown(f.Kind, f.Start, f.Code, f.Value, f.Quantity, f.Days, f.End, f.ValueCode, f.Suspected);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);

    private static string Cost(DateOnly day, decimal yen, DateOnly? end = null) => Shown(FactKind.Cost, day, "", yen, end: end);

    private static string Coverage => Shown(FactKind.Coverage, March, "", end: March.AddDays(30));

    /// <summary>A condition as claims give it: in the month, with how long it has been treated.</summary>
    private static string Condition(string code, DateOnly begun, int outcome, string modifiers, string role, string teeth = "")
    {
        var words = Enumerable.Chunk(modifiers, 4).Select(m => "z" + new string(m)).Where(m => m != "z8002").Concat(Enumerable.Chunk(teeth, 6).Select(t => "t" + new string(t)));
        var word = string.Join('+', (role.Length > 0 ? [role] : Array.Empty<string>()).Concat(words));
        return Shown(
            FactKind.Condition, begun > March ? begun : March, code, begun < March ? March.DayNumber - begun.DayNumber : null, end: outcome is 2 or 3 or 4 ? March.AddDays(30) : null,
            word: word.Length > 0 ? word : null, suspected: modifiers.Contains("8002"));
    }

    /// <summary>Writes, reads as the institution sent it, as insurers get it, and with other line ends: the facts are the ones expected, each time.</summary>
    private static void Same<T>(string file, string institution, IReadOnlyList<T> claims, Action<UkeWriter, T> write, Func<T, IEnumerable<string>> expected)
        where T : UkeClaim
    {
        foreach (var forInsurer in new[] { false, true })
        {
            using var stream = new MemoryStream();
            using (var writer = new UkeWriter(stream, new UkeHeader(1, institution, "架空病院", "202604", "03"), forInsurer))
            {
                foreach (var claim in claims)
                {
                    write(writer, claim);
                }
            }

            var bytes = forInsurer ? stream.ToArray() : Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(stream.ToArray()).Replace("\r\n", claims.Count % 2 == 0 ? "\n" : "\r\n"));
            var read = Reading.Of(file, bytes);
            Assert.Empty(read.Bad);
            Assert.DoesNotContain(read.RemarkCodes, c => c.StartsWith("uke.total", StringComparison.Ordinal) || c is "uke.points-differ" or "uke.unknown-record" or "uke.correction");
            Assert.Equal(claims.Count, read.Records.Count);
            foreach (var (claim, record) in claims.Zip(read.Records))
            {
                Assert.Equal(expected(claim).Order(StringComparer.Ordinal), record.Facts.Select(Shown).Order(StringComparer.Ordinal));
                var who = record.Identity;
                Assert.Equal((claim.Insurer.Number.Trim(), Null(claim.Insurer.Symbol), "３４５", "01"), (who.InsurerNumber, who.InsuredSymbol, who.InsuredNumber, who.InsuredBranch));
                Assert.Equal((Null(claim.Name), claim.BirthDate, claim.Sex), (who.NameKanji, Day(who.BirthDate!.Value), who.Sex == Sex.Unknown ? "" : ((int)who.Sex).ToString(CultureInfo.InvariantCulture)));
                Assert.Equal("カクウ　タロウ", who.NameKana);
                Assert.Equal(claim.SearchNumber.Length > 0 ? $"{institution}-202603-{claim.SearchNumber}" : $"{institution}-202603-r{claims.Index().First(c => ReferenceEquals(c.Item, claim)).Index + 1}", record.Key);
                Assert.All(record.Facts, f => Assert.Equal(institution, f.Facility));
            }
        }
    }

    private static string? Null(string text) => text.Length == 0 ? null : text;

    private static string SearchOf(bool has, int index) => has ? $"s{index}" : "";

    [Fact]
    public void Medical_receipts()
    {
        var diseases = Gen.Select(Disease, LongAgo, Gen.OneOfConst(1, 1, 2, 4), Modifiers, Gen.Bool).Array[0, 4];
        Gen.Select(Who, diseases, Service.Array[1, 6], Gen.Int[1, 31]).Array[1, 3].Sample(
            many => Same(
                "RECEIPTC.UKE", "1319900001",
                [.. many.Select((t, i) => new UkeReceipt
                {
                    Type = "1112", Month = "202603", Insurer = t.Item1.Insurer, Name = t.Item1.Name, Sex = t.Item1.Sex, BirthDate = Day(t.Item1.Birth), Kana = "カクウ　タロウ", SearchNumber = SearchOf(t.Item1.Search, i),
                    PublicPayer = t.Item1.Public, ChartNumber = "P1", Days = 1u << (t.Item4 - 1), Services = [.. t.Item3.OrderBy(s => s.Class, StringComparer.Ordinal)],
                    Diseases = [.. t.Item2.Select(d => new UkeDisease(d.Item1, Day(d.Item2), d.Item3, d.Item4, d.Item5))],
                })],
                (w, r) => w.Write(r),
                r => [
                    Coverage, .. Expected(r.Services), .. r.Diseases.Select(d => Condition(d.Code, DateOnly.ParseExact(d.StartedOn, "yyyyMMdd"), d.Outcome, d.Modifiers, d.Main ? "main" : "")),
                    .. Visits("outpatient", r.Services.SelectMany(s => s.OnDays.Select(d => (d.Day, (long)s.Points * d.Times))).Append((System.Numerics.BitOperations.TrailingZeroCount(r.Days) + 1, 0))),
                ]),
            iter: 60);
    }

    private static IEnumerable<string> Visits(string kind, IEnumerable<(int Day, long Points)> points) =>
        points.GroupBy(p => p.Day).SelectMany(g => g.Sum(p => p.Points) is > 0 and var sum
            ? new[] { Shown(FactKind.Visit, March.AddDays(g.Key - 1), kind), Cost(March.AddDays(g.Key - 1), sum * 10) }
            : [Shown(FactKind.Visit, March.AddDays(g.Key - 1), kind)]);

    [Fact]
    public void Dpc_receipts()
    {
        var roles = new Dictionary<int, string> { [1] = "resource", [11] = "main", [21] = "trigger", [31] = "resource2", [42] = "comorbid", [51] = "complication" };
        var diseases = Gen.Select(Disease, Gen.OneOfConst([.. roles.Keys]), Modifiers).Array[0, 5];
        var bundled = Gen.Select(InMarch, Gen.OneOfConst("21", "33", "60"), Gen.Bool, Gen.Int[0, 99_999_999], Gen.Int[1, 30]).Array[0, 6];
        Gen.Select(Who, diseases, bundled, Service.Array[0, 3], Gen.Int[0, 30], Gen.OneOfConst(1, 2, 6, 7), Gen.Int[0, 90_000]).Array[1, 3].Sample(
            many => Same(
                "RECEIPTC.UKE", "1319900001",
                [.. many.Select((t, i) => new UkeStay
                {
                    Type = "1111", Month = "202603", Insurer = t.Item1.Insurer, Name = t.Item1.Name, Sex = t.Item1.Sex, BirthDate = Day(t.Item1.Birth), Kana = "カクウ　タロウ", SearchNumber = SearchOf(t.Item1.Search, i),
                    PublicPayer = t.Item1.Public, Group = "050130xx9900xx", AdmittedOn = "20260228", DischargedOn = Day(March.AddDays(t.Item5)), Outcome = t.Item6, BundlePoints = t.Item7, Services = t.Item4,
                    Diseases = [.. t.Item2.Select(d => new UkeStayDisease(d.Item1, "I500", d.Item2, d.Item3))], Operations = [new("150050510", "K082", "20260303")],
                    Bundled = [.. t.Item3.Select(b => new UkeBundled(Day(b.Item1), b.Item2, (b.Item3 ? "6" : "1") + b.Item4.ToString("00000000", CultureInfo.InvariantCulture), b.Item3 ? "2.5" : "", b.Item5))],
                })],
                (w, r) => w.Write(r),
                r =>
                {
                    var (admitted, end) = (new DateOnly(2026, 2, 28), DateOnly.ParseExact(r.DischargedOn, "yyyyMMdd"));
                    var cause = r.Outcome == 6 ? r.Diseases.LastOrDefault(d => d.Role == 1)?.Code ?? "" : "";
                    return
                    [
                        Coverage, Shown(FactKind.Visit, March, "inpatient", end: end), Shown(FactKind.Observation, admitted, r.Group), Shown(FactKind.Procedure, new(2026, 3, 3), "150050510", null, 1), .. Expected(r.Services),
                        .. r.Points > 0 ? [Cost(March, r.Points * 10m, end)] : Array.Empty<string>(), .. r.Outcome >= 6 ? [Shown(FactKind.Death, end, cause, word: "stay-outcome")] : Array.Empty<string>(),
                        .. r.Diseases.Select(d => Condition(d.Code, admitted, 1, d.Modifiers, roles[d.Role]).Replace("20260301", "20260228").Replace(" 1//", " //")),
                        .. r.Bundled.Select(b => b.Code[0] == '6'
                            ? Shown(FactKind.Drug, DateOnly.ParseExact(b.On, "yyyyMMdd"), b.Code, 2.5m, 2.5m * b.Count, b.Class == "21" ? b.Count : null)
                            : Shown(FactKind.Procedure, DateOnly.ParseExact(b.On, "yyyyMMdd"), b.Code, null, b.Count)),
                    ];
                }),
            iter: 60);
    }

    [Fact]
    public void Dental_receipts()
    {
        var diseases = Gen.Select(Disease, Gen.OneOfConst("", "104600", "104600104700"), Modifiers, Gen.Bool).Array[0, 4];
        var services = Gen.Select(Gen.OneOfConst("11", "21", "40"), Gen.OneOfConst('3', '3', '1', '6'), Gen.Int[0, 99_999_999], Gen.Int[0, 900], OnDays).Array[1, 5];
        Gen.Select(Who, diseases, services, LongAgo).Array[1, 3].Sample(
            many => Same(
                "RECEIPTD.UKE", "1339900003",
                [.. many.Select((t, i) => new UkeDentalReceipt
                {
                    Type = "3112", Month = "202603", Insurer = t.Item1.Insurer, Name = t.Item1.Name, Sex = t.Item1.Sex, BirthDate = Day(t.Item1.Birth), Kana = "カクウ　タロウ", SearchNumber = SearchOf(t.Item1.Search, i),
                    PublicPayer = t.Item1.Public, StartedOn = Day(t.Item4), Days = 0, Diseases = [.. t.Item2.Select(d => new UkeDentalDisease(d.Item1, d.Item2, d.Item3, d.Item4))],
                    Services = [.. t.Item3.OrderBy(s => s.Item1, StringComparer.Ordinal).Select(s => new UkeDentalService(
                        s.Item1, s.Item2 + s.Item3.ToString("00000000", CultureInfo.InvariantCulture), s.Item2 == '6' ? "3" : "", s.Item4, s.Item5.Sum(d => d.Times), s.Item5))],
                })],
                (w, r) => w.Write(r),
                r => [
                    Coverage, .. Expected(r.Services.Select(s => new UkeService(s.Code[0] == '6', s.Class, s.Code, s.Amount, s.Points, s.Count, s.OnDays))),
                    .. r.Diseases.Select(d => Condition(d.Code, DateOnly.ParseExact(r.StartedOn, "yyyyMMdd"), 1, d.Modifiers, d.Main ? "main" : "", d.Teeth)),
                    .. Visits("outpatient", r.Services.SelectMany(s => s.OnDays.Select(d => (d.Day, (long)s.Points * d.Times)))),
                ]),
            iter: 60);
    }

    [Fact]
    public void Pharmacy_receipts()
    {
        var dispensing = Gen.Select(InMarch, Gen.Int[1, 60], Gen.Int[0, 99], Gen.Int[0, 900]);
        var drugs = Gen.Select(Code('6'), Gen.Int[1, 400]).Array[1, 4];
        var prescriptions = Gen.Select(Gen.Int[1, 7], dispensing.Array[1, 3], drugs).Array[1, 3];
        var fees = Gen.Select(InMarch, Code('4'), Gen.Int[1, 4], Gen.Int[0, 90]).Array[0, 15];
        Gen.Select(Who, prescriptions, fees).Array[1, 3].Sample(
            many => Same(
                "RECEIPTY.UKE", "1349900002",
                [.. many.Select((t, i) => new UkePharmacyReceipt
                {
                    Type = "4112", Month = "202603", Insurer = t.Item1.Insurer, Name = t.Item1.Name, Sex = t.Item1.Sex, BirthDate = Day(t.Item1.Birth), Kana = "カクウ　タロウ", SearchNumber = SearchOf(t.Item1.Search, i),
                    PublicPayer = t.Item1.Public, Prescriber = "1319900001", Fees = [.. t.Item3.Select(f => new UkePharmacyFee(Day(f.Item1), f.Item2, f.Item3, f.Item4))],
                    Prescriptions = [.. t.Item2.Select(p => new UkePrescription(
                        p.Item1,
                        [.. p.Item2.Select(d => new UkeDispensing("20260301", Day(d.Item1), d.Item2, d.Item3 > 0 ? "420000000" : "", d.Item3, d.Item4))],
                        [.. p.Item3.Select(d => (d.Item1, (d.Item2 / 4m).ToString(CultureInfo.InvariantCulture)))]))],
                })],
                (w, r) => w.Write(r),
                r =>
                {
                    var days = r.Prescriptions.SelectMany(p => p.Dispensings).Select(d => (d.On, (long)d.FeePoints + d.DrugPoints)).Concat(r.Fees.Select(f => (f.On, (long)f.Points * f.Count)));
                    return
                    [
                        Coverage, Shown(FactKind.Observation, March, "prescribed-at", word: "1319900001"), .. Visits("pharmacy", days.Select(d => (int.Parse(d.On.AsSpan(6)), d.Item2))),
                        .. r.Fees.Select(f => Shown(FactKind.Procedure, DateOnly.ParseExact(f.On, "yyyyMMdd"), f.Code, null, f.Count)),
                        .. r.Prescriptions.SelectMany(p => p.Dispensings.Where(d => d.FeeCode.Length > 0).Select(d => Shown(FactKind.Procedure, DateOnly.ParseExact(d.On, "yyyyMMdd"), d.FeeCode, null, 1))),
                        .. r.Prescriptions.SelectMany(p => p.Dispensings.SelectMany(d => p.Drugs.Select(x => Shown(
                            FactKind.Drug, DateOnly.ParseExact(d.On, "yyyyMMdd"), x.Code, Number(x.Amount), Number(x.Amount) * d.Amount, p.Form is 1 or 6 or 7 ? d.Amount : null)))),
                    ];
                }),
            iter: 60);
    }

    /// <summary>Stays of one hospital, with patients that differ; written in both encodings.</summary>
    private static void Same<T>(string prefix, IReadOnlyList<T> stays, Func<Stream, Encoding?, DpcWriter> open, Action<DpcWriter, T> write, Func<T, IEnumerable<string>> expected, Func<T, PersonIdentity>? who = null)
    {
        foreach (var encoding in new Encoding?[] { null, Encoding.UTF8 })
        {
            using var stream = new MemoryStream();
            using (var writer = open(stream, encoding))
            {
                foreach (var stay in stays)
                {
                    write(writer, stay);
                }
            }

            var read = Reading.Of(DpcWriter.FileName(prefix, "139900001", "202603"), stream.ToArray());
            Assert.Empty(read.Bad);
            Assert.Equal(stays.Count, read.Records.Count);
            Assert.Equal(stays.Count, read.Records.Select(r => r.Key).Distinct().Count());
            foreach (var (stay, record) in stays.Zip(read.Records))
            {
                Assert.Equal(expected(stay).Order(StringComparer.Ordinal), record.Facts.Select(Shown).Order(StringComparer.Ordinal));
                Assert.All(record.Facts, f => Assert.Equal("1319900001", f.Facility));
                if (who is not null)
                {
                    Assert.Equal(who(stay), record.Identity);
                }
            }
        }
    }

    private static string PatientNo(int i) => (i + 1).ToString("0000000000", CultureInfo.InvariantCulture);

    [Fact]
    public void Dpc_summaries()
    {
        var items = new Dictionary<string, string> { ["A006010"] = "main", ["A006020"] = "trigger", ["A006030"] = "resource", ["A006031"] = "resource2", ["A006040"] = "comorbid", ["A006050"] = "complication" };
        var diseases = Gen.Select(Gen.OneOfConst([.. items.Keys]), Gen.OneOfConst("I500", "E119", "J189", "C169"), Gen.Bool).Array[0, 6];
        var operations = Gen.Select(Gen.Int[0, 5], Gen.OneOfConst("K5461", "K082", "K633")).Array[0, 3];
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 30], diseases, operations, Gen.OneOfConst("1", "2"), Gen.OneOfConst(1, 2, 6, 7), Gen.OneOfConst("", "2222222200")).Array[1, 4].Sample(
            many => Same(
                "FF1",
                [.. many.Select((t, i) => new DpcSummary("139900001", PatientNo(i), Day(March.AddDays(t.Item1)))
                {
                    DischargedOn = Day(March.AddDays(t.Item1 + t.Item2)), BirthDate = "19500203", Sex = t.Item5, PostalCode = "1000001", Outcome = t.Item6, Height = "160.5", AdlAtDischarge = t.Item7,
                    Diseases = [.. t.Item3.DistinctBy(d => (d.Item1, d.Item2)).Select(d => new DpcDisease(d.Item1, d.Item2, d.Item3 ? "架空病の疑い" : "架空病"))],
                    Operations = [.. t.Item4.DistinctBy(o => (o.Item1, o.Item2)).Select(o => new DpcOperation(Day(March.AddDays(t.Item1 + o.Item1)), o.Item2, "架空術"))],
                    Scores = [("CAN0030", 3, "3"), ("M010010", 2, "IV")],
                })],
                (s, e) => new Form1Writer(s, e), (w, s) => ((Form1Writer)w).Write(s),
                s =>
                {
                    var (from, to) = (DateOnly.ParseExact(s.AdmittedOn, "yyyyMMdd"), DateOnly.ParseExact(s.DischargedOn, "yyyyMMdd"));
                    var cause = s.Outcome == 6 ? s.Diseases.FirstOrDefault(d => d.Item == "A006030")?.Icd10 ?? "" : "";
                    return
                    [
                        Shown(FactKind.Visit, from, "inpatient", end: to), Shown(FactKind.Measurement, from, "8302-2", 160.5m), Shown(FactKind.Observation, to, "A000030-2", 1), Shown(FactKind.Observation, to, "A000030-3", s.Outcome),
                        Shown(FactKind.Observation, from, "CAN0030-3", 3), Shown(FactKind.Observation, from, "M010010-2", word: "IV"), .. s.AdlAtDischarge.Select((c, i) => Shown(FactKind.Observation, to, $"ADL0020-2-{i + 1}", c - '0')),
                        .. s.Diseases.GroupBy(d => (d.Item, d.Icd10)).Select(g => g.First()).Select(d => Shown(FactKind.Condition, d.Item == "A006050" ? to : from, d.Icd10, word: items[d.Item], suspected: d.Name.EndsWith("疑い"))),
                        .. s.Operations.Select(o => Shown(FactKind.Procedure, DateOnly.ParseExact(o.On, "yyyyMMdd"), o.Section, null, 1)), .. s.Outcome >= 6 ? [Shown(FactKind.Death, to, cause, word: "stay-outcome")] : Array.Empty<string>(),
                    ];
                },
                s => new PersonIdentity { LocalPatientId = $"139900001-{s.Patient}", BirthDate = new(1950, 2, 3), Sex = s.Sex == "1" ? Sex.Male : Sex.Female, PostalCode = "1000001", AsOf = DateOnly.ParseExact(s.AdmittedOn, "yyyyMMdd") }),
            iter: 60);
    }

    [Fact]
    public void Dpc_acts()
    {
        var items = Gen.Select(Gen.OneOfConst('1', '6', '7'), Gen.Int[0, 99_999_999], Gen.Int[1, 4000]).Array[1, 4];
        var acts = Gen.Select(InMarch, Gen.OneOfConst("21", "33", "60"), Gen.Int[0, 5000], Gen.Int[1, 14], Gen.Bool, items).Array[1, 5];
        Gen.Select(acts, Gen.Bool).Array[1, 4].Sample(
            many => Same(
                many[0].Item2 ? "EFg" : "EFn",
                [.. many.Select((t, i) => t.Item1.Select(a => new DpcAct("139900001", PatientNo(i), many[0].Item2 ? "19500203" : "", "20260301", a.Item2, Day(a.Item1))
                {
                    IsOutpatient = many[0].Item2, Points = a.Item3, DrugPoints = 3, MaterialPoints = 1, Times = a.Item4, InYen = a.Item5,
                    Items = [.. a.Item6.Select(x => (x.Item1 + x.Item2.ToString("00000000", CultureInfo.InvariantCulture), x.Item3 / 8m, "架空　太郎"))],
                }).ToArray())],
                (s, e) => new EfWriter(s, e), (w, stay) => Array.ForEach(stay, ((EfWriter)w).Write),
                stay =>
                [
                    .. many[0].Item2 ? [Shown(FactKind.Visit, March, "outpatient")] : Array.Empty<string>(),
                    .. stay.GroupBy(a => a.On).Select(g => Shown(FactKind.Cost, DateOnly.ParseExact(g.Key, "yyyyMMdd"), "fee-for-service", g.Sum(a => (a.Points + 4) * a.Times * (a.InYen ? 1m : 10m)))),
                    .. stay.SelectMany(a => a.Items.Select(i => i.Code[0] == '1'
                        ? Shown(FactKind.Procedure, DateOnly.ParseExact(a.On, "yyyyMMdd"), i.Code, null, a.Times)
                        : Shown(i.Code[0] == '6' ? FactKind.Drug : FactKind.Device, DateOnly.ParseExact(a.On, "yyyyMMdd"), i.Code, i.Amount, i.Amount * a.Times, i.Code[0] == '6' && a.Class == "21" ? a.Times : null))),
                ]),
            iter: 60);
    }

    [Fact]
    public void Dpc_bundles_and_assessments()
    {
        Gen.Select(Gen.Int[1, 5000], Gen.Int[1, 30], Gen.Int[10_000, 16_000]).Array[1, 5].Sample(
            many => Same(
                "D", [.. many.Select((t, i) => new DpcClaimed("139900001", PatientNo(i), "", "20260302", "93", "20260302", t.Item1, t.Item2, "050130xx9900xx", (t.Item3 / 10_000m).ToString("0.0000", CultureInfo.InvariantCulture)))],
                (s, e) => new DWriter(s, e), (w, r) => ((DWriter)w).Write(r),
                r =>
                [
                    Shown(FactKind.Observation, new(2026, 3, 2), r.Group),
                    Shown(FactKind.Cost, new(2026, 3, 2), "claimed", Math.Round(r.Points * r.Times * Number(r.Factor), 0, MidpointRounding.AwayFromZero) * 10),
                ]),
            iter: 60);
        Gen.Select(Gen.Int[0, 2].Array[0, 20], InMarch).Array[1, 5].Sample(
            many => Same(
                "H", [.. many.Select((t, i) => new DpcAssessment("139900001", "W1", PatientNo(i), "", "20260301", Day(t.Item2), "ASS0021", [.. t.Item1.Select(n => n == 2 ? "" : $"{n}")]))],
                (s, e) => new HWriter(s, e), (w, r) => ((HWriter)w).Write(r),
                r => r.Payloads.Index().Where(p => p.Item.Length > 0).Select(p => Shown(FactKind.Observation, DateOnly.ParseExact(r.On, "yyyyMMdd"), $"ASS0021-{p.Index + 1}", Number(p.Item)))),
            iter: 60);
    }
}
