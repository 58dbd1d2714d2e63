using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>
/// 調剤: prescriptions (SH), dispensings of them (CZ), their drugs and materials (IY, TO), fees (KI). A drug is given on
/// each 調剤日 of its block; its total is 使用量 × 調剤数量, which for 内服 are the days of supply.
/// </summary>
internal sealed class PharmacyReceipt(string file, SourceEncoding encoding, Tally tally, CodeBook codes) : Receipt(file, encoding, tally, codes)
{
    private readonly List<(DateOnly Day, int Amount)> block = [];
    private readonly SortedDictionary<DateOnly, long> days = [];
    private bool blockHasContent;
    private bool byDays;

    protected override char Table => '4';

    protected override Places Re => new(Admitted: None, Chart: None, Search: 37, Kana: 41);

    protected override DateOnly FirstDay => days.Count > 0 ? days.Keys.First() : Month;

    public override void Open(in CutLine line, long at, string? institution)
    {
        base.Open(line, at, institution);
        if (IsDigits(line[9], 2) && IsDigits(line[10], 1) && IsDigits(line[11], 7))
        {
            Facts.Add(new HealthFact
            {
                Kind = FactKind.Observation,
                Start = Month,
                System = CodeSystem.Minato,
                Code = "prescribed-at",
                ValueCode = System.Text.Encoding.ASCII.GetString([.. line[9], .. line[10], .. line[11]]),
                Facility = Facility,
                Line = at,
            });
        }
    }

    protected override void Reset()
    {
        base.Reset();
        block.Clear();
        days.Clear();
        (blockHasContent, byDays) = (false, false);
    }

    protected override bool TakeOwn(char a, char b, in CutLine line, long at)
    {
        switch (a, b)
        {
            case ('S', 'H'):
                block.Clear();
                byDays = line[2] is [(byte)'1' or (byte)'6' or (byte)'7']; // 内服, 浸煎, 湯: the amount is a day's
                return true;
            case ('C', 'Z'):
                Dispensing(line, at);
                return true;
            case ('I', 'Y'):
                Given(line, at, FactKind.Drug, CodeSystem.Drug);
                return true;
            case ('T', 'O'):
                Given(line, at, FactKind.Device, MaterialSystem);
                return true;
            case ('K', 'I'):
                Fees(line, at);
                return true;
            case ('S', 'T'):
                return true; // how a split dispensing's fee was shared
            default:
                return false;
        }
    }

    private void Dispensing(in CutLine line, long at)
    {
        if (!line.TryDate(3, out var day) || day is null || !line.TryInt(5, out var amount))
        {
            Fault("uke.dispensing", "調剤年月日 is not a day that exists, or 調剤数量 no number", "Correct the CZ record and send the receipt again", at, "調剤年月日");
            return;
        }

        if (day < Month || day > LastDay)
        {
            Tally.Warn("uke.dispensing-month", "dispensing outside the receipt's month; its own day was taken", at, "Correct 調剤年月日", "調剤年月日");
        }

        if (blockHasContent)
        {
            block.Clear();
            blockHasContent = false;
        }

        block.Add((day.Value, amount ?? 1));
        var points = 0L;
        var ok = Fee(line, 9, 10, None, day.Value, at, ref points);
        for (var i = 0; i < 10; i++)
        {
            ok &= Fee(line, 16 + (3 * i), 17 + (3 * i), None, day.Value, at, ref points);
        }

        ok &= Fee(line, 55, 56, None, day.Value, at, ref points) && Fee(line, 60, 61, None, day.Value, at, ref points)
            && Fee(line, 63, 64, None, day.Value, at, ref points) && line.TryInt(13, out var drugs) && Add(ref points, drugs);
        if (Check(ok, "uke.points", "A fee of CZ has no valid code or number of points", at, "点数"))
        {
            Charge(day.Value, points);
        }
    }

    private void Given(in CutLine line, long at, FactKind what, string system)
    {
        var code = line[2];
        if (!IsDigits(code, 9) || !line.TryAmount(3, out var amount))
        {
            Fault("uke.code", "The code is not nine digits, or 使用量 no number", "Use the master's code", at, "コード");
            return;
        }

        if (block.Count == 0)
        {
            Fault("uke.dispensing", "A drug stands before any CZ record, so its day is unknown", "Write SH, CZ and then the drugs", at, "CZ");
            return;
        }

        blockHasContent = true;
        foreach (var (day, times) in block)
        {
            Facts.Add(Fact(what, system, Codes.Of(code), day, DayKey(day), amount, times, at, byDays ? 21 : 0));
        }
    }

    /// <summary>KI: 調剤基本料, twelve 薬学管理料, three more of them, ten additions.</summary>
    private void Fees(in CutLine line, long at)
    {
        block.Clear();
        if (!line.TryDate(1, out var day))
        {
            Fault("uke.dispensing", "算定年月日 is not a day that exists", "Correct the KI record and send the receipt again", at, "算定年月日");
            return;
        }

        var on = day ?? FirstDay;
        var points = 0L;
        var ok = Fee(line, 4, 5, None, on, at, ref points);
        for (var group = 7; group <= 63; group += 4)
        {
            ok &= Fee(line, group + 1, group + 3, group + 2, on, at, ref points);
        }

        for (var group = 69; group <= 105; group += 4)
        {
            ok &= Fee(line, group + 1, group + 3, group + 2, on, at, ref points);
        }

        if (Check(ok, "uke.points", "A fee of KI has no valid code, count or number of points", at, "点数"))
        {
            Charge(on, points);
        }
    }

    /// <summary>One fee of a row; nothing where its code is empty.</summary>
    private bool Fee(in CutLine line, int code, int price, int count, DateOnly day, long at, ref long points)
    {
        if (line[code].IsEmpty)
        {
            return true;
        }

        if (!IsDigits(line[code], 9) || !line.TryInt(price, out var each) || !line.TryInt(count, out var times) || times > 999)
        {
            return false;
        }

        Facts.Add(Fact(FactKind.Procedure, CodeSystem.Procedure, Codes.Of(line[code]), day, DayKey(day), null, times ?? 1, at, 0));
        return Add(ref points, (each ?? 0L) * (times ?? 1));
    }

    private static bool Add(ref long points, long? more)
    {
        points += more ?? 0;
        return true;
    }

    private void Charge(DateOnly day, long points)
    {
        days[day] = days.GetValueOrDefault(day) + points;
        CountedPoints += points;
    }

    /// <summary>
    /// One visit a day. Its cost is the day's points where they add up to the claim's; else (reductions, split
    /// dispensing) the claim's own sum, on the receipt as a whole.
    /// </summary>
    protected override DateOnly Visits(List<HealthFact> to)
    {
        if (days.Count == 0)
        {
            days[Month] = 0;
        }

        var exact = ClaimedPoints is null || ClaimedPoints == CountedPoints;
        foreach (var (day, points) in days)
        {
            to.Add(Visit("pharmacy", day, null, DayKey(day)));
            AddCost(to, exact ? points : days.Count == 1 ? ClaimedPoints!.Value : 0, day, null, DayKey(day));
        }

        if (!exact && days.Count > 1)
        {
            AddCost(to, ClaimedPoints!.Value, days.Keys.First(), days.Keys.Last(), "");
        }

        return days.Keys.Last();
    }
}
