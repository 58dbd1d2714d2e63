namespace Minato.Release.Checks;

/// <summary>A file as handed in: what it is said to be, its bytes, and (for sums) the bytes of its contributions, which do not leave.</summary>
/// <param name="Content">What would leave: of a figure, the picture drawn anew (<see cref="PngPicture"/>).</param>
internal sealed record SubmittedFile(OutputDeclaration Declaration, ReadOnlyMemory<byte> Content, ReadOnlyMemory<byte>? Contributions = null)
{
    /// <summary>The bytes as they came out of the workspace.</summary>
    public ReadOnlyMemory<byte> Original { get; init; } = Content;

    public string Name => Declaration.FileName;
}
