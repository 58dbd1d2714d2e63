using C = Minato.Access.ApplicationCommand;

namespace Minato.Access.Tests;

public class ChecksTests
{
    private readonly World world = new();

    private string[] Failed(ApplicationDraft draft) => [.. world.Access.Preview(draft).Checks.Where(c => !c.Passed).Select(c => c.Rule)];

    private string[] FailedUse(RequestedUse use) => Failed(World.Draft with { Use = use });

    [Fact]
    public void The_example_in_the_standards_passes_every_check() => Assert.Empty(Failed(World.Draft));

    [Fact]
    public void An_empty_form_names_every_required_field()
    {
        var failed = Failed(World.Draft with { Answers = new Dictionary<string, string>() });
        var required = world.Access.Form.Sections.SelectMany(s => s.Fields).Where(f => f.Required && f.Kind != "use").Select(f => $"form.{f.Id}");
        Assert.Equal(required.Order(), failed.Where(f => f.StartsWith("form.", StringComparison.Ordinal)).Order());
    }

    [Theory]
    [InlineData("contact.email", "nobody")]
    [InlineData("contact.email", "a b@example.org")]
    [InlineData("applicant.kind", "emperor")]
    [InlineData("purpose.exploratory", "perhaps")]
    [InlineData("declaration.no-copying", "false")]
    [InlineData("public.domicile", "Japan")]
    [InlineData("data.expected-size", "many")]
    public void An_answer_is_of_its_kind(string field, string answer) => Assert.Contains($"form.{field}", Failed(World.With(field, answer)));

    [Fact]
    public void A_field_may_be_required_by_another()
    {
        Assert.Contains("form.ethics.reference", Failed(World.With("ethics.basis", "approved")));
        Assert.Contains("form.purpose.programme-bounds", Failed(World.With("use.kind", "programme")));
    }

    [Fact]
    public void The_purpose_is_a_permitted_one_and_open_to_the_applicant()
    {
        Assert.Equal(["purpose.permitted"], FailedUse(World.Use with { Purpose = "advertising" }));
        Assert.Equal(["purpose.eligible"], FailedUse(World.Use with { Purpose = "statistics" }));
        var acting = World.With("applicant.on-behalf-of-public-body", "true");
        acting = acting with { Use = World.Use with { Purpose = "statistics" }, Answers = new Dictionary<string, string>(acting.Answers) { ["applicant.public-body"] = "厚生労働省" } };
        Assert.Empty(Failed(acting));
    }

    [Theory]
    [InlineData("結果を自社製品の広告に用いる", "prohibited.marketing")]
    [InlineData("Use the scores in UNDERWRITING of life policies", "prohibited.discrimination")]
    [InlineData("患者の再識別を試みる", "prohibited.reidentification")]
    public void Words_of_a_prohibited_use_stop_until_they_are_explained(string aim, string rule)
    {
        var draft = World.With("purpose.aim", aim);
        Assert.Equal([rule], Failed(draft));
        draft = draft with { Answers = new Dictionary<string, string>(draft.Answers) { ["purpose.screening-explanation"] = "We study how often it happens, we do not do it." } };
        Assert.Empty(Failed(draft));
        Assert.Contains(world.Access.Preview(draft).Checks, c => c.Rule == rule && c.Explanation.En.Contains("reviewers must judge", StringComparison.Ordinal));
    }

    [Fact]
    public void Each_prohibited_use_needs_its_declaration()
    {
        var failed = Failed(World.With("declaration.no-marketing", "false"));
        Assert.Equal(["form.declaration.no-marketing", "prohibited.marketing"], failed);
    }

    [Fact]
    public void The_use_could_be_executed_as_written()
    {
        Assert.Equal(["use.datasets"], FailedUse(World.Use with { Datasets = [] }));
        Assert.Equal(["use.datasets"], FailedUse(World.Use with { Datasets = [.. World.Use.Datasets, new(new("moon"), [])] }));
        Assert.Equal(["use.datasets"], FailedUse(World.Use with { Datasets = [.. World.Use.Datasets, World.Use.Datasets[0]] }));
        Assert.Equal(["use.items.claims"], FailedUse(World.Use with { Datasets = [new(new("claims"), [new("condition_occurrence", [])])] }));
        Assert.Equal(["use.items.claims"], FailedUse(World.Use with { Datasets = [new(new("claims"), [new("condition_occurrence", ["name"])])] }));
        Assert.Equal(["use.cohort"], FailedUse(World.Use with { CohortJson = "{ not json" }));
        Assert.Equal(["use.cohort"], FailedUse(World.Use with { CohortJson = "[]" }));
        Assert.Equal(["use.cohort"], FailedUse(World.Use with { CohortJson = new string('[', 10_000) }));
        Assert.Equal(["use.study-period"], FailedUse(World.Use with { StudyFrom = new(2024, 1, 1), StudyTo = new(2023, 1, 1) }));
        Assert.Equal(["use.study-period"], FailedUse(World.Use with { StudyFrom = new(1950, 1, 1), StudyTo = new(1960, 1, 1) }));
        Assert.Equal(["use.processing-standard"], FailedUse(World.Use with { ProcessingStandard = "../purposes/purposes-v1" }));
        Assert.Empty(FailedUse(World.Use with { ProcessingStandard = "pseudonymised@1.0.0" }));
        Assert.Equal(["use.members"], FailedUse(World.Use with { Members = [] }));
        Assert.Equal(["use.table"], FailedUse(World.Use with { Table = new([]) }));
        Assert.Equal(["use.table"], FailedUse(World.Use with { Table = new(["cohort_year", "shoe_size"]) }));
        Assert.Equal(["use.table"], FailedUse(World.Use with { Table = new(["cohort_year", "cohort_year"]) }));
        Assert.Empty(FailedUse(World.Use with { Table = new(["cohort_year"]) }));
        Assert.Equal(["use.months"], FailedUse(World.Use with { MonthsOfUse = 121 }));
        Assert.Equal(["use.title"], FailedUse(World.Use with { Title = new("題", " ") }));
        Assert.Equal(["use.plain-summary"], FailedUse(World.Use with { PlainSummary = new(new string('長', 2001), "long") }));
    }

    [Fact]
    public async Task A_draft_with_holes_or_without_end_is_not_saved()
    {
        var id = await world.Created();
        Assert.Equal(["access.draft-incomplete"], await world.Refused(id, World.Applicant, new C.SaveDraft(null!)));
        Assert.Equal(["access.draft-incomplete"], await world.Refused(id, World.Applicant, new C.SaveDraft(World.Draft with { Use = World.Use with { CohortJson = null! } })));
        Assert.Equal(["access.draft-incomplete"], await world.Refused(id, World.Applicant, new C.SaveDraft(World.Draft with { Use = World.Use with { Members = [default] } })));
        Assert.Equal(["access.draft-too-large"], await world.Refused(id, World.Applicant, new C.SaveDraft(World.Draft with { Use = World.Use with { CohortJson = new string('x', 1_000_001) } })));
        Assert.Equal(["access.form-unknown"], await world.Refused(id, World.Applicant, new C.SaveDraft(World.Draft with { Use = World.Use with { Forms = [ExtractionForm.Source, "excel"] } })));
        Assert.Equal(["access.no-draft"], await world.Refused(id, World.Applicant, new C.Submit()));
        Assert.Equal(["access.no-reason"], await world.Refused(id, World.Applicant, new C.Withdraw(" ")));
    }

    [Fact]
    public async Task A_draft_shows_its_checks_while_it_is_written()
    {
        var id = await world.Created();
        var view = await world.Do(id, World.Applicant, new C.SaveDraft(World.With("purpose.aim", "")));
        Assert.Equal("form.purpose.aim", Assert.Single(view.Checks, c => !c.Passed).Rule);
        Assert.Equal(["access.check"], await world.Refused(id, World.Applicant, new C.Submit()));
    }
}
