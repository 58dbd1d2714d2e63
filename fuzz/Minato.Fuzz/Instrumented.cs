using System.Reflection;
using System.Text;
using SharpFuzz;

namespace Minato.Fuzz;

/// <summary>This program once more in a folder of its own, with branches that report themselves to AFL. What was built stays as it is.</summary>
internal static class Instrumented
{
    /// <summary>What is watched: the readers and what they share, not the rooms behind them.</summary>
    private static readonly (string Assembly, string[] Prefixes)[] Watched =
    [
        ("Minato.Formats", ["Minato.Formats."]),
        ("Minato.Intake", ["Minato.Intake.DeliveryFiles", "Minato.Intake.DeliveryReader"]),
        ("Minato.Kernel", ["Minato.Kernel.GuardedStream"]),
        ("Minato.Warehouse", ["Minato.Warehouse.Vocabularies.NationalMasters"]),
        ("Minato.Processing", ["Minato.Processing.Cohorts."]),
    ];

    /// <returns>The path of the copy's dll.</returns>
    public static string Make(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, true);
        }

        Directory.CreateDirectory(folder);
        foreach (var entry in new DirectoryInfo(AppContext.BaseDirectory).EnumerateFileSystemInfos())
        {
            var to = Path.Combine(folder, entry.Name);
            if (entry is FileInfo file && entry.Name.StartsWith("Minato.", StringComparison.Ordinal))
            {
                file.CopyTo(to);
            }
            else
            {
                File.CreateSymbolicLink(to, entry.FullName);
            }
        }

        foreach (var (assembly, prefixes) in Watched)
        {
            _ = Fuzzer.Instrument(Path.Combine(folder, assembly + ".dll"), type => Array.Exists(prefixes, p => type.StartsWith(p, StringComparison.Ordinal)), Options.Value);
        }

        return Path.Combine(folder, "Minato.Fuzz.dll");
    }

    /// <summary>AFL's dictionary of a target: the short literals of the code that reads it, so that it is never out of date.</summary>
    public static string Dictionary(FuzzTarget target)
    {
        var words =
            from assembly in Watched
            from type in Assembly.Load(assembly.Assembly).GetTypes()
            where type.FullName is { } name && target.Covers.Any(p => name.StartsWith(p, StringComparison.Ordinal))
            from method in type.GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic).OfType<MethodBase>()
            from word in Literals(method)
            let bytes = Encoding.UTF8.GetBytes(word)
            where bytes.Length is > 1 and <= 24
            select string.Concat(bytes.Select(b => b is > 0x20 and < 0x7F and not (byte)'"' and not (byte)'\\' ? ((char)b).ToString() : $"\\x{b:X2}"));
        return string.Join('\n', words.Distinct(StringComparer.Ordinal).Take(1000).Select((w, i) => $"w{i}=\"{w}\""));
    }

    private static IEnumerable<string> Literals(MethodBase method)
    {
        const byte LoadString = 0x72;
        const byte StringToken = 0x70;
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] == LoadString && code[i + 4] == StringToken && Literal(method, BitConverter.ToInt32(code, i + 1)) is { } word)
            {
                yield return word;
            }
        }
    }

    private static string? Literal(MethodBase method, int token)
    {
        try
        {
            return method.Module.ResolveString(token);
        }
        catch (ArgumentException)
        {
            return null; // Bytes of another instruction that look like this one.
        }
    }
}
