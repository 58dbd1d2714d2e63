using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Minato.Workspace.Devices;

namespace Minato.Workspace.Sandbox;

/// <summary>One instruction of classic BPF (<c>struct sock_filter</c>, 8 bytes).</summary>
internal readonly record struct BpfInstruction(ushort Code, byte JumpTrue, byte JumpFalse, uint Operand)
{
    // Opcodes of linux/bpf_common.h that are used here.
    public const ushort LoadWord = 0x20;
    public const ushort JumpEqual = 0x15;
    public const ushort JumpGreaterOrEqual = 0x35;
    public const ushort JumpAnyBit = 0x45;
    public const ushort And = 0x54;
    public const ushort Return = 0x06;
}

/// <summary>
/// The system-call allow-list as a seccomp program, made from <see cref="SystemCalls"/> without any library. Everything
/// that is not named is refused with EPERM; a foreign architecture or the x32 numbers kill the process.
/// </summary>
internal sealed class SeccompFilter
{
    public const uint Allow = 0x7fff0000;
    public const uint KillProcess = 0x80000000;
    public const uint Errno = 0x00050000;
    public const int NotPermitted = 1;
    public const int NotImplemented = 38;
    public const int FamilyNotSupported = 97;

    // Offsets in struct seccomp_data.
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint ArgumentsOffset = 16;

    private const uint AuditX64 = 0xc000003e;
    private const uint AuditArm64 = 0xc00000b7;
    private const uint X32Bit = 0x40000000;

    /// <summary>CLONE_NEWNS | NEWCGROUP | NEWUTS | NEWIPC | NEWUSER | NEWPID | NEWNET: new namespaces are a way to new privileges.</summary>
    private const uint NamespaceFlags = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000;

    private const uint UnixFamily = 1;

    /// <summary>TCGETS, TIOCGPGRP, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX: reading only, so that TIOCSTI and its like fail.</summary>
    private static readonly uint[] IoControls = [0x5401, 0x540f, 0x5413, 0x541b, 0x5421, 0x5450, 0x5451];

    private SeccompFilter(IReadOnlyList<BpfInstruction> program) => Program = program;

    public IReadOnlyList<BpfInstruction> Program { get; }

    /// <param name="architecture">Where the job will run.</param>
    /// <param name="socketFamilies">Families <c>socket(2)</c> may open; none for jobs. A list and not the network namespace, because AF_VSOCK ignores that.</param>
    /// <exception cref="PlatformNotSupportedException">No numbers for this architecture.</exception>
    public static SeccompFilter For(Architecture architecture, params IReadOnlyList<uint> socketFamilies) => For(architecture, null, socketFamilies);

    /// <param name="device">What it asks of its driver is let through beside.</param>
    public static SeccompFilter For(Architecture architecture, LentDevice? device, params IReadOnlyList<uint> socketFamilies)
    {
        var arm = architecture switch
        {
            Architecture.X64 => false,
            Architecture.Arm64 => true,
            _ => throw new PlatformNotSupportedException($"No system-call table for {architecture}"),
        };
        var p = new List<BpfInstruction>();
        void Load(uint offset) => p.Add(new(BpfInstruction.LoadWord, 0, 0, offset));
        void Return(uint what) => p.Add(new(BpfInstruction.Return, 0, 0, what));
        void SkipUnless(ushort jump, uint operand, int skipped) => p.Add(new(jump, 0, (byte)skipped, operand));
        void SkipIf(ushort jump, uint operand, int skipped) => p.Add(new(jump, (byte)skipped, 0, operand));
        int Number(SystemCall call) => arm ? call.Arm64 : call.X64;

        Load(ArchitectureOffset);
        SkipIf(BpfInstruction.JumpEqual, arm ? AuditArm64 : AuditX64, 1);
        Return(KillProcess);
        Load(NumberOffset);
        SkipUnless(BpfInstruction.JumpGreaterOrEqual, X32Bit, 1);
        Return(KillProcess);

        // Allowed where the low half of an argument, or its bits 8 to 15, is one of the values, else the error. Each rule ends in a return.
        void ByArgument(SystemCall call, int argument, IReadOnlyList<uint> values, int error, IReadOnlyList<byte>? types = null)
        {
            var allowed = new List<BpfInstruction> { new(BpfInstruction.LoadWord, 0, 0, ArgumentsOffset + (8 * (uint)argument)) };
            void AllowEqual(uint value) => allowed.AddRange([new(BpfInstruction.JumpEqual, 0, 1, value), new(BpfInstruction.Return, 0, 0, Allow)]);
            foreach (var value in values)
            {
                AllowEqual(value);
            }

            if (types?.Count > 0)
            {
                allowed.Add(new(BpfInstruction.And, 0, 0, 0xff00));
                foreach (var type in types)
                {
                    AllowEqual((uint)type << 8);
                }
            }

            SkipUnless(BpfInstruction.JumpEqual, (uint)Number(call), allowed.Count + 1);
            p.AddRange(allowed);
            Return(Errno | (uint)error);
        }

        ByArgument(SystemCalls.Socket, 0, socketFamilies, FamilyNotSupported);
        ByArgument(SystemCalls.SocketPair, 0, [UnixFamily], FamilyNotSupported);
        ByArgument(SystemCalls.IoControl, 1, [.. IoControls, .. device?.Controls ?? []], NotPermitted, device?.ControlTypes);

        SkipUnless(BpfInstruction.JumpEqual, (uint)Number(SystemCalls.Clone), 4);
        Load(ArgumentsOffset);
        SkipUnless(BpfInstruction.JumpAnyBit, NamespaceFlags, 1);
        Return(Errno | NotPermitted);
        Return(Allow);

        // Its flags are behind a pointer that BPF cannot follow; ENOSYS makes the C library fall back to clone.
        SkipUnless(BpfInstruction.JumpEqual, (uint)Number(SystemCalls.Clone3), 1);
        Return(Errno | NotImplemented);

        foreach (var call in SystemCalls.Allowed.Where(c => Number(c) >= 0))
        {
            SkipUnless(BpfInstruction.JumpEqual, (uint)Number(call), 1);
            Return(Allow);
        }

        Return(Errno | NotPermitted);
        return new SeccompFilter(p);
    }

    /// <summary>The program as the kernel takes it.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Program.Count * 8];
        for (var i = 0; i < Program.Count; i++)
        {
            var at = bytes.AsSpan(i * 8);
            BinaryPrimitives.WriteUInt16LittleEndian(at, Program[i].Code);
            at[2] = Program[i].JumpTrue;
            at[3] = Program[i].JumpFalse;
            BinaryPrimitives.WriteUInt32LittleEndian(at[4..], Program[i].Operand);
        }

        return bytes;
    }
}
