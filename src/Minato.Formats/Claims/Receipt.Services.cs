using Minato.Formats.Text;

namespace Minato.Formats.Claims;

/// <summary>Diseases, days of care, and the rows of what was done, priced by units.</summary>
internal abstract partial class Receipt
{
    private readonly long[] points = new long[32];
    private readonly bool[] served = new bool[32];
    private readonly bool[] attended = new bool[32];
    private readonly int[] days = new int[31];
    private readonly int[] times = new int[31];
    private int dayCount;
    private bool hasAttendance;
    private int kind;
    private int openRows;
    private long unitPrint;

    /// <summary>Where a row of a kind holds amount, points, count and the first of its 31 day columns.</summary>
    protected readonly record struct Columns(int Amount, int Points, int Times, int FirstDay);

    /// <summary>A row whose days are those of its unit's last row.</summary>
    protected readonly record struct Row(FactKind What, string System, string Code, decimal? Amount, int? Times, long Line);

    protected List<Row> Waiting { get; } = [];

    private void ResetServices()
    {
        Waiting.Clear();
        Array.Clear(points);
        Array.Clear(served);
        told.Clear();
        Array.Clear(attended);
        Array.Clear(dayKeys);
        (hasAttendance, kind, openRows, unitPrint) = (false, 0, 0, 0);
    }

    private void Attendance(in CutLine line, long at)
    {
        for (var day = 1; day <= 31; day++)
        {
            if (line[1 + day] is [(byte)'1'] && DayExists(day, at))
            {
                hasAttendance = attended[day] = true;
            }
        }
    }

    /// <summary>
    /// SY, HS. The condition stands in the month that treated it, because a claim is evidence of that month; how long it has
    /// been treated is kept as the number of days since 診療開始日 (docs/decisions/0060).
    /// </summary>
    protected void Disease(ReadOnlySpan<byte> code, DateOnly? begun, ReadOnlySpan<byte> outcome, ReadOnlySpan<byte> modifiers, bool main, ReadOnlySpan<byte> teeth, long at)
    {
        if (!IsDigits(code, 7))
        {
            Fault("uke.disease-code", "傷病名コード is not seven digits", "Use the disease master's code", at, "傷病名コード");
            return;
        }

        if (begun > LastDay)
        {
            Fault("uke.disease-date", "診療開始日 lies after the month of service", "Correct the day and send the receipt again", at, "診療開始日");
            return;
        }

        var uncoded = code.SequenceEqual("0000999"u8);
        if (outcome is [(byte)'3'])
        {
            Died(DeathSignal.Outcome, uncoded ? "" : codes.Of(code), main);
        }

        if (uncoded)
        {
            tally.Note("uke.uncoded-disease", "disease without a code (0000999): its text was not passed on", at);
            return;
        }

        var since = begun < Month ? Month.DayNumber - begun.Value.DayNumber : 0;
        Facts.Add(new HealthFact
        {
            Kind = FactKind.Condition,
            Start = begun > Month ? begun.Value : Month,
            End = outcome is [(byte)'2' or (byte)'3' or (byte)'4'] ? LastDay : null,
            System = CodeSystem.Disease,
            Code = codes.Of(code),
            Value = since > 0 ? since : null,
            Unit = since > 0 ? "d" : null,
            ValueCode = Words(main ? "main" : "", modifiers, teeth, at, out var suspected),
            Suspected = suspected,
            Facility = Facility,
            Line = at,
        });
    }

    /// <summary>
    /// What a diagnosis carries besides its code, as words joined by <c>+</c>: its role, <c>z</c> and a modifier's code,
    /// <c>t</c> and a tooth (歯式). の疑い (8002) is no word but the fact's own flag.
    /// </summary>
    protected string? Words(string role, ReadOnlySpan<byte> modifiers, ReadOnlySpan<byte> teeth, long at, out bool suspected)
    {
        const int Longest = 60;
        suspected = false;
        if (modifiers.IsEmpty && teeth.IsEmpty)
        {
            return role.Length > 0 ? role : null;
        }

        if (modifiers.Length % 4 != 0 || !IsWord(modifiers) || teeth.Length % 6 != 0 || !IsWord(teeth))
        {
            tally.Warn("uke.modifier", "修飾語コード is not a row of four-character codes, or 歯式 not one of six", at, "Check the modifier and tooth codes", "修飾語コード");
            modifiers = IsWord(modifiers) ? modifiers : default;
            teeth = default;
        }

        Span<char> text = stackalloc char[Longest];
        role.CopyTo(text);
        var n = role.Length;
        var left = false;
        for (; modifiers.Length >= 4; modifiers = modifiers[4..])
        {
            if (modifiers[..4].SequenceEqual("8002"u8))
            {
                suspected = true;
                continue;
            }

            left |= !Append(text, ref n, 'z', modifiers[..4]);
        }

        for (; teeth.Length >= 6; teeth = teeth[6..])
        {
            left |= !Append(text, ref n, 't', teeth[..6]);
        }

        if (left)
        {
            tally.Note("uke.many-words", "diagnosis with more modifiers or teeth than a fact holds: the first ones were kept", at);
        }

        return n == 0 ? null : new string(text[..n]);
    }

    private static bool IsWord(ReadOnlySpan<byte> text)
    {
        foreach (var b in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)b))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Append(Span<char> text, ref int n, char kind, ReadOnlySpan<byte> word)
    {
        if (n + word.Length + 2 > text.Length)
        {
            return false;
        }

        if (n > 0)
        {
            text[n++] = '+';
        }

        text[n++] = kind;
        System.Text.Ascii.ToUtf16(word, text[n..], out var written);
        n += written;
        return true;
    }

    /// <summary>
    /// SI, IY, TO, SS: what was done, given or used, on which days. Rows up to the one with points are a priced unit
    /// (算定単位): its points stand on the last row, and so may its days.
    /// </summary>
    protected void Service(in CutLine line, long at, FactKind what, string system, in Columns where)
    {
        if (line[1].Length == 2 && line.TryInt(1, out var k) && k is { } stated)
        {
            kind = stated; // written on the first row of a group only
        }

        var code = line[3];
        if (!IsDigits(code, 9))
        {
            Fault("uke.code", "The code is not nine digits", "Use the master's code", at, "コード");
            return;
        }

        if (!line.TryAmount(where.Amount, out var amount) || !line.TryInt(where.Points, out var price) || !line.TryInt(where.Times, out var count))
        {
            Fault("uke.number", "使用量, 点数 or 回数 is not a number", "Correct the row and send the receipt again", at, "点数");
            return;
        }

        if (!TryDays(line.From(where.FirstDay), at, out var sum, out var print))
        {
            return;
        }

        var row = new Row(what, system, codes.Of(code), amount, count, at);
        if (dayCount == 0 && price is null)
        {
            Waiting.Add(row);
            openRows++;
            return;
        }

        if (dayCount > 0)
        {
            if (count is { } t && t != sum)
            {
                tally.Warn("uke.count", "row whose 回数 is not the sum of its days; the days were taken", at, "Correct 回数 or the day columns", "回数");
            }

            if (unitPrint != 0 && unitPrint != print)
            {
                tally.Warn("uke.unit-days", "row of a 算定単位 whose days are not those of the rows before it; each row's own were taken", at, "Write the same 回数 and days on all rows of a unit", "回数");
            }

            unitPrint = print;
            OnDays(row);
        }
        else
        {
            InMonth(row);
        }

        if (price is null)
        {
            openRows++;
            return;
        }

        if (dayCount > 0)
        {
            foreach (var waiting in Waiting)
            {
                OnDays(waiting);
            }

            for (var i = 0; i < dayCount; i++)
            {
                points[days[i]] += (long)price.Value * times[i];
            }

            Waiting.Clear();
        }
        else
        {
            sum = count ?? 1;
            points[0] += (long)price.Value * sum;
            EndWaiting();
        }

        CountedPoints += (long)price.Value * sum;
        (openRows, unitPrint) = (0, 0);
    }

    /// <summary>The receipt ends: rows that still wait for their unit's last row are dated by the month.</summary>
    protected void EndUnit(long at)
    {
        EndWaiting();
        if (openRows > 0)
        {
            tally.Warn("uke.open-unit", "算定単位 without points on its last row", at, "Check the order of SI, IY and TO records");
        }
    }

    private void EndWaiting()
    {
        foreach (var waiting in Waiting)
        {
            InMonth(waiting);
        }

        Waiting.Clear();
    }

    private void OnDays(in Row row)
    {
        for (var i = 0; i < dayCount; i++)
        {
            var day = days[i];
            served[day] = true;
            Facts.Add(Fact(row.What, row.System, row.Code, new DateOnly(Month.Year, Month.Month, day), VisitOf(day), row.Amount, times[i], row.Line));
        }
    }

    /// <summary>Before 2012, and in some exports, there are no day columns: the month is all that is known.</summary>
    private void InMonth(in Row row)
    {
        var day = Admitted is { } a && a.Year == Month.Year && a.Month == Month.Month ? a : Month;
        Facts.Add(Fact(row.What, row.System, row.Code, day, "", row.Amount, row.Times ?? 1, row.Line));
        tally.Note("uke.no-day", "row without a day of service; dated by its month (or the day of admission)", row.Line);
    }

    /// <summary>The filled ones of 31 day columns. Most are empty: runs of commas are stepped over at once.</summary>
    private bool TryDays(ReadOnlySpan<byte> cells, long at, out int sum, out long print)
    {
        (dayCount, sum, print) = (0, 0, 0);
        var day = 1;
        while (true)
        {
            var skip = cells.IndexOfAnyExcept((byte)',');
            if (skip < 0)
            {
                return true;
            }

            day += skip;
            cells = cells[skip..];
            if (day > 31)
            {
                return true;
            }

            var n = 0;
            var i = 0;
            for (; i < cells.Length && cells[i] != (byte)','; i++)
            {
                var digit = cells[i] - '0';
                if (cells[i] is (byte)' ' or (byte)'"')
                {
                    continue;
                }

                if (digit is < 0 or > 9 || n > 99)
                {
                    Fault("uke.day", "A day column does not hold a number", "Correct the day columns and send the receipt again", at, $"{day}日の情報");
                    return false;
                }

                n = (n * 10) + digit;
            }

            cells = cells[i..];
            if (n == 0)
            {
                continue;
            }

            if (!DayExists(day, at))
            {
                return false;
            }

            (days[dayCount], times[dayCount]) = (day, n);
            dayCount++;
            sum += n;
            print = (print * 1009) + (day * 1000) + n;
        }
    }

    protected HealthFact Fact(FactKind what, string system, string code, DateOnly day, string visit, decimal? amount, int n, long at, int? group = null) => new()
    {
        Kind = what,
        Start = day,
        System = system,
        Code = code,
        Value = amount,
        Days = what == FactKind.Drug && (group ?? kind) == 21 ? n : null, // 内服: 回数 is the days of supply
        Quantity = what == FactKind.Procedure ? n : (amount ?? 1) * n,
        VisitKey = visit,
        Facility = Facility,
        Line = at,
    };

    private bool DayExists(int day, long at)
    {
        if (day <= 28 || day <= LastDay.Day)
        {
            return true;
        }

        Fault("uke.day", "A day column is filled for a day that the month does not have", "Correct the day columns and send the receipt again", at, $"{day}日の情報");
        return false;
    }
}
