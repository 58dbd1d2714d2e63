using Minato.Formats.Text;

namespace Minato.Formats.Dpc;

/// <summary>Hファイル: 重症度、医療・看護必要度, item by item and day by day. The second column is the ward, the third the patient.</summary>
internal sealed class HReader() : DpcReader("dpc-h", "H", 29, 10)
{
    public const string ItemSystem = CodeSystem.OtherPrefix + "dpc-h";

    protected override Stay New(StayContext context) => new HStay(context);

    private sealed class HStay(StayContext context) : Stay(context, "dpc-h", 2, 4)
    {
        private string part = "";

        protected override string Part => part;

        public override void Open(in CutLine row, long at)
        {
            base.Open(row, at);
            part = $"{Context.FileMonth}:{Convert.ToHexString(row[1])}"; // a patient who moves has rows in two wards
        }

        protected override void Take(in CutLine row, long at)
        {
            if (!TryServiceDay(row, 5, at, out var day))
            {
                return;
            }

            if (!Payloads.IsItem(row[6]))
            {
                Fault("dpc.item", "コード is not seven letters and digits", "Correct the row and send the stay again", at, "コード");
                return;
            }

            foreach (var fact in Payloads.Of(row, 6, 8, 1, 20, day, ItemSystem, Facility, Context, at))
            {
                Add(fact);
            }
        }
    }
}
