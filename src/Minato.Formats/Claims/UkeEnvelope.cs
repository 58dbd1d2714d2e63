using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// The order of a claim file: IR, then receipts, then GO with the number of payers and the sum of points, which are
/// counted along and compared. Measured rule: 総件数 = HO + KO records; 総合計点数 = Σ HO 合計点数, or the first KO's where there is no HO.
/// </summary>
internal sealed class UkeEnvelope(string file, Tally tally, UkeReceipt receipt)
{
    private readonly Raw orphans = new();
    private string? institution;
    private Finding? refused;
    private long orphan;
    private bool closed;
    private bool opened;
    private long payers;
    private long points;
    private long firstPublicPoints;
    private bool hasInsurer;

    public Queue<ReadItem> Ready { get; } = new();

    public void Take(ByteLines lines)
    {
        var source = 0;
        var bytes = UkeReader.Unprefixed(lines.Line.TrimEnd((byte)0x1A), out source);
        if (bytes.TrimEnd(" ,"u8).IsEmpty || refused is not null)
        {
            return;
        }

        if (source > 1)
        {
            tally.Warn("uke.correction", "row of the review body or the insurer (データ識別 2 or more) was passed over: the claim is taken as the institution made it", lines.Number, "Corrections are not applied yet");
            return;
        }

        if (lines.TooLong)
        {
            if (receipt.IsOpen)
            {
                receipt.Raw.Add(bytes);
                receipt.Fault("uke.line-too-long", "A line is longer than any record can be (64 KiB)", "Check the file's line ends", lines.Number, null);
            }
            else
            {
                Ready.Enqueue(new ReadItem.Bad(Finding.Error("uke.line-too-long", "A line is longer than any record can be (64 KiB)", "Check the file's line ends", new Place(file, lines.Number)), Raw.Capped(bytes)));
            }

            return;
        }

        var line = new UkeLine(bytes, stackalloc int[UkeLine.MaxColumns]);
        var id = line[0];
        if (id.SequenceEqual("IR"u8))
        {
            CloseReceipt();
            Begin(line, lines);
        }
        else if (id.SequenceEqual("YK"u8) || id.SequenceEqual("UK"u8))
        {
            Refuse(id[0] == 'Y' ? "uke.pharmacy" : "uke.dental", id[0] == 'Y' ? "A pharmacy claim file (調剤, YK): not taken yet" : "A dental claim file (歯科, UK): not taken yet", lines);
        }
        else if (id.SequenceEqual("GO"u8))
        {
            CloseReceipt();
            Compare(line, lines.Number);
        }
        else if (id.SequenceEqual("RE"u8))
        {
            CloseReceipt();
            closed = false;
            opened = true;
            (hasInsurer, firstPublicPoints) = (false, 0);
            receipt.Open(line, lines.Number, institution);
            receipt.Raw.Add(bytes);
        }
        else if (receipt.IsOpen && !id.SequenceEqual("MN"u8))
        {
            Count(line, id);
            receipt.Raw.Add(bytes);
            receipt.Add(line, lines.Number);
        }
        else if (id.SequenceEqual("MN"u8))
        {
            CloseReceipt(); // 審査支払機関 put one in front of each receipt
        }
        else
        {
            orphan = orphan == 0 ? lines.Number : orphan;
            orphans.Add(bytes);
        }
    }

    /// <summary>The file is over: what is still open ends here, and a missing GO is said.</summary>
    public void End(long lastLine, bool lastLineWhole)
    {
        if (refused is not null)
        {
            return;
        }

        if (!closed && (receipt.IsOpen || opened))
        {
            if (receipt.IsOpen && (!lastLineWhole || !receipt.AddsUp))
            {
                receipt.BreakOff(Finding.Error("uke.truncated", "The file breaks off without a GO record, and this last receipt is not whole", "Send the file again, whole", new Place(file, lastLine, "GO")));
            }

            tally.Warn("uke.no-total", "file that ends without a GO record: it may be cut off; the receipts before its end were taken", lastLine, "Send the file again, whole", "GO");
        }

        CloseReceipt();
        Orphans();
        if (!opened && !closed)
        {
            tally.Warn("uke.empty", "file without a single receipt", lastLine, "Check whether the right file was sent");
        }
    }

    private void Begin(in UkeLine line, ByteLines lines)
    {
        if (line[3].SequenceEqual("3"u8))
        {
            Refuse("uke.dental", "A dental claim file (歯科, 点数表 3): not taken yet", lines);
            return;
        }

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
                Finding.Error("uke.institution", "IR: 都道府県, 点数表 and 医療機関コード do not make a ten-digit institution number", "Correct the IR record; its receipts cannot be taken without it", new Place(file, lines.Number, "医療機関コード")),
                Raw.Capped(lines.Line)));
        }

        (payers, points, closed) = (0, 0, false);
    }

    private void Count(in UkeLine line, ReadOnlySpan<byte> id)
    {
        var isInsurer = id.SequenceEqual("HO"u8);
        if (!isInsurer && !id.SequenceEqual("KO"u8))
        {
            return;
        }

        payers++;
        _ = line.TryInt(5, out var claimed);
        if (isInsurer)
        {
            points += (claimed ?? 0) - firstPublicPoints;
            (hasInsurer, firstPublicPoints) = (true, 0);
        }
        else if (!hasInsurer && firstPublicPoints == 0)
        {
            firstPublicPoints = claimed ?? 0;
            points += firstPublicPoints;
        }
    }

    private void Compare(in UkeLine line, long at)
    {
        closed = true;
        if (!line.TryInt(1, out var n) || n != payers)
        {
            tally.Warn("uke.total-count", "GO record whose 総件数 is not the number of HO and KO records read", at, "Check whether receipts are missing", "総件数");
        }

        if (!line.TryInt(2, out var sum) || sum != points)
        {
            tally.Warn("uke.total-points", "GO record whose 総合計点数 is not the sum of points read", at, "Check whether receipts are missing", "総合計点数");
        }

        (payers, points) = (0, 0);
    }

    private void CloseReceipt()
    {
        if (receipt.IsOpen)
        {
            Ready.Enqueue(receipt.Close());
        }

        Orphans();
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

    private void Refuse(string code, string reason, ByteLines lines)
    {
        refused = Finding.Error(code, reason, "Keep the file; this kind of claim comes in a later step", new Place(file, lines.Number));
        Ready.Enqueue(new ReadItem.Bad(refused, Raw.Capped(lines.Peek())));
    }
}
