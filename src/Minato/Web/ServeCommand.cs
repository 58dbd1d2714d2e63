using System.CommandLine;

namespace Minato.Web;

/// <summary><c>minato serve</c>: the site and API of this node.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var address = new Option<string>("--address") { DefaultValueFactory = _ => "http://127.0.0.1:5080/", Description = "Where the site is reached; plain HTTP on loopback only" };
        var command = new Command("serve", "Serves the web site and the HTTP API of this node") { address };
        command.SetAction(async (p, ct) =>
        {
            using var harbour = Harbour.Open(Cli.Verb.OptionsOf(p));
            var outside = Environment.GetEnvironmentVariable("MINATO_OIDC_AUTHORITY") is { Length: > 0 } authority
                ? new OutsideProvider(new Uri(authority), Environment.GetEnvironmentVariable("MINATO_OIDC_CLIENT") ?? "", Environment.GetEnvironmentVariable("MINATO_OIDC_SECRET") ?? "")
                : null;
            var demonstration = outside is null && File.Exists(Demo.DemoCommand.MarkOf(harbour.Options.Folder));
            return await RunAsync(harbour, new SiteOptions(new Uri(p.GetValue(address)!), demonstration, outside), ct).ConfigureAwait(false);
        });
        return command;
    }

    public static async Task<int> RunAsync(Harbour harbour, SiteOptions options, CancellationToken ct)
    {
        var built = Site.Build(harbour, options);
        if (!built.Try(out var app))
        {
            return Cli.Printing.Print(Outcome<object?>.Refused(built.Findings), json: false);
        }

        await using (app)
        {
            foreach (var line in harbour.Plan?.Describe() ?? [])
            {
                Console.Error.WriteLine(line);
            }

            Console.Error.WriteLine($"Minato is at {options.Address}  (Ctrl+C ends it)");
            await app.RunAsync(ct).ConfigureAwait(false);
        }

        return 0;
    }
}
