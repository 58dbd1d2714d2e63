namespace Minato.Workspace.Sandbox;

/// <summary>Kinds of files that are told apart here, by the kernel's numbers (<c>S_IFMT</c>).</summary>
internal enum FileKind
{
    CharacterDevice = 0x2000,
    Plain = 0x8000,
}
