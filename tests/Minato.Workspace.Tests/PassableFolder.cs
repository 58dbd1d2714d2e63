namespace Minato.Workspace.Tests;

/// <summary>A temporary folder that other users of the machine can look into.</summary>
internal sealed class PassableFolder : IDisposable
{
    private const UnixFileMode Everybody = (UnixFileMode)0b111_101_101;

    public PassableFolder() => MakeExecutable(Path);

    public string Path { get; } = Directory.CreateTempSubdirectory("minato-open-").FullName;

    public void MakeExecutable(string path) => File.SetUnixFileMode(path, Everybody);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
