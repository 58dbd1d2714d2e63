namespace Minato.Formats.Tests;

/// <summary>Wards, material and devices of FHIR: what they are, never whose serial number.</summary>
public sealed class FhirPlacesAndThingsTests
{
    private const string Patient = """{"reference":"Patient/p"}""";

    [Fact]
    public void A_stay_tells_its_wards_and_leaves_beds_and_names_behind()
    {
        var read = Reading.Of("Encounter.ndjson", $$$$"""{"resourceType":"Encounter","id":"e-1","status":"finished","class":{"code":"IMP"},"subject":{{{{Patient}}}},"period":{"start":"2024-05-10","end":"2024-05-20"},"location":[{"location":{"reference":"Location/3W","display":"架空病棟"},"period":{"start":"2024-05-10","end":"2024-05-12"}},{"location":{"identifier":{"value":"ICU"}},"physicalType":{"coding":[{"code":"wa"}]},"period":{"start":"2024-05-12"}},{"location":{"reference":"Location/bed-7"},"physicalType":{"coding":[{"code":"bd"}]},"period":{"start":"2024-05-10"}}]}""");
        Assert.Equal(
            ["Visit inpatient  20240510-20240520", "Ward inpatient 3W 20240510-20240512", "Ward inpatient ICU 20240512-"],
            read.Only.Facts.Select(f => $"{f.Kind} {f.Code} {f.ValueCode} {f.Start:yyyyMMdd}-{f.End:yyyyMMdd}"));
        Assert.All(read.Only.Facts, f => Assert.Equal("e-1", f.VisitKey));
        Assert.DoesNotContain("架空", read.MedicalHalf);
    }

    [Fact]
    public void Material_of_a_person_is_a_specimen_and_material_of_nobody_is_passed_over()
    {
        var read = Reading.Of("Specimen.ndjson", $$$$"""
            {"resourceType":"Specimen","id":"s-1","status":"available","accessionIdentifier":{"value":"LAB-77001"},"subject":{{{{Patient}}}},"type":{"coding":[{"system":"http://snomed.info/sct","code":"119297000"}]},"collection":{"collectedDateTime":"2024-05-06T09:00:00+09:00","quantity":{"value":5,"unit":"mL"},"bodySite":{"coding":[{"system":"http://snomed.info/sct","code":"368208006"}]}}}
            {"resourceType":"Specimen","id":"s-2","type":{"coding":[{"system":"http://snomed.info/sct","code":"119297000"}]}}
            """);
        var specimen = Assert.Single(read.Only.Facts);
        Assert.Equal((FactKind.Specimen, "119297000", "368208006", 5m, "mL", new DateOnly(2024, 5, 6)), (specimen.Kind, specimen.Code, specimen.ValueCode, specimen.Quantity, specimen.Unit, specimen.Start));
        Assert.Empty(read.Bad);
        Assert.Contains("fhir.not-person", read.RemarkCodes);
        Assert.DoesNotContain("77001", read.MedicalHalf);
    }

    [Fact]
    public void A_device_is_its_model_and_not_its_serial_number()
    {
        const string Device = """{"resourceType":"Device","id":"d","serialNumber":"SER-9","udiCarrier":[{"deviceIdentifier":"04912345678904","carrierHRF":"(01)04912345678904(21)SER-9"}],"type":{"coding":[{"system":"http://snomed.info/sct","code":"14106009"}]}}""";
        var read = Reading.Of("x.ndjson", $$$$"""
            {"resourceType":"DeviceUseStatement","id":"u-1","status":"active","subject":{{{{Patient}}}},"timingDateTime":"2024-05-06","device":{"reference":"#d"},"contained":[{{{{Device}}}}]}
            {"resourceType":"Procedure","id":"q-1","status":"completed","subject":{{{{Patient}}}},"performedDateTime":"2024-05-07","code":{"coding":[{"system":"http://snomed.info/sct","code":"307280005"}]},"focalDevice":[{"manipulated":{"reference":"#d"}}],"contained":[{{{{Device}}}}]}
            {"resourceType":"DeviceUseStatement","id":"u-2","status":"active","subject":{{{{Patient}}}},"timingDateTime":"2024-05-06","device":{"reference":"Device/elsewhere"}}
            """);
        Assert.Equal(
            ["Device 14106009 04912345678904 20240506", "Procedure 307280005  20240507", "Device 14106009 04912345678904 20240507"],
            read.Records.SelectMany(r => r.Facts).Select(f => $"{f.Kind} {f.Code} {f.Identifier} {f.Start:yyyyMMdd}"));
        Assert.Empty(read.Bad);
        Assert.Contains("fhir.device", read.RemarkCodes);
        Assert.DoesNotContain(read.Records.SelectMany(r => r.Facts), f => f.Identifier?.Contains("SER", StringComparison.Ordinal) == true);
    }
}
