namespace Minato.Release.Checks;

/// <summary>A file as handed in: what it is said to be, its bytes, and (for sums) the bytes of its contributions, which do not leave.</summary>
internal sealed record SubmittedFile(OutputDeclaration Declaration, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte>? Contributions = null)
{
    public string Name => Declaration.FileName;
}
