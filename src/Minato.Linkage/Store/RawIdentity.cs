using System.Buffers;
using System.Globalization;

namespace Minato.Linkage.Store;

/// <summary>
/// An identity exactly as written, in one line of text: what its hash is made of, and what is kept under seal so that a
/// better normalisation can read all identities anew. The day of the record is not part of it. NDB's hashes stand in it as
/// keyed aliases only.
/// </summary>
internal static class RawIdentity
{
    private const char Between = '\u001F';
    private const char Before = '\u001E';

    /// <param name="ids">Keyed already (<see cref="NationalAliases"/>).</param>
    /// <param name="apart">What the identity alone does not say but must be told apart by: a ticket, the history; empty for a delivered one.</param>
    public static string Line(PersonIdentity i, HolderId? holder, NationalIds? ids, string apart)
    {
        using var writer = new LineWriter();
        Write(writer, i, holder, ids, apart);
        return writer.Text.ToString();
    }

    /// <summary>Writes the line into a buffer that is reused: most identities are known, and their line is needed for its hash only.</summary>
    public static void Write(LineWriter line, PersonIdentity i, HolderId? holder, NationalIds? ids, string apart)
    {
        line.Clear();
        line.Field(i.InsurerNumber);
        line.Field(i.InsuredSymbol);
        line.Field(i.InsuredNumber);
        line.Field(i.InsuredBranch);
        line.Field(i.NameKanji);
        line.Field(i.NameKana);
        line.Field(i.PostalCode);
        line.Field(i.Address);
        line.Field(i.LocalPatientId);
        line.Number(i.BirthDate?.DayNumber);
        line.Number((int)i.Sex);
        line.Field(string.IsNullOrWhiteSpace(i.LocalPatientId) ? null : holder?.Value);
        line.Field(ids?.Id1);
        line.Field(ids?.Id2);
        line.Field(ids?.Id4);
        line.Field(ids?.Id5);
        line.End(apart);
    }

    public static (PersonIdentity Identity, HolderId? Holder, NationalIds? Ids) Read(string line)
    {
        var f = line[..line.LastIndexOf(Before)].Split(Between);
        static string? Text(string s) => s.Length == 0 ? null : s;
        return (
            new PersonIdentity
            {
                InsurerNumber = Text(f[0]),
                InsuredSymbol = Text(f[1]),
                InsuredNumber = Text(f[2]),
                InsuredBranch = Text(f[3]),
                NameKanji = Text(f[4]),
                NameKana = Text(f[5]),
                PostalCode = Text(f[6]),
                Address = Text(f[7]),
                LocalPatientId = Text(f[8]),
                BirthDate = f[9].Length == 0 ? null : DateOnly.FromDayNumber(int.Parse(f[9], CultureInfo.InvariantCulture)),
                Sex = (Sex)int.Parse(f[10], CultureInfo.InvariantCulture),
            },
            f[11].Length == 0 ? null : new HolderId(f[11]),
            f[12].Length + f[13].Length + f[14].Length + f[15].Length == 0 ? null : new NationalIds(Text(f[12]), Text(f[13]), Text(f[14]), Text(f[15])));
    }

    /// <summary>One line of text at a time.</summary>
    internal sealed class LineWriter : IDisposable
    {
        private char[] chars = ArrayPool<char>.Shared.Rent(512);
        private int length;

        public ReadOnlySpan<char> Text => chars.AsSpan(0, length);

        public void Clear() => length = 0;

        public void Field(string? text)
        {
            var to = Room((text?.Length ?? 0) + 1);
            text.AsSpan().CopyTo(to);
            var written = to[..(text?.Length ?? 0)];
            if (written.ContainsAny(Between, Before))
            {
                written.Replace(Between, ' ');
                written.Replace(Before, ' ');
            }

            to[written.Length] = Between;
            length += written.Length + 1;
        }

        public void Number(int? number)
        {
            var to = Room(12);
            var written = 0;
            _ = number?.TryFormat(to, out written, provider: CultureInfo.InvariantCulture);
            to[written] = Between;
            length += written + 1;
        }

        public void End(string apart)
        {
            var to = Room(apart.Length + 1);
            to[0] = Before;
            apart.CopyTo(to[1..]);
            length += apart.Length + 1;
        }

        public void Dispose() => ArrayPool<char>.Shared.Return(chars, clearArray: true);

        private Span<char> Room(int size)
        {
            if (chars.Length < length + size)
            {
                var larger = ArrayPool<char>.Shared.Rent((length + size) * 2);
                Text.CopyTo(larger);
                ArrayPool<char>.Shared.Return(chars, clearArray: true);
                chars = larger;
            }

            return chars.AsSpan(length);
        }
    }
}
