using Minato.Formats.Notes;
using Minato.Synthetic.Notes;

namespace Minato.Synthetic.Tests.Notes;

/// <summary>What the rules of <c>standards/notes</c> read out of notes whose truth is known.</summary>
public sealed class NotesAreRead
{
    private static readonly string Root = Find();
    private static readonly NoteRules Rules = NoteRules.Read(File.ReadAllBytes(Path.Combine(Root, "standards/notes/rules-v1.json")), "rules-v1.json").Value;
    private readonly RuleNoteReader reader = new(Rules);

    [Theory]
    [InlineData(false, 0.98, 0.98)]
    [InlineData(true, 0.95, 0.95)]
    public void Generated_notes_are_read_above_the_floor_for_every_item(bool unseen, double precision, double recall)
    {
        var generator = new NoteGenerator(7, unseen);
        var scores = NoteScore.Of(reader, Enumerable.Range(0, 600).Select(_ => generator.Next()).ToList());
        Print(scores);
        Assert.Equal(14, scores.Count);
        Assert.All(scores, s => Assert.True(s.Truth >= 50 && s.Precision >= precision && s.Recall >= recall, $"{s}: precision {s.Precision:F3}, recall {s.Recall:F3}"));
    }

    [Fact]
    public void Notes_written_by_hand_are_read_above_the_floor()
    {
        var scores = NoteScore.Of(reader, MarkedNotes.Read(File.ReadAllText(Path.Combine(Root, "samples/notes/written-v1.txt"))));
        Print(scores);
        Assert.True(scores[^1] is { Truth: > 70, Precision: >= 0.95, Recall: >= 0.95 }, scores[^1].ToString());
    }

    [Theory]
    [InlineData("血圧は１３２の８４、父は喫煙者。", "systolic 132 Present 3+3; diastolic 84 Present 7+2; smoking current Family 12+3")]
    [InlineData("体温三十六度五分", "temperature 36.5 Present 2+5")]
    [InlineData("ＢＰ　百三十二／七十八", "systolic 132 Present 3+4; diastolic 78 Present 8+3")]
    [InlineData("BP 180/95→訂正 128/76", "systolic 128 Present 13+3; diastolic 76 Present 17+2")]
    [InlineData("前回は血圧150/90、本日128/76。", "systolic 150 Past 5+3; diastolic 90 Past 9+2; systolic 128 Present 14+3; diastolic 76 Present 18+2")]
    [InlineData("病期Ⅲ期、StageⅣの疑い", "tumour-stage III Present 2+1; tumour-stage IV Suspected 10+1")]
    [InlineData("降圧目標は130/80未満。理想体重は60kg。CKD stage 3。N95マスク。アルコール綿", "")]
    [InlineData("血圧 999/10", "")]
    public void Place_context_and_value_are_told(string note, string wanted) =>
        Assert.Equal(wanted, string.Join("; ", reader.Read(note).Select(f => FormattableString.Invariant($"{f.Item} {f.Value}{f.Code} {f.Context} {f.Offset}+{f.Length}"))));

    [Fact]
    public void Only_what_is_of_the_patient_now_becomes_a_fact_and_no_word_of_the_note_does()
    {
        var facts = NoteFacts.Of(reader.Read("架空花子。血圧132/84、夫は喫煙者。Stage IVの疑い。酒は飲まない。"), Rules, new(2026, 4, 1), 3).ToList();
        Assert.Equal(["8480-6 132 mm[Hg] ", "8462-4 84 mm[Hg] ", "11331-6   none"], facts.Select(f => $"{f.Code} {f.Value} {f.Unit} {f.ValueCode}"));
        Assert.All(facts, f => Assert.True(f.FromText && f.System == CodeSystem.Loinc && f.Start == new DateOnly(2026, 4, 1) && f.Line == 3 && f.Display is null));
    }

    [Fact]
    public void No_note_throws_or_takes_long()
    {
        var random = new Random(3);
        var alphabet = "血圧BP体温KT喫煙禁酒父前回0123456789０９百十二・/.:→()（）。、\n \ud800\udc00Ⅳ℃%TNMStage疑い".ToCharArray();
        for (var i = 0; i < 300; i++)
        {
            var note = new string([.. Enumerable.Range(0, random.Next(200)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            Assert.All(reader.Read(note), f => Assert.True(f.Offset >= 0 && f.Length > 0 && f.Offset + f.Length <= note.Length));
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        reader.Read(string.Concat(Enumerable.Repeat("血圧 (((((", 4000)));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), clock.Elapsed.ToString());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[")]
    [InlineData("""{"id":"x","version":"1","macros":{},"items":{},"patterns":[{"find":"(?<nobody>a)"}],"before":{},"after":{},"now":"a"}""")]
    [InlineData("""{"id":"x","version":"1","macros":{},"items":{},"patterns":[{"find":"(?<=a)b"}],"before":{},"after":{},"now":"a"}""")]
    public void Rules_that_do_not_work_are_refused(string json) =>
        Assert.All(NoteRules.Read(System.Text.Encoding.UTF8.GetBytes(json), "r.json").Findings, f => Assert.Equal("notes.rules", f.Code));

    private static void Print(IReadOnlyList<NoteScore> scores)
    {
        foreach (var s in scores)
        {
            TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant($"{s.Item,-14} truth {s.Truth,5}  precision {s.Precision:F3}  recall {s.Recall:F3}"));
        }
    }

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Minato.slnx")))
        {
            folder = folder.Parent;
        }

        return folder!.FullName;
    }
}
