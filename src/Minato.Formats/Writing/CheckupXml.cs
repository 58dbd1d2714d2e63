using System.Text;
using System.Xml;

namespace Minato.Formats.Writing;

/// <summary>Writes one check-up as the CDA R2 subset of 特定健診 (hc08_V08): UTF-8, namespace urn:hl7-org:v3.</summary>
public static class CheckupXml
{
    private const string Hl7 = "urn:hl7-org:v3";
    private const string Xsi = "http://www.w3.org/2001/XMLSchema-instance";
    private const string Oid = "1.2.392.200119.6.";

    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), CloseOutput = false, NewLineChars = "\n" };

    public static void Write(Stream stream, CheckupDocument d)
    {
        using var x = XmlWriter.Create(stream, Settings);
        x.WriteStartElement("ClinicalDocument", Hl7);
        x.WriteAttributeString("xmlns", "xsi", null, Xsi);
        Empty(x, "typeId", ("extension", "POCD_HD000040"), ("root", "2.16.840.1.113883.1.3"));
        Empty(x, "id", ("extension", d.Id), ("root", "1.2.392.200119.6.102." + d.Institution));
        Code(x, "code", d.ReportKind, Oid + "1001");
        Empty(x, "effectiveTime", ("value", d.WrittenOn));
        Code(x, "confidentialityCode", "N", "2.16.840.1.113883.5.25");

        x.WriteStartElement("recordTarget");
        x.WriteStartElement("patientRole");
        Id(x, d.Insurer, "101");
        Id(x, d.Symbol, "204");
        Id(x, d.Number, "205");
        if (d.Branch.Length > 0)
        {
            // The branch came with a later notice; senders of V08 who know it write it beside symbol and number.
            Id(x, d.Branch, "211");
        }

        if (d.Address.Length > 0)
        {
            x.WriteStartElement("addr");
            x.WriteElementString("postalCode", d.PostalCode);
            x.WriteString(d.Address);
            x.WriteEndElement();
        }

        x.WriteStartElement("patient");
        x.WriteElementString("name", d.Kana);
        if (d.Sex.Length > 0)
        {
            Code(x, "administrativeGenderCode", d.Sex, Oid + "1104");
        }

        Empty(x, "birthTime", ("value", d.BirthDate));
        x.WriteEndElement();
        x.WriteEndElement();
        x.WriteEndElement();

        x.WriteStartElement("author");
        Empty(x, "time", ("value", d.WrittenOn));
        x.WriteStartElement("assignedAuthor");
        Empty(x, "id", ("nullFlavor", "NI"));
        x.WriteStartElement("representedOrganization");
        Id(x, d.Institution, "102");
        x.WriteElementString("name", d.InstitutionName);
        x.WriteEndElement();
        x.WriteEndElement();
        x.WriteEndElement();

        x.WriteStartElement("documentationOf");
        x.WriteStartElement("serviceEvent");
        Code(x, "code", d.Program, Oid + "1002");
        Empty(x, "effectiveTime", ("value", d.PerformedOn));
        x.WriteEndElement();
        x.WriteEndElement();

        x.WriteStartElement("component");
        x.WriteStartElement("structuredBody");
        x.WriteStartElement("component");
        x.WriteStartElement("section");
        Code(x, "code", "01010", Oid + "1010");
        x.WriteStartElement("text");
        x.WriteEndElement();
        foreach (var item in d.Items)
        {
            x.WriteStartElement("entry");
            x.WriteStartElement("observation");
            x.WriteAttributeString("classCode", "OBS");
            x.WriteAttributeString("moodCode", "EVN");
            Empty(x, "code", ("code", item.Code), ("codeSystem", Oid + "1005"), ("displayName", item.Name));
            x.WriteStartElement("value");
            x.WriteAttributeString("type", Xsi, item.AnswerSystem is null ? "PQ" : "CD");
            if (item.AnswerSystem is null)
            {
                x.WriteAttributeString("value", item.Value);
                x.WriteAttributeString("unit", item.Unit);
            }
            else
            {
                x.WriteAttributeString("code", item.Value);
                x.WriteAttributeString("codeSystem", item.AnswerSystem);
            }

            x.WriteEndElement();
            if (item.Interpretation is { } flag)
            {
                Code(x, "interpretationCode", flag, "2.16.840.1.113883.5.83");
            }

            x.WriteEndElement();
            x.WriteEndElement();
        }

        x.WriteEndElement();
        x.WriteEndElement();
        x.WriteEndElement();
        x.WriteEndElement();
        x.WriteEndElement();
    }

    private static void Id(XmlWriter x, string value, string oid) => Empty(x, "id", ("extension", value), ("root", Oid + oid));

    private static void Code(XmlWriter x, string name, string code, string system) => Empty(x, name, ("code", code), ("codeSystem", system));

    private static void Empty(XmlWriter x, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        x.WriteStartElement(name);
        foreach (var (attribute, value) in attributes)
        {
            x.WriteAttributeString(attribute, value);
        }

        x.WriteEndElement();
    }
}
