using Minato.Formats.Text;

namespace Minato.Formats.NotTaken;

/// <summary>A format that is known but not taken into tables: the file is quarantined whole, once, with the reason and the way to go.</summary>
internal abstract class NotTakenReader(string format) : IFormatReader
{
    public string Format => format;

    public abstract bool Recognises(FileHead head);

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        yield return Say(fileName, new CapturedStream(stream, ct).KeepRest());
    }

    /// <summary>The one item, from the file's first MiB.</summary>
    protected abstract ReadItem Say(string fileName, ReadOnlyMemory<byte> beginning);

    protected static ReadItem.Bad Refuse(string code, string reason, string remedy, string fileName, ReadOnlyMemory<byte> raw) =>
        new(Finding.Error(code, reason, remedy, new Place(fileName)), raw);
}
