using System.Globalization;

namespace Minato.Ledger.Tests;

/// <summary>The program that a test kills: eight writers append without end and print each event after the ledger said it is durable.</summary>
internal static class Appender
{
    public const string Verb = "append-until-killed";

    public static async Task<int> RunAsync(string folder)
    {
        var ledger = LedgerRoom.Open(new LedgerOptions(folder, Quay.Origin), new NamedKeys(), TimeProvider.System);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async w =>
        {
            for (var n = 0; ; n++)
            {
                var done = (await ledger.AppendAsync($"writer/w-{w}", n, Quay.Operator, [Quay.Event()])).Value;
                lock (ledger)
                {
                    Console.Out.Write(string.Create(CultureInfo.InvariantCulture, $"writer/w-{w} {done.Version} {done.FirstIndex}\n"));
                    Console.Out.Flush();
                }

                if (n % 50 == 49)
                {
                    ledger.MakeCheckpoint();
                }
            }
        }));
        return 0;
    }
}
