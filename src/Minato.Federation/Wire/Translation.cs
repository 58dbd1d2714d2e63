using Minato.Linkage;
using Minato.Linkage.Quality;

namespace Minato.Federation.Wire;

/// <summary>A message that no honest node sends. Its text never quotes the message.</summary>
internal sealed class MalformedMessageException(string what) : Exception($"A message from another node is malformed: {what}");

/// <summary>From the words of the port to messages, and back with suspicion.</summary>
internal static class Translation
{
    public const int PeopleInPart = 65_536;

    /// <summary>A person's identity takes some hundred bytes; a part of them stays far below the message limit.</summary>
    public const int TicketsInPart = 2_000;

    public const int BytesInPart = 1 << 20;

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

    public static IdentityMessage Message(IdentityTicket ticket) => Message(ticket.Identity, ticket.Ticket, ticket.Ids);

    public static IdentityTicket Ticket(IdentityMessage m) => new(
        m.Ticket, Identity(m), m is { Id1: null, Id2: null, Id4: null, Id5: null } ? null : new NationalIds(m.Id1, m.Id2, m.Id4, m.Id5));

    public static IdentityMessage Message(PersonIdentity p, int ticket = 0, NationalIds? ids = null) => new()
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
        Id1 = ids?.Id1,
        Id2 = ids?.Id2,
        Id4 = ids?.Id4,
        Id5 = ids?.Id5,
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

    /// <summary>Bytes of a way on the line. An address is some 700 bytes, a holder at most 80.</summary>
    private const int WaySize = 1024;

    public static byte[] Filled(WayHome way)
    {
        var bytes = new byte[WaySize];
        using var writer = new BinaryWriter(new MemoryStream(bytes));
        writer.Write(way.Holder?.Value ?? "");
        writer.Write((ushort)way.Address.Length);
        writer.Write(way.Address);
        return bytes;
    }

    public static WayHome Way(byte[] bytes)
    {
        if (bytes.Length != WaySize)
        {
            throw new MalformedMessageException("way");
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(bytes));
            var holder = reader.ReadString();
            var length = reader.ReadUInt16();
            var address = reader.ReadBytes(length);
            return address.Length != length ? throw new MalformedMessageException("way") : new(holder.Length == 0 ? null : new HolderId(Id(holder, "holder")), address);
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            throw new MalformedMessageException("way");
        }
    }

    public static CorrectionMessage Message<T>(Correction<T> c) => new()
    {
        Number = c.Number,
        Kind = (int)c.Kind,
        Record = c.Record is { } record ? Pack([record], 0, 1) : [],
        From = Pack([c.From], 0, 1),
        To = Pack([c.To], 0, 1),
        Reason = c.Reason,
        At = c.At.UtcTicks,
        Moved = [.. c.Tickets.Select(t => new MovedMessage { Holder = t.Holder.Value, Delivery = t.Delivery.Value, Tickets = [.. t.Tickets] })],
    };

    public static Correction<T> Correction<T>(CorrectionMessage m) => new(
        m.Number,
        Enum.IsDefined((CorrectionKind)m.Kind) ? (CorrectionKind)m.Kind : throw new MalformedMessageException("correction kind"),
        m.Record.Length == 0 ? null : One<T>(m.Record),
        One<T>(m.From),
        One<T>(m.To),
        Text(m.Reason, "reason"),
        Instant(m.At),
        m.Moved.ConvertAll(t => new MovedTickets(new HolderId(Id(t.Holder, "holder")), new DeliveryId(Id(t.Delivery, "delivery")), t.Tickets)));

    public static DeskCaseMessage Message(DeskCase c) => new()
    {
        Id = c.Id,
        RuleJa = c.Rule.Ja,
        RuleEn = c.Rule.En,
        Left = [.. c.Left.Select(i => Message(i))],
        Right = [.. c.Right.Select(i => Message(i))],
        Evidence = [.. c.Evidence.Select(e => new DeskEvidenceMessage { FieldJa = e.Field.Ja, FieldEn = e.Field.En, AgreementJa = e.Agreement.Ja, AgreementEn = e.Agreement.En })],
        Undecided = c.Undecided,
    };

    public static DeskCase Case(DeskCaseMessage m) => new(
        Text(m.Id, "case"),
        new Bilingual(m.RuleJa ?? "", m.RuleEn ?? ""),
        m.Left.ConvertAll(Identity),
        m.Right.ConvertAll(Identity),
        m.Evidence.ConvertAll(e => new DeskEvidence(new Bilingual(e.FieldJa ?? "", e.FieldEn ?? ""), new Bilingual(e.AgreementJa ?? "", e.AgreementEn ?? ""))),
        m.Undecided);

    public static LinkageQualityMessage Message(LinkageQuality q) => new()
    {
        Dataset = q.Dataset.Value,
        Rules = q.Rules,
        All = Message(q.All),
        Groups = [.. q.Groups.Select(Message)],
        EstimatedFalse = q.EstimatedFalse,
        EstimatedMissed = q.EstimatedMissed,
        NumbersOfSeveralPersons = q.NumbersOfSeveralPersons,
        PersonsOfTwoSexes = q.PersonsOfTwoSexes,
        PersonsOfSeveralBirthDates = q.PersonsOfSeveralBirthDates,
    };

    public static LinkageQuality Quality(LinkageQualityMessage m) => new(
        new DatasetId(Id(m.Dataset, "dataset")), Text(m.Rules, "rules"), Group(m.All ?? throw new MalformedMessageException("group")), m.Groups.ConvertAll(Group),
        m.EstimatedFalse, m.EstimatedMissed, m.NumbersOfSeveralPersons, m.PersonsOfTwoSexes, m.PersonsOfSeveralBirthDates);

    private static GroupLinkageMessage Message(GroupLinkage g) => new() { Group = g.Group, Value = g.Value, Persons = g.Persons, ByClass = new(g.ByClass), Contested = g.Contested };

    private static GroupLinkage Group(GroupLinkageMessage m) => new(Text(m.Group, "group"), Text(m.Value, "value"), m.Persons, m.ByClass, m.Contested);

    /// <summary>Who asks at the other node. The roles are what that node vouches for; a node of the plan is trusted with that, and its key is pinned.</summary>
    public static Actor Asking(string? by, int roles)
    {
        const Role All = (Role)1023;
        return (roles & ~(int)All) == 0 ? new Actor(new ActorId(Id(by, "actor")), (Role)roles, "") : throw new MalformedMessageException("roles");
    }

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
