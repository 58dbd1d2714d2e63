using Minato.Tables;
using Minato.Warehouse.Shapes;

namespace Minato.Warehouse.Corrections;

/// <summary>Corrections that a session is told of, in the table <c>staged_correction</c>: one row for each, of a move one for each record.</summary>
internal static class StagedCorrections
{
    private static TableShape Shape { get; } = CdmTables.Corrections with { Name = "staged_correction" };

    public static void Write(ITableSession session, IReadOnlyList<PersonCorrection> corrections)
    {
        session.CreateTable(Shape);
        using (var rows = session.Insert(Shape))
        {
            foreach (var c in corrections)
            {
                if (c.Change != PersonChange.Moved)
                {
                    rows.Add(c.Number).Add((long)c.Change).Add(c.Name!.Value.ToGuid()).Add(c.Person.ToGuid()).Add((string?)null).Add((long?)null).EndRow();
                    continue;
                }

                foreach (var (delivery, ticket) in c.Records)
                {
                    rows.Add(c.Number).Add((long)c.Change).Add((Guid?)null).Add(c.Person.ToGuid()).Add(delivery.Value).Add((long)ticket).EndRow();
                }
            }
        }
    }
}
