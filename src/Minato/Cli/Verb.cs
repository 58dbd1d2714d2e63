using System.CommandLine;

namespace Minato.Cli;

/// <summary>Options that every command understands, and how a command opens the harbour, acts and prints.</summary>
internal static class Verb
{
    public static readonly Option<string> Data = new("--data")
    {
        Description = "The harbour's folder (also MINATO_DATA)",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MINATO_DATA") ?? "harbour",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON", Recursive = true };

    public static readonly Option<string> As = new("--as")
    {
        Description = "Act as this person of people.json; without it as the operator of the node",
        DefaultValueFactory = _ => "operator",
        Recursive = true,
    };

    /// <summary>The person at the keyboard of the node, who could touch its files anyway.</summary>
    public static Actor Operator { get; } = new(new ActorId("operator"), Role.Operator, "Operator");

    public static Command Group(string name, string description, params ReadOnlySpan<Command> verbs)
    {
        var group = new Command(name, description);
        foreach (var v in verbs)
        {
            group.Add(v);
        }

        return group;
    }

    /// <summary>A command that opens the harbour and acts as somebody.</summary>
    public static Command On(string name, string description, IReadOnlyList<Symbol> words, Func<Harbour, ParseResult, Actor, CancellationToken, Task<Outcome<object?>>> act) =>
        Plain(name, description, words, async (p, ct) =>
        {
            using var harbour = Harbour.Open(OptionsOf(p));
            var who = p.GetValue(As)!;
            var actor = new People(harbour.Options.Folder).Find(who);
            if (!actor.IsOk && who == Operator.Id.Value)
            {
                actor = Operator;
            }

            return actor.Try(out var by) ? await act(harbour, p, by, ct).ConfigureAwait(false) : Outcome<object?>.Refused(actor.Findings);
        });

    /// <summary>A command that needs no harbour.</summary>
    public static Command Plain(string name, string description, IReadOnlyList<Symbol> words, Func<ParseResult, CancellationToken, Task<Outcome<object?>>> act)
    {
        var command = new Command(name, description);
        foreach (var w in words)
        {
            if (w is Argument a)
            {
                command.Add(a);
            }
            else
            {
                command.Add((Option)w);
            }
        }

        command.SetAction(async (p, ct) =>
        {
            try
            {
                return Printing.Print(await act(p, ct).ConfigureAwait(false), p.GetValue(Json));
            }
            catch (RefusedException e)
            {
                // Most often the harbour could not be opened: its keys, its configuration.
                return Printing.Print(Outcome<object?>.Refused(e.Findings), p.GetValue(Json));
            }
            catch (ArgumentException e) when (e.TargetSite?.DeclaringType == typeof(Slug))
            {
                Console.Error.WriteLine("refused: " + e.Message);
                return 2;
            }
        });
        return command;
    }

    public static HarbourOptions OptionsOf(ParseResult p) => new(Path.GetFullPath(p.GetValue(Data)!), Rules.Folder);

    public static Outcome<object?> Any<T>(this Outcome<T> outcome) => outcome.Map(v => (object?)v);

    public static Outcome<object?> Found<T>(T? value, string what) where T : class =>
        value is null ? Finding.Error("cli.not-found", $"There is no such {what}", $"List the {what}s to see their ids") : Outcome<object?>.Ok(value);

    public static Outcome<object?> Value(object? value) => Outcome<object?>.Ok(value);

    /// <summary>Progress to standard error, one line that is rewritten.</summary>
    public static IProgress<Step> Progress { get; } = new LineProgress();

    private sealed class LineProgress : IProgress<Step>
    {
        private long last;

        public void Report(Step value)
        {
            var now = Environment.TickCount64;
            if (Console.IsErrorRedirected || (now - last < 100 && value.Done != value.Total))
            {
                return;
            }

            last = now;
            Console.Error.Write($"\r{value.What}: {value.Done:N0}{(value.Total is { } t ? $" / {t:N0}" : "")} {value.Unit}\u001b[K");
            if (value.Done == value.Total)
            {
                Console.Error.WriteLine();
            }
        }
    }
}

/// <summary>Where the rules that policy people edit are: beside the executable, or upwards from it (a source checkout).</summary>
internal static class Rules
{
    public static string Folder { get; } = Find();

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("MINATO_RULES") is { Length: > 0 } given)
        {
            return given;
        }

        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder.TrimEnd('/')))
        {
            if (Directory.Exists(Path.Combine(folder, "standards")) && Directory.Exists(Path.Combine(folder, "plans")))
            {
                return folder;
            }
        }

        return AppContext.BaseDirectory;
    }
}
