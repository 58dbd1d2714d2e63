using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// The order of a claim file: IR (医科, DPC, 歯科; 歯科 may begin with UK) or YK (調剤), then receipts, then GO with the
/// number of payers and the sum of points, which are counted along and compared. Measured rule: 総件数 = HO + KO records;
/// 総合計点数 = Σ HO 合計点数, or the first KO's where there is no HO.
/// </summary>
internal sealed class UkeEnvelope(string file, Tally tally, SourceEncoding encoding)
{
    private const byte Comma = (byte)',';
    private readonly CodeBook codes = new();
    private readonly int[] room = new int[CutLine.MaxColumns];
    private readonly Raw orphans = new();
    private readonly LinesInForce lines = new();
    private Receipt receipt = new MedicalReceipt(file, encoding, tally, new CodeBook());
    private string? institution;
    private Finding? refused;
    private long orphan;
    private bool closed;
    private bool opened;
    private bool hasManagement;
    private Totals total;
    private Totals withoutParts;
    private bool isPart;

    /// <summary>Payers and points counted along; points of a receipt are its HO's, or its first KO's.</summary>
    private struct Totals
    {
        private long ofPublic;
        private bool hasInsurer;

        public long Payers { get; private set; }

        public long Points { get; private set; }

        public void NextReceipt() => (hasInsurer, ofPublic) = (false, 0);

        public void Count(bool isInsurer, long claimed)
        {
            Payers++;
            if (isInsurer)
            {
                Points += claimed - ofPublic;
                (hasInsurer, ofPublic) = (true, 0);
            }
            else if (!hasInsurer && ofPublic == 0)
            {
                ofPublic = claimed;
                Points += claimed;
            }
        }
    }

    public Queue<ReadItem> Ready { get; } = new();

    public void Take(ByteLines source)
    {
        var record = HistoryColumns.Strip(source.Line.TrimEnd((byte)0x1A), out var history);
        if (refused is not null || record.IndexOfAnyExcept((byte)' ', (byte)',') < 0)
        {
            return;
        }

        if (source.TooLong)
        {
            TooLong(record, source.Number);
            return;
        }

        var id = record.Length > 2 && record[0] == '"' ? record[1..3] : record.Length >= 2 ? record[..2] : record;
        if (id.SequenceEqual("RE"u8) && !(history.Source > HistoryColumns.Claimed && lines.HasReceipt))
        {
            if (!hasManagement || lines.HasReceipt || history.Source == 0)
            {
                CloseReceipt();
            }

            Begin(record);
        }

        if (history.Source <= HistoryColumns.Claimed)
        {
            Count(record, id);
        }

        if (id.SequenceEqual("IR"u8) || id.SequenceEqual("YK"u8) || id.SequenceEqual("UK"u8))
        {
            if (lines.IsEmpty || lines.HasReceipt)
            {
                CloseReceipt(); // but an MN that stands before it belongs to the receipt that comes
            }

            if (history.Source is not HistoryColumns.Asked and <= HistoryColumns.Returned)
            {
                BeginInstitution(record, source);
            }
        }
        else if (id.SequenceEqual("GO"u8))
        {
            CloseReceipt();
            Compare(new CutLine(record, room, Comma), source.Number);
        }
        else if (id.SequenceEqual("MN"u8))
        {
            CloseReceipt(); // the review body put one in front of each receipt
            hasManagement = history.Source > 0;
            Hold(history, record, source.Number);
        }
        else if (history.Source > 0 && (!lines.IsEmpty || id.SequenceEqual("RE"u8)))
        {
            Hold(history, record, source.Number);
        }
        else if (id.SequenceEqual("RE"u8) || receipt.IsOpen)
        {
            Feed(record, source.Number);
        }
        else
        {
            orphan = orphan == 0 ? source.Number : orphan;
            orphans.Add(record);
        }
    }

    /// <summary>The file is over: what is still open ends here, and a missing GO is said.</summary>
    public void End(long lastLine, bool lastLineWhole)
    {
        if (refused is not null)
        {
            return;
        }

        if (!closed && (receipt.IsOpen || !lines.IsEmpty || opened))
        {
            CloseReceipt(lastLineWhole ? null : lastLine, atEnd: lastLine);
            tally.Warn("uke.no-total", "file that ends without a GO record: it may be cut off; the receipts before its end were taken", lastLine, "Send the file again, whole", "GO");
        }

        CloseReceipt();
        Orphans();
        if (!opened && !closed)
        {
            tally.Warn("uke.empty", "file without a single receipt", lastLine, "Check whether the right file was sent");
        }
    }

    private void Begin(ReadOnlySpan<byte> record)
    {
        (closed, opened) = (false, true);
        total.NextReceipt();
        withoutParts.NextReceipt();
        var line = new CutLine(record, room, Comma);

        // 総括対象: parts of a stay that a summing receipt before them already claims.
        isPart = receipt is MedicalReceipt && line[18] is [(byte)'2' or (byte)'3'] && line[19].Length is 1 or 2;
    }

    private void Feed(ReadOnlySpan<byte> record, long at)
    {
        var line = new CutLine(record, room, Comma);
        if (record.StartsWith("RE,"u8) || record.StartsWith("\"RE\""u8))
        {
            receipt.Open(line, at, institution);
            receipt.Raw.Add(record);
        }
        else
        {
            receipt.Raw.Add(record);
            receipt.Add(line, at);
        }
    }

    private void Hold(HistoryColumns history, ReadOnlySpan<byte> record, long at)
    {
        if (history.Source > 0)
        {
            lines.Add(history, record, at);
        }
    }

    private void TooLong(ReadOnlySpan<byte> record, long at)
    {
        if (receipt.IsOpen)
        {
            receipt.Raw.Add(record);
            receipt.Fault("uke.line-too-long", "A line is longer than any record can be (64 KiB)", "Check the file's line ends", at, null);
        }
        else
        {
            lines.Overflown |= !lines.IsEmpty;
            Ready.Enqueue(new ReadItem.Bad(Finding.Error("uke.line-too-long", "A line is longer than any record can be (64 KiB)", "Check the file's line ends", new Place(file, at)), Raw.Capped(record)));
        }
    }

    private void BeginInstitution(ReadOnlySpan<byte> record, ByteLines source)
    {
        var line = new CutLine(record, room, Comma);
        var table = line[3].Length == 1 ? (char)line[3][0] : ' ';
        var fits = table switch
        {
            '1' => receipt as MedicalReceipt ?? (Receipt)new MedicalReceipt(file, encoding, tally, codes),
            '3' => receipt as DentalReceipt ?? (Receipt)new DentalReceipt(file, encoding, tally, codes),
            '4' => receipt as PharmacyReceipt ?? (Receipt)new PharmacyReceipt(file, encoding, tally, codes),
            >= '0' and <= '9' => null,
            _ => receipt, // the number below is not valid either, which is said there
        };
        if (fits is null)
        {
            refused = Finding.Error("uke.kind", "点数表 is neither 1 (medical), 3 (dental) nor 4 (pharmacy): this kind of claim is not taken", "Keep the file; claims of visiting nurses have another layout", new Place(file, source.Number, "点数表"));
            Ready.Enqueue(new ReadItem.Bad(refused, Raw.Capped(source.Peek())));
            return;
        }

        receipt = fits;
        Span<byte> number = stackalloc byte[10];
        var ok = line[2].Length == 2 && line[3].Length == 1 && line[4].Length == 7;
        if (ok)
        {
            line[2].CopyTo(number);
            line[3].CopyTo(number[2..]);
            line[4].CopyTo(number[3..]);
            ok = !number.ContainsAnyExceptInRange((byte)'0', (byte)'9');
        }

        institution = ok ? Encoding.ASCII.GetString(number) : null;
        if (!ok)
        {
            Ready.Enqueue(new ReadItem.Bad(
                Finding.Error("uke.institution", "都道府県, 点数表 and 医療機関コード do not make a ten-digit institution number", "Correct the IR or YK record; its receipts cannot be taken without it", new Place(file, source.Number, "医療機関コード")),
                Raw.Capped(source.Line)));
        }

        closed = false;
    }

    private void Count(ReadOnlySpan<byte> record, ReadOnlySpan<byte> id)
    {
        var isInsurer = id.SequenceEqual("HO"u8);
        if ((!isInsurer && !id.SequenceEqual("KO"u8)) || (!receipt.IsOpen && lines.IsEmpty))
        {
            return;
        }

        _ = new CutLine(record, room, Comma).TryLong(5, out var claimed);
        total.Count(isInsurer, claimed ?? 0);
        if (!isPart)
        {
            withoutParts.Count(isInsurer, claimed ?? 0);
        }
    }

    private void Compare(in CutLine line, long at)
    {
        closed = true;
        _ = line.TryLong(1, out var payers);
        _ = line.TryLong(2, out var points);
        if (payers != total.Payers && payers != withoutParts.Payers)
        {
            tally.Warn("uke.total-count", "GO record whose 総件数 is not the number of HO and KO records read", at, "Check whether receipts are missing", "総件数");
        }

        if (points != total.Points && points != withoutParts.Points)
        {
            tally.Warn("uke.total-points", "GO record whose 総合計点数 is not the sum of points read", at, "Check whether receipts are missing", "総合計点数");
        }

        (total, withoutParts) = (default, default);
    }

    /// <param name="cutAt">The line in which the file broke off, if it did.</param>
    /// <param name="atEnd">The file's last line where it ends without GO: then a receipt that does not add up is not whole.</param>
    private void CloseReceipt(long? cutAt = null, long? atEnd = null)
    {
        if (!lines.IsEmpty)
        {
            GiveLinesInForce();
        }

        if (receipt.IsOpen)
        {
            if (atEnd is { } last && (cutAt is not null || !receipt.AddsUp))
            {
                receipt.BreakOff(Finding.Error("uke.truncated", "The file breaks off without a GO record, and this last receipt is not whole", "Send the file again, whole", new Place(file, last, "GO")));
            }

            Ready.Enqueue(receipt.Close());
        }

        Orphans();
    }

    private void GiveLinesInForce()
    {
        var at = lines.FirstLine;
        if (lines.IsOnlyManagement)
        {
            lines.Clear();
            return;
        }

        if (lines.Returned || lines.Overflown || !lines.HasReceipt)
        {
            var raw = new Raw();
            lines.CopyTo(raw);
            Ready.Enqueue(new ReadItem.Bad(
                lines.Returned
                    ? Finding.Error("uke.returned", "The receipt was returned to its institution (返戻, データ識別 8): it is no claim in force", "Nothing to do; the institution's new claim comes in a later delivery", new Place(file, at, "データ識別"))
                    : !lines.HasReceipt
                        ? Finding.Error("uke.orphan", "Records that belong to no receipt: no RE record stands before them", "Send each receipt with its RE record", new Place(file, at))
                        : Finding.Error("uke.receipt-too-long", $"The receipt has more than {Receipt.MaxRows} records or 8 MiB, or a line over 64 KiB", "Check that every receipt begins with its own MN and RE record", new Place(file, at)),
                raw.Copy()));
        }
        else
        {
            lines.Give((record, line) =>
            {
                if (receipt.IsOpen || record.StartsWith("RE,"u8))
                {
                    Feed(record, line);
                }
            });
            if (lines.Superseded > 0)
            {
                tally.Note("uke.correction", "receipt with rows that a correction, a re-review or an earlier round put out of force (データ識別); the rows in force were taken", at);
            }

            if (!receipt.IsOpen)
            {
                tally.Note("uke.earlier-round", "receipt none of whose rows is in force (データ識別 3, 12 to 14); nothing was taken", at);
            }
        }

        lines.Clear();
    }

    private void Orphans()
    {
        if (orphan == 0)
        {
            return;
        }

        Ready.Enqueue(new ReadItem.Bad(
            Finding.Error("uke.orphan", "Records that belong to no receipt: no RE record stands before them", "Send each receipt with its RE record", new Place(file, orphan)), orphans.Copy()));
        orphan = 0;
        orphans.Clear();
    }
}
