using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Minato.Kernel.Tests;

/// <summary>The table of docs/architecture.md: which room may use which. A room that uses another one fails here.</summary>
public class RoomsKeepToTheirDoors
{
    private static readonly Dictionary<string, string[]> May = new()
    {
        ["Kernel"] = [],
        ["Ledger"] = ["Kernel"],
        ["Tables"] = ["Kernel"],
        ["Disclosure"] = ["Kernel"],
        ["Formats"] = ["Kernel"],
        ["Linkage"] = ["Ledger", "Tables"],
        ["Warehouse"] = ["Ledger", "Tables"],
        ["Intake"] = ["Formats", "Linkage", "Warehouse"],
        ["OptOut"] = ["Ledger", "Linkage"],
        ["Primary"] = ["Ledger", "Formats", "Linkage"],
        ["Catalogue"] = ["Warehouse", "Ledger"],
        ["Access"] = ["Catalogue", "Ledger"],
        ["Processing"] = ["Access", "OptOut", "Linkage", "Warehouse", "Disclosure"],
        ["Workspace"] = ["Processing", "Ledger"],
        ["Release"] = ["Workspace", "Disclosure", "Ledger"],
        ["Synthetic"] = ["Formats"],
        ["Webhooks"] = ["Ledger"],
        ["Federation"] = ["Ledger", "Linkage", "Warehouse", "Intake", "OptOut", "Catalogue", "Access", "Processing", "Workspace", "Release"],
        ["Portal"] = ["Ledger", "Linkage", "Warehouse", "Intake", "OptOut", "Catalogue", "Access", "Processing", "Workspace", "Release", "Webhooks", "Federation", "Primary"],
    };

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Rooms => [.. May.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_refers_to_no_room_it_may_not_use(string room)
    {
        var project = XDocument.Load(Path.Combine(Root, "src", $"Minato.{room}", $"Minato.{room}.csproj"));
        var used = project.Descendants("ProjectReference").Select(r => Name((string)r.Attribute("Include")!));
        Assert.Empty(used.Except([.. May[room], "Kernel"]));
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void What_is_compiled_in_agrees(string room)
    {
        var path = Directory.EnumerateFiles(Path.Combine(Root, "src", $"Minato.{room}", "bin"), $"Minato.{room}.dll", SearchOption.AllDirectories)
            .OrderByDescending(File.GetLastWriteTimeUtc).FirstOrDefault();
        Assert.SkipWhen(path is null, $"{room} is not built");
        using var context = new MetadataLoadContextLite(path!);
        var used = context.References.Where(r => r.StartsWith("Minato.", StringComparison.Ordinal)).Select(r => r["Minato.".Length..]);
        Assert.Empty(used.Except([.. Below(room)]));
    }

    [Fact]
    public void Every_room_is_in_the_table_and_has_a_readme()
    {
        var rooms = Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)!).Where(d => d.StartsWith("Minato.", StringComparison.Ordinal)).Select(d => d["Minato.".Length..]).ToList();
        Assert.Equal(May.Keys.Order(), rooms.Order());
        Assert.All(rooms, r => Assert.True(File.Exists(Path.Combine(Root, "src", $"Minato.{r}", "README.md")), $"{r} has no README.md"));
    }

    [Fact]
    public void The_arrows_go_down_only()
    {
        Assert.All(May.Keys, room => Assert.DoesNotContain(room, Below(room)));
    }

    private static HashSet<string> Below(string room)
    {
        var below = new HashSet<string> { "Kernel" };
        void Add(string r)
        {
            foreach (var next in May[r])
            {
                if (below.Add(next))
                {
                    Add(next);
                }
            }
        }

        Add(room);
        if (room == "Kernel")
        {
            below.Remove("Kernel");
        }

        return below;
    }

    private static string Name(string include) => Path.GetFileNameWithoutExtension(include.Replace('\\', '/'))["Minato.".Length..];

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = Path.GetDirectoryName(here)!;
        while (!File.Exists(Path.Combine(folder, "Minato.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root was not found");
        }

        return folder;
    }

    /// <summary>Assembly references of a file, without loading it.</summary>
    private sealed class MetadataLoadContextLite : IDisposable
    {
        private readonly System.Reflection.PortableExecutable.PEReader pe;

        public MetadataLoadContextLite(string path)
        {
            pe = new(File.OpenRead(path));
            var md = System.Reflection.Metadata.PEReaderExtensions.GetMetadataReader(pe);
            References = [.. md.AssemblyReferences.Select(h => md.GetString(md.GetAssemblyReference(h).Name))];
        }

        public IReadOnlyList<string> References { get; }

        public void Dispose() => pe.Dispose();
    }
}
