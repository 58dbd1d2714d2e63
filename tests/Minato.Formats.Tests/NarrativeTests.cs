using System.Text;
using Minato.Formats.Writing;

namespace Minato.Formats.Tests;

/// <summary>Free text inside deliveries: what it says of the person becomes facts with their place; the words, and what is said of others, do not.</summary>
public sealed class NarrativeTests
{
    private const string Words = "血圧 142/88、体重 61.5 kg。架空太郎医師より。父は体重 80kg。";

    [Fact]
    public void A_referral_letter_gives_the_persons_findings_and_nothing_of_the_father()
    {
        var read = Reading.Of("x.json", $$"""
            { "resourceType": "Bundle", "id": "b", "identifier": { "system": "urn:x", "value": "a-1" }, "type": "document", "timestamp": "2024-05-06T10:00:00+09:00", "entry": [
              { "fullUrl": "urn:uuid:1", "resource": { "resourceType": "Composition", "status": "final", "type": { "text": "x" }, "date": "2024-05-06", "subject": { "reference": "urn:uuid:2" },
                "section": [ { "section": [ { "text": { "status": "additional", "div": "<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{{Words}}</p></div>" } } ] } ] } },
              { "fullUrl": "urn:uuid:2", "resource": { "resourceType": "Patient", "id": "p", "identifier": [ { "system": "urn:oid:1.2.392.100495.20.3.51.11310000001", "value": "77001" } ], "gender": "female", "birthDate": "1950-02-03" } } ] }
            """);
        Holds(read, new DateOnly(2024, 5, 6));
    }

    [Fact]
    public void An_attachment_that_comes_by_itself_is_a_record_of_its_own()
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(Words));
        var read = Reading.Of("x.ndjson", $$$"""{"resourceType":"DocumentReference","id":"d-1","status":"current","subject":{"reference":"Patient/p"},"date":"2024-05-06T10:00:00+09:00","content":[{"attachment":{"contentType":"text/plain; charset=utf-8","data":"{{{data}}}"}}]}""");
        Holds(read, new DateOnly(2024, 5, 6));
        Assert.Equal("documentreference/d-1", read.Only.Key);
    }

    [Fact]
    public void A_document_without_text_or_taken_back_gives_nothing()
    {
        var data = Convert.ToBase64String(Encoding.UTF8.GetBytes(Words));
        foreach (var body in new[] { "\"status\":\"current\",\"content\":[{\"attachment\":{\"url\":\"Binary/1\"}}]", $"\"status\":\"entered-in-error\",\"content\":[{{\"attachment\":{{\"contentType\":\"text/plain\",\"data\":\"{data}\"}}}}]" })
        {
            Assert.Empty(Reading.Of("x.ndjson", $$"""{"resourceType":"DocumentReference","id":"d-1","subject":{"reference":"Patient/p"},"date":"2024-05-06",{{body}} }""").Records);
        }
    }

    [Fact]
    public void A_claims_comment_is_read_and_dated_by_the_receipt()
    {
        var read = Claim.Read(Claim.Whole(Claim.Receipt(null, Claim.Ho, "CO,21,1,810000001," + Words)));
        var told = read.Only.Facts.Where(f => f.FromText).ToList();
        Assert.Contains(told, f => f.Value == 142);
        Assert.All(told, f => Assert.Equal((2026, 3), (f.Start.Year, f.Start.Month)));
        Assert.DoesNotContain("架空太郎", read.MedicalHalf);
    }

    [Fact]
    public void A_result_of_SS_MIX2_that_is_written_in_words_is_read()
    {
        var patient = new SsMix2Patient("0000077001", "架空", "花子", "カクウ", "ハナコ", "19500203", "F");
        var file = new SsMix2Writer("1319900001").Results(patient, "20240506", "5", [new("1A010000000000101", "所見", "ST", Words, "")], "20240506101112123");
        Holds(Reading.Of(file.Path, file.Bytes), new DateOnly(2024, 5, 6));
    }

    [Fact]
    public void The_conclusion_of_a_report_is_read()
    {
        var read = Reading.Of("x.ndjson", $$"""{"resourceType":"DiagnosticReport","id":"r-1","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2024-05-06","conclusion":"{{Words}}"}""");
        Holds(read, new DateOnly(2024, 5, 6));
        Assert.Equal("diagnosticreport/r-1", read.Only.Key);
    }

    [Fact]
    public void A_result_of_FHIR_that_is_a_text_is_read_within_its_visit()
    {
        var read = Reading.Of("x.ndjson", $$"""{"resourceType":"Observation","id":"o-1","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8716-3"}]},"subject":{"reference":"Patient/p"},"encounter":{"reference":"Encounter/e-1"},"effectiveDateTime":"2024-05-06","valueString":"{{Words}}"}""");
        Holds(read, new DateOnly(2024, 5, 6));
        Assert.All(read.Only.Facts, f => Assert.Equal("e-1", f.VisitKey));
        Assert.Contains("fhir.narrative", read.RemarkCodes);
    }

    private static void Holds(Reading read, DateOnly day)
    {
        Assert.Equal(day, Assert.Single(read.Only.Facts, f => f.Kind == FactKind.Note).Start);
        var told = read.Only.Facts.Where(f => f.FromText).ToList();
        Assert.Contains(told, f => f.Value == 142);
        Assert.Contains(told, f => f.Value == 88);
        Assert.Contains(told, f => f.Value == 61.5m && f.Unit == "kg");
        Assert.DoesNotContain(told, f => f.Value == 80);
        Assert.All(told, f => Assert.True(f.Start == day && f.TextPlace is { Offset: >= 0, Length: > 0, Confidence: >= 0.7 and <= 1 }));
        Assert.DoesNotContain("架空", read.MedicalHalf);
        Assert.DoesNotContain("架空", read.Said);
    }
}
