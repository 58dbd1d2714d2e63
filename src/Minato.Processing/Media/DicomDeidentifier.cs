using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Minato.Processing.Media;

/// <summary>What was done to one image.</summary>
/// <param name="Removed">Elements left out, those of private groups too.</param>
/// <param name="Changed">Elements that have another value.</param>
/// <param name="Blanked">Regions of pixels that were blanked.</param>
public sealed record DicomDone(int Kept, int Changed, int Removed, int Blanked);

/// <summary>Whose image it is in the project, and by how many days their dates move.</summary>
internal sealed record MediaPerson(string Pseudonym, int ShiftDays);

/// <summary>
/// Writes a DICOM part 10 file again without what says who it is: Table E.1-1 of PS3.15 with options, recursively, in the transfer syntax of the
/// original. Pixels pass through as they are, compressed or not, but for regions of burned-in words. One pass; the header is held (at most
/// <see cref="LongestHeader"/>), pixels never.
/// </summary>
internal sealed class DicomDeidentifier(IReadOnlySet<string> options, string method, byte[] uidKey)
{
    private const int Preamble = 128;
    private const int LongestHeader = 32 << 20;
    private const int LongestMeta = 64 << 10;
    private const int MostElements = 500_000;
    private const int Deepest = 16;
    private const uint Undefined = 0xFFFFFFFF;
    private const uint Item = 0xFFFEE000;
    private const uint ItemEnd = 0xFFFEE00D;
    private const uint SequenceEnd = 0xFFFEE0DD;
    private const string Dcm = "DCM";

    private static readonly DicomTable Table = DicomTable.Shipped;

    /// <summary>Objects that are documents or indexes: nothing would be left of them.</summary>
    private static readonly string[] Documents = ["1.2.840.10008.1.3.10", "1.2.840.10008.5.1.4.1.1.104.", "1.2.840.10008.5.1.4.1.1.88."];

    /// <summary>Rewrites one file. After a refusal what was written to <paramref name="output"/> must be thrown away.</summary>
    /// <returns>
    /// Refused with <c>dicom.not-dicom</c>, <c>dicom.truncated</c>, <c>dicom.damaged</c>, <c>dicom.too-long</c>, <c>dicom.document</c>, <c>dicom.burned-in</c> or
    /// <c>dicom.pixels</c>; accompanied by <c>dicom.burned-in-unsaid</c> where the header does not say whether words are in the pixels.
    /// </returns>
    public Outcome<DicomDone> Rewrite(Stream input, Stream output, MediaPerson person, string fileName = "")
    {
        using var header = new MemoryStream();
        var run = new Run(this, person, new Place(fileName.Length == 0 ? null : fileName), header);
        try
        {
            return run.Whole(input, output);
        }
        catch (EndOfStreamException)
        {
            return Finding.Error("dicom.truncated", "The file breaks off", "Export the image again from the archive", run.At);
        }
        catch (RefusedImage refused)
        {
            return refused.Why;
        }
        catch (InvalidDataException)
        {
            return Finding.Error("dicom.damaged", "The file is not built as PS3.5 says", "Export the image again from the archive", run.At);
        }
    }

    private sealed class RefusedImage(Finding why) : Exception(why.Code)
    {
        public Finding Why => why;
    }

    private sealed class Run(DicomDeidentifier of, MediaPerson person, Place at, MemoryStream header)
    {
        private readonly Dictionary<uint, string> seen = [];
        private readonly Dictionary<(ushort Group, byte Block), string> creators = [];
        private DicomSource source = null!;
        private DicomCoding coding;
        private string syntax = "";
        private long deidentifiedAt = -1;
        private long burnedInAt = -1;
        private long timesAt = -1;
        private int elements;
        private int kept;
        private int changed;
        private int removed;

        public Place At => at;

        public Outcome<DicomDone> Whole(Stream input, Stream output)
        {
            source = new DicomSource(input);
            var start = new byte[Preamble + 4];
            if (!source.Peek(start) || !start.AsSpan(Preamble).SequenceEqual("DICM"u8))
            {
                return Finding.Error("dicom.not-dicom", "The file is not a DICOM part 10 file", "Export the image from the archive as a file", at);
            }

            source.Read(start);
            var meta = Meta();
            coding = new(syntax != "1.2.840.10008.1.2", syntax == "1.2.840.10008.1.2.2");
            var isDeflated = syntax == "1.2.840.10008.1.2.1.99";
            using var inflating = isDeflated ? new DeflateStream(source.Rest(), CompressionMode.Decompress) : null;
            if (inflating is not null)
            {
                source = new DicomSource(inflating);
            }

            // All up to the pixels first: only then is it known what to say of them.
            var (vr, length) = Top();
            var rule = Words(length == Undefined && seen.ContainsKey(Pixels));
            output.Write(new byte[Preamble]);
            output.Write("DICM"u8);
            output.Write(meta);
            using var deflating = isDeflated ? new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true) : null;
            var into = deflating ?? output;
            WriteHeader(into, rule);
            if (vr is not null)
            {
                WritePixels(into, vr, length, rule);
                while (!source.IsAtEnd)
                {
                    _ = Element(into, 0);
                }
            }

            var remarks = seen.GetValueOrDefault(BurnedInAnnotation) is null && rule is null && vr is not null
                ? [Finding.Warning("dicom.burned-in-unsaid", "The header does not say whether words are in the pixels", "Look at images of this device before they are used", at)]
                : Array.Empty<Finding>();
            return Outcome<DicomDone>.Ok(new(kept, changed, removed, rule?.Regions.Count ?? 0), remarks);
        }

        private const uint Modality = 0x00080060;
        private const uint ImageType = 0x00080008;
        private const uint SopClass = 0x00080016;
        private const uint Manufacturer = 0x00080070;
        private const uint Model = 0x00081090;
        private const uint Samples = 0x00280002;
        private const uint Photometric = 0x00280004;
        private const uint Planar = 0x00280006;
        private const uint Frames = 0x00280008;
        private const uint Rows = 0x00280010;
        private const uint Columns = 0x00280011;
        private const uint BitsAllocated = 0x00280100;
        private const uint BurnedInAnnotation = 0x00280301;
        private const uint Pixels = 0x7FE00010;

        private static readonly HashSet<uint> Wanted = [Modality, ImageType, SopClass, Manufacturer, Model, Samples, Photometric, Planar, Frames, Rows, Columns, BitsAllocated, BurnedInAnnotation];

        /// <summary>The file meta information, new: what application wrote or sent the file is nobody's business.</summary>
        private byte[] Meta()
        {
            var littleExplicit = new DicomCoding(true, false);
            var elementsOf = new SortedDictionary<uint, (string Vr, byte[] Value)>();
            Span<byte> head = stackalloc byte[12];
            var total = 0L;
            while (source.Peek(head[..2]) && littleExplicit.U16(head) == 2)
            {
                source.Read(head[..8]);
                var tag = ((uint)littleExplicit.U16(head) << 16) | littleExplicit.U16(head[2..]);
                var vr = Encoding.Latin1.GetString(head[4..6]);
                uint length = littleExplicit.U16(head[6..]);
                if (DicomCoding.IsLong(vr))
                {
                    source.Read(head[8..12]);
                    length = littleExplicit.U32(head[8..]);
                }

                if ((total += length) > LongestMeta)
                {
                    throw new InvalidDataException();
                }

                var value = new byte[length];
                source.Read(value);
                elementsOf[tag] = (vr, value);
            }

            string Text(uint tag) => elementsOf.TryGetValue(tag, out var e) ? Encoding.Latin1.GetString(e.Value).Trim(' ', '\0') : "";
            syntax = Text(0x00020010);
            var sopClass = Text(0x00020002);
            if (syntax.Length == 0)
            {
                throw new InvalidDataException();
            }

            if (Documents.Any(d => sopClass.StartsWith(d, StringComparison.Ordinal)))
            {
                throw new RefusedImage(Finding.Error("dicom.document", "The object is a document, a report or an index, not an image", "Leave it out: its words cannot be de-identified by attributes", at));
            }

            using var body = new MemoryStream();
            littleExplicit.Write(body, "OB", 0x00020001, [0, 1]);
            littleExplicit.Write(body, "UI", 0x00020002, sopClass);
            littleExplicit.Write(body, "UI", 0x00020003, of.Uid(Text(0x00020003)));
            littleExplicit.Write(body, "UI", 0x00020010, syntax);
            littleExplicit.Write(body, "UI", 0x00020012, "2.25.190145412203127408374098174129875123456");
            littleExplicit.Write(body, "SH", 0x00020013, "MINATO");
            using var whole = new MemoryStream();
            Span<byte> size = stackalloc byte[4];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(size, (uint)body.Length);
            littleExplicit.Write(whole, "UL", 0x00020000, size);
            body.WriteTo(whole);
            return whole.ToArray();
        }

        /// <summary>The dataset up to its pixels: the VR and length of the pixel element, whose head is read; null where there is none.</summary>
        private (string? Vr, uint Length) Top()
        {
            while (!source.IsAtEnd)
            {
                if (Element(header, 0) is { } pixels)
                {
                    return pixels;
                }
            }

            return (null, 0);
        }

        /// <summary>One element, written as it may be. Not null: it is the pixels, of which only the head was read.</summary>
        private (string Vr, uint Length)? Element(Stream into, int depth)
        {
            if (++elements > MostElements || header.Length > LongestHeader)
            {
                throw new RefusedImage(Finding.Error("dicom.too-long", "The header is far longer than headers are", "Export the image without its attachments", at));
            }

            var (tag, vr, length) = Head();
            if (tag is ItemEnd or SequenceEnd)
            {
                return null; // a stray end: harmless
            }

            if (depth == 0)
            {
                MarkPlaces(tag);
                if (tag is Pixels or 0x7FE00008 or 0x7FE00009)
                {
                    seen[tag] = "";
                    return (vr, length);
                }
            }

            var group = (ushort)(tag >> 16);
            if ((group & 1) == 1)
            {
                Private(into, tag, vr, length, depth);
            }
            else if (tag is Pixels || (tag & 0xFFFF) == 0)
            {
                Skip(vr, length, depth); // pixels of a nested image; lengths of groups that are not right any more
            }
            else
            {
                Standard(into, tag, vr, length, depth);
            }

            return null;
        }

        private void Standard(Stream into, uint tag, string vr, uint length, int depth)
        {
            // What must be known is looked up under the VR of the dictionary; what is written keeps the VR it came with.
            var known = vr is "UN" or "" ? Table.Vr(tag) ?? "UN" : vr;
            if (tag is 0x00120062 or 0x00120063 or 0x00120064 or 0x00280303)
            {
                Skip(vr, length, depth); // said anew
                return;
            }

            var action = Table.ActionOf(tag, known, of.Options);
            if (known == "SQ" || (length == Undefined && vr != "UN"))
            {
                if (vr == "UN" || action is DicomAction.Remove or DicomAction.Clean or DicomAction.Empty)
                {
                    Skip(vr, length, depth);
                    if (action == DicomAction.Empty)
                    {
                        coding.Write(into, "SQ", tag, 0);
                        changed++;
                    }

                    return;
                }

                Sequence(into, tag, length, depth);
                return;
            }

            if (length == Undefined)
            {
                Skip(vr, length, depth);
                return;
            }

            switch (action)
            {
                case DicomAction.Remove:
                    Skip(vr, length, depth);
                    return;
                case DicomAction.Empty:
                    source.Copy(null, length);
                    coding.Write(into, Written(vr, known), tag, IsPatient(tag) ? Bytes(person.Pseudonym) : []);
                    changed++;
                    return;
                case DicomAction.Dummy:
                    source.Copy(null, length);
                    Dummy(into, tag, vr, known, length);
                    changed++;
                    return;
            }

            if (length > LongestHeader)
            {
                throw new EndOfStreamException();
            }

            var value = new byte[length];
            source.Read(value);
            if (depth == 0 && Wanted.Contains(tag))
            {
                seen[tag] = known == "US" && value.Length >= 2 ? coding.U16(value).ToString(CultureInfo.InvariantCulture) : Encoding.Latin1.GetString(value).Trim(' ', '\0');
                if (tag == BurnedInAnnotation)
                {
                    return; // written anew when the pixels are known
                }
            }

            var text = action switch
            {
                DicomAction.Uid => Each(value, u => u.Length == 0 ? "" : of.Uid(u)),
                DicomAction.Shift => Each(value, d => Shifted(d)),
                DicomAction.Clean => Clean(Encoding.Latin1.GetString(value)),
                _ => null,
            };
            if (text is null && action == DicomAction.Keep)
            {
                coding.Write(into, Written(vr, known), tag, value);
                kept++;
            }
            else if (text is null)
            {
                removed++;
            }
            else
            {
                coding.Write(into, Written(vr, known), tag, Bytes(text));
                changed++;
            }
        }

        private void Sequence(Stream into, uint tag, uint length, int depth)
        {
            if (depth + 1 > Deepest)
            {
                throw new RefusedImage(Finding.Error("dicom.depth", "The header is nested deeper than any header", "Export the image again from the archive", at));
            }

            coding.Write(into, "SQ", tag, Undefined);
            var end = length == Undefined ? long.MaxValue : source.Position + length;
            Span<byte> head = stackalloc byte[8];
            while (source.Position < end)
            {
                source.Read(head);
                var mark = ((uint)coding.U16(head) << 16) | coding.U16(head[2..]);
                var size = coding.U32(head[4..]);
                if (mark == SequenceEnd)
                {
                    break;
                }

                if (mark != Item || ++elements > MostElements)
                {
                    throw new InvalidDataException();
                }

                coding.Write(into, "", Item, Undefined);
                var itemEnd = size == Undefined ? long.MaxValue : source.Position + size;
                var outer = new Dictionary<(ushort, byte), string>(creators);
                while (source.Position < itemEnd)
                {
                    if (size == Undefined && IsItemEnd())
                    {
                        break;
                    }

                    _ = Element(into, depth + 1);
                }

                creators.Clear();
                foreach (var (block, creator) in outer)
                {
                    creators[block] = creator;
                }

                coding.Write(into, "", ItemEnd, 0);
            }

            coding.Write(into, "", SequenceEnd, 0);
        }

        private bool IsItemEnd()
        {
            Span<byte> head = stackalloc byte[8];
            if (!source.Peek(head) || (((uint)coding.U16(head) << 16) | coding.U16(head[2..])) != ItemEnd)
            {
                return false;
            }

            source.Read(head);
            return true;
        }

        /// <summary>Private elements go, but for those of the safe list, with the creator that says whose they are.</summary>
        private void Private(Stream into, uint tag, string vr, uint length, int depth)
        {
            var (group, element) = ((ushort)(tag >> 16), (ushort)tag);
            if (element is >= 0x10 and <= 0xFF && length is > 0 and <= 64)
            {
                var value = new byte[length];
                source.Read(value);
                var creator = Encoding.Latin1.GetString(value).Trim(' ', '\0');
                creators[(group, (byte)element)] = creator;
                if (of.Options.Contains("safe-private") && Enumerable.Range(0, 256).Any(e => Table.IsSafePrivate(creator, group, (byte)e)))
                {
                    coding.Write(into, Written(vr, "LO"), tag, value);
                    kept++;
                }
                else
                {
                    removed++;
                }

                return;
            }

            if (of.Options.Contains("safe-private") && length <= 4096 && vr != "SQ"
                && creators.TryGetValue((group, (byte)(element >> 8)), out var known) && Table.IsSafePrivate(known, group, (byte)element))
            {
                var value = new byte[length];
                source.Read(value);
                coding.Write(into, Written(vr, "UN"), tag, value);
                kept++;
                return;
            }

            Skip(vr, length, depth);
        }

        private (uint Tag, string Vr, uint Length) Head()
        {
            Span<byte> head = stackalloc byte[12];
            source.Read(head[..8]);
            var tag = ((uint)coding.U16(head) << 16) | coding.U16(head[2..]);
            if (tag >> 16 == 0xFFFE)
            {
                return (tag, "", coding.U32(head[4..]));
            }

            if (!coding.IsExplicit)
            {
                var known = (tag >> 16 & 1) == 1 ? "" : Table.Vr(tag) ?? "UN";
                var size = coding.U32(head[4..]);
                return (tag, size == Undefined ? "SQ" : known, size);
            }

            if (!char.IsAsciiLetterUpper((char)head[4]) || !char.IsAsciiLetterUpper((char)head[5]))
            {
                throw new InvalidDataException();
            }

            var vr = Encoding.ASCII.GetString(head[4..6]);
            if (!DicomCoding.IsLong(vr))
            {
                return (tag, vr, coding.U16(head[6..]));
            }

            source.Read(head[8..12]);
            return (tag, vr, coding.U32(head[8..]));
        }

        /// <summary>Passes over a value; a sequence of undefined length item by item.</summary>
        private void Skip(string vr, uint length, int depth)
        {
            removed++;
            if (length != Undefined)
            {
                source.Copy(null, length);
                return;
            }

            // A value of unknown VR and undefined length is a sequence in implicit VR, little endian (PS3.5 §6.2.2).
            var outer = coding;
            if (vr == "UN")
            {
                coding = new(false, false);
            }

            var before = removed;
            Sequence(Stream.Null, 0x00081140, length, depth);
            (coding, removed) = (outer, before);
        }

        private static string Written(string vr, string known) => vr.Length == 2 ? vr : known;

        private static bool IsPatient(uint tag) => tag is 0x00100010 or 0x00100020;

        private void Dummy(Stream into, uint tag, string vr, string known, uint length)
        {
            var text = known switch
            {
                _ when IsPatient(tag) => person.Pseudonym,
                "DA" => "19000101",
                "TM" => "000000",
                "DT" => "19000101000000",
                "AS" => "000Y",
                "IS" or "DS" => "0",
                "UI" => of.Uid("dummy"),
                "PN" or "LO" or "SH" or "ST" or "LT" or "UT" or "UC" or "CS" or "AE" => "REMOVED",
                "UR" => "urn:removed",
                _ => null,
            };
            if (text is not null)
            {
                coding.Write(into, Written(vr, known), tag, Bytes(text));
            }
            else
            {
                coding.Write(into, Written(vr, known), tag, new byte[Math.Min(length + (length & 1), 64)]);
            }
        }

        /// <summary>DA or DT moved by the person's days; time and zone stay. What is not a whole day becomes empty.</summary>
        private string Shifted(string value)
        {
            var text = value.Replace(".", "", StringComparison.Ordinal);
            text = value.Length == 10 && value[4] == '.' ? text : value;
            return text.Length >= 8 && DateOnly.TryParseExact(text.AsSpan(0, 8), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 1 and < 9998
                ? day.AddDays(person.ShiftDays).ToString("yyyyMMdd", CultureInfo.InvariantCulture) + text[8..]
                : "";
        }

        private static string Each(byte[] value, Func<string, string> change) =>
            string.Join('\\', Encoding.Latin1.GetString(value).Split('\\').Select(v => change(v.Trim(' ', '\0'))));

        /// <summary>A descriptor of safe words alone; null: it goes.</summary>
        private static string? Clean(string text)
        {
            var words = text.Split([' ', '\0', '_', '-', '/', '+', '\\', ',', '.', '(', ')'], StringSplitOptions.RemoveEmptyEntries);
            return words.Length > 0 && words.All(w => Table.SafeWords.Contains(w.ToUpperInvariant()) || (w.Length <= 3 && w.All(char.IsAsciiDigit))) ? text.Trim(' ', '\0') : null;
        }

        private static byte[] Bytes(string ascii) => Encoding.Latin1.GetBytes(ascii);

        private void MarkPlaces(uint tag)
        {
            if (tag > 0x00120062 && deidentifiedAt < 0)
            {
                deidentifiedAt = header.Length;
            }

            if (tag >= BurnedInAnnotation && burnedInAt < 0)
            {
                burnedInAt = header.Length;
            }

            if (tag >= 0x00280303 && timesAt < 0)
            {
                timesAt = header.Length;
            }
        }

        /// <summary>Which rule blanks words in the pixels; null: none is needed. Refuses where words must be feared and cannot be blanked.</summary>
        private BurnedInRule? Words(bool isCompressed)
        {
            var said = seen.GetValueOrDefault(BurnedInAnnotation);
            if (!seen.ContainsKey(Pixels) || said == "NO")
            {
                return null;
            }

            string Of(uint tag) => seen.GetValueOrDefault(tag) ?? "";
            var modality = Of(Modality);
            var isRisky = said == "YES" || Table.BurnedIn.Risky.Modalities.Contains(modality) || Of(ImageType).Split('\\').Any(t => Table.BurnedIn.Risky.ImageTypes.Contains(t.Trim()));
            var rule = Table.BurnedIn.For(modality, Of(Manufacturer), Of(Model));
            if (rule is not null && !isCompressed)
            {
                return rule;
            }

            return isRisky
                ? throw new RefusedImage(Finding.Error(
                    "dicom.burned-in",
                    rule is null ? "Words may be in the pixels: the header does not exclude it, and no rule says where they would be" : "Words are in the pixels, which are compressed and cannot be blanked",
                    rule is null ? "Add the device's regions to standards/media/burned-in-v1.json, or leave the image out" : "Send the image uncompressed", at))
                : null;
        }

        private void WriteHeader(Stream into, BurnedInRule? rule)
        {
            var bytes = header.GetBuffer().AsSpan(0, (int)header.Length);
            int Or(long place) => place < 0 ? (int)header.Length : (int)place;
            var (first, second, third) = (Or(deidentifiedAt), Or(burnedInAt), Or(timesAt));
            into.Write(bytes[..first]);
            coding.Write(into, "CS", 0x00120062, "YES");
            coding.Write(into, "LO", 0x00120063, of.Method);
            coding.Write(into, "SQ", 0x00120064, Undefined);
            var codes = new List<(string Code, string Meaning)> { Table.Basic };
            codes.AddRange(of.Options.Order(StringComparer.Ordinal).Select(o => Table.Options[o]));
            if (rule is not null)
            {
                codes.Add(Table.Options["clean-pixels"]);
            }

            foreach (var (code, meaning) in codes.Distinct())
            {
                coding.Write(into, "", Item, Undefined);
                coding.Write(into, "SH", 0x00080100, code);
                coding.Write(into, "SH", 0x00080102, Dcm);
                coding.Write(into, "LO", 0x00080104, meaning);
                coding.Write(into, "", ItemEnd, 0);
            }

            coding.Write(into, "", SequenceEnd, 0);
            into.Write(bytes[first..second]);
            if (rule is not null || seen.ContainsKey(BurnedInAnnotation))
            {
                coding.Write(into, "CS", BurnedInAnnotation, rule is not null ? "NO" : seen[BurnedInAnnotation]);
            }

            into.Write(bytes[second..third]);
            coding.Write(into, "CS", 0x00280303, of.Options.Contains("full-dates") ? "UNMODIFIED" : of.Options.Contains("modified-dates") ? "MODIFIED" : "REMOVED");
            into.Write(bytes[third..]);
        }

        private void WritePixels(Stream into, string vr, uint length, BurnedInRule? rule)
        {
            var tag = seen.ContainsKey(Pixels) ? Pixels : seen.ContainsKey(0x7FE00008) ? 0x7FE00008u : 0x7FE00009u;
            coding.Write(into, Written(vr, "OW"), tag, length);
            if (length == Undefined)
            {
                Fragments(into);
            }
            else if (rule is null)
            {
                source.Copy(into, length);
            }
            else
            {
                Blank(into, length, rule);
            }
        }

        private void Fragments(Stream into)
        {
            Span<byte> head = stackalloc byte[8];
            while (true)
            {
                source.Read(head);
                into.Write(head);
                var mark = ((uint)coding.U16(head) << 16) | coding.U16(head[2..]);
                if (mark == SequenceEnd)
                {
                    return;
                }

                var size = coding.U32(head[4..]);
                if (mark != Item || size == Undefined)
                {
                    throw new InvalidDataException();
                }

                source.Copy(into, size);
            }
        }

        /// <summary>Line by line, black where a region lies.</summary>
        private void Blank(Stream into, uint length, BurnedInRule rule)
        {
            int Number(uint tag, int otherwise) => int.TryParse(seen.GetValueOrDefault(tag), NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) ? n : otherwise;
            var (rows, columns, samples, bits, frames) = (Number(Rows, 0), Number(Columns, 0), Number(Samples, 1), Number(BitsAllocated, 0), Number(Frames, 1));
            var photometric = seen.GetValueOrDefault(Photometric) ?? "";
            var isPlanar = Number(Planar, 0) == 1 && samples > 1;
            var bytes = bits / 8;
            var planes = isPlanar ? samples : 1;
            var line = (long)columns * bytes * (isPlanar ? 1 : samples);
            var expected = line * rows * planes * frames;
            if (rows <= 0 || columns <= 0 || bits is not (8 or 16 or 32) || frames <= 0 || samples is not (1 or 3) || line > 1 << 24 || length < expected || length > expected + 1
                || photometric is "YBR_FULL_422" or "YBR_PARTIAL_422" or "YBR_PARTIAL_420")
            {
                throw new RefusedImage(Finding.Error("dicom.pixels", "The pixels are not laid out in a way in which regions can be blanked", "Send the image as grey or RGB, 8 or 16 bits, uncompressed", at));
            }

            var buffer = new byte[line];
            var isChroma = photometric.StartsWith("YBR", StringComparison.Ordinal);
            for (var f = 0; f < frames; f++)
            {
                for (var p = 0; p < planes; p++)
                {
                    for (var y = 0; y < rows; y++)
                    {
                        source.Read(buffer);
                        foreach (var region in rule.Regions)
                        {
                            if (y >= Math.Floor(region[1] * rows) && y < Math.Ceiling(region[3] * rows))
                            {
                                var unit = line / columns;
                                var (left, right) = ((int)(Math.Floor(region[0] * columns) * unit), (int)(Math.Ceiling(region[2] * columns) * unit));
                                var part = buffer.AsSpan(left, Math.Min(right, (int)line) - left);
                                part.Clear();
                                if (isChroma && bytes == 1)
                                {
                                    Neutral(part, isPlanar, p);
                                }
                            }
                        }

                        into.Write(buffer);
                    }
                }
            }

            source.Copy(into, length - expected);

            // Black in YBR has its two colours in the middle.
            static void Neutral(Span<byte> part, bool isPlanar, int plane)
            {
                for (var i = 0; i < part.Length; i++)
                {
                    part[i] = (isPlanar ? plane : i % 3) == 0 ? (byte)0 : (byte)128;
                }
            }
        }
    }

    private IReadOnlySet<string> Options => options;

    private string Method => method.Length > 64 ? method[..64] : method;

    private string Uid(string uid) => ProjectUid.Of(uidKey, uid);
}
