using System.Runtime.InteropServices;
using Minato.Federation.Keys;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Minato.Federation.Tests;

/// <summary>A token in software (SoftHSM 2) in a folder of its own. The library reads its configuration once, so that all tests of a process share one folder.</summary>
internal sealed class SoftToken
{
    public const string Module = "/usr/lib/softhsm/libsofthsm2.so";
    public const string Pin = "1234";
    private const string OfficerPin = "0000";

    private static readonly Lock Gate = new();
    private static int made;

    // Kept loaded for the whole process: a library that is closed and loaded again forgets what it was told.
    private static Pkcs11Module? module;

    private SoftToken(string label) => Options = new TokenOptions(Module, label);

    public static bool IsInstalled => File.Exists(Module);

    public static string Folder { get; } = Directory.CreateTempSubdirectory("minato-softhsm-").FullName;

    public static string Configuration => Path.Combine(Folder, "softhsm2.conf");

    public TokenOptions Options { get; }

    public static IPkcs11Library Library => module!.Library;

    public static SoftToken Make()
    {
        lock (Gate)
        {
            if (module is null)
            {
                File.WriteAllText(Configuration, $"directories.tokendir = {Directory.CreateDirectory(Path.Combine(Folder, "tokens")).FullName}\nobjectstore.backend = file\nlog.level = ERROR\n");
                Assert.Equal(0, SetEnvironment("SOFTHSM2_CONF", Configuration, 1));
                module = Pkcs11Module.Load(Module);
                AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
            }

            var token = new SoftToken($"minato-{++made}");
            var slot = Library.GetSlotList(SlotsType.WithTokenPresent).First(s => InfoOf(s) is { TokenFlags.TokenInitialized: false });
            slot.InitToken(OfficerPin, token.Options.Token);
            using var officer = slot.OpenSession(SessionType.ReadWrite);
            officer.Login(CKU.CKU_SO, OfficerPin);
            officer.InitPin(Pin);
            officer.Logout();
            return token;
        }
    }

    public ISlot Slot => Library.GetSlotList(SlotsType.WithTokenPresent).First(s => InfoOf(s)?.Label.TrimEnd() == Options.Token);

    /// <summary>The folder in which SoftHSM keeps this token.</summary>
    public string Files => Path.Combine(Folder, "tokens", Directory.EnumerateDirectories(Path.Combine(Folder, "tokens")).Select(Path.GetFileName)
        .Single(d => d!.Replace("-", "", StringComparison.Ordinal).EndsWith(Slot.GetTokenInfo().SerialNumber.Trim(), StringComparison.Ordinal))!);

    /// <summary>Null where the token was taken away: its slot stays in the list.</summary>
    private static ITokenInfo? InfoOf(ISlot slot)
    {
        try
        {
            return slot.GetTokenInfo();
        }
        catch (Pkcs11Exception)
        {
            return null;
        }
    }

    // The runtime's own SetEnvironmentVariable does not reach native code.
    [DllImport("libc", EntryPoint = "setenv", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetEnvironment([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);
}
