using System.CommandLine;

namespace Minato.Cli;

/// <summary>Commands of training records.</summary>
internal static class TrainingCommands
{
    public static Command Training()
    {
        var person = new Argument<string>("person") { Description = "Person id" };
        var course = new Argument<string>("course") { Description = "Course id; see 'training courses'" };
        var on = new Option<DateOnly>("--on") { Required = true, Description = "The day on the certificate, 2026-01-31" };
        var issuer = new Option<string>("--issuer") { DefaultValueFactory = _ => "minato", Description = "Whose certificate it is" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why" };
        return Verb.Group("training", "Who may work in the secure environment by training",
            Verb.On("courses", "Lists the courses of the rules in force", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Training.Courses))),
            Verb.On("record", "Records, as an operator, a certificate that you have seen", [person, course, on, issuer], async (h, p, by, ct) =>
                (await h.Training.RecordAsync(new(p.GetValue(person)!), p.GetValue(course)!, p.GetValue(on), p.GetValue(issuer)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("withdraw", "Takes a record back, as an operator", [person, course, reason], async (h, p, by, ct) =>
                (await h.Training.WithdrawAsync(new(p.GetValue(person)!), p.GetValue(course)!, p.GetValue(reason)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("list", "Lists what a person passed", [person], (h, p, by, _) => Task.FromResult(h.Training.Of(new(p.GetValue(person)!), by).Any())));
    }
}
