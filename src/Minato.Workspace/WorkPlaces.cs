using Minato.Workspace.Devices;
using Minato.Workspace.Images;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace;

/// <summary>Where a job or session runs: an engine that was tried over the node's own programs or an image's, and a device where one is lent.</summary>
internal sealed record WorkPlace(TriedEngine Engine, LentDevice? Device)
{
    /// <summary>As a run records it.</summary>
    public string Description => Device is null ? Engine.Description : $"{Engine.Description}; device {Device.Name}";

    public SandboxPlan Plan(SandboxPlan plan) => plan with { System = Engine.System, Device = Device };
}

/// <summary>Finds the place that was asked for, or says why there is none.</summary>
internal sealed class WorkPlaces(Engines engines, ImageDesk images, DeviceDesk devices, Provision provision)
{
    /// <param name="engine">Null: bubblewrap, or gVisor where that does not work.</param>
    /// <param name="image">Null: the node's own programs.</param>
    public Outcome<WorkPlace> Choose(PermitId permit, JobLanguage language, SandboxEngine? engine, string? image, string? device)
    {
        var (system, lent) = (image is null ? Outcome<SystemImage?>.Ok(null) : images.Find(image).Map(i => (SystemImage?)i), devices.Find(device, permit));
        if (!system.Try(out var programs) || !lent.Try(out var with))
        {
            return Outcome<WorkPlace>.Refused([.. system.Findings, .. lent.Findings]);
        }

        return JobProgram.Missing(language, provision.SqlEngine, programs) is { } missing ? missing
            : with is not null && engine == SandboxEngine.GVisor ? Finding.Error("workspace.device-engine", "A kernel of its own does not pass devices through", "Leave the device out, or the engine")
            : engines.Choose(with is null ? engine : SandboxEngine.Bubblewrap, programs).Map(tried => new WorkPlace(tried, with));
    }
}
