using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Minato.Formats.Tests;

/// <summary>Data points of Open mHealth. Bodies are those of its own test data (openmhealth/schemas, Apache-2.0).</summary>
public sealed class OpenMHealthTests
{
    private static string Point(string schema, string version, string body, string id = "123e4567-e89b-12d3-a456-426655440000", string user = "\"user_id\": \"phr-77001\",", string modality = "sensed") => $$"""
        { "header": { "id": "{{id}}", "creation_date_time": "2024-05-06T07:25:00+09:00", {{user}} "schema_id": { "namespace": "omh", "name": "{{schema}}", "version": "{{version}}" },
          "acquisition_provenance": { "source_name": "架空ウォッチ", "modality": "{{modality}}" } }, "body": {{body}} }
        """.ReplaceLineEndings(" ");

    private const string Pressure = """{ "systolic_blood_pressure": { "value": 125, "unit": "mmHg" }, "diastolic_blood_pressure": { "value": 60, "unit": "mmHg" }, "effective_time_frame": { "date_time": "2020-02-05T07:25:00-08:00" }, "user_notes": "花子は元気" }""";

    private static string Shown(HealthFact f) => string.Create(CultureInfo.InvariantCulture, $"{f.Kind} {f.Start:yyyyMMdd}-{f.End:yyyyMMdd} {f.System} {f.Code} {f.Value} {f.Unit} {f.ValueCode}").TrimEnd();

    [Theory]
    [InlineData("blood-pressure", "4.0", Pressure, "Measurement 20200205- loinc 8480-6 125 mm[Hg]", "Measurement 20200205- loinc 8462-4 60 mm[Hg]")]
    [InlineData("heart-rate", "2.0", """{ "heart_rate": { "value": 50.0, "unit": "beats/min" }, "effective_time_frame": { "time_interval": { "start_date_time": "2020-02-05T06:00:00+01:00", "end_date_time": "2020-02-06T06:00:00+01:00" } }, "descriptive_statistic": "minimum" }""", "Measurement 20200205-20200206 loinc 8867-4 50.0 /min minimum")]
    [InlineData("step-count", "1.0", """{ "step_count": 6039, "effective_time_frame": { "time_interval": { "date": "2013-02-05", "part_of_day": "morning" } } }""", "Measurement 20130205- loinc 55423-8 6039 {steps}")]
    [InlineData("step-count", "3.0", """{ "step_count": { "value": 10600, "unit": "steps" }, "effective_time_frame": { "time_interval": { "start_date_time": "2016-02-05T06:25:00Z", "end_date_time": "2016-02-05T07:25:00Z" } } }""", "Measurement 20160205- loinc 55423-8 10600 {steps}")]
    [InlineData("blood-glucose", "3.0", """{ "blood_glucose": { "unit": "mg/dL", "value": 95 }, "effective_time_frame": { "date_time": "2013-02-05T20:25:00Z" } }""", "Measurement 20130205- loinc 2339-0 95 mg/dL")]
    [InlineData("blood-glucose", "4.9", """{ "blood_glucose": { "unit": "mmol/L", "value": 5.3 }, "effective_time_frame": { "date_time": "2013-02-05T20:25:00Z" } }""", "Measurement 20130205- loinc 15074-8 5.3 mmol/L")]
    public void Each_schema_gives_its_measures(string schema, string version, string body, params string[] facts)
    {
        var read = Reading.Of("day.json", Point(schema, version, body));
        Assert.Empty(read.Bad);
        Assert.Equal(facts, read.Only.Facts.Select(Shown));
        Assert.Equal(("omh-123e4567-e89b-12d3-a456-426655440000", "phr-77001"), (read.Only.Key, read.Only.Identity.LocalPatientId));
        Assert.DoesNotContain("花子", read.MedicalHalf + read.Said);
        Assert.DoesNotContain("架空", read.MedicalHalf + read.Said);
    }

    [Fact]
    public void Self_reported_values_say_so()
    {
        var read = Reading.Of("day.json", Point("body-weight", "3.0", """{ "body_weight": { "value": 48, "unit": "kg" }, "effective_time_frame": { "date_time": "2024-05-06T07:25:00+09:00" }, "descriptive_statistic": "average" }""", modality: "self-reported"));
        Assert.Equal("average+self-reported", read.Only.Facts[0].ValueCode);
    }

    [Fact]
    public void A_file_is_an_array_or_lines_and_a_bad_point_is_refused_alone()
    {
        var good = Point("blood-pressure", "4.0", Pressure);
        var other = Point("blood-pressure", "4.0", Pressure, "b-2");
        var bad = Point("blood-pressure", "4.0", Pressure.Replace("60", "\"sixty\""), "b-3");
        foreach (var (name, text) in new[] { ("a.json", $"[{good},{bad},{other}]"), ("a.ndjson", $"{good}\n{bad}\n{other}\n"), ("a.txt", $"{good}\n{bad}\n{other}") })
        {
            var read = Reading.Of(name, text);
            Assert.Equal(["omh-123e4567-e89b-12d3-a456-426655440000", "omh-b-2"], read.Records.Select(r => r.Key));
            Assert.Equal([("omh.value", "body.diastolic_blood_pressure")], read.Bad.Select(b => (b.Finding.Code, b.Finding.Place.Field)));
            Assert.DoesNotContain("sixty", read.Said);
        }
    }

    [Theory]
    [InlineData("\"heart_rate\": { \"value\": 50, \"unit\": \"beats/min\" }", "\"heart_rate\": { \"value\": 50, \"unit\": \"bpm\" }", "omh.value")]
    [InlineData("\"heart_rate\"", "\"heart\"", "omh.value")]
    [InlineData("\"user_id\": \"phr-77001\",", "", "omh.user")]
    [InlineData("\"version\": \"2.0\"", "\"version\": \"9.0\"", "omh.schema")]
    [InlineData("\"name\": \"heart-rate\"", "\"name\": \"mood\"", "omh.schema")]
    [InlineData("\"id\": \"123e4567-e89b-12d3-a456-426655440000\",", "", "omh.header")]
    [InlineData("2024-05-06T07:25:00+09:00\" } }", "2024-05-36T07:25:00+09:00\" } }", "omh.time")]
    [InlineData("\"body\"", "\"corpse\"", "omh.header")]
    [InlineData("\"date_time\"", "\"date_time\": \"2024-05-06T07:25:00+09:00\", \"date_time\"", "omh.json")]
    public void What_is_wrong_is_named(string was, string became, string code)
    {
        var point = Point("heart-rate", "2.0", """{ "heart_rate": { "value": 50, "unit": "beats/min" }, "effective_time_frame": { "date_time": "2024-05-06T07:25:00+09:00" } }""");
        Assert.Contains(was, point);
        var read = Reading.Of("x.json", point.Replace(was, became));
        Assert.Empty(read.Records);
        Assert.Equal([code], read.BadCodes);
    }

    /// <summary>All of the project's own test data for the schemas that are read, where it is at hand (MINATO_OMH: a checkout of openmhealth/schemas).</summary>
    [Fact]
    public void Its_own_test_data_is_read()
    {
        var root = Environment.GetEnvironmentVariable("MINATO_OMH");
        Assert.SkipUnless(root is not null, "MINATO_OMH does not name a checkout of openmhealth/schemas");
        var read = 0;
        foreach (var path in Directory.EnumerateFiles(Path.Combine(root!, "test-data", "omh"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            if (path.Split('/') is not [.., var schema, var version, "shouldPass", _] || Reading.Of("x.json", Point(schema, version, "{}")).BadCodes.Single() == "omh.schema")
            {
                continue;
            }

            var body = JsonNode.Parse(File.ReadAllText(path, Encoding.UTF8))!;
            if (schema != "data-point" && body is JsonObject o)
            {
                o["effective_time_frame"] ??= JsonNode.Parse("""{ "date_time": "2013-02-05T07:25:00Z" }"""); // optional in version 1
                var interval = o["effective_time_frame"]?["time_interval"];
                if (string.CompareOrdinal((string?)interval?["end_date_time"], (string?)interval?["start_date_time"]) < 0 && interval?["end_date_time"] is not null)
                {
                    continue; // some intervals end before they begin, which their schema does not see
                }

                var one = Reading.Of("x.json", Point(schema, version, o.ToJsonString()));
                Assert.True(one.Bad.Count == 0 || (schema == "physical-activity" && one.BadCodes.Single() == "omh.value"), $"{path}: {one.Said}"); // an activity may be a name alone
                read++;
            }
        }

        Assert.True(read > 60, $"{read} files");
    }
}
