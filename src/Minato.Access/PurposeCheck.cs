namespace Minato.Access;

/// <summary>Permitted purposes and prohibited uses (F4; EHDS Art. 53 and 54).</summary>
internal static class PurposeCheck
{
    /// <summary>Free text of the form in which a prohibited use would show itself.</summary>
    private static readonly string[] ScreenedFields = ["purpose.aim", "purpose.benefit", "purpose.plan", "purpose.programme-bounds", "purpose.why-these-data", "data.cohort-in-words"];

    public static IEnumerable<CheckResult> Run(PurposeStandard standard, ApplicationDraft draft)
    {
        if (standard.Purposes.FirstOrDefault(p => p.Id == draft.Use.Purpose) is not { } purpose)
        {
            yield return new("purpose.permitted", false, new(
                $"利用目的は次から選んでください：{string.Join("、", standard.Purposes.Select(p => p.Label.Ja))}",
                $"Choose one of the permitted purposes: {string.Join(", ", standard.Purposes.Select(p => p.Id))}"));
        }
        else
        {
            yield return new("purpose.permitted", true, new($"「{purpose.Label.Ja}」は認められる利用目的です。", $"'{purpose.Label.En}' is a permitted purpose ({string.Join("; ", purpose.Sources)})."));
            var kind = draft.Answers.GetValueOrDefault("applicant.kind", "");
            var open = purpose.Applicants.Contains(kind) || (purpose.OnBehalfOfPublicBody && draft.Answers.GetValueOrDefault("applicant.on-behalf-of-public-body") == "true");
            yield return new("purpose.eligible", open, open
                ? new("この種別の申請者に開かれた目的です。", "The purpose is open to this kind of applicant.")
                : new("この目的は、国・地方公共団体またはその委託を受けた者に限られます。", "This purpose is reserved for public bodies and those who act for them."));
        }

        foreach (var use in standard.Prohibited)
        {
            yield return Screen(standard, use, draft);
        }
    }

    private static CheckResult Screen(PurposeStandard standard, ProhibitedUse use, ApplicationDraft draft)
    {
        var rule = $"prohibited.{use.Id}";
        if (draft.Answers.GetValueOrDefault(use.Declaration) != "true")
        {
            return new(rule, false, new($"禁止される利用「{use.Label.Ja}」をしないことの宣誓が必要です。", $"The declaration against the prohibited use '{use.Label.En}' is needed."));
        }

        IEnumerable<string> texts =
        [
            draft.Use.Title.Ja, draft.Use.Title.En, draft.Use.PlainSummary.Ja, draft.Use.PlainSummary.En,
            .. ScreenedFields.Select(f => draft.Answers.GetValueOrDefault(f, "")),
        ];
        string[] found = [.. use.Words.Where(w => texts.Any(t => t.Contains(w, StringComparison.OrdinalIgnoreCase)))];
        if (found.Length == 0)
        {
            return new(rule, true, new($"禁止される利用「{use.Label.Ja}」の宣誓があり、それを示す語はありません。", $"Declared; no words of the prohibited use '{use.Label.En}' were found."));
        }

        var explained = draft.Answers.GetValueOrDefault(standard.ExplanationField, "").Trim().Length > 0;
        var words = string.Join(", ", found);
        return explained
            ? new(rule, true, new($"「{use.Label.Ja}」に関わる語（{words}）があり、申請者の説明があります。審査で確かめてください。", $"Words of '{use.Label.En}' ({words}) were found and explained; the reviewers must judge."))
            : new(rule, false, new($"禁止される利用「{use.Label.Ja}」に関わる語（{words}）があります。当たらない理由を説明してください。", $"Words of the prohibited use '{use.Label.En}' ({words}) were found: explain why it is none."));
    }
}
