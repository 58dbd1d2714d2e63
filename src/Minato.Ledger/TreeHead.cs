using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Minato.Ledger;

/// <summary>What a checkpoint says (C2SP tlog-checkpoint): whose log, how many leaves, which root.</summary>
public sealed record TreeHead(string Origin, long Size, ReadOnlyMemory<byte> RootHash)
{
    /// <summary>The three lines of the note's text.</summary>
    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"{Origin}\n{Size}\n{Convert.ToBase64String(RootHash.Span)}\n");

    /// <summary>Opens a checkpoint's note: signature by the key, origin = the key's name, three lines (further lines are allowed and passed over).</summary>
    public static bool TryOpen(string? note, VerifierKey key, [NotNullWhen(true)] out TreeHead? head)
    {
        head = null;
        if (!SignedNote.TryOpen(note, key, out var text))
        {
            return false;
        }

        var lines = text[..^1].Split('\n');
        var root = new byte[32];
        if (lines.Length < 3 || lines.Any(l => l.Length == 0) || lines[0] != key.Name
            || !long.TryParse(lines[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            || lines[1] != size.ToString(CultureInfo.InvariantCulture)
            || lines[2].Length != 44 || !Convert.TryFromBase64String(lines[2], root, out var length) || length != 32)
        {
            return false;
        }

        head = new TreeHead(lines[0], size, root);
        return true;
    }
}
