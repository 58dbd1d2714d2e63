using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <summary>
/// A project's vault: reads the points that the transcryptors sent, names them, and forgets them. Beside each name it keeps the
/// dataset's handle as it came in, which it cannot read: by that a use is noted at the citizens, and nothing else.
/// </summary>
internal sealed class ProjectVault : IDisposable
{
    private readonly PermitId permit;
    private readonly PartyKeys keys;
    private readonly SqliteConnection connection;
    private readonly string file;
    private readonly Lock gate = new();

    public ProjectVault(PermitId permit, string file, PartyKeys keys)
    {
        (this.permit, this.keys, this.file) = (permit, keys, file);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
            CREATE TABLE IF NOT EXISTS people (name BLOB PRIMARY KEY, dataset TEXT NOT NULL, version INTEGER NOT NULL, b BLOB NOT NULL, c BLOB NOT NULL) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS provisions (name TEXT PRIMARY KEY) WITHOUT ROWID;
            """;
        command.ExecuteNonQuery();
    }

    public OpeningTerms Opening(DateTimeOffset until, IReadOnlyList<string> datasets) =>
        new((Secret * Point.G).ToHex(), Convert.ToHexStringLower(keys.VerifyingKey()), until, datasets);

    public SignedOrder Sign(Order order) => SignedOrder.By(keys, order);

    /// <summary>A fingerprint that names the project's key and the provision.</summary>
    public string Epoch(string provision) => $"{Domain.Of(permit)}#{(Secret * Point.G).ToHex()[..8]}/{provision}";

    /// <summary>
    /// Checks the last proof, reads the points and names them, aligned with <paramref name="carried"/>. The name is of the provision too:
    /// <c>AES256_{K_p,v}(Trunc128(SHA-512("pp", p, P)))</c>.
    /// </summary>
    /// <param name="sent">The handles as the dataset sent them, of those who went on.</param>
    public Outcome<Pseudonym<Project>[]> Receive(
        SignedOrder order, FactorStatement authority, FactorStatement overseer, Begun begun, Passed passed, Hopped carried, Ciphers sent, string provision, CancellationToken ct)
    {
        var receiver = Secret * Point.G;
        if (passed.Wrapped is not { } wrapped || carried.Out.Count != sent.Count
            || !Hop.IsWrap(new(order.Id, Read(overseer.Commitment), passed.Run, receiver), [.. passed.Kept.Select(i => passed.People.Tags[i])], wrapped, ct)
            || !Hop.IsCarry(new(order.Id, Read(authority.Commitment), begun.Run, receiver), wrapped.Out, carried, ct))
        {
            return Finding.Error("linkage.proof-wrong", "A transcryptor's proof does not hold", "Stop, and have both transcryptors looked at");
        }

        var points = carried.Out.Opened(Secret, ct);
        var blocks = new byte[points.Length * 16];
        byte[] prefix = [.. "minato pp v1"u8, (byte)permit.Value.Length, .. Encoding.UTF8.GetBytes(permit.Value)];
        Span<byte> hash = stackalloc byte[64];
        for (var i = 0; i < points.Length; i++)
        {
            SHA512.HashData([.. prefix, .. points[i].ToBytes()], hash);
            hash[..16].CopyTo(blocks.AsSpan(i * 16));
        }

        using var aes = keys.Permutation($"provision/{provision}");
        blocks = aes.EncryptEcb(blocks, PaddingMode.None);
        var names = new Pseudonym<Project>[points.Length];
        lock (gate)
        {
            using var transaction = connection.BeginTransaction();
            using (var note = connection.CreateCommand())
            {
                note.CommandText = "INSERT INTO provisions VALUES ($a) ON CONFLICT DO NOTHING";
                note.Parameters.Add(new SqliteParameter("$a", provision));
                note.ExecuteNonQuery();
            }

            using var insert = connection.CreateCommand();
            insert.CommandText = "INSERT INTO people VALUES ($a, $b, $c, $d, $e) ON CONFLICT DO NOTHING";
            foreach (var name in (ReadOnlySpan<string>)["$a", "$b", "$c", "$d", "$e"])
            {
                insert.Parameters.Add(new SqliteParameter(name, DBNull.Value));
            }

            for (var i = 0; i < names.Length; i++)
            {
                names[i] = new(BinaryPrimitives.ReadUInt128BigEndian(blocks.AsSpan(i * 16)));
                insert.Parameters[0].Value = blocks[(i * 16)..((i * 16) + 16)];
                insert.Parameters[1].Value = order.Order.From.Name;
                insert.Parameters[2].Value = order.Order.From.Version;
                insert.Parameters[3].Value = sent.B[i].ToBytes();
                insert.Parameters[4].Value = sent.C[i].ToBytes();
                insert.ExecuteNonQuery();
            }

            transaction.Commit();
        }

        return names;
    }

    /// <summary>The datasets' handles of the people, by domain; refused where the project never had one of them.</summary>
    public Outcome<IReadOnlyList<(Domain From, Ciphers Handles)>> HandlesOf(IReadOnlyList<Pseudonym<Project>> people)
    {
        var found = new List<(Domain From, Point B, Point C)>();
        lock (gate)
        {
            using var select = connection.CreateCommand();
            select.CommandText = "SELECT dataset, version, b, c FROM people WHERE name = $a";
            select.Parameters.Add(new SqliteParameter("$a", DBNull.Value));
            foreach (var person in people.Distinct())
            {
                select.Parameters[0].Value = VaultStore.Bytes(person.Value);
                using var row = select.ExecuteReader();
                if (!row.Read() || !Point.TryRead((byte[])row[2], out var b) || !Point.TryRead((byte[])row[3], out var c))
                {
                    return Finding.Error("linkage.unknown-pseudonym", $"Some pseudonyms are not of the project {permit}", "Record what the conversion of this project gave");
                }

                found.Add((new Domain(row.GetString(0), row.GetInt32(1)), b, c));
            }
        }

        return Outcome<IReadOnlyList<(Domain, Ciphers)>>.Ok(
            [.. found.GroupBy(f => f.From).Select(g => (g.Key, new Ciphers([.. g.Select(f => f.B)], [.. g.Select(f => f.C)])))]);
    }

    /// <summary>Destroys the project's keys and its file. Pseudonyms that somebody kept are then random numbers, for good.</summary>
    public void Destroy()
    {
        lock (gate)
        {
            keys.Destroy("receiver");
            using (var select = connection.CreateCommand())
            {
                select.CommandText = "SELECT name FROM provisions";
                using var rows = select.ExecuteReader();
                while (rows.Read())
                {
                    keys.Destroy($"provision/{rows.GetString(0)}");
                }
            }

            connection.Dispose();
            foreach (var end in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            {
                File.Delete(file + end);
            }
        }
    }

    public void Dispose() => connection.Dispose();

    internal Scalar Secret => keys.Exponent("receiver");

    private static Point Read(string hex) => Point.TryRead(Convert.FromHexString(hex), out var point) ? point : throw new InvalidDataException("A statement holds no point");
}
