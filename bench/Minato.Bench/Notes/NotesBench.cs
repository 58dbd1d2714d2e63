using System.Diagnostics;
using System.Globalization;
using Minato.Formats.Notes;
using Minato.Synthetic.Notes;

namespace Minato.Bench.Notes;

/// <summary><c>./minato bench notes</c>: precision and recall by item of the rules on generated notes (the half that rules were written for, the unseen half) and on notes written by hand.</summary>
internal static class NotesBench
{
    public static int Run()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Minato.slnx")))
        {
            root = root.Parent;
        }

        var reader = new RuleNoteReader(NoteRules.Read(File.ReadAllBytes(Path.Combine(root!.FullName, "standards/notes/rules-v1.json")), "rules-v1.json").Value);
        Show("generated, phrasings that rules were written for", reader, Generated(false));
        Show("generated, unseen phrasings", reader, Generated(true));
        Show("written by hand", reader, MarkedNotes.Read(File.ReadAllText(Path.Combine(root.FullName, "samples/notes/written-v1.txt"))));
        return 0;
    }

    private static List<GeneratedNote> Generated(bool unseen)
    {
        var generator = new NoteGenerator(2026, unseen);
        return [.. Enumerable.Range(0, 5000).Select(_ => generator.Next())];
    }

    private static void Show(string what, RuleNoteReader reader, IReadOnlyList<GeneratedNote> notes)
    {
        var clock = Stopwatch.StartNew();
        var scores = NoteScore.Of(reader, notes);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {notes.Count} notes, {notes.Sum(n => n.Text.Length) / clock.Elapsed.TotalSeconds / 1000:F0} thousand characters/s, {reader.Name}"));
        foreach (var s in scores)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {s.Item,-14} said {s.Truth,6}  read {s.Found,6}  right {s.Right,6}  precision {s.Precision,6:P1}  recall {s.Recall,6:P1}"));
        }
    }
}
