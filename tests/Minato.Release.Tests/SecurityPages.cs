using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Minato.Release.Tests;

/// <summary>What <c>docs/security/</c> says of tests is true: every try of the list is a test, every try that is a test is on the list, and whatever a page names is there.</summary>
public sealed partial class SecurityPages
{
    private static readonly string Root = Path.GetFullPath(Path.Join(Path.GetDirectoryName(Here()), "..", ".."));

    /// <summary>Tests of which every method is a try, or a list of them.</summary>
    private static readonly string[] Lists =
    [
        "tests/Minato.Workspace.Tests/EscapesFail.cs", "tests/Minato.Workspace.Tests/OutboxIsHostile.cs", "tests/Minato.Workspace.Tests/Desk/ArchivesAreHostile.cs", "tests/Minato.Release.Tests/LeaksStay.cs",
    ];

    [Fact]
    public void Every_try_has_a_test_and_every_test_a_row()
    {
        var rows = new List<string>();
        var under = "";
        foreach (var line in File.ReadLines(Path.Join(Root, "docs", "security", "tries.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                under = line[3..].Trim('`');
            }
            else if (line.StartsWith("| ", StringComparison.Ordinal) && line.Split('|')[1].Trim() is var what and not "try")
            {
                rows.Add($"{under}: {what}");
            }
        }

        Assert.Equal(rows.Count, rows.Distinct().Count());
        Assert.True(rows.Count >= 100, $"{rows.Count} tries");
        var tried = Lists.SelectMany(TriesOf).ToList();
        Assert.Empty(tried.Except(rows));

        // What stands beside the lists names its method.
        foreach (var row in rows.Except(tried))
        {
            var parts = row.Split(": ", 2);
            var source = Assert.Single(Directory.EnumerateFiles(Path.Join(Root, "tests"), parts[0] + ".cs", SearchOption.AllDirectories));
            Assert.Contains($" {parts[1].Replace(' ', '_')}(", File.ReadAllText(source), StringComparison.Ordinal);
        }
    }

    /// <summary>A page's words in backquotes that look like a file, a class of tests or an address of the site.</summary>
    [Theory]
    [InlineData("satre.md")]
    [InlineData("asvs.md")]
    [InlineData("tries.md")]
    public void What_a_page_names_is_there(string page)
    {
        var tests = string.Join('\n', Directory.EnumerateFiles(Path.Join(Root, "tests"), "*.cs", SearchOption.AllDirectories).Where(f => !f.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));
        var site = string.Join('\n', Directory.EnumerateFiles(Path.Join(Root, "src", "Minato.Portal"), "*.razor", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(Path.Join(Root, "src", "Minato", "Web"), "*.cs")).Select(File.ReadAllText));
        var missing = Named().Matches(File.ReadAllText(Path.Join(Root, "docs", "security", page))).Select(m => m.Groups[1].Value).Distinct().Where(name =>
            name.StartsWith('/') ? !site.Contains($"\"{name}\"", StringComparison.Ordinal)
            : name.Contains('/') || name.EndsWith(".md", StringComparison.Ordinal) ? !Path.Exists(Path.Join(Root, name))
            : char.IsAsciiLetterUpper(name[0]) && name.Contains('.') ? !tests.Contains($"class {name.Split('.')[0]}", StringComparison.Ordinal) || !tests.Contains($" {name.Split('.')[1]}(", StringComparison.Ordinal)
            : char.IsAsciiLetterUpper(name[0]) && !tests.Contains($"class {name}", StringComparison.Ordinal)).ToList();
        Assert.True(missing.Count == 0, string.Join(", ", missing));
    }

    [Fact]
    public void The_sums_of_the_checklist_are_its_rows()
    {
        string[] states = ["met", "partly", "not yet", "operator", "n/a"];
        var lines = File.ReadAllLines(Path.Join(Root, "docs", "security", "asvs.md"));
        var rows = lines.Select(l => ChecklistRow().Match(l)).Where(m => m.Success).Select(m => (Number: m.Groups[1].Value, Level: m.Groups[2].Value, State: m.Groups[3].Value)).ToList();
        Assert.Equal(rows.Count, rows.Select(r => r.Number).Distinct().Count());
        foreach (var level in new[] { "1", "2" })
        {
            var counted = states.Select(s => rows.Count(r => r.Level == level && r.State == s)).ToList();
            Assert.Contains($"| level {level} | {string.Join(" | ", counted)} | {counted.Sum()} |", lines);
        }

        // As many as the standard's version 4.0.3 has at levels 1 and 2.
        Assert.Equal(259, rows.Count(r => states.Contains(r.State)));
    }

    private static IEnumerable<string> TriesOf(string file)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var text = File.ReadAllText(Path.Join(Root, file));
        if (YieldedTry().Matches(text) is { Count: > 0 } yielded)
        {
            return yielded.Select(m => $"{name}: {m.Groups[1].Value}").Concat(PairTry().Matches(text).Select(m => $"{name}: {m.Groups[1].Value}"));
        }

        return Method().Split(text).Skip(1).Chunk(2).SelectMany(m => PairedTry().Matches(m[1]) is { Count: > 0 } pairs
            ? pairs.Select(p => $"{name}: {p.Groups[1].Value}")
            : [$"{name}: {m[0].Replace('_', ' ')}"]);
    }

    /// <summary>The name of a test and what follows it.</summary>
    [GeneratedRegex(@"\[(?:Fact|Theory)\](?:\s*\[[^\n]*\])*\s*public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Method();

    /// <summary>A name and a statement that must fail.</summary>
    [GeneratedRegex(@"^\s*\(""([^""]+)"", \$?""", RegexOptions.Multiline)]
    private static partial Regex PairedTry();

    [GeneratedRegex(@"yield return (?:new)?\(""([^""]+)""")]
    private static partial Regex YieldedTry();

    /// <summary>A try of two releases.</summary>
    [GeneratedRegex(@"\[InlineData\(""([^""]+)"", ""grp")]
    private static partial Regex PairTry();

    /// <summary>A row's number, level and state.</summary>
    [GeneratedRegex(@"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| ([a-z/ ]+) \| [^|]+ \|$")]
    private static partial Regex ChecklistRow();

    [GeneratedRegex("`([A-Za-z/][A-Za-z0-9_./{}-]*)`")]
    private static partial Regex Named();

    private static string Here([CallerFilePath] string path = "") => path;
}
