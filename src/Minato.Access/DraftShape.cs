using System.Text.Json;

namespace Minato.Access;

/// <summary>
/// What may be saved at all. A draft may be incomplete and wrong, but it has no holes where the types promise none (drafts come
/// in as JSON), and it is not a way to fill the ledger.
/// </summary>
internal static class DraftShape
{
    /// <summary>As written to the ledger, whose events hold one MiB; the permit carries the use once more.</summary>
    private const int MostBytes = 800_000;

    public static Finding? Defect(ApplicationDraft? draft)
    {
        if (draft is not { Use: { } use, Answers: { } answers }
            || use is not { Title: { Ja: not null, En: not null }, PlainSummary: { Ja: not null, En: not null }, Purpose: not null, CohortJson: not null, ProcessingStandard: not null }
            || use is not { Datasets: { } datasets, Members: { } members, Forms: { } forms }
            || use.Table is { By: null } || forms.Concat(use.Table?.By ?? []).Any(t => t is null)
            || datasets.Any(d => d is not { Dataset.Value: not null, Tables: not null } || d.Tables.Any(t => t is not { Table: not null, Columns: not null } || t.Columns.Any(c => c is null)))
            || members.Any(m => m.Value is null)
            || answers.Any(a => a.Value is null))
        {
            return Finding.Error("access.draft-incomplete", "The draft has parts that are null", "Send empty texts and empty lists where nothing is known yet");
        }

        if (forms.FirstOrDefault(f => !ExtractionForm.All.Contains(f)) is { } unknown)
        {
            return Finding.Error("access.form-unknown", "The draft asks for a form of data that there is not", $"Use: {string.Join(", ", ExtractionForm.All)}", new Place(Field: Slug.IsValid(unknown) ? $"use.forms.{unknown}" : "use.forms"));
        }

        string? tooLarge =
            new[] { use.Title.Ja, use.Title.En, use.Purpose, use.ProcessingStandard }.Any(t => t.Length > 1000) || use.HandOverTo?.Length > 100 ? "title, purpose, standard or recipient"
            : new[] { use.PlainSummary.Ja, use.PlainSummary.En }.Any(t => t.Length > 20_000) ? "plain summary"
            : datasets.Count > 100 || datasets.Any(d => d.Tables.Count > 100 || d.Tables.Any(t => t.Table.Length > 100 || t.Columns.Count > 500 || t.Columns.Any(c => c.Length > 100))) ? "list of datasets"
            : forms.Count > 10 || use.Table?.By.Count > 100 || use.Table?.By.Any(t => t.Length > 100) == true ? "forms or table"
            : members.Count > 500 ? "list of members"
            : answers.Count > 500 || answers.Any(a => a.Key.Length > 100) ? "answers"
            : JsonSerializer.SerializeToUtf8Bytes(draft, AccessJson.Options).Length > MostBytes ? "in all"
            : null;
        return tooLarge is null ? null : Finding.Error("access.draft-too-large", $"The draft is too large: {tooLarge}", "Shorten it, or name documents instead of copying them");
    }
}
