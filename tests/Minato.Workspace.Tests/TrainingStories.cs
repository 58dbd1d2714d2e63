using Minato.Tests;
using Minato.Workspace.Training;

namespace Minato.Workspace.Tests;

/// <summary>A licence by training: who passed a course that counts works, for its term, and nobody else does.</summary>
public sealed class TrainingStories
{
    private const string Course = "safe-researcher";
    private static readonly DateOnly Today = DateOnly.FromDateTime(DateTime.UtcNow);

    [Fact]
    public async Task Without_a_course_in_force_nobody_works_and_with_it_its_holder_does()
    {
        using var village = new Village();
        var training = TrainingRoom.Open(Quay.Standards, village.Ledger, TimeProvider.System);
        var workspace = WorkspaceRoom.Open(new WorkspaceOptions(village.At("workspace")), village.Ledger, village.Keys, village.Access, village.Processing, TimeProvider.System, training: training);
        using var closing = (IDisposable)workspace;
        Assert.Equal(["workspace.no-training", "workspace.no-training"], [await Try(Village.Researcher), await Try(Village.Colleague)]);

        await Ok(training.RecordAsync(Village.Researcher.Id, Course, Today.AddMonths(-1), "findata", Village.Operator));
        Assert.Equal(["workspace.code", "workspace.no-training"], [await Try(Village.Researcher), await Try(Village.Colleague)]);
        Assert.Equal("workspace.no-training", (await workspace.Sessions.BeginAsync(Village.Permit, JobLanguage.R, Village.Colleague, ct: TestContext.Current.CancellationToken)).Findings[0].Code);

        await Ok(training.WithdrawAsync(Village.Researcher.Id, Course, "The certificate was another person's", Village.Operator));
        Assert.Equal("workspace.no-training", await Try(Village.Researcher));
        await Ok(training.RecordAsync(Village.Researcher.Id, Course, Today, "minato", Village.Operator));
        Assert.Equal("workspace.code", await Try(Village.Researcher));

        // An empty program is refused right behind the door.
        async Task<string> Try(Actor by) => (await workspace.RunAsync(new JobRequest(Village.Permit, JobLanguage.Shell, ""), by)).Findings[0].Code;
    }

    [Fact]
    public async Task It_ends_with_its_term_and_a_refresher_renews_it()
    {
        using var village = new Village();
        var clock = new MovedClock();
        var training = TrainingRoom.Open(Quay.Standards, village.Ledger, clock);
        var passed = await Ok(training.RecordAsync(Village.Researcher.Id, Course, Today, "minato", Village.Operator));
        Assert.Equal(Today.AddMonths(training.Courses.Single().Months), passed.Until);
        clock.Now = new(passed.Until, new TimeOnly(12, 0), TimeSpan.Zero);
        Assert.Null(training.Missing(Village.Researcher.Id));
        clock.Now = clock.Now.AddDays(1);
        Assert.Equal("workspace.no-training", training.Missing(Village.Researcher.Id)?.Code);
        await Ok(training.RecordAsync(Village.Researcher.Id, Course, passed.Until.AddDays(1), "minato", Village.Operator));
        Assert.Null(TrainingRoom.Open(Quay.Standards, village.Ledger, clock).Missing(Village.Researcher.Id));
    }

    [Fact]
    public async Task Only_another_who_runs_the_node_records_it_and_only_what_counts()
    {
        using var village = new Village();
        var training = TrainingRoom.Open(Quay.Standards, village.Ledger, TimeProvider.System);
        var person = Village.Researcher.Id;
        Assert.Equal("training.role", await Code(training.RecordAsync(person, Course, Today, "minato", Village.Researcher)));
        Assert.Equal("training.own", await Code(training.RecordAsync(Village.Operator.Id, Course, Today, "minato", Village.Operator)));
        Assert.Equal("training.course", await Code(training.RecordAsync(person, "cooking", Today, "minato", Village.Operator)));
        Assert.Equal("training.issuer", await Code(training.RecordAsync(person, Course, Today, "a-friend", Village.Operator)));
        Assert.Equal("training.day", await Code(training.RecordAsync(person, Course, Today.AddDays(1), "minato", Village.Operator)));
        Assert.Equal("training.day", await Code(training.RecordAsync(person, Course, Today.AddYears(-9), "minato", Village.Operator)));
        Assert.Equal("training.not-found", await Code(training.WithdrawAsync(person, Course, "none", Village.Operator)));
        Assert.Equal("training.role", training.Of(person, Village.Stranger).Findings[0].Code);
        Assert.Empty(training.Of(person, Village.Researcher).Value);
    }

    private static async Task<string> Code<T>(Task<Outcome<T>> done) => (await done).Findings[0].Code;

    private static async Task<T> Ok<T>(Task<Outcome<T>> done) => Quay.Ok(await done);

    private sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UtcNow;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
