using System.Globalization;
using System.Text;
using Minato.Formats.Claims;
using Minato.Formats.Text;

namespace Minato.Formats.Dpc;

/// <summary>
/// 様式1 (FF1): the summary of a stay, one row per コード and 連番: who (birth date, sex, postal code), from when to when,
/// how it ended, diagnoses by role, operations, ADL, stage and the other scores.
/// </summary>
internal sealed class Form1Reader() : DpcReader("dpc-ff1", "FF1", 17, 8)
{
    public const string ScoreSystem = CodeSystem.OtherPrefix + "dpc-ff1";

    /// <summary>区分番号 of operations.</summary>
    public const string OperationSystem = CodeSystem.OtherPrefix + "k-code";

    protected override Stay New(StayContext context) => new Form1Stay(context);

    private sealed class Form1Stay(StayContext context) : Stay(context, "dpc-ff1", 1, 2)
    {
        private const int Payload = 7; // payload n stands in column 7 + n
        private readonly List<(string Role, string Icd10, bool Suspected, long Line)> diseases = [];
        private readonly List<HealthFact> atDischarge = [];
        private readonly HashSet<(FactKind, string, string?, DateOnly)> known = [];
        private DateOnly? discharged;
        private DateOnly? birth;
        private Sex sex;
        private string? postal;
        private int outcome;
        private long first;

        protected override string Part => "";

        public override void Open(in CutLine row, long at)
        {
            base.Open(row, at);
            diseases.Clear();
            atDischarge.Clear();
            known.Clear();
            (discharged, birth, sex, postal, outcome, first) = (null, null, Sex.Unknown, null, 0, at);
        }

        protected override void Take(in CutLine row, long at)
        {
            var code = row[5];
            if (!Payloads.IsItem(code))
            {
                Fault("dpc.item", "コード is not seven letters and digits", "Correct the row and send the stay again", at, "コード");
                return;
            }

            switch (Encoding.ASCII.GetString(code))
            {
                case "A000010":
                    Person(row, at);
                    break;
                case "A000020":
                    Scores(row, 2, at); // payload 1 is 入院年月日 again
                    break;
                case "A000030":
                    Discharge(row, at);
                    break;
                case "A000031":
                    break; // the days of this part of the stay
                case "A001010":
                    Body(row, Payload + 2, "8302-2", "cm", at);
                    Body(row, Payload + 3, "29463-7", "kg", at);
                    break;
                case "A003010":
                    Body(row, Payload + 2, "8339-4", "g", at);
                    Scores(row, 3, at);
                    break;
                case "A006010":
                    Disease(row, StayRole.Main, at);
                    break;
                case "A006020":
                    Disease(row, StayRole.Trigger, at);
                    break;
                case "A006030":
                    Disease(row, StayRole.Resource, at);
                    break;
                case "A006031":
                    Disease(row, StayRole.Resource2, at);
                    break;
                case "A006040":
                    Disease(row, StayRole.Comorbid, at);
                    break;
                case "A006050":
                    Disease(row, StayRole.Complication, at);
                    break;
                case "A007010":
                    Operation(row, at);
                    break;
                case "ADL0010":
                    Activities(row, false, at);
                    break;
                case "ADL0020":
                    Activities(row, true, at);
                    break;
                case "JCS0020":
                    atDischarge.AddRange(Payloads.Of(row, 5, Payload, 1, 9, Admitted, ScoreSystem, Facility, Context, at));
                    break;
                default:
                    Scores(row, 1, at);
                    break;
            }
        }

        private void Person(in CutLine row, long at)
        {
            if (!TryDay(row, Payload + 1, out birth) || birth > Admitted)
            {
                Fault("dpc.birth-date", "生年月日 is not a day that exists, or lies after the admission", "Correct the birth date and send the stay again", at, "生年月日");
            }

            sex = row[Payload + 2] is [(byte)'1'] ? Sex.Male : row[Payload + 2] is [(byte)'2'] ? Sex.Female : Sex.Unknown;
            var digits = row[Payload + 3];
            if (IsDigits(digits, 7))
            {
                postal = Encoding.ASCII.GetString(digits);
            }
            else if (!digits.IsEmpty)
            {
                Tally.Warn("dpc.postal-code", "郵便番号 that is not seven digits was left out", at, "Correct 郵便番号", "郵便番号");
            }
        }

        private void Discharge(in CutLine row, long at)
        {
            if (!TryDay(row, Payload + 1, out var day) || day < Admitted)
            {
                Fault("dpc.discharge-date", "退院年月日 is not a day that exists, or lies before the admission", "Correct the day and send the stay again", at, "退院年月日");
                return;
            }

            discharged = day ?? discharged;
            outcome = row[Payload + 3] is [(byte)'6'] ? 6 : row[Payload + 3] is [(byte)'7'] ? 7 : outcome;
            atDischarge.AddRange(Payloads.Of(row, 5, Payload, 2, 9, Admitted, ScoreSystem, Facility, Context, at));
        }

        private void Disease(in CutLine row, string role, long at)
        {
            var written = row[Payload + 2];
            var icd = Icd10Code.Plain(Encoding.ASCII.GetString(written));
            if (icd is null)
            {
                if (!written.IsEmpty)
                {
                    Fault("dpc.icd10", "ICD10コード is none", "Correct the code and send the stay again", at, "ICD10コード");
                }

                return;
            }

            // The name is not passed on, but that it is a suspicion is.
            var name = row[Payload + 9];
            var suspected = !name.IsEmpty && SourceText.TryDecode(name, Context.Encoding, out var text) && text.EndsWith("の疑い", StringComparison.Ordinal);
            diseases.Add((role, icd, suspected, at));
        }

        private void Operation(in CutLine row, long at)
        {
            if (!TryDay(row, Payload + 1, out var day) || day is null)
            {
                Fault("dpc.operation-date", "手術日 is not a day that exists", "Correct the day and send the stay again", at, "手術日");
                return;
            }

            var code = row[Payload + 2];
            if (code.Length is 0 or > 12 || code.ContainsAnyExceptInRange((byte)'!', (byte)'~'))
            {
                Tally.Note("dpc.no-code", "operation without a code in ASCII: its name was not passed on", at);
                return;
            }

            Once(new HealthFact { Kind = FactKind.Procedure, Start = day.Value, System = OperationSystem, Code = Encoding.ASCII.GetString(code), Quantity = 1, Line = at });
        }

        /// <summary>ADL: ten digits, one an item (食事, 移乗 …).</summary>
        private void Activities(in CutLine row, bool leaving, long at)
        {
            var digits = row[Payload + 2];
            if (!IsDigits(digits, 10))
            {
                Scores(row, 1, at);
                return;
            }

            var code = Encoding.ASCII.GetString(row[5]);
            for (var i = 0; i < digits.Length; i++)
            {
                var fact = new HealthFact { Kind = FactKind.Observation, Start = Admitted, System = ScoreSystem, Code = $"{code}-2-{i + 1}", Value = digits[i] - '0', Line = at };
                if (leaving)
                {
                    atDischarge.Add(fact);
                }
                else
                {
                    Once(fact);
                }
            }
        }

        private void Body(in CutLine row, int column, string loinc, string unit, long at)
        {
            if (!row.TryAmount(column, out var value))
            {
                Fault("dpc.number", "身長, 体重 or 出生時体重 is not a number", "Correct the row and send the stay again", at, "ペイロード");
            }
            else if (value > 0)
            {
                Once(new HealthFact { Kind = FactKind.Measurement, Start = Admitted, System = CodeSystem.Loinc, Code = loinc, Value = value, Unit = unit, Line = at });
            }
        }

        private void Scores(in CutLine row, int from, long at)
        {
            foreach (var fact in Payloads.Of(row, 5, Payload, from, 9, Admitted, ScoreSystem, Facility, Context, at))
            {
                Once(fact);
            }
        }

        /// <summary>親様式1 and 子様式1 of one stay repeat each other.</summary>
        private void Once(HealthFact fact)
        {
            if (known.Add((fact.Kind, fact.Code, fact.ValueCode ?? fact.Value?.ToString(CultureInfo.InvariantCulture), fact.Start)))
            {
                Add(fact);
            }
        }

        protected override void Complete()
        {
            var end = discharged ?? Admitted;
            Facts.Insert(0, new HealthFact { Kind = FactKind.Visit, Start = Admitted, End = discharged, System = CodeSystem.Minato, Code = "inpatient", Facility = Facility, Line = first });
            foreach (var (role, icd, suspected, at) in diseases)
            {
                // What began in hospital has no day of its own; by the end of the stay it was there.
                var start = role == StayRole.Complication ? end : Admitted;
                Once(new HealthFact { Kind = FactKind.Condition, Start = start, System = CodeSystem.Icd10, Code = icd, ValueCode = role, Suspected = suspected, Line = at });
            }

            foreach (var fact in atDischarge)
            {
                Once(fact with { Start = end });
            }

            if (outcome > 0)
            {
                var cause = outcome == 6 ? diseases.FirstOrDefault(d => d.Role == StayRole.Resource).Icd10 ?? "" : "";
                Add(new HealthFact { Kind = FactKind.Death, Start = end, System = cause.Length > 0 ? CodeSystem.Icd10 : "", Code = cause, ValueCode = "stay-outcome", Line = first });
            }
        }

        protected override PersonIdentity Identity() => base.Identity() with { BirthDate = birth, Sex = sex, PostalCode = postal };
    }
}
