using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Devices;

/// <summary>
/// Devices that the operator lends to jobs, as a file of the node says (H6: a graphic processor). What is not in it no job sees. One job or session has a device at a time: what a card
/// keeps in its memory is not another project's to find.
/// </summary>
/// <param name="Name">A slug; what a job asks for.</param>
/// <param name="Nodes">Character devices, as <c>/dev/nvidia0</c>.</param>
/// <param name="Read">Files and folders of the driver that jobs may read, at the same place: for the node's own system; an image brings its own.</param>
/// <param name="ControlTypes">Type bytes of the <c>ioctl</c> requests that the filter lets through for these jobs (bits 8 to 15 of the request), as <c>70</c> for 'F'. Never that of terminals, 84.</param>
/// <param name="Controls">Single <c>ioctl</c> requests beside them.</param>
/// <param name="Environment">Variables that the driver's library reads.</param>
/// <param name="Projects">Permits that may have it; empty: all.</param>
internal sealed record LentDevice(
    string Name, Bilingual Title, IReadOnlyList<string> Nodes, IReadOnlyList<string> Read, IReadOnlyList<byte> ControlTypes, IReadOnlyList<uint> Controls, IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<PermitId> Projects)
{
    public bool IsFor(PermitId permit) => Projects.Count == 0 || Projects.Contains(permit);
}

/// <summary>The file as the operator wrote it.</summary>
internal sealed record DeviceFile(IReadOnlyList<LentDevice> Devices)
{
    private const byte Terminals = 0x54;

    /// <exception cref="InvalidDataException">It cannot be read or used; the message names it.</exception>
    public static IReadOnlyList<LentDevice> Read(string? file) => file is null ? [] : StandardFile.Read<DeviceFile>(file, Check).Devices;

    private static void Check(DeviceFile file)
    {
        foreach (var device in file.Devices)
        {
            Slug.Check(device.Name, "device");
            if (device.Nodes.Count == 0 || device.Nodes.FirstOrDefault(n => !IsPlainPath(n, "/dev/") || Spawn.KindOf(n) != FileKind.CharacterDevice) is not null)
            {
                throw new FormatException($"the device {device.Name} needs character devices of this machine below /dev/");
            }

            if (device.Read.FirstOrDefault(r => !IsPlainPath(r, "/usr/") || !Path.Exists(r)) is { } wrong)
            {
                throw new FormatException($"the device {device.Name} names '{wrong}', which is no file or folder below /usr/");
            }

            if (device.ControlTypes.Contains(Terminals) || device.Controls.Any(c => (byte)(c >> 8) == Terminals))
            {
                throw new FormatException($"the device {device.Name} asks for requests to terminals (type 84), with which a job could type into another's");
            }
        }

        if (file.Devices.DistinctBy(d => d.Name).Count() != file.Devices.Count)
        {
            throw new FormatException("a name stands twice");
        }
    }

    private static bool IsPlainPath(string path, string below) => path.StartsWith(below, StringComparison.Ordinal) && Path.GetFullPath(path) == path;
}
