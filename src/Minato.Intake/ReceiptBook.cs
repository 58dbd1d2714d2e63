using Minato.Formats;

namespace Minato.Intake;

/// <summary>Counts and findings of one delivery while it is read. Lists the first findings of each kind, counts the rest.</summary>
internal sealed class ReceiptBook
{
    private const int ListedPerCode = 50;
    private const int ListedAtMost = 1000;
    private readonly Dictionary<string, FormatCounts> formats = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> perCode = new(StringComparer.Ordinal);
    private readonly List<Finding> findings = [];

    public IReadOnlyDictionary<string, FormatCounts> Formats => formats;

    public IReadOnlyList<Finding> Findings => findings;

    public long NotListed { get; private set; }

    public long Records => formats.Values.Sum(f => f.Records);

    public void Count(string format, long files = 0, long bytes = 0, long records = 0, long facts = 0, long quarantined = 0, long heldBack = 0)
    {
        var c = formats.TryGetValue(format, out var was) ? was : new FormatCounts(0, 0, 0, 0, 0);
        formats[format] = new FormatCounts(c.Files + files, c.Bytes + bytes, c.Records + records, c.Facts + facts, c.Quarantined + quarantined, c.HeldBack + heldBack);
    }

    public void Add(Finding finding)
    {
        var n = perCode[finding.Code] = perCode.GetValueOrDefault(finding.Code) + 1;
        if (n <= ListedPerCode && findings.Count < ListedAtMost)
        {
            findings.Add(finding);
        }
        else
        {
            NotListed++;
        }
    }
}
