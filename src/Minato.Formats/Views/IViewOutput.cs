namespace Minato.Formats.Views;

/// <summary>Where the rows of a view go: a file, a table.</summary>
public interface IViewOutput : IDisposable
{
    /// <summary>Takes a row: as many cells as the view has columns, in their order.</summary>
    void Row(ReadOnlySpan<ViewCell> cells);

    /// <summary>Brings everything to its place; called once, after the last row.</summary>
    void Complete();
}
