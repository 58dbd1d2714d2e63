namespace Minato.Workspace.Devices;

/// <summary>Who has which device now, in all processes of the node.</summary>
/// <param name="folder">Where a device's taken mark lies.</param>
internal sealed class DeviceDesk(IReadOnlyList<LentDevice> devices, string folder)
{
    public IReadOnlyList<LentDevice> For(PermitId permit) => [.. devices.Where(d => d.IsFor(permit))];

    /// <param name="named">Null: none was asked for.</param>
    public Outcome<LentDevice?> Find(string? named, PermitId permit) =>
        named is null ? Outcome<LentDevice?>.Ok(null)
        : devices.FirstOrDefault(d => d.Name == named && d.IsFor(permit)) is { } device ? Outcome<LentDevice?>.Ok(device)
        : Finding.Error("workspace.device-unknown", $"This project has no device '{named}' here", "Ask the operator, or leave it out");

    /// <summary>Takes a device until that is disposed of; null where somebody has it. Whoever dies gives it back.</summary>
    public IDisposable? Take(string name)
    {
        try
        {
            return new FileStream(Path.Join(Directory.CreateDirectory(folder).FullName, Slug.Check(name, "device")), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
