using System.Runtime.InteropServices;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace Minato.Federation.Keys;

/// <summary>
/// A PKCS#11 library, loaded once in a process: the standard has one initialisation and one login for all of it, so that
/// several key stores share it and the last one to go closes it.
/// </summary>
internal sealed class Pkcs11Module : IDisposable
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, (IPkcs11Library Library, int Users)> Loaded = new(StringComparer.Ordinal);

    private readonly string path;
    private bool disposed;

    // The wrapper asks for "libdl", whose bare name only development packages install; the loader itself is always there.
    static Pkcs11Module() => NativeLibrary.SetDllImportResolver(
        typeof(Pkcs11InteropFactories).Assembly,
        (name, _, _) => name == "libdl" && (NativeLibrary.TryLoad("libdl.so.2", out var loader) || NativeLibrary.TryLoad("libc.so.6", out loader)) ? loader : IntPtr.Zero);

    private Pkcs11Module(string path, IPkcs11Library library) => (this.path, Library) = (path, library);

    public static Pkcs11InteropFactories Factories { get; } = new();

    public IPkcs11Library Library { get; }

    /// <exception cref="RefusedException"><c>keys.token-module</c>: the library cannot be loaded.</exception>
    public static Pkcs11Module Load(string path)
    {
        lock (Gate)
        {
            try
            {
                var (library, users) = Loaded.TryGetValue(path, out var known)
                    ? known
                    : (Factories.Pkcs11LibraryFactory.LoadPkcs11Library(Factories, path, AppType.MultiThreaded), 0);
                Loaded[path] = (library, users + 1);
                return new Pkcs11Module(path, library);
            }
            catch (Exception e) when (e is UnmanagedException or Pkcs11Exception or LibraryArchitectureException or DllNotFoundException)
            {
                throw new RefusedException([Finding.Error(
                    "keys.token-module", $"The PKCS#11 library cannot be loaded ({(e as Pkcs11Exception)?.RV.ToString() ?? e.GetType().Name})",
                    "Install the token's library, and give its full path as keys.module in node.json", new Place("node.json", null, "keys.module"))]);
            }
        }
    }

    public void Dispose()
    {
        lock (Gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
            var (library, users) = Loaded[path];
            if (users > 1)
            {
                Loaded[path] = (library, users - 1);
                return;
            }

            Loaded.Remove(path);
            library.Dispose();
        }
    }
}
