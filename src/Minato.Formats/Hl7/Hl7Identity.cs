using Minato.Formats.Text;

namespace Minato.Formats.Hl7;

/// <summary>Who a message is about: PID, and the insured number of IN1.</summary>
internal static class Hl7Identity
{
    public static PersonIdentity Of(Hl7Message message, Segment pid, DateOnly? birth, DateOnly? asOf)
    {
        var (kanji, kana) = Names(pid);
        return Insured(message, new PersonIdentity
        {
            NameKanji = kanji,
            NameKana = kana,
            BirthDate = birth,
            Sex = SexOf(pid),
            PostalCode = Held(pid.Text(11, 5)),
            Address = AddressOf(pid),
            LocalPatientId = Held(pid.Text(3)),
            AsOf = asOf,
        });
    }

    public static Demographics DemographicsOf(Segment pid, DateOnly? birth)
    {
        int? year = birth?.Year ?? (pid.Text(7) is { Length: 4 or 6 } t && int.TryParse(t.AsSpan(0, 4), out var y) && y is >= 1850 and <= 2200 ? y : null);
        return new Demographics(year, birth?.Month, SexOf(pid), Prefecture.Of(AddressOf(pid)));
    }

    private static Sex SexOf(Segment pid) => pid.Text(8) switch { "M" => Sex.Male, "F" => Sex.Female, _ => Sex.Unknown };

    /// <summary>PID-5 repeats: component 8 says I (kanji) or P (kana); without it the letters decide. An alias or a maiden name (component 7) is not the name.</summary>
    private static (string? Kanji, string? Kana) Names(Segment pid)
    {
        string? kanji = null;
        string? kana = null;
        for (var i = 1; i <= Math.Min(pid.Repetitions(5), 10); i++)
        {
            var name = Held(FieldText.OrNull($"{pid.Text(5, 1, i)}　{pid.Text(5, 2, i)}"));
            if (name is null || pid.Text(5, 7, i) is "A" or "M" or "S")
            {
                continue;
            }

            var isKana = pid.Text(5, 8, i) switch
            {
                "P" => true,
                "I" => false,
                "A" => (bool?)null,
                _ => name.All(c => c is (>= 'ァ' and <= 'ー') or (>= 'ｦ' and <= 'ﾟ') or ' ' or '　' or '・'),
            };
            _ = isKana == true ? kana ??= name : isKana == false ? kanji ??= name : null;
        }

        return (kanji, kana);
    }

    /// <summary>Component 8 holds the Japanese address whole; else it is put together from state, city and street.</summary>
    private static string? AddressOf(Segment pid) =>
        Held(pid.Text(11, 8)) ?? Held(FieldText.OrNull($"{pid.Text(11, 4)}{pid.Text(11, 3)}{pid.Text(11)}{pid.Text(11, 2)}"));

    /// <summary>
    /// IN1-3 is the insurer, IN1-10 <c>記号~番号~枝番</c>; a single value is the 番号. IN1-15 tells health insurance (MI) from
    /// public expense, accidents at work and the rest, whose numbers are no insured numbers.
    /// </summary>
    private static PersonIdentity Insured(Hl7Message message, PersonIdentity identity)
    {
        foreach (var in1 in message.Segments.Where(s => s.Id == "IN1" && s.Text(15) is null or "MI"))
        {
            var count = in1.Repetitions(10);
            var number = Held(count > 1 ? in1.Text(10, 1, 2) : in1.Text(10));
            if (in1.Text(3) is { Length: >= 6 and <= 8 } insurer && FieldText.IsDigits(insurer, insurer.Length) && number is not null)
            {
                return identity with
                {
                    InsurerNumber = insurer,
                    InsuredSymbol = count > 1 ? Held(in1.Text(10)) : null,
                    InsuredNumber = number,
                    InsuredBranch = in1.Text(10, 1, 3) is { Length: 2 } branch && FieldText.IsDigits(branch, 2) ? branch : null,
                };
            }
        }

        return identity;
    }

    private static string? Held(string? text) => text is { Length: <= 200 } && !text.AsSpan().ContainsAnyInRange('\0', '\u001F') ? text : null;
}
