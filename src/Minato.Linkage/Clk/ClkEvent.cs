using System.Text.Json.Serialization;
using Minato.Ledger;

namespace Minato.Linkage.Clk;

/// <summary>What the ledger is told of a privacy-preserving linkage, on <c>linkage/clk/&lt;project&gt;</c>: who, how many, when destroyed. No key, no CLK, no row.</summary>
[JsonDerivedType(typeof(Opened), "clk-project-opened")]
[JsonDerivedType(typeof(Taken), "clk-taken")]
[JsonDerivedType(typeof(Linked), "clk-linked")]
[JsonDerivedType(typeof(Destroyed), "clk-destroyed")]
internal abstract record ClkEvent
{
    public sealed record Opened(string Schema, string SchemaFile, string Fingerprint, IReadOnlyList<string> Parties) : ClkEvent;

    /// <summary>The files of two parties came into the linkage room.</summary>
    public sealed record Taken(string First, long FirstRecords, string Second, long SecondRecords) : ClkEvent;

    /// <param name="ExpectedPrecision">Estimated without truth.</param>
    public sealed record Linked(string First, string Second, int Links, double ExpectedPrecision, double ExpectedMatches) : ClkEvent;

    /// <param name="Files">CLK files overwritten and removed.</param>
    /// <param name="Key">The transport key was destroyed with them: no copy of a file, wherever it lies, can be opened any more.</param>
    public sealed record Destroyed(int Files, bool Key, string Why) : ClkEvent;
}

/// <summary>A privacy-preserving linkage between holders, as it stands.</summary>
/// <param name="Fingerprint">Of the encoding key, which the room does not have.</param>
/// <param name="Schema">Version and hash of the schema.</param>
/// <param name="SchemaFile">Its file in <c>standards/linkage</c>, without the ending.</param>
public sealed record ClkProject(string Id, string Schema, string SchemaFile, string Fingerprint, IReadOnlyList<string> Parties, bool IsLinked = false, bool IsDestroyed = false)
{
    internal const string Prefix = "linkage/clk/";

    internal static string StreamOf(string project) => Prefix + project;

    internal static ClkProject Evolve(ClkProject? state, ClkEvent e, RecordedEvent recorded)
    {
        state ??= new ClkProject(recorded.Stream[Prefix.Length..], "", "", "", []);
        return e switch
        {
            ClkEvent.Opened o => state with { Schema = o.Schema, SchemaFile = o.SchemaFile, Fingerprint = o.Fingerprint, Parties = o.Parties },
            ClkEvent.Linked => state with { IsLinked = true },
            ClkEvent.Destroyed { Key: true } => state with { IsDestroyed = true },
            _ => state,
        };
    }
}
