namespace Minato.Intake;

/// <summary>A holder's SFTP drop folder. What is finished there has a marker beside it: <c>2026-04.zip</c> and <c>2026-04.zip.done</c>, or a folder and its marker.</summary>
/// <param name="User">Our user there, who knows our public key (<see cref="IIntake.SftpKey"/>).</param>
/// <param name="HostKey">The server's key as <c>ssh-keygen -l</c> prints it (<c>SHA256:…</c>); no other is trusted.</param>
/// <param name="Folder">Absolute, on the server.</param>
/// <param name="EveryHours">How often it is looked into by itself; 0: on request only.</param>
public sealed record SftpSource(string Host, string User, string HostKey, string Folder, int Port = 22, int EveryHours = 24)
{
    internal Finding? Fault()
    {
        Finding Wrong(string field, string reason, string remedy) => Finding.Error("sftp.source", reason, remedy, new Place(Field: field));
        return Uri.CheckHostName(Host) == UriHostNameType.Unknown ? Wrong("host", "The host is no name or address", "Give the server's name")
            : Port is < 1 or > 65535 ? Wrong("port", "There is no such port", "Give the server's port, mostly 22")
            : User.Length is 0 or > 64 || User.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? Wrong("user", "The user is no name", "Give our user at the server")
            : !HostKey.StartsWith("SHA256:", StringComparison.Ordinal) || HostKey.Length != 50 ? Wrong("hostKey", "The host key is no SHA-256 fingerprint", "Ask the holder for what 'ssh-keygen -lf' prints of its server's key (SHA256:…)")
            : !Folder.StartsWith('/') || Folder.Length > 500 || Folder.Any(char.IsControl) ? Wrong("folder", "The folder is no absolute path", "Give the drop folder, for example /drop")
            : EveryHours is < 0 or > 24 * 366 ? Wrong("everyHours", "The hours between two looks lie outside 0 to 8784", "Give hours, or 0 to look on request only")
            : null;
    }
}
