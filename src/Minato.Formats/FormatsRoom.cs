namespace Minato.Formats;

/// <summary>The door of the room.</summary>
public static partial class FormatsRoom
{
    /// <summary>Bytes a reader may ask of a file's head.</summary>
    public const int HeadSize = 4096;
}
