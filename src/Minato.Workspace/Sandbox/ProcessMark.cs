using System.Globalization;

namespace Minato.Workspace.Sandbox;

/// <summary>Names a process for good: ids are used again, an id with its start time is not. Several processes of a node may share a folder.</summary>
internal static class ProcessMark
{
    public static string Own { get; } = Of(Environment.ProcessId) ?? "0-0";

    public static bool IsAlive(string mark) => int.TryParse(mark.Split('-')[0], CultureInfo.InvariantCulture, out var pid) && Of(pid) == mark;

    private static string? Of(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            return $"{pid}-{stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19]}";
        }
        catch (IOException)
        {
            return null;
        }
    }
}
