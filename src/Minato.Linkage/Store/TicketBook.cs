using Microsoft.Data.Sqlite;

namespace Minato.Linkage.Store;

/// <summary>Which ticket of a delivery carried which identity, and with which class it was answered: written once, never changed.</summary>
internal sealed class TicketBook : IDisposable
{
    private readonly SqliteCommand insert;
    private readonly SqliteCommand select;

    public TicketBook(SqliteConnection connection, long delivery)
    {
        insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO tickets VALUES ($d, $t, $i, $c) ON CONFLICT DO NOTHING";
        select = connection.CreateCommand();
        select.CommandText = "SELECT class FROM tickets WHERE delivery = $d AND ticket = $t AND identity = $i";
        foreach (var command in (ReadOnlySpan<SqliteCommand>)[insert, select])
        {
            command.Parameters.AddWithValue("$d", delivery);
            command.Parameters.AddWithValue("$t", 0);
            command.Parameters.AddWithValue("$i", 0);
        }

        insert.Parameters.AddWithValue("$c", 0);
    }

    /// <returns>True: new. False: known, and <paramref name="recorded"/> is the class it was answered with.</returns>
    public bool Add(int ticket, int identity, LinkClass linkClass, out LinkClass recorded)
    {
        insert.Parameters[1].Value = ticket;
        insert.Parameters[2].Value = identity;
        insert.Parameters[3].Value = (int)linkClass;
        recorded = linkClass;
        if (insert.ExecuteNonQuery() == 1)
        {
            return true;
        }

        select.Parameters[1].Value = ticket;
        select.Parameters[2].Value = identity;
        recorded = (LinkClass)(long)select.ExecuteScalar()!;
        return false;
    }

    public void Dispose()
    {
        insert.Dispose();
        select.Dispose();
    }
}
