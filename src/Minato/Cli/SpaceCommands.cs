using System.CommandLine;
using Minato.Workspace;

namespace Minato.Cli;

/// <summary>Commands of projects' spaces.</summary>
internal static class SpaceCommands
{
    private static readonly Argument<string> Permit = new("permit") { Description = "Permit id" };

    public static Command Spaces()
    {
        var move = new Argument<SpaceMove>("move") { Description = "hibernate, resume, cutoff, reinstate, expire or erase" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why" };
        var note = new Option<string>("--note") { DefaultValueFactory = _ => "", Description = "What it is" };
        var snapshot = new Argument<string>("snapshot") { Description = "Snapshot id" };
        return Verb.Group("space", "A project's own files in the secure environment, and its state",
            Verb.On("show", "Shows a project's space", [Permit], (h, p, by, _) => Task.FromResult(Sees(h, p, by) ? Verb.Found(h.Workspace.Spaces.Find(Id(p)), "space") : Verb.Found<SpaceView>(null, "space"))),
            Verb.On("move", "Puts a space to rest, wakes it, cuts it off, or erases it", [Permit, move, reason], async (h, p, by, ct) =>
                (await h.Workspace.Spaces.MoveAsync(Id(p), p.GetValue(move), p.GetValue(reason)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("files", "Lists the project's files as last saved, as a member", [Permit], (h, p, by, _) => Task.FromResult(h.Workspace.Spaces.Files(Id(p), by).Any())),
            Verb.On("snapshot", "Keeps the project's files as last saved, as a member", [Permit, note], async (h, p, by, ct) =>
                (await h.Workspace.Spaces.SnapshotAsync(Id(p), p.GetValue(note)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("restore", "Makes a snapshot the project's files again, as a member", [Permit, snapshot], async (h, p, by, ct) =>
                (await h.Workspace.Spaces.RestoreAsync(Id(p), p.GetValue(snapshot)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("certificate", "Prints the certificate of an erasure; 'ledger check' proves it", [Permit], (h, p, by, _) =>
                Task.FromResult(Sees(h, p, by) ? h.Workspace.Spaces.Certificate(Id(p)).Map(e => (object?)e.ToJson()) : Verb.Found<SpaceView>(null, "space"))));
    }

    private static PermitId Id(ParseResult p) => new(p.GetValue(Permit)!);

    private static bool Sees(Harbour h, ParseResult p, Actor by) => by.Is(Role.Operator | Role.Auditor) || h.Access.FindPermit(Id(p))?.Use.Members.Contains(by.Id) == true;
}
