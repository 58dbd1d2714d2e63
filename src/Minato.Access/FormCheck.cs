using System.Globalization;

namespace Minato.Access;

/// <summary>
/// Completeness of the answers against the form as data: is everything there, and is it of its kind? Not a judgement of quality
/// (TEHDAS2 D6.3). One failed result per field; one passed result for the whole form.
/// </summary>
internal static class FormCheck
{
    public static IEnumerable<CheckResult> Run(FormStandard form, ApplicationDraft draft)
    {
        var ok = true;
        foreach (var field in form.Sections.SelectMany(s => s.Fields).Where(f => f.Kind != "use"))
        {
            if (Problem(field, draft.Answers) is { } problem)
            {
                ok = false;
                yield return new CheckResult($"form.{field.Id}", false, new($"「{field.Label.Ja}」：{problem.Ja}", $"'{field.Label.En}': {problem.En}"));
            }
        }

        if (ok)
        {
            yield return new CheckResult("form.complete", true, new("申請書はすべて記入されています。", "Every required field of the form is filled in."));
        }
    }

    private static Bilingual? Problem(FormFileField field, IReadOnlyDictionary<string, string> answers)
    {
        var answer = answers.GetValueOrDefault(field.Id, "").Trim();
        if (answer.Length == 0)
        {
            return field.Required || IsRequiredBy(field.RequiredWhen, answers) ? new("記入してください。", "Please fill it in.") : null;
        }

        if (answer.Length > field.MaxLength)
        {
            return new($"{field.MaxLength}字までです。", $"At most {field.MaxLength} characters.");
        }

        return field.Kind switch
        {
            "choice" when field.Options!.All(o => o.Id != answer) => new("選択肢から選んでください。", "Choose one of the options."),
            "boolean" when answer is not ("true" or "false") => new("「はい」か「いいえ」で答えてください。", "Answer yes or no."),
            "declaration" when answer != "true" => new("宣誓が必要です。", "This declaration is needed."),
            "number" when !long.TryParse(answer, NumberStyles.None, CultureInfo.InvariantCulture, out _) => new("整数で書いてください。", "Write a whole number."),
            "email" when !IsEmail(answer) => new("電子メールの形ではありません。", "This is not an e-mail address."),
            "country" when answer.Length != 2 || !answer.All(char.IsAsciiLetterUpper) => new("国コード2文字（JPなど）で書いてください。", "Write the two letters of the country code."),
            _ => null,
        };
    }

    private static bool IsRequiredBy(RequiredWhen? when, IReadOnlyDictionary<string, string> answers) =>
        when is not null && answers.TryGetValue(when.Field, out var value) && value.Trim() is { Length: > 0 } given && (when.Values.Contains("*") || when.Values.Contains(given));

    private static bool IsEmail(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at == text.LastIndexOf('@') && at < text.Length - 3 && text.IndexOf('.', at) > at + 1 && !text.EndsWith('.') && !text.Any(char.IsWhiteSpace);
    }
}
