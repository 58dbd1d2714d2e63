using Minato.Formats.Claims;
using Minato.Formats.Text;

namespace Minato.Formats.Dpc;

/// <summary>
/// EF統合ファイル: what was done, act by act (E rows, 明細番号 000, which carry the money) and item by item (F rows, which carry
/// the codes). Counting both would count twice: facts come from F rows, cost from E rows.
/// </summary>
internal sealed class EfReader() : DpcReader("dpc-ef", "EF", 31, 24)
{
    protected override Stay New(StayContext context) => new EfStay(context);

    private sealed class EfStay(StayContext context) : Stay(context, "dpc-ef", 1, 3)
    {
        private readonly bool outpatientFile = FieldText.BaseName(context.File).StartsWith("EFg", StringComparison.OrdinalIgnoreCase);
        private readonly bool inpatientFile = FieldText.BaseName(context.File).StartsWith("EFn", StringComparison.OrdinalIgnoreCase);
        private readonly SortedDictionary<DateOnly, decimal> yen = [];
        private HealthFact? act;
        private bool outpatient;
        private DateOnly? birth;
        private string month = "";

        protected override string Part => month;

        public override void Open(in CutLine row, long at)
        {
            base.Open(row, at);
            yen.Clear();
            (act, birth, month) = (null, null, Context.FileMonth);
            outpatient = outpatientFile || (!inpatientFile && row[29] is [(byte)'1']);
            if (outpatient && !TryDay(row, 2, out birth))
            {
                Fault("dpc.birth-date", "生年月日 is not a day that exists", "Correct the birth date and send the stay again", at, "生年月日");
            }

            if (birth > Admitted)
            {
                Fault("dpc.birth-date", "生年月日 lies after the visit", "Correct the birth date and send the stay again", at, "生年月日");
            }

            if (outpatient)
            {
                Add(new HealthFact { Kind = FactKind.Visit, Start = Admitted, System = CodeSystem.Minato, Code = "outpatient", Line = at });
            }
        }

        protected override void Take(in CutLine row, long at)
        {
            if (!TryServiceDay(row, 23, at, out var day))
            {
                return;
            }

            month = month.Length > 0 ? month : day.ToString("yyMM", System.Globalization.CultureInfo.InvariantCulture);
            if (!row.TryInt(6, out var detail) || detail is null || !row.TryAmount(11, out var amount) || !row.TryInt(20, out var times))
            {
                Fault("dpc.number", "行為明細番号, 使用量 or 行為回数 is not a number", "Correct the row and send the stay again", at, "使用量");
                return;
            }

            var n = times ?? 1;
            var code = row[8];
            var item = IsDigits(code, 9) && code[0] != '0' ? Item(code, day, amount, n, row, at) : null;
            if (detail > 0)
            {
                act = null;
                if (item is not null)
                {
                    Add(item);
                }
                else if (code.IsEmpty || code[0] != '8')
                {
                    Tally.Note("dpc.no-code", "row without a nine-digit レセプト電算コード: what was done is not known", at);
                }

                return;
            }

            LoneAct();
            act = item;
            if (!TryMoney(row, 17, out var points) || !TryMoney(row, 18, out var drugs) || !TryMoney(row, 19, out var materials))
            {
                Fault("dpc.points", "行為点数, 行為薬剤料 or 行為材料料 is not a number", "Correct the row and send the stay again", at, "行為点数");
                return;
            }

            // 円・点区分 1: the amount is in yen already (meals and what else has no points).
            var sum = (points + drugs + materials) * n * (row[14] is [(byte)'1'] ? 1 : 10);
            if (sum > 0)
            {
                yen[day] = yen.GetValueOrDefault(day) + sum;
            }
        }

        protected override void Complete()
        {
            LoneAct();
            foreach (var (day, sum) in yen)
            {
                // Named, because it is the price of each act (出来高): what a DPC hospital claims is another sum (D, claims).
                Add(new HealthFact { Kind = FactKind.Cost, Start = day, Code = "fee-for-service", Value = sum, Unit = "JPY", Line = Facts.Count > 0 ? Facts[0].Line : 0 });
            }
        }

        protected override PersonIdentity Identity() => base.Identity() with { BirthDate = birth };

        /// <summary>An act whose F rows are not there is known by its own code.</summary>
        private void LoneAct()
        {
            if (act is not null)
            {
                Add(act);
            }

            act = null;
        }

        private HealthFact? Item(ReadOnlySpan<byte> code, DateOnly day, decimal? amount, int n, in CutLine row, long at)
        {
            FactKind? kind = code[0] switch { (byte)'6' => FactKind.Drug, (byte)'7' => FactKind.Device, (byte)'8' => null, _ => FactKind.Procedure };
            return kind is not { } what ? null : new HealthFact
            {
                Kind = what,
                Start = day,
                System = what == FactKind.Drug ? CodeSystem.Drug : what == FactKind.Device ? CodeSystem.OtherPrefix + "ssk-material" : CodeSystem.Procedure,
                Code = Context.Codes.Of(code),
                Value = what == FactKind.Procedure || amount is null or 0 ? null : amount,
                Days = what == FactKind.Drug && row[4].SequenceEqual("21"u8) ? n : null, // 内服
                Quantity = what == FactKind.Procedure ? n : (amount is null or 0 ? 1 : amount) * n,
                Line = at,
            };
        }
    }

    /// <summary>Points or yen, zero-padded; may be negative where an act was taken back.</summary>
    internal static bool TryMoney(in CutLine row, int column, out decimal value)
    {
        var field = row[column];
        value = 0;
        return field.IsEmpty || (field.Length <= 16 && System.Buffers.Text.Utf8Parser.TryParse(field, out value, out var used) && used == field.Length);
    }
}
