using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>歯科: diseases with teeth (HS), dental procedures (SS), and SI, IY, TO without comment columns.</summary>
internal sealed class DentalReceipt(string file, SourceEncoding encoding, Tally tally, CodeBook codes) : Receipt(file, encoding, tally, codes)
{
    private static readonly Columns Dental = new(4, 76, 77, 78);
    private static readonly Columns Medical = new(4, 5, 6, 7);
    private static readonly Columns Drug = new(4, 5, 6, 8);
    private static readonly Columns Material = new(4, 8, 9, 10);
    private static readonly Columns MaterialWithAdditions = new(4, 12, 13, 14);
    private DateOnly? begun;
    private byte[] teeth = [];
    private int sharing;

    protected override char Table => '3';

    protected override Places Re => new(Admitted: 8, Chart: 15, Search: 19, Kana: 25);

    public override void Open(in CutLine line, long at, string? institution)
    {
        base.Open(line, at, institution);
        if (!line.TryDate(9, out begun))
        {
            Fault("uke.disease-date", "診療開始日 is not a day that exists", "Correct the day and send the receipt again", at, "診療開始日");
        }

        if (line[10] is [(byte)'3'])
        {
            Died(DeathSignal.Outcome, "", principal: true); // outpatients have one 転帰 for the receipt
        }
    }

    protected override void Reset()
    {
        base.Reset();
        (begun, teeth, sharing) = (null, [], 0);
    }

    protected override bool TakeOwn(char a, char b, in CutLine line, long at)
    {
        switch (a, b)
        {
            case ('H', 'S'):
                Disease(line, at);
                return true;
            case ('S', 'S'):
                Service(line, at, FactKind.Procedure, CodeSystem.Procedure, Dental);
                return true;
            case ('S', 'I'):
                Service(line, at, FactKind.Procedure, CodeSystem.Procedure, Medical);
                return true;
            case ('I', 'Y'):
                Service(line, at, FactKind.Drug, CodeSystem.Drug, Drug);
                return true;
            case ('T', 'O'):
                // Editions with two pairs of 加算 and the product's name are four columns wider.
                Service(line, at, FactKind.Device, MaterialSystem, line.Count > 41 ? MaterialWithAdditions : Material);
                return true;
            default:
                return false;
        }
    }

    /// <summary>併存傷病名数: the rows that follow are further diseases of the same teeth, which are written once.</summary>
    private void Disease(in CutLine line, long at)
    {
        if (!line.TryDate(1, out var own))
        {
            Fault("uke.disease-date", "診療開始日 is not a day that exists", "Correct the day and send the receipt again", at, "診療開始日");
            return;
        }

        var here = line[3];
        if (here.IsEmpty && sharing > 0)
        {
            sharing--;
            here = teeth;
        }
        else
        {
            sharing = line.TryInt(7, out var n) && n > 1 ? n.Value - 1 : 0;
            teeth = sharing > 0 ? here.ToArray() : [];
        }

        Disease(line[4], own ?? begun, line[2], line[5], line[9].SequenceEqual("01"u8), here, at);
    }
}
