using Minato.Formats.Text;

namespace Minato.Formats.Dpc;

/// <summary>Dファイル: what was claimed by the bundle. The DPC group and the sums; what was done stands in EF.</summary>
internal sealed class DReader() : DpcReader("dpc-d", "D", 30, 29)
{
    protected override Stay New(StayContext context) => new DStay(context);

    private sealed class DStay(StayContext context) : Stay(context, "dpc-d", 1, 3)
    {
        private readonly SortedDictionary<DateOnly, decimal> yen = [];
        private readonly HashSet<string> groups = new(StringComparer.Ordinal);
        private string month = "";

        protected override string Part => month;

        public override void Open(in CutLine row, long at)
        {
            base.Open(row, at);
            yen.Clear();
            groups.Clear();
            month = Context.FileMonth;
        }

        protected override void Take(in CutLine row, long at)
        {
            if (!TryServiceDay(row, 17, at, out var day))
            {
                return;
            }

            month = month.Length > 0 ? month : day.ToString("yyMM", System.Globalization.CultureInfo.InvariantCulture);
            if (!EfReader.TryMoney(row, 10, out var points) || !EfReader.TryMoney(row, 11, out var drugs) || !EfReader.TryMoney(row, 12, out var materials)
                || !row.TryInt(14, out var times) || !EfReader.TryMoney(row, 29, out var factor))
            {
                Fault("dpc.points", "行為点数, 行為薬剤料, 行為材料料, 行為回数 or 医療機関別係数 is not a number", "Correct the row and send the stay again", at, "行為点数");
                return;
            }

            if (!TryDay(row, 25, out var from) || !TryDay(row, 26, out var until))
            {
                Fault("dpc.bundle-date", "算定開始日 or 算定終了日 is not a day that exists", "Correct the days and send the stay again", at, "算定開始日");
                return;
            }

            // The hospital's factor multiplies the bundle (93) alone, and the law rounds its product to whole points.
            var sum = (points + drugs + materials) * (times ?? 1);
            var isBundle = row[4].SequenceEqual("93"u8);
            sum = isBundle && factor > 0 ? Math.Round(sum * factor, 0, MidpointRounding.AwayFromZero) : sum;
            yen[day] = yen.GetValueOrDefault(day) + (sum * (row[13] is [(byte)'1'] ? 1 : 10));
            var group = System.Text.Encoding.ASCII.GetString(row[28]);
            if (FieldText.IsCode(group, 14) && group.Length == 14 && groups.Add(group))
            {
                Add(new HealthFact { Kind = FactKind.Observation, Start = from ?? Admitted, End = until, System = CodeSystem.OtherPrefix + "dpc", Code = group, Line = at });
            }
        }

        protected override void Complete()
        {
            foreach (var (day, sum) in yen.Where(y => y.Value > 0))
            {
                Add(new HealthFact { Kind = FactKind.Cost, Start = day, Code = "claimed", Value = sum, Unit = "JPY", Line = Facts.Count > 0 ? Facts[0].Line : 0 });
            }
        }
    }
}
