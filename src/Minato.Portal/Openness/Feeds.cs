using System.Globalization;
using System.Xml;
using Minato.Access;

namespace Minato.Portal;

/// <summary>What is new, for feed readers (Atom, RFC 4287): decisions of the register, results.</summary>
internal static class Feeds
{
    private const string Atom = "http://www.w3.org/2005/Atom";
    private const int Most = 50;

    public static byte[] Uses(IAccess access, Uri site, string language) => Write(
        site, "feed/uses.atom", language, new("利用の決定", "Decisions about uses"),
        access.Published.Take(Most).Select(a => new Entry(
            $"uses/{a.Id}", a.DecidedAt!.Value, a.Draft?.Use.Title ?? new(a.Id.Value, a.Id.Value),
            new($"{EventWords.State(a.State).Ja}。{a.Draft?.Use.PlainSummary.Ja}\n{a.Decision}", $"{EventWords.State(a.State).En}. {a.Draft?.Use.PlainSummary.En}\n{a.Decision}"), a.Affiliation)));

    public static byte[] Results(IAccess access, Uri site, string language) => Write(
        site, "feed/results.atom", language, new("わかったこと", "Results"),
        access.Published.SelectMany(a => a.Results.Select((r, n) => (Of: a, Result: r, Number: n))).OrderByDescending(x => x.Result.At).Take(Most).Select(x => new Entry(
            $"uses/{x.Of.Id}#result-{x.Number}", x.Result.At, x.Of.Draft?.Use.Title ?? new(x.Of.Id.Value, x.Of.Id.Value), new($"{x.Result.Summary.Ja}\n{x.Result.Address}", $"{x.Result.Summary.En}\n{x.Result.Address}"), x.Of.Affiliation)));

    private sealed record Entry(string Path, DateTimeOffset At, Bilingual Title, Bilingual Text, string Author);

    private static byte[] Write(Uri site, string path, string language, Bilingual title, IEnumerable<Entry> entries)
    {
        Entry[] all = [.. entries];
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Indent = true, Encoding = new System.Text.UTF8Encoding(false), CheckCharacters = false }))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteAttributeString("xml", "lang", null, language);
            Element(xml, "id", new Uri(site, path).AbsoluteUri);
            Element(xml, "title", $"Minato – {title.In(language)}");
            Element(xml, "updated", Moment(all.Length == 0 ? DateTimeOffset.UnixEpoch : all.Max(e => e.At)));
            Element(xml, "rights", OpenData.Licence);
            Link(xml, "self", new Uri(site, $"{path}?lang={language}").AbsoluteUri);
            Link(xml, "alternate", new Uri(site, "uses").AbsoluteUri);
            foreach (var e in all)
            {
                xml.WriteStartElement("entry", Atom);
                Element(xml, "id", new Uri(site, e.Path).AbsoluteUri);
                Element(xml, "title", e.Title.In(language));
                Element(xml, "updated", Moment(e.At));
                xml.WriteStartElement("author", Atom);
                Element(xml, "name", e.Author.Length > 0 ? e.Author : "–");
                xml.WriteEndElement();
                Link(xml, "alternate", new Uri(site, e.Path).AbsoluteUri);
                Element(xml, "summary", e.Text.In(language));
                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void Element(XmlWriter xml, string name, string text) => xml.WriteElementString(name, Atom, new string([.. text.Where(XmlConvert.IsXmlChar)]));

    private static void Link(XmlWriter xml, string rel, string href)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", rel);
        xml.WriteAttributeString("href", href);
        xml.WriteEndElement();
    }

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
