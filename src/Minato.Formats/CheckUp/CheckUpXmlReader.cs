using System.Text;
using System.Xml;
using Minato.Formats.Text;

namespace Minato.Formats.CheckUp;

/// <summary>
/// 特定健診 and 保健指導 XML (HL7 CDA R2 subset hc08/hg08): one document is one record. The archive's index, settlement and
/// schema files are known and passed over. DTDs are forbidden, so no entity can grow or fetch anything.
/// </summary>
internal sealed class CheckUpXmlReader : IFormatReader
{
    /// <summary>Characters of one document; real ones have some tens of thousands.</summary>
    private const int LongestDocument = 8 << 20;

    private const int DeepestNesting = 128;

    public string Format => "checkup-xml";

    public bool Recognises(FileHead head)
    {
        var text = Latin(head.Bytes.Span);
        return text.AsSpan().TrimStart("\uFEFFï»¿ÿþ \t\r\n").StartsWith("<", StringComparison.Ordinal)
            && (text.Contains("ClinicalDocument", StringComparison.Ordinal) || text.Contains("tokuteikenshin", StringComparison.Ordinal)
                || text.Contains("mhlw.go.jp/stf/seisakunitsuite/bunya/0000161103", StringComparison.Ordinal)
                || (head.Name.EndsWith(".xsd", StringComparison.OrdinalIgnoreCase) && text.Contains("schema", StringComparison.Ordinal)));
    }

    public IEnumerable<ReadItem> Read(Stream stream, string fileName, CancellationToken ct = default)
    {
        _ = SourceText.DecodeCp932([]); // registers the code pages that an XML declaration may name
        var captured = new CapturedStream(stream, ct);
        var tally = new Tally(fileName);
        var document = new CheckUpDocument(fileName, tally);
        var refused = Parse(captured, document, fileName);
        yield return refused is not null ? new ReadItem.Bad(refused, captured.KeepRest()) : document.Result is { } item ? item is ReadItem.Bad bad ? bad with { Raw = captured.KeepRest() } : item : new ReadItem.Remark(document.Aside!);
        foreach (var remark in tally.Remarks())
        {
            yield return remark;
        }
    }

    private static Finding? Parse(Stream stream, CheckUpDocument document, string file)
    {
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = LongestDocument,
            MaxCharactersFromEntities = 1024,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CloseInput = false,
        };
        try
        {
            using var xml = XmlReader.Create(stream, settings);
            while (xml.Read())
            {
                var line = ((IXmlLineInfo)xml).LineNumber;
                if (xml.Depth > DeepestNesting)
                {
                    return Finding.Error("checkup.depth", $"The XML is nested deeper than any check-up document ({DeepestNesting})", "Send the document as the specification lays it out", new Place(file, line));
                }

                switch (xml.NodeType)
                {
                    case XmlNodeType.Element:
                        if (!document.Begin(xml, line))
                        {
                            return null;
                        }

                        if (xml.IsEmptyElement)
                        {
                            document.End(line);
                        }

                        break;
                    case XmlNodeType.EndElement:
                        document.End(line);
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace:
                        document.Text(xml.Value);
                        break;
                }
            }

            document.Finish();
            return null;
        }
        catch (XmlException e)
        {
            // The message of the exception may quote the document; only the place goes on.
            return Finding.Error("checkup.xml", "The XML is not well formed, holds a DTD (forbidden), or is far too large", "Send the document as the specification lays it out, without a DTD", new Place(file, Math.Max(1, e.LineNumber)));
        }
        catch (Exception e) when (e is DecoderFallbackException or ArgumentException or NotSupportedException or FormatException)
        {
            return Finding.Error("checkup.encoding", "The bytes are not in the encoding that the XML declares", "Send the document in UTF-8", new Place(file, 1));
        }
    }

    /// <summary>ASCII of the head, whatever its encoding: good enough to recognise words of markup, also in UTF-16.</summary>
    private static string Latin(ReadOnlySpan<byte> head) => Encoding.Latin1.GetString(head).Replace("\0", "", StringComparison.Ordinal);
}
