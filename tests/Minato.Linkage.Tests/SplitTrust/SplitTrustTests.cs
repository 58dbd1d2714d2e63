using System.Text;
using Minato.Linkage.SplitTrust;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.Tests.SplitTrust;

/// <summary>Split trust through the linkage port, and what the transcryptors refuse.</summary>
public sealed class SplitTrustTests : IDisposable
{
    private readonly SplitQuay quay = new();

    [Fact]
    public async Task A_person_has_one_name_in_a_project_whatever_dataset_they_come_from_and_another_everywhere_else()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(80));
        var b = await quay.Link(SplitQuay.B, [.. SplitQuay.Persons(80).Reverse()]);
        await quay.OpenProject(SplitQuay.P1);
        await quay.OpenProject(SplitQuay.P2);
        var a1 = await quay.Converted(SplitQuay.P1, SplitQuay.A, a);
        var b1 = await quay.Converted(SplitQuay.P1, SplitQuay.B, b);
        var a2 = await quay.Converted(SplitQuay.P2, SplitQuay.A, a);
        Assert.Equal(a1, b1.Reverse());
        Assert.Equal(80, a1.Distinct().Count());
        UInt128[] everything = [.. a.Select(p => p.Value), .. b.Select(p => p.Value), .. a1.Select(p => p!.Value.Value), .. a2.Select(p => p!.Value.Value)];
        Assert.Equal(320, everything.Distinct().Count());

        // Bits of names are even: 320 names of 128 bits each way, six standard deviations.
        for (var bit = 0; bit < 128; bit++)
        {
            Assert.InRange(everything.Count(v => ((v >> bit) & 1) == 1), 160 - 54, 160 + 54);
        }
    }

    [Fact]
    public async Task The_same_delivery_again_and_after_a_restart_gives_the_same_names()
    {
        var once = await quay.Link(SplitQuay.A, SplitQuay.Persons(6));
        await quay.OpenProject(SplitQuay.P1);
        var converted = await quay.Converted(SplitQuay.P1, SplitQuay.A, once);
        quay.Reopen();
        Assert.Equal(once, await quay.Link(SplitQuay.A, SplitQuay.Persons(6)));
        Assert.Equal(converted, await quay.Converted(SplitQuay.P1, SplitQuay.A, once));
        var tickets = Enumerable.Range(0, 12).Select(i => new IdentityTicket(i, SplitQuay.Person(i % 6))).ToArray();
        var many = (await quay.Linkage.LinkAsync(SplitQuay.Holder, SplitQuay.A, new DeliveryId("again"), tickets)).Value;
        Assert.Equal([.. once, .. once], many.Select(t => t.Person));
        var sent = quay.Tap.Enrolments.Count;
        _ = (await quay.Linkage.LinkAsync(SplitQuay.Holder, SplitQuay.A, new DeliveryId("again"), tickets)).Value;
        Assert.Equal(sent, quay.Tap.Enrolments.Count);
    }

    [Fact]
    public async Task Who_refused_is_left_out_inside_the_conversion_also_under_a_former_name()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(4));
        var (c0, c1) = (await quay.Citizen(0), await quay.Citizen(1));
        await quay.OpenProject(SplitQuay.P1);
        var conversion = (await quay.Convert(SplitQuay.P1, SplitQuay.A, a, quay.Without(c1))).Value;
        Assert.Equal([false, true, false, false], conversion.People.Select(p => p is null));
        Assert.Equal(1, conversion.Withheld);
        var only = (await quay.Convert(SplitQuay.P1, SplitQuay.A, a, quay.Without(c1) with { SetId = "opt-in", Inverted = true })).Value;
        Assert.Equal([true, false, true, true], only.People.Select(p => p is null));
        Assert.Null((await quay.Converted(SplitQuay.P1, SplitQuay.A, a, quay.Without() with { SetId = "nobody-in", Inverted = true }))[0]);

        var merge = (await quay.Linkage.MergeAsync(c0, c1, "one person in two registers", SplitQuay.Desk)).Value;
        var merged = (await quay.Convert(SplitQuay.P1, SplitQuay.A, a, quay.Without(c1) with { SetId = "after-merge" })).Value;
        Assert.Equal([true, true, false, false], merged.People.Select(p => p is null));
        Assert.Equal([c0, c1], await quay.Linkage.AliasesOfAsync(c1));
        var together = await quay.Converted(SplitQuay.P1, SplitQuay.A, a);
        Assert.Equal(together[0], together[1]);

        _ = (await quay.Linkage.SplitAsync(merge, "they are two", SplitQuay.Desk)).Value;
        var apart = (await quay.Convert(SplitQuay.P1, SplitQuay.A, a, quay.Without(c1) with { SetId = "after-split" })).Value;
        Assert.Equal([false, true, false, false], apart.People.Select(p => p is null));
        Assert.Equal([c1], await quay.Linkage.AliasesOfAsync(c1));
    }

    [Fact]
    public async Task A_long_list_in_parts_evaluates_the_refusals_once()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(6));
        var refusing = quay.Without(await quay.Citizen(4));
        await quay.OpenProject(SplitQuay.P1);
        var first = await quay.Converted(SplitQuay.P1, SplitQuay.A, a[..3], refusing);
        var second = await quay.Converted(SplitQuay.P1, SplitQuay.A, a[3..], refusing);
        Assert.Equal([false, false, false, false, true, false], ((Pseudonym<Project>?[])[.. first, .. second]).Select(p => p is null));
        Assert.Equal([1, 0], quay.Tap.Runs.Select(r => r.Named.Count));

        // A restart ends the run; the next part begins another, with the refusals.
        quay.Reopen();
        Assert.Null((await quay.Converted(SplitQuay.P1, SplitQuay.A, [a[4]], refusing))[0]);
    }

    [Fact]
    public async Task Every_doubt_about_permit_direction_or_refusals_is_a_refusal()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(2));
        var other = await quay.Link(new DatasetId("other"), SplitQuay.Persons(2));
        async Task Refused(string code, PermitId permit, DatasetId dataset, IReadOnlyList<Pseudonym<Dataset>> people, RefusalSet? refusals)
        {
            var outcome = await quay.Linkage.ConvertAsync(new ConversionRequest(permit, dataset, people, refusals!, SplitQuay.Desk));
            Assert.Equal(code, outcome.IsOk ? "converted" : outcome.Findings[0].Code);
        }

        await Refused("linkage.project-not-open", SplitQuay.P1, SplitQuay.A, a, quay.Without());
        await quay.OpenProject(SplitQuay.P1);
        await Refused("linkage.refusals-missing", SplitQuay.P1, SplitQuay.A, a, null);
        await Refused("linkage.refusals-missing", SplitQuay.P1, SplitQuay.A, a, quay.Without() with { SetId = " " });
        await Refused("linkage.refusals-missing", SplitQuay.P1, SplitQuay.A, a, quay.Without() with { Refused = null! });
        await Refused("linkage.refusals-from-the-future", SplitQuay.P1, SplitQuay.A, a, quay.Without() with { AsOf = quay.Clock.Now.AddDays(1) });
        await Refused("linkage.refusals-stale", SplitQuay.P1, SplitQuay.A, a, quay.Without() with { AsOf = quay.Clock.Now.AddDays(-1) });
        await Refused("linkage.refusals-unreadable", SplitQuay.P1, SplitQuay.A, a, quay.Without(new Pseudonym<Citizen>(7)));
        await Refused("linkage.unknown-pseudonym", SplitQuay.P1, SplitQuay.A, other, quay.Without());
        await Refused("linkage.dataset-not-permitted", SplitQuay.P1, new DatasetId("other"), other, quay.Without());
        quay.Clock.Now = quay.Clock.Now.AddYears(2);
        await Refused("linkage.project-expired", SplitQuay.P1, SplitQuay.A, a, quay.Without());
        Assert.Contains(Ledger.EventJson.Read<TranscryptorEvent>(quay.Ledger.ReadStream("linkage/la/declined")[^1]) switch { TranscryptorEvent.Declined d => d.Code, _ => "" }, "linkage.project-expired", StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_line_no_answer()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(2));
        await quay.OpenProject(SplitQuay.P1);
        quay.Ledger.Fails = true;
        Assert.Equal("ledger.disk", (await quay.Convert(SplitQuay.P1, SplitQuay.A, a)).Findings[0].Code);
        quay.Ledger.Fails = false;
        _ = (await quay.Convert(SplitQuay.P1, SplitQuay.A, a)).Value;
        foreach (var party in (string[])["la", "ov"])
        {
            Assert.Contains(quay.Lines(party), l => l is TranscryptorEvent.Served { Kind: OrderKind.Convert, Asked: 2, Withheld: 0 });
        }
    }

    [Fact]
    public async Task Where_provisions_are_apart_two_do_not_join_and_each_is_the_same_from_every_dataset()
    {
        using var apart = new SplitQuay(separateProvisions: true);
        var (a, b) = (await apart.Link(SplitQuay.A, SplitQuay.Persons(3)), await apart.Link(SplitQuay.B, SplitQuay.Persons(3)));
        await apart.OpenProject(SplitQuay.P1);
        async Task<IReadOnlyList<Pseudonym<Project>?>> Names(DatasetId dataset, Pseudonym<Dataset>[] people, string provision) =>
            (await apart.Linkage.ConvertAsync(new ConversionRequest(SplitQuay.P1, dataset, people, apart.Without(), SplitQuay.Desk, provision))).Value.People;
        var first = await Names(SplitQuay.A, a, "x-1");
        Assert.Equal(first, await Names(SplitQuay.B, b, "x-1"));
        Assert.Empty(first.Intersect(await Names(SplitQuay.A, a, "x-2")));
        Assert.True((await apart.Linkage.RecordUseAsync(SplitQuay.P1, "x-1", [first[0]!.Value])).Value);
        Assert.Single(await apart.Linkage.UsesOfAsync(await apart.Citizen(0)));
    }

    [Fact]
    public async Task A_use_is_seen_by_the_citizen_also_by_one_who_signs_in_later()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(3));
        var early = await quay.Citizen(0);
        await quay.OpenProject(SplitQuay.P1);
        var people = (await quay.Converted(SplitQuay.P1, SplitQuay.A, a)).Select(p => p!.Value).ToArray();
        Assert.True((await quay.Linkage.RecordUseAsync(SplitQuay.P1, "x-1", people[..2])).Value);
        var late = await quay.Citizen(1);
        Assert.Equal(new PersonalUse(SplitQuay.P1, "x-1", quay.Clock.Now), Assert.Single(await quay.Linkage.UsesOfAsync(early)));
        Assert.Single(await quay.Linkage.UsesOfAsync(late));
        Assert.Empty(await quay.Linkage.UsesOfAsync(await quay.Citizen(2)));
        Assert.Equal(SplitQuay.A, Assert.Single(await quay.Linkage.HoldingsOfAsync(early)).Dataset);
        Assert.Equal("linkage.unknown-pseudonym", (await quay.Linkage.RecordUseAsync(SplitQuay.P1, "x-2", [new Pseudonym<Project>(1)])).Findings[0].Code);
    }

    [Fact]
    public async Task A_rotation_needs_no_identity_and_changes_no_name()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(5));
        var c = await quay.Citizen(0);
        await quay.OpenProject(SplitQuay.P1);
        var before = await quay.Converted(SplitQuay.P1, SplitQuay.A, a);
        var enrolments = quay.Tap.Enrolments.Count;
        Assert.Equal(5, (await quay.Linkage.RotateAsync(SplitQuay.A)).Value);
        Assert.Equal(1, (await quay.Linkage.RotateCitizensAsync()).Value);
        Assert.Equal(enrolments, quay.Tap.Enrolments.Count);
        quay.Reopen();
        Assert.Equal(before, await quay.Converted(SplitQuay.P1, SplitQuay.A, a));
        Assert.Equal(a, await quay.Link(SplitQuay.A, SplitQuay.Persons(5)));
        Assert.Equal(c, await quay.Citizen(0));
        Assert.Null((await quay.Converted(SplitQuay.P1, SplitQuay.A, a, quay.Without(c)))[0]);

        Assert.True((await quay.Linkage.RetireAsync(SplitQuay.A, 1)).Value);
        Assert.Equal("linkage.version-in-use", (await quay.Linkage.RetireAsync(SplitQuay.A, 2)).Findings[0].Code);
        Assert.Equal("linkage.project-closed", quay.Tap.Authority!.Promise(Domain.Of(SplitQuay.A)).Findings[0].Code);
        Assert.Equal(before, await quay.Converted(SplitQuay.P1, SplitQuay.A, a));
    }

    [Fact]
    public async Task In_a_rotation_that_broke_off_people_of_both_versions_are_recognised()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(3));
        quay.Tap.OnFinished = f => f is null ? null : f with { Out = f.Out.At([1, 0, 2]) };
        Assert.Equal("linkage.proof-wrong", (await quay.Linkage.RotateAsync(SplitQuay.A)).Findings[0].Code);
        quay.Tap.OnFinished = f => f;
        quay.Reopen();
        var more = await quay.Link(SplitQuay.A, SplitQuay.Persons(4));
        Assert.Equal(a, more[..3]);
        Assert.Equal(3, (await quay.Linkage.RotateAsync(SplitQuay.A)).Value);
        Assert.Equal(more, await quay.Link(SplitQuay.A, SplitQuay.Persons(4)));
    }

    [Fact]
    public async Task A_closed_project_is_gone_for_good_and_both_transcryptors_say_so()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(2));
        await quay.OpenProject(SplitQuay.P1);
        _ = await quay.Converted(SplitQuay.P1, SplitQuay.A, a);
        Assert.True((await quay.Linkage.CloseProjectAsync(SplitQuay.P1, SplitQuay.Desk)).Value);
        quay.Reopen();
        Assert.Equal("linkage.project-closed", (await quay.Convert(SplitQuay.P1, SplitQuay.A, a)).Findings[0].Code);
        Assert.Equal("linkage.project-closed", (await quay.Linkage.OpenProjectAsync(SplitQuay.P1, [SplitQuay.A], quay.Clock.Now.AddYears(1), SplitQuay.Desk)).Findings[0].Code);
        Assert.True((await quay.Linkage.CloseProjectAsync(SplitQuay.P1, SplitQuay.Desk)).Value);
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(quay.Folder, "vaults"), "project-*"), f => new FileInfo(f).Length > 8192);
        foreach (var (party, store) in (ReadOnlySpan<(string, IKeyStore)>)[("la", quay.Keys.Authority), ("ov", quay.Keys.Overseer)])
        {
            var opened = Assert.Single(quay.Lines(party, SplitQuay.P1).OfType<TranscryptorEvent.ProjectOpened>());
            var destroyed = Assert.Single(quay.Lines(party, SplitQuay.P1).OfType<TranscryptorEvent.FactorDestroyed>());
            Assert.Equal(opened.Own.Commitment, destroyed.Commitment);
            var text = $"minato factor destroyed v1\n{party}\n{Domain.Of(SplitQuay.P1)}\n{destroyed.Commitment}\n{destroyed.At:O}\n";
            Assert.True(PartyKeys.IsSigned(new PartyKeys(store, party).VerifyingKey(), Encoding.UTF8.GetBytes(text), Convert.FromHexString(destroyed.Signature)));
            Assert.Throws<KeyDestroyedException>(() => new PartyKeys(store, party).Exponent($"factor/project/{SplitQuay.P1}/1"));
        }

        // Not even all parties together make the project's names again: three keys of three stores are gone.
        var project = new PartyKeys(quay.Keys.Vaults, $"project-{SplitQuay.P1}");
        Assert.Throws<KeyDestroyedException>(() => project.Exponent("receiver"));
        Assert.Throws<KeyDestroyedException>(() => project.Permutation("provision/1"));
    }

    [Fact]
    public async Task A_wrong_factor_or_an_exchanged_ciphertext_is_found_out_wherever_it_happens()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(4));
        var refused = quay.Without(await quay.Citizen(3));
        await quay.OpenProject(SplitQuay.P1);
        static Ciphers Swapped(Ciphers c) => c.At([1, 0, .. Enumerable.Range(2, c.Count - 2)]);
        static Ciphers Raised(Ciphers c) => new([.. c.B.Select(p => Scalar.Small(3) * p)], [.. c.C.Select(p => Scalar.Small(3) * p)]);
        async Task Found(string code = "linkage.proof-wrong")
        {
            var set = refused with { SetId = Guid.NewGuid().ToString() };
            Assert.Equal(code, (await quay.Convert(SplitQuay.P1, SplitQuay.A, a, set)).Findings switch { [var first, ..] => first.Code, _ => "converted" });
            (quay.Tap.OnBegun, quay.Tap.OnPassed, quay.Tap.OnFinished) = (b => b, p => p, f => f);
        }

        foreach (var change in (Func<Ciphers, Ciphers>[])[Swapped, Raised])
        {
            quay.Tap.OnBegun = b => b with { People = b.People with { Out = change(b.People.Out) } };
            await Found();
            quay.Tap.OnPassed = p => p with { Wrapped = p.Wrapped! with { Out = change(p.Wrapped.Out) } };
            await Found();
            quay.Tap.OnFinished = f => f! with { Out = change(f.Out) };
            await Found();
        }

        // A refused person's tag under another factor would match nobody.
        quay.Tap.OnBegun = b => b with { Named = b.Named! with { Out = Raised(b.Named.Out) } };
        await Found();
        quay.Tap.OnPassed = p => p with { Named = p.Named! with { Tags = [Scalar.Small(3) * p.Named.Tags[0]] } };
        await Found();
        quay.Tap.OnPassed = p => p with { People = p.People with { Tags = [.. p.People.Tags.Reverse()] } };
        await Found();
        quay.Tap.OnPassed = p => p with { Named = null };
        await Found();

        // The overseer lets somebody through who refused: the linkage authority sees the same tags.
        quay.Tap.OnPassed = p => p with { Kept = [0, 1, 2, 3] };
        await Found("linkage.refusals-differ");
        quay.Tap.OnWrapped = w => w with { Out = Raised(w.Out) };
        Assert.Equal("linkage.proof-wrong", (await quay.Linkage.LinkAsync(SplitQuay.Holder, SplitQuay.B, new DeliveryId("d"), [new IdentityTicket(0, SplitQuay.Person(0))])).Findings[0].Code);
    }

    [Fact]
    public async Task Orders_that_are_replayed_forged_old_or_turned_round_are_not_answered()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(2));
        await quay.OpenProject(SplitQuay.P1);
        _ = await quay.Converted(SplitQuay.P1, SplitQuay.A, a);
        var run = quay.Tap.Runs[0];
        var (la, ov) = (quay.Tap.Authority!, quay.Tap.Overseer!);
        async Task Refused(string code, SignedOrder order, bool same = true)
        {
            Assert.Equal(code, (await la.BeginAsync(order, run.People, run.Named)).Findings[0].Code);
            if (same)
            {
                Assert.Equal(code, (await ov.PassAsync(order, run.People, run.Named, run.Begun)).Findings[0].Code);
            }
        }

        await Refused("linkage.order-replayed", run.Order);
        Assert.Equal("linkage.order-replayed", (await la.FinishAsync(run.Order, run.Begun, run.Passed)).Findings[0].Code);
        await Refused("linkage.order-forged", run.Order with { Order = run.Order.Order with { Permit = "p-2026-0009" } });

        // Another vault, however it is signed, is not this dataset's.
        var b = new PartyKeys(quay.Keys.Vaults, "dataset-dataset-b");
        await quay.Link(SplitQuay.B, SplitQuay.Persons(1));
        await Refused("linkage.order-forged", SignedOrder.By(b, Anew(run.Order.Order)));
        await Refused("linkage.order-forged", SignedOrder.By(b, Anew(run.Order.Order) with { Caller = "dataset/dataset-b" }));

        // Its own vault, but in another direction: to itself, to another dataset, to another project's, from the citizens.
        var own = new PartyKeys(quay.Keys.Vaults, "dataset-dataset-a");
        await Refused("linkage.direction", SignedOrder.By(own, Anew(run.Order.Order) with { To = Domain.Of(SplitQuay.B) }));
        await Refused("linkage.direction", SignedOrder.By(own, Anew(run.Order.Order) with { To = Domain.Citizens() }));
        await Refused("linkage.direction", SignedOrder.By(own, Anew(run.Order.Order) with { To = Domain.Of(SplitQuay.P2) }));
        await Refused("linkage.direction", SignedOrder.By(own, Anew(run.Order.Order) with { Kind = OrderKind.Rotate, To = Domain.Of(SplitQuay.B, 2) }));
        await Refused("linkage.project-not-open", SignedOrder.By(own, Anew(run.Order.Order) with { To = Domain.Of(SplitQuay.P2), Permit = SplitQuay.P2.Value }));
        await Refused("linkage.payload", SignedOrder.By(own, Anew(run.Order.Order) with { Payload = new byte[64] }));
        await Refused("linkage.order-detail", SignedOrder.By(own, Anew(run.Order.Order) with { Detail = "nothing" }));

        // A project's vault cannot have its people converted to a project, its own or another.
        var project = new PartyKeys(quay.Keys.Vaults, $"project-{SplitQuay.P1}");
        await Refused("linkage.order-forged", SignedOrder.By(project, Anew(run.Order.Order) with { Caller = $"project/{SplitQuay.P1}" }));
        await Refused("linkage.direction", SignedOrder.By(project, Anew(run.Order.Order) with { Caller = $"project/{SplitQuay.P1}", Kind = OrderKind.NoteUse, To = Domain.Of(SplitQuay.P2) }));

        quay.Clock.Now = quay.Clock.Now.AddMinutes(6);
        await Refused("linkage.order-stale", SignedOrder.By(own, run.Order.Order with { Nonce = new byte[16] }));

        Order Anew(Order order) => order with { Nonce = System.Security.Cryptography.RandomNumberGenerator.GetBytes(16), At = quay.Clock.Now };
    }

    [Fact]
    public async Task Guessing_on_line_ends_at_the_quota_and_two_officers_raise_it()
    {
        var (one, two) = (new PartyKeys(new PartyStore("officer-1"), "officer"), new PartyKeys(new PartyStore("officer-2"), "officer"));
        using var small = new SplitQuay(enrolledADay: 10, new Dictionary<string, byte[]> { ["one"] = one.VerifyingKey(), ["two"] = two.VerifyingKey() });
        _ = await small.Link(SplitQuay.A, SplitQuay.Persons(8));
        async Task<string?> Guess(int n) => (await small.Linkage.LinkAsync(SplitQuay.Holder, SplitQuay.A, new DeliveryId($"guess-{n}"), [new IdentityTicket(0, SplitQuay.Person(n))])).Findings is [var first, ..] ? first.Code : null;
        Assert.Null(await Guess(20));
        Assert.Null(await Guess(21));
        Assert.Equal("linkage.quota", await Guess(22));
        small.Reopen();
        Assert.Equal("linkage.quota", await Guess(23));

        var order = Order.New(OrderKind.RaiseQuota, "officer/one", default, default, "", "Enrol 1000", [], small.Clock.Now);
        var (la, ov) = (small.Tap.Authority!, small.Tap.Overseer!);
        Assert.Equal("linkage.second-signature", (await la.RaiseQuotaAsync(SignedOrder.By(one, order))).Findings[0].Code);
        Assert.Equal("linkage.second-signature", (await la.RaiseQuotaAsync(SignedOrder.By(one, order).AndBy("officer/one", one))).Findings[0].Code);
        Assert.Equal("linkage.second-signature", (await la.RaiseQuotaAsync(SignedOrder.By(one, order).AndBy("officer/two", one))).Findings[0].Code);
        var signed = SignedOrder.By(one, order).AndBy("officer/two", two);
        Assert.True((await la.RaiseQuotaAsync(signed)).Value);
        Assert.True((await ov.RaiseQuotaAsync(signed)).Value);
        Assert.Null(await Guess(24));
        small.Clock.Now = small.Clock.Now.AddDays(1);
        Assert.Null(await Guess(25));
    }

    [Fact]
    public async Task Nothing_in_vaults_or_on_the_ledger_is_a_persons_point_and_numbers_say_nothing_of_the_order()
    {
        var a = await quay.Link(SplitQuay.A, SplitQuay.Persons(40));
        await quay.OpenProject(SplitQuay.P1);
        _ = await quay.Converted(SplitQuay.P1, SplitQuay.A, a);
        _ = await quay.Converted(SplitQuay.P1, SplitQuay.A, a, quay.Without() with { SetId = "again" });
        quay.Linkage.Dispose();
        var files = Directory.EnumerateFiles(Path.GetDirectoryName(quay.Folder)!, "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("-shm", StringComparison.Ordinal))
            .Select(f =>
            {
                using var stream = new FileStream(f, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                return bytes;
            }).ToArray();
        var receiver = new PartyKeys(quay.Keys.Vaults, "dataset-dataset-a").Exponent("receiver");
        foreach (var secret in quay.Tap.Enrolments.SelectMany(e => e.Carried.Out.Opened(receiver)).Concat(quay.Tap.Runs.SelectMany(r => r.Passed.People.Tags)).Take(60))
        {
            Assert.All(files, f => Assert.True(f.AsSpan().IndexOf(secret.ToBytes()) < 0 && f.AsSpan().IndexOf(Encoding.ASCII.GetBytes(secret.ToHex())) < 0));
        }

        // The same people twice: neither ciphertexts, tags nor order come back.
        var (one, two) = (quay.Tap.Runs[0], quay.Tap.Runs[1]);
        Assert.Empty(one.People.B.Concat(one.People.C).Intersect(two.People.B.Concat(two.People.C)));
        Assert.Empty(one.Passed.People.Tags.Intersect(two.Passed.People.Tags));
    }

    public void Dispose() => quay.Dispose();
}
