using System.CommandLine;

namespace Minato.Cli;

/// <summary>Commands of the catalogue of system images.</summary>
internal static class ImageCommands
{
    public static Command Images()
    {
        var name = new Argument<string>("name") { Description = "Image name, or name@digest" };
        var folder = new Argument<string>("folder") { Description = "The root directory of a system, or an OCI bundle (config.json beside its rootfs)" };
        var digest = new Argument<string>("digest") { Description = "Its digest, or the first eight digits of it" };
        var title = new Option<string>("--title") { Required = true, Description = "What it is for" };
        var reason = new Option<string>("--reason") { Required = true, Description = "Why" };
        return Verb.Group("image", "System images: the programs that jobs may run with instead of the node's own",
            Verb.On("add", "Takes an image in, looks through it and catalogues it, as an operator", [name, folder, title], async (h, p, by, ct) =>
                (await h.Workspace.Images.CatalogueAsync(p.GetValue(name)!, p.GetValue(title)!, p.GetValue(folder)!, by, Verb.Progress, ct).ConfigureAwait(false)).Any()),
            Verb.On("approve", "Allows an image that another operator brought", [name, digest], async (h, p, by, ct) =>
                (await h.Workspace.Images.ApproveAsync(p.GetValue(name)!, p.GetValue(digest)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("withdraw", "Lets nothing start with it any more, and deletes its files", [name, digest, reason], async (h, p, by, ct) =>
                (await h.Workspace.Images.WithdrawAsync(p.GetValue(name)!, p.GetValue(digest)!, p.GetValue(reason)!, by, ct).ConfigureAwait(false)).Any()),
            Verb.On("list", "Lists the images", [], (h, _, _, _) => Task.FromResult(Verb.Value(h.Workspace.Images.All))),
            Verb.On("packages", "Lists the packages that an image holds", [name], (h, p, _, _) => Task.FromResult(h.Workspace.Images.Packages(p.GetValue(name)!).Any())));
    }
}
