using Minato.Formats.Writing;

namespace Minato.Formats.Tests;

/// <summary>
/// One small file of each kind of claim and each DPC file, written by our writers, about a married couple that does not
/// exist: she is treated, operated on and dismissed with new teeth and pills, he dies in hospital. They are <c>samples/</c> too.
/// </summary>
internal static class SampleFiles
{
    private const string Hospital = "1319900001";
    private const string Facility = "139900001";
    private static readonly UkeInsurer Hers = new("06990013", "架１２", "３４５", "01");
    private static readonly UkeInsurer His = new("  139311", "", "77001", "");

    private static readonly UkeStay Stay = new()
    {
        Type = "1111", Month = "202603", Name = "架空　花子", Kana = "カクウ　ハナコ", Sex = "2", BirthDate = "19500203", Insurer = Hers, ChartNumber = "77001", SearchNumber = "DPC-1",
        Group = "050130xx9900xx", AdmittedOn = "20260302", DischargedOn = "20260311", Outcome = 2, BundlePoints = 27_324,
        Diseases = [new("4289015", "I500", 1), new("4289015", "I500", 11), new("2500015", "E14", 41), new("4659007", "J069", 51, "8002")],
        Operations = [new("150050510", "K082", "20260304")],
        Bundled = [new("20260302", "60", "160010010", "", 1), new("20260303", "21", "612170710", "2", 7)],
        Services = [new(false, "50", "150050510", "", 15_000, 1, [(4, 1)])],
    };

    private static readonly UkeReceipt Death = new()
    {
        Type = "1111", Month = "202603", Name = "架空　太郎", Kana = "カクウ　タロウ", Sex = "1", BirthDate = "19480401", Insurer = His, ChartNumber = "77002", AdmittedOn = "20260320", Days = 0b11111 << 19,
        Diseases = [new("8832376", "20200610", 3, "", true), new("2500015", "20100401", 1, "2049")],
        Services = [new(false, "90", "190117710", "", 1650, 5, [(20, 1), (21, 1), (22, 1), (23, 1), (24, 1)])],
    };

    private static readonly UkeDentalReceipt Teeth = new()
    {
        Type = "3112", Month = "202603", Name = "架空　花子", Kana = "カクウハナコ", Sex = "2", BirthDate = "19500203", Insurer = Hers, ChartNumber = "D7", StartedOn = "20250904", Days = 1 << 15,
        Diseases = [new("4700024", "104600", "", true)],
        Services = [new("11", "301000110", "", 272, 1, [(16, 1)]), new("12", "302000110", "", 100, 1, [(16, 1)])],
    };

    private static readonly UkePharmacyReceipt Pills = new()
    {
        Type = "4112", Month = "202603", Name = "架空　花子", Kana = "カクウ　ハナコ", Sex = "2", BirthDate = "19500203", Insurer = Hers, Prescriber = Hospital,
        Prescriptions = [new(1, [new("20260311", "20260312", 14, "420000000", 24, 28)], [("612170710", "2"), ("621974701", "1")]), new(5, [new("20260311", "20260312", 1, "", 0, 9)], [("620000001", "10")])],
        Fees = [new("20260312", "410000110", 1, 45), new("20260312", "440000210", 1, 59)],
    };

    private static readonly DpcSummary[] Summaries =
    [
        new(Facility, "0000077001", "20260302")
        {
            DischargedOn = "20260311", BirthDate = "19500203", Sex = "2", PostalCode = "1000001", Outcome = 2, Height = "152.5", Weight = "48.0", AdlOnAdmission = "2222222211", AdlAtDischarge = "2222222222",
            Diseases = [new("A006010", "I500", "うっ血性心不全"), new("A006020", "I500", "うっ血性心不全"), new("A006030", "I500", "うっ血性心不全"), new("A006040", "E14", "糖尿病"), new("A006050", "J069", "感冒の疑い")],
            Operations = [new("20260304", "K082", "人工関節置換術")], Scores = [("A001020", 2, "0"), ("M040010", 2, "III")],
        },
        new(Facility, "0000077002", "20260320")
        {
            DischargedOn = "20260324", BirthDate = "19480401", Sex = "1", PostalCode = "1000001", Outcome = 6, Diseases = [new("A006010", "C169", "胃癌"), new("A006030", "C169", "胃癌")], Scores = [("CAN0030", 3, "4")],
        },
    ];

    private static readonly DpcAct[] Acts =
    [
        new(Facility, "0000077001", "20260311", "20260302", "21", "20260303") { Points = 5, DrugPoints = 2, Times = 7, Items = [("612170710", 2m, "架空錠１０ｍｇ")] },
        new(Facility, "0000077001", "20260311", "20260302", "50", "20260304") { Points = 15_000, Items = [("150050510", 0m, "人工関節置換術"), ("710010001", 1m, "架空人工関節")] },
        new(Facility, "0000077001", "20260311", "20260302", "97", "20260305") { Points = 640, InYen = true, Times = 3, Items = [("197000210", 0m, "食事療養")] },
        new(Facility, "0000077002", "20260324", "20260320", "90", "20260320") { Points = 1650, Items = [("190117710", 0m, "入院基本料")] },
    ];

    private static readonly DpcAct[] Visits =
        [new(Facility, "0000077001", "19500203", "20260318", "12", "20260318") { IsOutpatient = true, Points = 75, Items = [("112007410", 0m, "再診料")] }];

    private static readonly DpcClaimed[] Bundles =
    [
        new(Facility, "0000077001", "20260311", "20260302", "93", "20260302", 3036, 9, "050130xx9900xx", "1.3245"),
        new(Facility, "0000077001", "20260311", "20260302", "97", "20260302", 640, 27, "050130xx9900xx", "", InYen: true),
    ];

    private static readonly DpcAssessment[] Assessments =
    [
        new(Facility, "W3", "0000077001", "20260311", "20260302", "20260302", "ASS0021", ["2", "1", "1", "0", "1", "0", "0", "1", "0", "0", "1"]),
        new(Facility, "W3", "0000077001", "20260311", "20260302", "20260303", "ASS0021", ["1", "1", "0", "0", "1", "0", "0", "1", "0", "0", "1"]),
    ];

    public static IReadOnlyList<(string Name, byte[] Bytes)> All { get; } =
    [
        ("claims/202604/1319900001/RECEIPTC.UKE", Claims(Hospital, false, w => w.Write(Stay), w => w.Write(Death))),
        ("claims/202604/1339900003/RECEIPTD.UKE", Claims("1339900003", false, w => w.Write(Teeth))),
        ("claims/202604/1349900002/RECEIPTY.UKE", Claims("1349900002", false, w => w.Write(Pills))),
        ("claims/202604/insurer/RECEIPTY.UKE", Claims("1349900002", true, w => w.Write(Pills))),
        ("dpc/FF1_139900001_2603.txt", Dpc(s => new Form1Writer(s), Summaries)),
        ("dpc/EFn_139900001_2603.txt", Dpc(s => new EfWriter(s), Acts)),
        ("dpc/EFg_139900001_2603.txt", Dpc(s => new EfWriter(s), Visits)),
        ("dpc/D_139900001_2603.txt", Dpc(s => new DWriter(s), Bundles)),
        ("dpc/H_139900001_2603.txt", Dpc(s => new HWriter(s), Assessments)),
    ];

    /// <summary>Her chart as SS-MIX2 stores it, with a prescription that was changed and one that was deleted.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Storage { get; } = Stored();

    private static (string Name, byte[] Bytes)[] Stored()
    {
        const string At = "20260311101112123";
        var her = new SsMix2Patient("0000077001", "架空", "花子", "カクウ", "ハナコ", "19500203", "F") { PostalCode = "1000001", Address = "東京都架空区１－２－３", Insurer = Hers };
        var hospital = new SsMix2Writer(Hospital);
        SsMix2Drug[] pills = [new("103835401", "架空錠１０ｍｇ", "2", "TAB", "28", 14, "20260311")];
        SsMix2File[] files =
        [
            hospital.Demographics(her, At), hospital.OutpatientVisit(her, "20260318", "1", At), hospital.Admission(her, "20260302", "2", At), hospital.Discharge(her, "20260302", "20260311", "01", "3", At),
            hospital.Diagnoses(her, [new("I500", "うっ血性心不全", "20260302"), new("J069", "感冒の疑い", "20260303", "20260305", true)], At),
            hospital.Prescription(her, "20260311", "4", pills, "20260311090000000", "2"), hospital.Prescription(her, "20260311", "4", [pills[0] with { Days = 28, Amount = "56" }], At),
            hospital.Prescription(her, "20260305", "5", pills, At, "0"),
            hospital.Results(her, "20260302", "6", [new("3D046000001906202", "HbA1c(NGSP)", "NM", "7.1", "%"), new("5F016141002311711", "HBs抗原", "ST", "（－）", "")], At),
        ];
        return [.. files.Select(f => ("ssmix2/" + f.Path, f.Bytes))];
    }

    private static byte[] Claims(string institution, bool forInsurer, params Action<UkeWriter>[] receipts)
    {
        using var stream = new MemoryStream();
        using (var writer = new UkeWriter(stream, new UkeHeader(1, institution, institution[2] == '4' ? "架空薬局" : "架空中央病院", "202604", "03-0000-0000"), forInsurer))
        {
            Array.ForEach(receipts, r => r(writer));
        }

        return stream.ToArray();
    }

    private static byte[] Dpc<T>(Func<Stream, DpcWriter> open, T[] rows)
    {
        using var stream = new MemoryStream();
        using (var writer = open(stream))
        {
            foreach (var row in rows)
            {
                switch (writer, row)
                {
                    case (Form1Writer w, DpcSummary r):
                        w.Write(r);
                        break;
                    case (EfWriter w, DpcAct r):
                        w.Write(r);
                        break;
                    case (DWriter w, DpcClaimed r):
                        w.Write(r);
                        break;
                    case (HWriter w, DpcAssessment r):
                        w.Write(r);
                        break;
                }
            }
        }

        return stream.ToArray();
    }
}

public sealed class SampleFilesTests
{
    [Fact]
    public void The_samples_folder_holds_what_the_writers_write_and_all_of_it_is_read()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Minato.slnx")))
        {
            root = root.Parent;
        }

        foreach (var (name, bytes) in SampleFiles.All.Concat(SampleFiles.Storage))
        {
            var path = Path.Combine(root!.FullName, "samples", name);
            if (Environment.GetEnvironmentVariable("MINATO_WRITE_SAMPLES") == "1")
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllBytes(path, bytes);
            }

            Assert.Equal(bytes, File.ReadAllBytes(path));
            var read = Reading.Of(name, bytes);
            Assert.Empty(read.Bad);
            Assert.True(read.Records.Count > 0 || name.EndsWith("_2", StringComparison.Ordinal));
            Assert.DoesNotContain(read.Remarks, r => r.Severity == Severity.Warning);
            Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
        }
    }
}
