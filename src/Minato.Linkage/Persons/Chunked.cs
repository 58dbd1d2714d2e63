namespace Minato.Linkage.Persons;

/// <summary>A list of values that grows without ever being copied, so that a nation needs its memory once and not twice.</summary>
internal sealed class Chunked<T>
    where T : struct
{
    private const int Bits = 14;
    private const int Size = 1 << Bits;
    private T[][] chunks = new T[16][];

    public int Count { get; private set; }

    public ref T this[int index] => ref chunks[index >> Bits][index & (Size - 1)];

    public int Add(in T value)
    {
        var chunk = Count >> Bits;
        if ((Count & (Size - 1)) == 0)
        {
            if (chunk == chunks.Length)
            {
                Array.Resize(ref chunks, chunk * 2);
            }

            chunks[chunk] ??= new T[Size];
        }

        chunks[chunk][Count & (Size - 1)] = value;
        return Count++;
    }
}
