using System.Runtime.InteropServices;
using CsCheck;
using Minato.Workspace.Devices;
using Minato.Workspace.Sandbox;

namespace Minato.Workspace.Tests;

/// <summary>The system-call filter against a slow, obvious machine that runs it, for both architectures.</summary>
public sealed class FilterDecides
{
    private const uint X64 = 0xc000003e;
    private const uint Arm64 = 0xc00000b7;
    private const uint Refused = SeccompFilter.Errno | SeccompFilter.NotPermitted;

    /// <summary>Classic BPF over struct seccomp_data: number, architecture, instruction pointer (8 bytes), six arguments.</summary>
    private static uint Run(SeccompFilter filter, uint architecture, uint number, params ulong[] arguments)
    {
        var data = new uint[16];
        (data[0], data[1]) = (number, architecture);
        for (var i = 0; i < arguments.Length; i++)
        {
            (data[4 + (2 * i)], data[5 + (2 * i)]) = ((uint)arguments[i], (uint)(arguments[i] >> 32));
        }

        uint a = 0;
        for (var at = 0; ;)
        {
            var i = filter.Program[at++];
            switch (i.Code)
            {
                case BpfInstruction.LoadWord: a = data[i.Operand / 4]; break;
                case BpfInstruction.JumpEqual: at += a == i.Operand ? i.JumpTrue : i.JumpFalse; break;
                case BpfInstruction.JumpGreaterOrEqual: at += a >= i.Operand ? i.JumpTrue : i.JumpFalse; break;
                case BpfInstruction.JumpAnyBit: at += (a & i.Operand) != 0 ? i.JumpTrue : i.JumpFalse; break;
                case BpfInstruction.And: a &= i.Operand; break;
                case BpfInstruction.Return: return i.Operand;
                default: Assert.Fail($"instruction {i.Code:x}"); break;
            }
        }
    }

    public static TheoryData<Architecture, uint> Architectures => new() { { Architecture.X64, X64 }, { Architecture.Arm64, Arm64 } };

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Exactly_the_listed_calls_pass(Architecture architecture, uint audit)
    {
        var filter = SeccompFilter.For(architecture);
        int Number(SystemCall c) => architecture == Architecture.X64 ? c.X64 : c.Arm64;
        var listed = SystemCalls.Allowed.Select(Number).ToHashSet();
        int[] ruled = [.. new[] { SystemCalls.Socket, SystemCalls.SocketPair, SystemCalls.Clone, SystemCalls.Clone3, SystemCalls.IoControl }.Select(Number)];
        Gen.Select(Gen.UInt[0, 1000], Gen.ULong, Gen.ULong).Sample((number, a, b) =>
        {
            if (!ruled.Contains((int)number))
            {
                Assert.Equal(listed.Contains((int)number) ? SeccompFilter.Allow : Refused, Run(filter, audit, number, a, b));
            }
        }, iter: 5000);
        Assert.Empty(ruled.Intersect(listed));
        Assert.True(filter.Program.Count < 4096, "the kernel takes 4096 instructions");
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Another_architecture_kills(Architecture architecture, uint audit)
    {
        var filter = SeccompFilter.For(architecture);
        Assert.Equal(SeccompFilter.KillProcess, Run(filter, audit ^ 1, 0));
        Assert.Equal(SeccompFilter.KillProcess, Run(filter, audit == X64 ? Arm64 : X64, 0));
        Assert.Equal(SeccompFilter.KillProcess, Run(filter, audit, 0x4000_0000));
        Assert.Equal(SeccompFilter.KillProcess, Run(filter, audit, uint.MaxValue));
    }

    [Fact]
    public void Sockets_open_by_family_only()
    {
        var none = SeccompFilter.For(Architecture.X64);
        var unix = SeccompFilter.For(Architecture.X64, 1);
        for (ulong family = 0; family < 64; family++)
        {
            Assert.Equal(SeccompFilter.Errno | SeccompFilter.FamilyNotSupported, Run(none, X64, 41, family, 1, 0));
            Assert.Equal(family == 1 ? SeccompFilter.Allow : SeccompFilter.Errno | SeccompFilter.FamilyNotSupported, Run(unix, X64, 41, family, 1, 0));
        }

        // The kernel takes the family as 32 bits: the upper half changes nothing.
        Assert.Equal(SeccompFilter.Allow, Run(unix, X64, 41, 0xdeadbeef_00000001));
        Assert.Equal(SeccompFilter.Allow, Run(none, X64, 53, 1));
        Assert.Equal(SeccompFilter.Errno | SeccompFilter.FamilyNotSupported, Run(none, X64, 53, 2));
    }

    [Fact]
    public void Threads_and_children_may_be_made_and_namespaces_not()
    {
        var filter = SeccompFilter.For(Architecture.X64);
        Assert.Equal(SeccompFilter.Allow, Run(filter, X64, 56, 0x003d0f00)); // pthread_create
        Assert.Equal(SeccompFilter.Allow, Run(filter, X64, 56, 17));
        foreach (var flag in new ulong[] { 0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000 })
        {
            Assert.Equal(Refused, Run(filter, X64, 56, flag | 17));
        }

        Assert.Equal(SeccompFilter.Errno | SeccompFilter.NotImplemented, Run(filter, X64, 435, 0, 88));
    }

    [Fact]
    public void Terminals_are_read_and_not_typed_into()
    {
        var filter = SeccompFilter.For(Architecture.X64);
        Assert.Equal(SeccompFilter.Allow, Run(filter, X64, 16, 0, 0x5401));
        Assert.Equal(Refused, Run(filter, X64, 16, 0, 0x5412)); // TIOCSTI
        Assert.Equal(Refused, Run(filter, X64, 16, 0, 0x541c)); // TIOCLINUX
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void A_lent_device_is_asked_by_its_own_requests_only(Architecture architecture, uint audit)
    {
        var number = (uint)(architecture == Architecture.X64 ? SystemCalls.IoControl.X64 : SystemCalls.IoControl.Arm64);
        var filter = SeccompFilter.For(architecture, new LentDevice("card", new("装置", "Card"), ["/dev/full"], [], [0x46, 0x64], [0x3000_0001], new Dictionary<string, string>(), []));
        Gen.UInt.Sample(request => Assert.Equal(
            (request >> 8 & 0xff) is 0x46 or 0x64 || request is 0x3000_0001 or 0x5401 or 0x540f or 0x5413 or 0x541b or 0x5421 or 0x5450 or 0x5451 ? SeccompFilter.Allow : Refused, Run(filter, audit, number, 3, request)), iter: 5000);
        Assert.Equal(SeccompFilter.Allow, Run(filter, audit, number, 3, 0xc020_462a));
        Assert.Equal(SeccompFilter.Allow, Run(filter, audit, number, 3, 0x3000_0001));
        Assert.Equal(Refused, Run(filter, audit, number, 3, 0x5412));
    }

    [Fact]
    public void The_table_names_no_call_twice()
    {
        Assert.Distinct(SystemCalls.Allowed.Select(c => c.Name));
        Assert.Distinct(SystemCalls.Allowed.Select(c => c.X64));
        Assert.Distinct(SystemCalls.Allowed.Select(c => c.Arm64).Where(n => n >= 0));
    }
}
