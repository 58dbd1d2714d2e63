namespace Minato.Fuzz;

/// <summary>One thing that is fed with bytes from outside.</summary>
/// <param name="Name">Short, as in <c>--only</c> and <c>fuzz/corpus</c>.</param>
/// <param name="Covers">Prefixes of the types whose literals make its dictionary.</param>
/// <param name="Feed">Reads one input. It throws where a promise is broken, and for nothing else.</param>
public sealed record FuzzTarget(string Name, IReadOnlyList<string> Covers, Action<byte[]> Feed);

/// <summary>Something that every reader promises and this one did not keep.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);
