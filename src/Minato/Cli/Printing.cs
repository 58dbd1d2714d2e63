using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Minato.Cli;

/// <summary>The one way to print a result: JSON with <c>--json</c>, else a table or a list; findings go to standard error.</summary>
internal static class Printing
{
    /// <summary>Exit codes: 0 done, 1 refused (with findings), 2 wrong words, 70 a defect of ours.</summary>
    public const int Refused = 1;

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        IncludeFields = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static int Print(Outcome<object?> outcome, bool json)
    {
        if (json)
        {
            Console.Out.WriteLine(outcome.IsOk
                ? JsonSerializer.Serialize(outcome.Value, Json)
                : JsonSerializer.Serialize(new { refused = true, outcome.Findings }, Json));
            return outcome.IsOk ? 0 : Refused;
        }

        foreach (var f in outcome.Findings)
        {
            Console.Error.WriteLine($"{(f.Severity == Severity.Error ? "refused" : f.Severity.ToString().ToLowerInvariant())}: {f}");
        }

        if (!outcome.IsOk)
        {
            return Refused;
        }

        Show(outcome.Value);
        return 0;
    }

    private static void Show(object? value)
    {
        switch (value)
        {
            case null:
                return;
            case string text:
                Console.Out.WriteLine(text);
                return;
            case IEnumerable rows:
                Rows(rows.Cast<object?>().ToList());
                return;
            default:
                // A single thing reads best as its JSON's lines, without the braces.
                var element = JsonSerializer.SerializeToElement(value, Json);
                if (element.ValueKind == JsonValueKind.Object)
                {
                    Lines(element, "");
                }
                else
                {
                    Console.Out.WriteLine(element.ToString());
                }

                return;
        }
    }

    private static void Rows(List<object?> rows)
    {
        if (rows.Count == 0)
        {
            Console.Out.WriteLine("(none)");
            return;
        }

        var elements = rows.Select(r => JsonSerializer.SerializeToElement(r, Json)).ToList();
        if (elements[0].ValueKind != JsonValueKind.Object)
        {
            elements.ForEach(e => Console.Out.WriteLine(e.ToString()));
            return;
        }

        var columns = elements.SelectMany(e => e.EnumerateObject()).Where(p => p.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)).Select(p => p.Name).Distinct().ToList();
        if (Console.IsOutputRedirected)
        {
            Console.Out.WriteLine(string.Join('\t', columns));
            foreach (var e in elements)
            {
                Console.Out.WriteLine(string.Join('\t', columns.Select(c => e.TryGetProperty(c, out var v) ? v.ToString() : "")));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Simple);
        columns.ForEach(c => table.AddColumn(c));
        foreach (var e in elements)
        {
            table.AddRow([.. columns.Select(c => Markup.Escape(e.TryGetProperty(c, out var v) ? v.ToString() : ""))]);
        }

        AnsiConsole.Write(table);
    }

    private static void Lines(JsonElement element, string indent)
    {
        foreach (var p in element.EnumerateObject())
        {
            switch (p.Value.ValueKind)
            {
                case JsonValueKind.Object:
                    Console.Out.WriteLine($"{indent}{p.Name}:");
                    Lines(p.Value, indent + "  ");
                    break;
                case JsonValueKind.Array when p.Value.GetArrayLength() > 0 && p.Value[0].ValueKind == JsonValueKind.Object:
                    Console.Out.WriteLine($"{indent}{p.Name}:");
                    foreach (var item in p.Value.EnumerateArray())
                    {
                        Console.Out.WriteLine($"{indent}  - {Compact(item)}");
                    }

                    break;
                case JsonValueKind.Array:
                    Console.Out.WriteLine($"{indent}{p.Name}: {string.Join(", ", p.Value.EnumerateArray())}");
                    break;
                default:
                    Console.Out.WriteLine($"{indent}{p.Name}: {p.Value}");
                    break;
            }
        }
    }

    private static string Compact(JsonElement item)
    {
        var text = new StringBuilder();
        foreach (var p in item.EnumerateObject())
        {
            text.Append(CultureInfo.InvariantCulture, $"{(text.Length > 0 ? "  " : "")}{p.Name}={p.Value}");
        }

        return text.ToString();
    }
}
