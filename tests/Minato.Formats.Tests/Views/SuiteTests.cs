using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minato.Formats.Tests.Views;

/// <summary>The test suite of SQL on FHIR v2, whole; its report is <c>test_report.json</c> beside the tests' executable.</summary>
public sealed class SuiteTests
{
    [Fact]
    public void Every_case_of_the_suite_passes()
    {
        var report = new JsonObject();
        var (shareable, all, passed) = (0, 0, 0);
        var failures = new List<string>();
        foreach (var path in Directory.GetFiles(Path.Combine(Viewing.Root, "tests/Minato.Formats.Tests/Views/Suite"), "*.json").Order(StringComparer.Ordinal))
        {
            var file = JsonNode.Parse(File.ReadAllText(path))!;
            var lines = string.Join('\n', file["resources"]!.AsArray().Select(r => r!.ToJsonString()));
            var results = new JsonArray();
            foreach (var test in file["tests"]!.AsArray())
            {
                var reason = Judge(test!, lines);
                var result = new JsonObject { ["passed"] = reason is null };
                if (reason is not null)
                {
                    result["error"] = reason;
                    failures.Add($"{Path.GetFileName(path)}: {test!["title"]}: {reason}");
                }

                results.Add(new JsonObject { ["name"] = test!["title"]!.DeepClone(), ["result"] = result });
                all++;
                passed += reason is null ? 1 : 0;
                shareable += test["tags"]?.AsArray().Any(t => t!.GetValue<string>() == "shareable") == true ? 1 : 0;
            }

            report[Path.GetFileName(path)] = new JsonObject { ["tests"] = results };
        }

        File.WriteAllText(Path.Combine(AppContext.BaseDirectory, "test_report.json"), report.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        TestContext.Current.TestOutputHelper!.WriteLine($"SQL on FHIR v2: {passed} of {all} cases pass, {shareable} of them shareable");
        Assert.Empty(failures);
        Assert.Equal((134, 123), (all, shareable));
    }

    /// <summary>Why the case does not pass; null where it does.</summary>
    private static string? Judge(JsonNode test, string lines)
    {
        var compiled = Viewing.Compile(test["view"]!.ToJsonString());
        var wantsError = test["expectError"]?.GetValue<bool>() == true;
        if (!compiled.Try(out var view))
        {
            return wantsError ? null : "refused: " + string.Join("; ", compiled.Findings);
        }

        var (rows, figures) = Viewing.Run(view, lines);
        if (wantsError)
        {
            return figures.Refused > 0 ? null : "an error was expected";
        }

        if (figures.Refused > 0)
        {
            return "refused: " + string.Join("; ", figures.Findings);
        }

        if (test["expectColumns"] is JsonArray columns && !view.Columns.Select(c => c.Name).SequenceEqual(columns.Select(c => c!.GetValue<string>())))
        {
            return "columns " + string.Join(", ", view.Columns.Select(c => c.Name));
        }

        if (test["expectCount"] is { } count)
        {
            return count.GetValue<int>() == rows.Count ? null : $"{rows.Count} rows";
        }

        // A table has no order of rows.
        var left = rows.ToList();
        foreach (var wanted in test["expect"]!.AsArray())
        {
            var at = left.FindIndex(r => Viewing.Same(r, wanted));
            if (at < 0)
            {
                return $"no row {wanted!.ToJsonString()} in {string.Join(' ', rows.Select(r => r.ToJsonString()))}";
            }

            left.RemoveAt(at);
        }

        return left.Count == 0 ? null : $"too many rows: {string.Join(' ', left.Select(r => r.ToJsonString()))}";
    }
}
