using System.Text.Json;

namespace Minato.Portal;

/// <summary>A question that everybody has, with its answer.</summary>
/// <param name="Topic">One of <see cref="StandingQuestions.Topics"/>.</param>
public sealed record StandingQuestion(string Topic, Bilingual Question, Bilingual Answer);

/// <summary>What the site answers before anybody asks (G3); what was asked and answered since stands beside it (<see cref="Access.IInquiries.Published"/>).</summary>
public static class StandingQuestions
{
    public static IReadOnlyList<(string Id, Bilingual Name)> Topics { get; } =
    [
        ("data", new("わたしのデータ", "My data")), ("choice", new("断る・認める", "Refusing and allowing")), ("use", new("何に使われるか", "What it is used for")),
        ("safety", new("安全", "Safety")), ("money", new("お金", "Money")), ("person", new("本人と家族", "Persons and families")),
    ];

    public static IReadOnlyList<StandingQuestion> All { get; } = Read();

    private static List<StandingQuestion> Read()
    {
        using var stream = typeof(StandingQuestions).Assembly.GetManifestResourceStream("questions.json")!;
        return JsonSerializer.Deserialize<List<StandingQuestion>>(stream, JsonSerializerOptions.Web)!;
    }
}
