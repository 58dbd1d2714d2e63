using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.OptOut.Desk;

/// <summary>A case of the desk on the ledger: who of the desk did what; whose case it is stands in the sealed part.</summary>
[JsonDerivedType(typeof(Taken), "desk-taken")]
[JsonDerivedType(typeof(Looked), "desk-looked")]
[JsonDerivedType(typeof(Agreed), "desk-agreed")]
[JsonDerivedType(typeof(Done), "desk-done")]
[JsonDerivedType(typeof(Dropped), "desk-dropped")]
internal abstract record DeskEvent
{
    private DeskEvent() { }

    /// <param name="Sealed"><see cref="ReadOrder"/> as JSON.</param>
    public sealed record Taken(OrderKind Kind, ChoiceChannel Channel, string Sealed, int Looks) : DeskEvent;

    /// <param name="Sealed">What was read this time; the next look is held against all before.</param>
    public sealed record Looked(string Sealed) : DeskEvent;

    /// <param name="Sealed">What enough people read alike.</param>
    public sealed record Agreed(string Sealed) : DeskEvent;

    /// <param name="Made">Id of the choice or the grant.</param>
    public sealed record Done(string Made) : DeskEvent;

    public sealed record Dropped(string Reason) : DeskEvent;
}

/// <summary>An order in which Linkage's answer stands for the people. Two readings are the same when their JSON is.</summary>
internal sealed record ReadOrder(
    OrderKind Kind, string Person, string? Proxy, DataCategory? Category, string? Purpose, string? Holder, string? Dataset, string? Users, bool Refuse, string? Choice,
    string? Ground, IReadOnlyList<string> Evidence, DateOnly? BirthDate)
{
    public ChoiceScope Scope => new(Category, Purpose, Holder is { } h ? new HolderId(h) : null, Dataset is { } d ? new DatasetId(d) : null, Users);

    public Pseudonym<Citizen> Citizen => Pseudonym<Citizen>.TryParse(Person, out var p) ? p : throw new InvalidDataException("A case of the desk names nobody");

    public Pseudonym<Citizen>? ProxyCitizen => Pseudonym<Citizen>.TryParse(Proxy, out var p) ? p : null;
}

/// <param name="Readings">What was read so far, with who read it, as JSON.</param>
/// <param name="Agreed">What was read the same often enough.</param>
internal sealed record CaseState(string Id, OrderKind Kind, ChoiceChannel Channel, int LooksNeeded, DateTimeOffset TakenAt, ImmutableList<(ActorId By, string Order)> Readings, string? Agreed, string? Made, string? DroppedFor)
{
    public DeskState State =>
        DroppedFor is not null ? DeskState.Dropped
        : Made is not null ? DeskState.Done
        : Readings.Select(r => r.Order).Distinct().Skip(1).Any() && Agreed is null ? DeskState.ReadDifferently
        : DeskState.WaitsForSecondLook;

    /// <summary>What a look finds, as events; refused to whoever looked already, and where nothing is left to look at.</summary>
    public static Outcome<IReadOnlyList<DeskEvent>> DecideLook(CaseState? state, string order, ActorId by, string sealedOrder) =>
        state is null ? Unknown
        : state.Made is not null || state.DroppedFor is not null ? Finding.Error("desk.closed", "The case is closed", "Nothing is left to do")
        : state.Agreed is not null ? Outcome<IReadOnlyList<DeskEvent>>.Ok([])
        : state.Readings.Any(r => r.By == by) ? Finding.Error("desk.same-person", "You have read this paper already", "Somebody else must read it, without your help")
        : state.Readings.Count(r => r.Order == order) + 1 >= state.LooksNeeded ? Events(new DeskEvent.Agreed(sealedOrder))
        : Events(new DeskEvent.Looked(sealedOrder));

    public static Outcome<IReadOnlyList<DeskEvent>> DecideDrop(CaseState? state, string reason) =>
        state is null ? Unknown
        : state.Agreed is not null || state.Made is not null || state.DroppedFor is not null ? Finding.Error("desk.closed", "The case is decided", "A choice that was made is taken back by the person")
        : Events(new DeskEvent.Dropped(reason));

    public static Finding Unknown => Finding.Error("desk.unknown", "There is no such case", "Check the number on the paper");

    public static CaseState Evolve(CaseState? state, DeskEvent e, RecordedEvent recorded, Func<string, string> open)
    {
        switch (e)
        {
            case DeskEvent.Taken t:
                var order = open(t.Sealed);
                return new(recorded.Stream[ChoiceDeskRoom.Prefix.Length..], t.Kind, t.Channel, t.Looks, recorded.At, [(recorded.By, order)], t.Looks == 1 ? order : null, null, null);
            case DeskEvent.Looked d:
                return state! with { Readings = state.Readings.Add((recorded.By, open(d.Sealed))) };
            case DeskEvent.Agreed s:
                var same = open(s.Sealed);
                return state! with { Readings = state.Readings.Add((recorded.By, same)), Agreed = same };
            case DeskEvent.Done d:
                return state! with { Made = d.Made };
            case DeskEvent.Dropped d:
                return state! with { DroppedFor = d.Reason };
            default:
                throw new InvalidOperationException($"Unknown event {e.GetType().Name}");
        }
    }

    private static Outcome<IReadOnlyList<DeskEvent>> Events(DeskEvent e) => Outcome<IReadOnlyList<DeskEvent>>.Ok([e]);
}
