using System.Text;
using CsCheck;
using Microsoft.Data.Sqlite;

namespace Minato.Ledger.Tests;

/// <summary>Whoever changes one byte of any event is found out, and the event is named.</summary>
public sealed class VerificationTests
{
    private static readonly string[] Texts = ["stream", "type", "actor"];
    private static readonly string[] Numbers = ["version", "at"];
    private static readonly string[] Blobs = ["commitment", "leaf", "salt", "payload"];

    [Fact]
    public void An_untouched_ledger_verifies_and_reports_how_far_it_is()
    {
        using var quay = Quay.WithTenEvents();
        var steps = new List<Step>();
        Assert.Empty(quay.Ledger.Verify(new Direct(steps)));
        Assert.Equal(new Step("verify", 10, 10, "events"), steps[^1]);
    }

    [Fact]
    public void Every_byte_of_every_column_of_every_event_is_protected()
    {
        using var quay = Quay.WithTenEvents();
        for (var index = 0L; index < 10; index++)
        {
            foreach (var column in Texts.Concat(Numbers).Concat(Blobs))
            {
                // Every byte of the short columns; hashes and salts at both ends.
                var length = LengthOf(quay, column, index);
                foreach (var at in Enumerable.Range(0, length).Where(b => length < 32 || b is 0 or 31))
                {
                    AssertFound(quay, index, column, at, 0x01);
                }
            }
        }
    }

    [Fact]
    public void A_random_byte_changed_at_random_is_found()
    {
        using var quay = Quay.WithTenEvents();
        Gen.Select(Gen.Int[0, 9], Gen.OneOfConst([.. Texts, .. Numbers, .. Blobs]), Gen.Int[0, 1000], Gen.Byte[1, 255])
            .Sample((index, column, at, mask) => AssertFound(quay, index, column, at % LengthOf(quay, column, index), mask), iter: 400, threads: 1);
    }

    [Fact]
    public void A_byte_of_the_file_is_either_found_or_changes_nothing_that_is_read()
    {
        using var quay = Quay.WithTenEvents();
        var told = Tell(quay.Ledger);
        quay.Ledger.Dispose();
        var original = File.ReadAllBytes(Path.Combine(quay.Folder, "ledger.db"));
        var damaged = Directory.CreateTempSubdirectory("minato-ledger-damaged-").FullName;
        try
        {
            Gen.Select(Gen.Int[0, original.Length - 1], Gen.Byte[1, 255]).Sample(
                (at, mask) =>
                {
                    Directory.EnumerateFiles(damaged).ToList().ForEach(File.Delete);
                    byte[] changed = [.. original];
                    changed[at] ^= mask;
                    File.WriteAllBytes(Path.Combine(damaged, "ledger.db"), changed);
                    try
                    {
                        using var ledger = LedgerRoom.Open(new LedgerOptions(damaged, Quay.Origin), new NamedKeys(), TimeProvider.System);
                        if (!ledger.Verify().Any())
                        {
                            Assert.Equal(told, Tell(ledger));
                        }
                    }
                    catch (RefusedException e)
                    {
                        Assert.StartsWith("ledger.", e.Findings[0].Code);
                    }
                },
                iter: 300,
                threads: 1);
        }
        finally
        {
            Directory.Delete(damaged, recursive: true);
        }
    }

    [Theory]
    [InlineData("version")]
    [InlineData("leaf")]
    [InlineData("stream")]
    public void A_value_that_became_null_is_a_finding(string column)
    {
        using var quay = Quay.WithTenEvents();
        quay.Tamper($"PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'events'; PRAGMA writable_schema = RESET; UPDATE events SET {column} = NULL WHERE idx = 4");
        Assert.NotEmpty(quay.Verify());
        Assert.All(quay.Verify(), f => Assert.StartsWith("ledger.", f.Code, StringComparison.Ordinal));
    }

    [Fact]
    public void A_removed_event_leaves_a_gap_that_is_named()
    {
        using var quay = Quay.WithTenEvents();
        quay.Tamper("DELETE FROM events WHERE idx = 4");
        Assert.Contains(quay.Verify(), f => f.Code == "ledger.event-missing" && f.Place.Field == "event 4");
        Assert.Contains(quay.Verify(), f => f.Code == "ledger.version-gap" && f.Reason.StartsWith("Event 7 (stream application/a-2, version 3)"));
    }

    [Fact]
    public void Cutting_the_tail_off_breaks_the_last_checkpoint()
    {
        using var quay = Quay.WithTenEvents();
        quay.Tamper("DELETE FROM events WHERE idx >= 8");
        Assert.Contains(quay.Verify(), f => f.Code == "ledger.truncated");
    }

    [Fact]
    public void Rewriting_an_event_with_all_its_hashes_still_breaks_the_signed_checkpoints()
    {
        using var quay = Quay.WithTenEvents();
        var e = quay.Ledger.ReadAll(4).First();
        byte[] salt = new byte[32], payload = Encoding.UTF8.GetBytes("""{"n":"forged"}""");
        var commitment = EventLeaf.Commit(salt, payload);
        var leaf = EventLeaf.Hash(e.Index, e.Stream, e.Version, e.Type, e.At, e.By, commitment);
        quay.Tamper("UPDATE events SET salt = $a, payload = $b, commitment = $c, leaf = $d WHERE idx = 4", salt, payload, commitment, leaf);
        var edge = new TreeEdge();
        foreach (var each in quay.Ledger.ReadAll())
        {
            edge.Append(each.LeafHash.ToArray(), (level, position, hash) =>
                quay.Tamper("UPDATE nodes SET hash = $a WHERE level = $b AND position = $c", hash, level, position));
        }

        Assert.Equal(["checkpoint 6", "checkpoint 10"], quay.Verify().Where(f => f.Code == "ledger.checkpoint-root").Select(f => f.Place.Field));
    }

    [Fact]
    public void Two_events_that_changed_places_are_found()
    {
        using var quay = Quay.WithTenEvents();
        quay.Tamper("UPDATE events SET idx = -1 WHERE idx = 3; UPDATE events SET idx = 3 WHERE idx = 6; UPDATE events SET idx = 6 WHERE idx = -1");
        var findings = quay.Verify();
        Assert.Contains(findings, f => f.Place.Field == "event 3");
        Assert.Contains(findings, f => f.Place.Field == "event 6");
    }

    [Theory]
    [InlineData("UPDATE checkpoints SET note = replace(note, 'minato.example', 'minatoo.example') WHERE size = 6", "ledger.checkpoint-signature")]
    [InlineData("UPDATE checkpoints SET root = zeroblob(32) WHERE size = 6", "ledger.checkpoint-changed")]
    [InlineData("UPDATE checkpoints SET size = 7 WHERE size = 6", "ledger.checkpoint-changed")]
    [InlineData("UPDATE checkpoints SET size = 70 WHERE size = 10", "ledger.truncated")]
    [InlineData("UPDATE nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 0", "ledger.tree-changed")]
    [InlineData("DELETE FROM nodes WHERE level = 1 AND position = 4", "ledger.tree-changed")]
    [InlineData("INSERT INTO nodes VALUES (1, 5, zeroblob(32))", "ledger.tree-changed")]
    [InlineData("INSERT INTO answers VALUES ('k', 'application/a-1', 0, 1, 2)", "ledger.answer-changed")]
    public void Tree_checkpoints_and_answers_are_protected_too(string change, string code)
    {
        using var quay = Quay.WithTenEvents();
        Assert.Equal(1, quay.Tamper(change));
        Assert.Contains(quay.Verify(), f => f.Code == code);
    }

    [Fact]
    public void A_file_that_is_no_ledger_is_refused_with_a_reason()
    {
        using var quay = Quay.New();
        quay.Ledger.Dispose();
        File.WriteAllText(Path.Combine(quay.Folder, "ledger.db"), new string('x', 5000));
        var refused = Assert.Throws<RefusedException>(quay.Reopen);
        Assert.Equal("ledger.damaged", refused.Findings[0].Code);
    }

    /// <summary>Changes one byte, sees that the event is named, and puts the byte back.</summary>
    private static void AssertFound(Quay quay, long index, string column, int at, byte mask)
    {
        var e = quay.Ledger.ReadAll(index).First();
        object original, changed;
        var set = column;
        if (Numbers.Contains(column))
        {
            var value = quay.Peek<long>($"SELECT {column} FROM events WHERE idx = $a", index);
            (original, changed) = (value, value ^ ((long)mask << (8 * at)));
        }
        else
        {
            var bytes = quay.Peek<byte[]>($"SELECT CAST({column} AS BLOB) FROM events WHERE idx = $a", index);
            byte[] flipped = [.. bytes];
            flipped[at] ^= mask;
            (original, changed) = (bytes, flipped);
        }

        var value1 = Texts.Contains(column) ? "CAST($a AS TEXT)" : "$a";
        try
        {
            quay.Tamper($"UPDATE events SET {set} = {value1} WHERE idx = $b", changed, index);
        }
        catch (SqliteException)
        {
            // The stream has an event of that version already; the file itself refuses.
            return;
        }

        var findings = quay.Verify();
        quay.Tamper($"UPDATE events SET {set} = {value1} WHERE idx = $b", original, index);
        Assert.True(findings.Any(f => f.Place.Field == $"event {index}"), $"{column}[{at}] ^ {mask:x2} of event {index}");
        var name = column switch { "stream" => $"Event {index} (stream ", "version" => $"Event {index} (stream {e.Stream}, version ", _ => $"Event {index} (stream {e.Stream}, version {e.Version})" };
        Assert.Contains(findings, f => f.Reason.StartsWith(name, StringComparison.Ordinal));
    }

    private static int LengthOf(Quay quay, string column, long index) =>
        Numbers.Contains(column) ? 8 : (int)quay.Peek<long>($"SELECT length(CAST({column} AS BLOB)) FROM events WHERE idx = $a", index);

    private static string Tell(LedgerRoom ledger) => string.Join(
        '\n',
        ledger.ReadAll().Concat(ledger.ReadAll(streamPrefix: "application/")).Concat(ledger.ReadStream("choice/c-1")).Select(e =>
            $"{e.Index} {e.Stream} {e.Version} {e.Type} {e.At:O} {e.By} {Convert.ToHexString(e.Json.Span)} {Convert.ToHexString(e.LeafHash.Span)}"));

    private sealed class Direct(List<Step> steps) : IProgress<Step>
    {
        public void Report(Step value) => steps.Add(value);
    }
}
