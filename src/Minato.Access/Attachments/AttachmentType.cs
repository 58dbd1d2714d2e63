using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Minato.Access;

/// <summary>What a document is, told from its bytes alone. Nothing that a reader's program would run: no markup, no scripts in PDF, no macros.</summary>
internal static class AttachmentType
{
    private const string Pdf = "application/pdf";
    private const string Office = "application/vnd.openxmlformats-officedocument.";
    private const string Odt = "application/vnd.oasis.opendocument.text";
    private const int MostEntries = 2_000;

    /// <summary>Unpacked, by what the archive says of itself.</summary>
    private const long MostUnpacked = 200L << 20;

    private static readonly string[] ActiveNames = ["JavaScript", "JS", "Launch", "EmbeddedFile", "RichMedia", "XFA"];

    private static readonly Dictionary<string, string[]> Extensions = new()
    {
        [Pdf] = [".pdf"],
        ["image/png"] = [".png"],
        ["image/jpeg"] = [".jpg", ".jpeg"],
        ["text/plain"] = [".txt", ".csv", ".md", ".r", ".py", ".sql"],
        ["application/json"] = [".json"],
        [Office + "wordprocessingml.document"] = [".docx"],
        [Office + "spreadsheetml.sheet"] = [".xlsx"],
        [Odt] = [".odt"],
    };

    public static IReadOnlyCollection<string> Known => Extensions.Keys;

    public static IReadOnlyList<string> ExtensionsOf(string mediaType) => Extensions[mediaType];

    public static Outcome<string> Of(byte[] bytes)
    {
        if (bytes.AsSpan().StartsWith("%PDF-"u8))
        {
            return ActiveInPdf(bytes) is { } name ? Active($"the PDF has {name}") : Pdf;
        }

        if (bytes.AsSpan().StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        {
            return "image/png";
        }

        if (bytes.AsSpan().StartsWith<byte>([0xFF, 0xD8, 0xFF]))
        {
            return "image/jpeg";
        }

        if (bytes.AsSpan().StartsWith("PK\x03\x04"u8))
        {
            return Zipped(bytes);
        }

        return Text(bytes);
    }

    private static Outcome<string> Text(byte[] bytes)
    {
        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Unknown;
        }

        if (text.Length == 0 || text.Any(c => char.IsControl(c) && c is not ('\t' or '\r' or '\n')))
        {
            return Unknown;
        }

        var head = text.AsSpan().TrimStart("\uFEFF \t\r\n");
        if (head.StartsWith("<"))
        {
            return Active("it is markup, which a browser would show");
        }

        if (head.StartsWith("{") || head.StartsWith("["))
        {
            try
            {
                using var json = JsonDocument.Parse(text.TrimStart('\uFEFF'));
                return "application/json";
            }
            catch (JsonException)
            {
                // A text that begins with a bracket.
            }
        }

        return "text/plain";
    }

    private static Outcome<string> Zipped(byte[] bytes)
    {
        try
        {
            using var zip = new ZipArchive(new MemoryStream(bytes), ZipArchiveMode.Read);
            var names = zip.Entries.Select(e => e.FullName).ToArray();
            if (names.Length > MostEntries || zip.Entries.Sum(e => Math.Max(0, e.Length)) > MostUnpacked || names.Any(n => n.Contains("..", StringComparison.Ordinal) || n.StartsWith('/') || n.Contains('\\', StringComparison.Ordinal)))
            {
                return Active("it would unpack to too much, or outside its folder");
            }

            if (names.Any(n => n.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase) || n.Contains("/embeddings/", StringComparison.OrdinalIgnoreCase) || n.StartsWith("Basic/", StringComparison.OrdinalIgnoreCase) || n.StartsWith("Scripts/", StringComparison.OrdinalIgnoreCase) || n.Contains("/activeX/", StringComparison.OrdinalIgnoreCase)))
            {
                return Active("it has macros or embedded files");
            }

            if (names.Contains("[Content_Types].xml"))
            {
                return names.Contains("word/document.xml") ? Office + "wordprocessingml.document" : names.Contains("xl/workbook.xml") ? Office + "spreadsheetml.sheet" : Unknown;
            }

            if (zip.Entries.FirstOrDefault() is { FullName: "mimetype", Length: < 100 } mime)
            {
                using var reader = new StreamReader(mime.Open());
                var said = new char[Odt.Length + 1];
                var n = reader.ReadBlock(said);
                return new string(said, 0, n) == Odt ? Odt : Unknown;
            }
        }
        catch (InvalidDataException)
        {
            // Torn, or no archive at all.
        }

        return Unknown;
    }

    /// <summary>A name of something active outside of the file's streams, also where it is written with escapes (<c>/J#61vaScript</c>).</summary>
    private static string? ActiveInPdf(ReadOnlySpan<byte> bytes)
    {
        var name = new StringBuilder();
        while (bytes.Length > 0)
        {
            var next = bytes.IndexOfAny((byte)'/', (byte)'s');
            if (next < 0)
            {
                return null;
            }

            bytes = bytes[next..];
            if (bytes[0] == 's')
            {
                // What lies within a stream is not read as names.
                var isStream = bytes.StartsWith("stream\r"u8) || bytes.StartsWith("stream\n"u8);
                var end = isStream ? bytes.IndexOf("endstream"u8) : -1;
                bytes = end < 0 ? bytes[1..] : bytes[(end + "endstream".Length)..];
                continue;
            }

            name.Clear();
            var at = 1;
            const int Longest = 40;
            while (at < bytes.Length && name.Length < Longest && bytes[at] > ' ' && "()<>[]{}/%"u8.IndexOf(bytes[at]) < 0)
            {
                if (bytes[at] == '#' && at + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[at + 1]) && char.IsAsciiHexDigit((char)bytes[at + 2]))
                {
                    name.Append((char)Convert.FromHexString([(char)bytes[at + 1], (char)bytes[at + 2]])[0]);
                    at += 3;
                }
                else
                {
                    name.Append((char)bytes[at++]);
                }
            }

            if (ActiveNames.FirstOrDefault(n => name.Equals(n)) is { } found)
            {
                return found;
            }

            bytes = bytes[at..];
        }

        return null;
    }

    private static Finding Active(string what) => Finding.Error("attachment.active", $"The document may do something when it is opened: {what}", "Save it anew without scripts, macros and embedded files, or as a plain PDF");

    private static Finding Unknown => Finding.Error("attachment.type", "The content is of no kind that is taken", "Give PDF, PNG, JPEG, plain text, JSON, or a document of an office program, whole");
}
