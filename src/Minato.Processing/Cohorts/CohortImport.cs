using System.Text;
using System.Text.Json;
using Minato.Access;

namespace Minato.Processing;

/// <summary>A cohort definition as a cohort editor exported it (OHDSI Circe JSON), taken into the draft of an application.</summary>
public static class CohortImport
{
    /// <summary>The whole draft must fit on the ledger.</summary>
    private const int MostBytes = 500_000;

    /// <returns>The application; refused with the findings of the reader, each of which names the node by its JSON path and says why, or as the application refuses to be changed.</returns>
    public static async Task<Outcome<ApplicationView>> IntoAsync(IAccess access, IProcessing processing, ApplicationId application, Stream json, Actor by, CancellationToken ct = default)
    {
        if (access.FindFor(application, by) is not { } view || !access.PermittedCommands(application, by).Contains(nameof(ApplicationCommand.SaveDraft)))
        {
            return Finding.Error("access.not-permitted", "The cohort is changed by those who may change the application's text, while they may", "Ask the applicant, or wait for a question of the reviewers");
        }

        var bytes = new byte[MostBytes + 1];
        var length = await json.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        if (length > MostBytes)
        {
            return Finding.Error("cohort.too-large", $"The cohort definition is larger than {MostBytes / 1000} kB", "Name concepts with their descendants instead of listing them");
        }

        string text;
        try
        {
            text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(0, length)).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException)
        {
            return Finding.Error("cohort.text", "The file is not text in UTF-8", "Export it again from the cohort editor");
        }

        var expression = Expression(text);
        var read = processing.CheckCohort(expression);
        if (!read.IsOk)
        {
            return Outcome<ApplicationView>.Refused(read.Findings);
        }

        var draft = view.Draft ?? Empty;
        var saved = await access.ExecuteAsync(application, new ApplicationCommand.SaveDraft(draft with { Use = draft.Use with { CohortJson = expression } }), by, ct).ConfigureAwait(false);
        return saved.Try(out var after) ? Outcome<ApplicationView>.Ok(after, read.Findings) : saved;
    }

    /// <summary>WebAPI of OHDSI wraps the definition in its own record, as <c>expression</c>, an object or its text.</summary>
    private static string Expression(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Object && !json.RootElement.TryGetProperty("PrimaryCriteria", out _) && json.RootElement.TryGetProperty("expression", out var inner)
                ? inner.ValueKind == JsonValueKind.String ? inner.GetString()! : inner.GetRawText()
                : text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader says what is wrong with it.
            return text;
        }
    }

    private static ApplicationDraft Empty => new(
        new RequestedUse(new("", ""), new("", ""), "", [], "", new DateOnly(2015, 1, 1), new DateOnly(2015, 1, 1), "", [], 12), new Dictionary<string, string>());
}
