namespace Minato.Kernel;

/// <summary>The one way to report progress of long work: what is being done, how far, in which unit.</summary>
/// <param name="Total">Null where it is not known.</param>
public readonly record struct Step(string What, long Done, long? Total = null, string Unit = "");
