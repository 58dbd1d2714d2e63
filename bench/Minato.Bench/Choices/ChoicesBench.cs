using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Minato.Federation;
using Minato.Kernel;
using Minato.Ledger;
using Minato.Linkage;
using Minato.Linkage.Pseudonyms;
using Minato.OptOut;

namespace Minato.Bench.Choices;

/// <summary>
/// Choices at a nation's size: registering them, durably, by many at once; opening the room on what was registered; the set of one use; and a dataset of the whole nation converted with the
/// set subtracted. Choices go through the room; the nation's persons are conversions in batches of what fits into memory, with the same cipher and the same look-up that Linkage uses.
/// </summary>
internal static class ChoicesBench
{
    private const int Batch = 5_000_000;
    private const int Writers = 64;
    private static readonly Actor Me = new(new ActorId("bench"), Role.Citizen, "Bench");
    private static readonly IntendedUse Study = new("scientific-research", new DatasetId("claims"), new HolderId("review-body"), DataCategory.Claims, "university");

    public static int Run(string[] args)
    {
        var quick = args.Contains("--quick");
        var (registered, choices, persons) = quick ? (4_000, 50_000, 1_000_000L) : (100_000, 5_000_000, 125_000_000L);
        var folder = Directory.CreateTempSubdirectory("minato-choices-").FullName;
        try
        {
            using var keys = FileKeyStore.Open(folder, "bench");
            using var ledger = LedgerRoom.Open(new LedgerOptions(folder, "bench"), keys, TimeProvider.System);
            Registering(ledger, keys, registered);
            Set(ledger, keys, choices);
            Subtracting(keys, choices, persons);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Each choice is on the disk when it is answered; many wait together for one flush.</summary>
    private static void Registering(LedgerRoom ledger, FileKeyStore keys, int count)
    {
        var room = Open(ledger, keys);
        var watch = Stopwatch.StartNew();
        Task.WaitAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (var i = w; i < count; i += Writers)
            {
                _ = (await room.ChooseAsync(Person(i), ChoiceScope.Everything, refuse: true, null, Me).ConfigureAwait(false)).Value;
            }
        })));
        Say("registering choices, durable", count, watch.Elapsed);
    }

    /// <summary>Written straight to the ledger in large appends, as the room would have written them one by one.</summary>
    private static void Set(LedgerRoom ledger, FileKeyStore keys, int count)
    {
        var watch = Stopwatch.StartNew();
        var room = Open(ledger, keys);
        const int Together = 256;
        Task.WaitAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
        {
            for (var from = w * Together; from < count; from += Writers * Together)
            {
                await Task.WhenAll(Enumerable.Range(from, Math.Min(Together, count - from)).Select(i =>
                    room.ChooseAsync(Person(1_000_000_000L + i), i % 4 == 0 ? new ChoiceScope(DataCategory.Genome) : ChoiceScope.Everything, refuse: true, null, Me))).ConfigureAwait(false);
            }
        })));
        Say("registering choices, durable, many at once", count, watch.Elapsed);
        watch.Restart();
        var anew = Open(ledger, keys);
        _ = anew.PersonsRefusing;
        Say("reading all choices when the room opens", count, watch.Elapsed);
        watch.Restart();
        var set = anew.RefusalsFor(Study, DateTimeOffset.UtcNow);
        Say($"the set of one use ({set.Refused.Count:N0} persons), sorted and hashed", count, watch.Elapsed);
        watch.Restart();
        _ = anew.RefusalsFor(Study, DateTimeOffset.UtcNow.AddDays(-1));
        Say("the same as of another day", count, watch.Elapsed);
    }

    private static void Subtracting(FileKeyStore keys, int refused, long persons)
    {
        var named = new HashSet<UInt128>(refused);
        for (var i = 0; i < refused; i++)
        {
            named.Add(new UInt128(0, (ulong)(i * (persons / refused))));
        }

        var watch = new Stopwatch();
        long withheld = 0;
        var batch = new UInt128[(int)Math.Min(Batch, persons)];
        using var dataset = PseudonymDomain.Of(keys, "bench/dataset");
        using var project = PseudonymDomain.Of(keys, "bench/project");
        for (long from = 0; from < persons; from += batch.Length)
        {
            for (var i = 0; i < batch.Length; i++)
            {
                batch[i] = new UInt128(0, (ulong)(from + i));
            }

            dataset.Encrypt(batch);
            watch.Start();
            dataset.Decrypt(batch);
            var left = 0;
            foreach (var handle in batch)
            {
                if (!named.Contains(handle))
                {
                    batch[left++] = handle;
                }
            }

            project.Encrypt(batch.AsSpan(0, left));
            watch.Stop();
            withheld += batch.Length - left;
        }

        Say($"converting a nation, {withheld:N0} withheld", persons, watch.Elapsed);
    }

    private static Pseudonym<Citizen> Person(long number) => Pseudonym<Citizen>.Read(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 16));

    private static OptOutRoom Open(LedgerRoom ledger, FileKeyStore keys) => OptOutRoom.Open(new OptOutOptions(Path.Combine(Root(), "standards"), "opt-out-v1"), ledger, keys, TimeProvider.System);

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Minato.slnx")))
        {
            at = Path.GetDirectoryName(at.TrimEnd('/')) ?? throw new InvalidOperationException("Run it from a checkout");
        }

        return at;
    }

    private static void Say(string what, long count, TimeSpan took) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{what,-64}{count,14:N0}{took.TotalSeconds,10:0.00} s{count / took.TotalSeconds,14:N0}/s   {Environment.WorkingSet >> 20} MiB"));
}
