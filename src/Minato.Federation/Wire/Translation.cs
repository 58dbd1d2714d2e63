using Minato.Linkage;

namespace Minato.Federation.Wire;

/// <summary>A message that no honest node sends. Its text never quotes the message.</summary>
internal sealed class MalformedMessageException(string what) : Exception($"A message from another node is malformed: {what}");

/// <summary>From the words of the port to messages, and back with suspicion.</summary>
internal static class Translation
{
    public const int PeopleInPart = 65_536;

    /// <summary>A person's identity takes some hundred bytes; a part of them stays far below the message limit.</summary>
    public const int TicketsInPart = 2_000;

    public static Verdict VerdictOf<T>(Outcome<T> outcome) => new()
    {
        Ok = outcome.IsOk,
        Findings = [.. outcome.Findings.Select(f => new FindingMessage
        {
            Code = f.Code, Severity = (int)f.Severity, Reason = f.Reason, Remedy = f.Remedy, File = f.Place.File, Line = f.Place.Line, Field = f.Place.Field,
        })],
    };

    public static Outcome<T> OutcomeOf<T>(Verdict? verdict, Func<T> value)
    {
        if (verdict is null)
        {
            throw new MalformedMessageException("no verdict");
        }

        var findings = verdict.Findings.ConvertAll(f =>
            new Finding(f.Code, Enum.IsDefined((Severity)f.Severity) ? (Severity)f.Severity : Severity.Error, f.Reason, f.Remedy, new Place(f.File, f.Line, f.Field)));
        return verdict.Ok ? Outcome<T>.Ok(value(), findings)
            : findings.Count > 0 ? Outcome<T>.Refused(findings)
            : throw new MalformedMessageException("a refusal without a reason");
    }

    public static IdentityMessage Message(PersonIdentity p, int ticket = 0) => new()
    {
        InsurerNumber = p.InsurerNumber,
        InsuredSymbol = p.InsuredSymbol,
        InsuredNumber = p.InsuredNumber,
        InsuredBranch = p.InsuredBranch,
        NameKanji = p.NameKanji,
        NameKana = p.NameKana,
        BirthDate = p.BirthDate?.DayNumber,
        Sex = (int)p.Sex,
        PostalCode = p.PostalCode,
        Address = p.Address,
        LocalPatientId = p.LocalPatientId,
        AsOf = p.AsOf?.DayNumber,
        Ticket = ticket,
    };

    public static PersonIdentity Identity(IdentityMessage? m) => m is null ? throw new MalformedMessageException("no identity") : new PersonIdentity
    {
        InsurerNumber = m.InsurerNumber,
        InsuredSymbol = m.InsuredSymbol,
        InsuredNumber = m.InsuredNumber,
        InsuredBranch = m.InsuredBranch,
        NameKanji = m.NameKanji,
        NameKana = m.NameKana,
        BirthDate = m.BirthDate is { } b ? Day(b) : null,
        Sex = Enum.IsDefined((Sex)m.Sex) ? (Sex)m.Sex : throw new MalformedMessageException("sex"),
        PostalCode = m.PostalCode,
        Address = m.Address,
        LocalPatientId = m.LocalPatientId,
        AsOf = m.AsOf is { } a ? Day(a) : null,
    };

    public static byte[] Pack<T>(IReadOnlyList<Pseudonym<T>> people, int from, int count)
    {
        var bytes = new byte[16 * count];
        for (var i = 0; i < count; i++)
        {
            people[from + i].Write(bytes.AsSpan(16 * i));
        }

        return bytes;
    }

    public static void Unpack<T>(byte[] bytes, List<Pseudonym<T>> into)
    {
        if (bytes.Length % 16 != 0)
        {
            throw new MalformedMessageException("a pseudonym was cut");
        }

        for (var at = 0; at < bytes.Length; at += 16)
        {
            into.Add(Pseudonym<T>.Read(bytes.AsSpan(at, 16)));
        }
    }

    public static Pseudonym<T> One<T>(byte[] bytes) => bytes.Length == 16 ? Pseudonym<T>.Read(bytes) : throw new MalformedMessageException("not one pseudonym");

    public static LinkClass Class(byte value) => Enum.IsDefined((LinkClass)value) ? (LinkClass)value : throw new MalformedMessageException("link class");

    public static DateOnly Day(int number) =>
        number >= 0 && number <= DateOnly.MaxValue.DayNumber ? DateOnly.FromDayNumber(number) : throw new MalformedMessageException("day");

    public static DateTimeOffset Instant(long utcTicks) =>
        utcTicks >= 0 && utcTicks <= DateTimeOffset.MaxValue.UtcTicks ? new DateTimeOffset(utcTicks, TimeSpan.Zero) : throw new MalformedMessageException("instant");

    /// <summary>An id, checked before its type would complain with its text.</summary>
    public static string Id(string? text, string what) => Slug.IsValid(text) ? text : throw new MalformedMessageException(what);

    public static string Text(string? text, string what) => text ?? throw new MalformedMessageException(what);

    /// <summary>The beginnings of the parts of a long list; one empty part where the list is empty.</summary>
    public static IEnumerable<(int From, int Count)> Parts(int length, int size)
    {
        for (var from = 0; from == 0 || from < length; from += size)
        {
            yield return (from, Math.Min(size, length - from));
        }
    }
}
