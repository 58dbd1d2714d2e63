using System.Buffers;

namespace Minato.Linkage.Matching;

/// <summary>
/// Blocking keys, key ≪ 32 | row, in a rented array: each pass needs a million of them for a moment, and as garbage they would cost more than as keys.
/// </summary>
internal sealed class KeyList(int most) : IDisposable
{
    /// <summary>Only the first <see cref="Count"/> mean anything.</summary>
    public ulong[] Values { get; } = ArrayPool<ulong>.Shared.Rent(most);

    public int Count { get; set; }

    /// <summary>By key, rows in their order.</summary>
    public void Sort()
    {
        var spare = ArrayPool<ulong>.Shared.Rent(Count);
        RadixSort.ByHighWord(Values.AsSpan(0, Count), spare.AsSpan(0, Count));
        ArrayPool<ulong>.Shared.Return(spare);
    }

    /// <summary>Those of some keys, chosen by the keys themselves: the same in every list.</summary>
    /// <param name="part">Of the keys, the share to take.</param>
    public KeyList Some(double part)
    {
        var some = new KeyList(Count);
        for (var i = 0; i < Count; i++)
        {
            if (part >= 1 || (uint)(Values[i] >> 32) * 2654435769u < part * uint.MaxValue)
            {
                some.Values[some.Count++] = Values[i];
            }
        }

        return some;
    }

    public void Dispose() => ArrayPool<ulong>.Shared.Return(Values);
}
