using System.Collections;
using CsCheck;
using Minato.Federation.Wire;
using Minato.Linkage;
using Minato.Linkage.Quality;

namespace Minato.Federation.Tests;

/// <summary>Whatever is asked of the remote Linkage reaches the real one unchanged, and the answer comes back unchanged.</summary>
public sealed class LinkageWireTests(TwoNodes nodes) : IClassFixture<TwoNodes>
{
    private static readonly Gen<string> Slugs = Gen.Char["abc012-._"].Array[1, 12].Select(c => "x" + new string(c).Replace("..", "-"));
    private static readonly Gen<string> Words = Gen.OneOf(Gen.Const(""), Gen.OneOfConst("港", "ﾐﾅﾄ", "髙\U00020BB7", "0123", "a b\n"), Gen.Char['\u0020', '\ud7ff'].Array[0, 20].Select(c => new string(c)));
    private static readonly Gen<string?> MaybeWords = Gen.OneOf(Gen.Const((string?)null), Words.Select(w => (string?)w));
    private static readonly Gen<DateOnly> Days = Gen.Int[0, DateOnly.MaxValue.DayNumber].Select(DateOnly.FromDayNumber);
    private static readonly Gen<DateOnly?> MaybeDays = Gen.OneOf(Gen.Const((DateOnly?)null), Days.Select(d => (DateOnly?)d));
    private static readonly Gen<DateTimeOffset> Instants = Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks].Select(t => new DateTimeOffset(t, TimeSpan.Zero));
    private static readonly Gen<UInt128> Numbers128 = Gen.Select(Gen.ULong, Gen.ULong, (a, b) => new UInt128(a, b));
    private static readonly Gen<Pseudonym<Dataset>> DatasetPeople = Numbers128.Select(v => new Pseudonym<Dataset>(v));
    private static readonly Gen<Pseudonym<Project>> ProjectPeople = Numbers128.Select(v => new Pseudonym<Project>(v));
    private static readonly Gen<Pseudonym<Citizen>> Citizens = Numbers128.Select(v => new Pseudonym<Citizen>(v));
    private static readonly Gen<ActorId> Actors = Slugs.Select(s => new ActorId(s));
    private static readonly Gen<PermitId> Permits = Slugs.Select(s => new PermitId(s));
    private static readonly Gen<DatasetId> DatasetIds = Slugs.Select(s => new DatasetId(s));
    private static readonly Gen<PersonIdentity> Identities =
        Gen.Select(MaybeWords.Array[9], MaybeDays, MaybeDays, Gen.OneOfConst(Sex.Unknown, Sex.Male, Sex.Female), (w, birth, asOf, sex) => new PersonIdentity
        {
            InsurerNumber = w[0], InsuredSymbol = w[1], InsuredNumber = w[2], InsuredBranch = w[3], NameKanji = w[4], NameKana = w[5],
            PostalCode = w[6], Address = w[7], LocalPatientId = w[8], BirthDate = birth, AsOf = asOf, Sex = sex,
        });

    private static readonly Gen<NationalIds?> MaybeIds = Gen.OneOf(
        Gen.Const((NationalIds?)null), Gen.Select(Words, MaybeWords, MaybeWords, MaybeWords, (a, b, c, d) => (NationalIds?)new NationalIds(a, b, c, d)));

    private static readonly Gen<RefusalSet> RefusalSets = Gen.Select(Words, Instants, Citizens.Array[0, 9], Gen.Bool, (id, at, who, inverted) => new RefusalSet(id, at, who, inverted));
    private static readonly Gen<FindingHome> Homes = Gen.Select(Slugs, Slugs, (h, key) => new FindingHome(new HolderId(h), key));

    private static readonly Gen<Finding> Remarks = Gen.Select(
        Slugs, Gen.OneOfConst(Severity.Note, Severity.Warning), Words, Words, Gen.Select(MaybeWords, Gen.Long.Nullable(), MaybeWords),
        (code, severity, reason, remedy, place) => new Finding(code, severity, reason, remedy, new Place(place.Item1, place.Item2, place.Item3)));

    private static Gen<Outcome<T>> Outcomes<T>(Gen<T> values) => Gen.OneOf(
        Gen.Select(values, Remarks.Array[0, 3], (v, f) => Outcome<T>.Ok(v, f)),
        Remarks.Array[1, 3].Select(f => Outcome<T>.Refused(f)));

    private static Gen<IReadOnlyList<T>> Lists<T>(Gen<T> items) => items.Array[0, 9].Select(a => (IReadOnlyList<T>)a);

    [Fact]
    public void Linking() => RoundTrips(
        Gen.Select(Slugs.Select(s => new HolderId(s)), DatasetIds, Slugs.Select(s => new DeliveryId(s)), Lists(Gen.Select(Gen.Int, Identities, MaybeIds, (t, i, ids) => new IdentityTicket(t, i, ids)))),
        asked => Outcomes(Gen.Select(DatasetPeople, Gen.OneOfConst(Enum.GetValues<LinkClass>())).Array[asked.Item4.Count]
            .Select(a => (IReadOnlyList<LinkedTicket>)[.. a.Select((x, i) => new LinkedTicket(asked.Item4[i].Ticket, x.Item1, x.Item2))])),
        asked => nodes.Remote.LinkAsync(asked.Item1, asked.Item2, asked.Item3, asked.Item4));

    [Fact]
    public void Importing_history() => RoundTrips(
        Gen.Select(Lists(Gen.Select(Identities, Identities, Days, (b, a, d) => new NumberHistory(b, a, d))), Actors),
        _ => Outcomes(Gen.Int),
        asked => nodes.Remote.ImportHistoryAsync(asked.Item1, asked.Item2));

    [Fact]
    public void Converting() => RoundTrips(
        Gen.Select(Permits, DatasetIds, Lists(DatasetPeople), RefusalSets, Actors)
            .Select(x => new ConversionRequest(x.Item1, x.Item2, x.Item3, x.Item4, x.Item5)),
        asked => Outcomes(Gen.Select(Gen.OneOf(Gen.Const((Pseudonym<Project>?)null), ProjectPeople.Select(p => (Pseudonym<Project>?)p)).Array[asked.People.Count], Words)
            .Select(x => new Conversion(x.Item1, x.Item1.Count(p => p is null), x.Item2))),
        asked => nodes.Remote.ConvertAsync(asked));

    [Fact]
    public void Opening_and_closing_a_project()
    {
        RoundTrips(Gen.Select(Permits, Lists(DatasetIds), Instants, Actors), _ => Outcomes(Gen.Bool), a => nodes.Remote.OpenProjectAsync(a.Item1, a.Item2, a.Item3, a.Item4));
        RoundTrips(Gen.Select(Permits, Actors), _ => Outcomes(Gen.Bool), a => nodes.Remote.CloseProjectAsync(a.Item1, a.Item2));
    }

    [Fact]
    public void Identifying_a_person() => RoundTrips(Identities, _ => Outcomes(Citizens), a => nodes.Remote.IdentifyAsync(a));

    [Fact]
    public void Ways_back_to_the_holders()
    {
        RoundTrips(
            Gen.Select(Permits, ProjectPeople, Lists(Homes), RefusalSets, Actors),
            _ => Outcomes(Gen.Select(Gen.OneOf(Gen.Const((string?)null), Slugs.Select(s => (string?)s)), Gen.Byte.Array[0, 900], (h, address) => new WayHome(h is null ? null : new HolderId(h), address))),
            a => nodes.Remote.FindWayHomeAsync(a.Item1, a.Item2, a.Item3, a.Item4, a.Item5));
        RoundTrips(
            Gen.Select(Permits, Lists(ProjectPeople), Homes, Lists(RefusalSets), Actors),
            _ => Outcomes(Gen.Select(Lists(Gen.Int), Gen.Byte.Array[0, 99], (rows, box) => new AddressedRows(rows, box))),
            a => nodes.Remote.AddressRowsAsync(a.Item1, a.Item2, a.Item3, a.Item4, a.Item5));
    }

    [Fact]
    public async Task A_nation_s_refusals_and_a_large_answer_pass_in_parts()
    {
        var people = Enumerable.Range(0, 150_000).Select(i => new Pseudonym<Project>((UInt128)i << 64)).ToArray();
        var refused = Enumerable.Range(0, 140_000).Select(i => new Pseudonym<Citizen>((UInt128)i)).ToArray();
        RefusalSet[] sets = [new("a", DateTimeOffset.UnixEpoch, refused), new("none", DateTimeOffset.UnixEpoch, [])];
        nodes.Linkage.Answer = Outcome<AddressedRows>.Ok(new([.. Enumerable.Range(0, 140_000)], new byte[(2 << 20) + 1]));
        var addressed = (await nodes.Remote.AddressRowsAsync(new PermitId("p"), people, new FindingHome(new HolderId("h"), "age1x"), sets, new ActorId("a"))).Value;
        Assert.Equal((140_000, (2 << 20) + 1), (addressed.Rows.Count, addressed.Sealed.Length));
        var (_, askedPeople, _, askedSets, _) = ((PermitId, IReadOnlyList<Pseudonym<Project>>, FindingHome, IReadOnlyList<RefusalSet>, ActorId))nodes.Linkage.Asked!;
        Assert.Equal(people, askedPeople);
        Assert.Equal(refused, askedSets[0].Refused);
        Assert.Empty(askedSets[1].Refused);
    }

    [Fact]
    public async Task What_was_cut_short_finds_no_way()
    {
        var whole = new WayBack(new PermitId("p"), [new(1), new(2)], [new(new HolderId("h"), "age1x")], [new("s", DateTimeOffset.UnixEpoch, [new(3)]), new("t", DateTimeOffset.UnixEpoch, [])], new ActorId("a")).Parts().ToArray();
        Assert.Equal(2, (await WayBack.ReadAsync(whole.ToAsyncEnumerable())).Refusals.Count);
        for (var kept = 0; kept < whole.Length; kept++)
        {
            await Assert.ThrowsAsync<MalformedMessageException>(() => WayBack.ReadAsync(whole.Take(kept).ToAsyncEnumerable()));
        }
    }

    [Fact]
    public void A_way_and_none_are_of_one_length() =>
        Assert.Equal(Translation.Filled(new(new HolderId("hospital"), new byte[700])).Length, Translation.Filled(new(null, [])).Length);

    [Fact]
    public void Recording_a_use() => RoundTrips(Gen.Select(Permits, Words, Lists(ProjectPeople)), _ => Outcomes(Gen.Bool), a => nodes.Remote.RecordUseAsync(a.Item1, a.Item2, a.Item3));

    [Fact]
    public void Telling_a_person_of_uses_holdings_and_aliases()
    {
        RoundTrips(Citizens, _ => Lists(Gen.Select(Permits, Words, Instants, (p, x, t) => new PersonalUse(p, x, t))), a => nodes.Remote.UsesOfAsync(a));
        RoundTrips(Citizens, _ => Lists(Gen.Select(DatasetIds, Instants, Instants, (d, f, l) => new PersonalHolding(d, f, l))), a => nodes.Remote.HoldingsOfAsync(a));
        RoundTrips(Citizens, _ => Lists(Citizens), a => nodes.Remote.AliasesOfAsync(a));
    }

    [Fact]
    public void Merging_and_splitting()
    {
        RoundTrips(Gen.Select(Citizens, Citizens, Words, Actors), _ => Outcomes(Words), a => nodes.Remote.MergeAsync(a.Item1, a.Item2, a.Item3, a.Item4));
        RoundTrips(Gen.Select(Words, Words, Actors), _ => Outcomes(Gen.Bool), a => nodes.Remote.SplitAsync(a.Item1, a.Item2, a.Item3));
    }

    [Fact]
    public void Figures() => RoundTrips(
        Gen.Const("figures"),
        _ => Gen.Select(Gen.Long.Array[12], Gen.Long.Array[6], (n, classes) => new LinkageFigures(
            n[0], n[1], n[2], Enum.GetValues<LinkClass>().ToDictionary(c => c, c => classes[(int)c]), n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11])),
        _ => nodes.Remote.FiguresAsync());

    [Fact]
    public void Corrections_of_a_dataset_and_of_a_project()
    {
        RoundTrips(Gen.Select(DatasetIds, Gen.Long), _ => Outcomes(Lists(Corrections(DatasetPeople))), a => nodes.Remote.CorrectionsAsync(a.Item1, a.Item2));
        RoundTrips(Gen.Select(Permits, Gen.Long), _ => Outcomes(Lists(Corrections(ProjectPeople))), a => nodes.Remote.CorrectionsAsync(a.Item1, a.Item2));
    }

    [Fact]
    public void The_desk_and_its_roles()
    {
        var roles = Gen.Int[0, 1023].Select(r => (Role)r);
        var texts = Gen.Select(Words, Words, (ja, en) => new Bilingual(ja, en));
        var cases = Gen.Select(
            Gen.Select(Words, texts, Gen.Bool), Lists(Identities), Lists(Identities), Lists(Gen.Select(texts, texts, (f, a) => new DeskEvidence(f, a))),
            (c, left, right, evidence) => new DeskCase(c.Item1, c.Item2, left, right, evidence, c.Item3));
        RoundTrips(Gen.Select(Actors, roles, Gen.Int), _ => Outcomes(Lists(cases)), a => nodes.Remote.DeskAsync(new Actor(a.Item1, a.Item2, "not told"), a.Item3));
        RoundTrips(
            Gen.Select(Words, Gen.OneOfConst(Enum.GetValues<DeskVerdict>()), Words, Actors, roles),
            _ => Outcomes(Gen.Bool),
            a => nodes.Remote.DecideAsync(a.Item1, a.Item2, a.Item3, new Actor(a.Item4, a.Item5, "not told")));
    }

    [Fact]
    public void Quality_without_the_truth()
    {
        var shares = Gen.Double[0, 1].Nullable();
        var groups = Gen.Select(Words, Words, Gen.Long, Gen.Double[0, 1].Array[3], shares, (group, value, persons, byClass, contested) =>
            new GroupLinkage(group, value, persons, byClass.Select((share, i) => ($"Class{i}", share)).ToDictionary(c => c.Item1, c => c.share), contested));
        var told = Gen.Select(
            Gen.Select(DatasetIds, Words), groups, Lists(groups), Gen.Select(shares, shares), Gen.Long.Nullable().Array[3],
            (of, all, some, estimated, counters) => new LinkageQuality(of.Item1, of.Item2, all, some, estimated.Item1, estimated.Item2, counters[0], counters[1], counters[2]));
        RoundTrips(Gen.Select(Gen.OneOf(Gen.Const((DatasetId?)null), DatasetIds.Select(d => (DatasetId?)d)), Actors), _ => Outcomes(Lists(told)), a => nodes.Remote.QualityAsync(a.Item1, a.Item2));
    }

    private static Gen<Correction<T>> Corrections<T>(Gen<Pseudonym<T>> people) => Gen.Select(
        Gen.Select(Gen.Long, Gen.OneOfConst(Enum.GetValues<CorrectionKind>()), Words, Instants), Gen.OneOf(Gen.Const((Pseudonym<T>?)null), people.Select(p => (Pseudonym<T>?)p)), people, people,
        Lists(Gen.Select(Slugs, Slugs, Lists(Gen.Int[0, 99]), (h, d, t) => new MovedTickets(new HolderId(h), new DeliveryId(d), t))),
        (c, record, from, to, moved) => new Correction<T>(c.Item1, c.Item2, record, from, to, c.Item3, c.Item4, moved));

    [Fact]
    public async Task A_city_passes_in_one_call()
    {
        // More than any message, and more than the default limit of a request's body (30 MB).
        var people = Enumerable.Range(0, 2_100_000).Select(i => new Pseudonym<Dataset>((UInt128)i << 64 | 7)).ToArray();
        var refused = Enumerable.Range(0, 200_000).Select(i => new Pseudonym<Citizen>((UInt128)i)).ToArray();
        nodes.Linkage.Answer = Outcome<Conversion>.Ok(new Conversion([.. people.Select((p, i) => i % 10 == 3 ? (Pseudonym<Project>?)null : new Pseudonym<Project>(p.Value + 1))], 210_000, "epoch-1"));
        var request = new ConversionRequest(new PermitId("p-1"), new DatasetId("claims"), people, new RefusalSet("set", DateTimeOffset.UnixEpoch, refused), new ActorId("a"));
        var started = TimeProvider.System.GetTimestamp();
        var converted = (await nodes.Remote.ConvertAsync(request)).Value;
        TestContext.Current.SendDiagnosticMessage($"2.1 million pseudonyms there and back in {TimeProvider.System.GetElapsedTime(started).TotalSeconds:F2} s");
        Assert.Equal(people, ((ConversionRequest)nodes.Linkage.Asked!).People);
        Assert.Equal(refused, ((ConversionRequest)nodes.Linkage.Asked).Refusals.Refused);
        Assert.Equal(2_100_000, converted.People.Count);
        Assert.Null(converted.People[2_000_003]);
        Assert.Equal(people[2_000_004].Value + 1, converted.People[2_000_004]!.Value.Value);
    }

    [Fact]
    public async Task A_delivery_of_many_identities_passes_in_one_call()
    {
        var tickets = Enumerable.Range(0, 30_000).Select(i => new IdentityTicket(i, new PersonIdentity { NameKanji = new string('港', 100), Address = new string('丁', 200), InsuredNumber = $"{i}" })).ToArray();
        nodes.Linkage.Answer = Outcome<IReadOnlyList<LinkedTicket>>.Ok([.. tickets.Select(t => new LinkedTicket(t.Ticket, new Pseudonym<Dataset>((UInt128)t.Ticket), LinkClass.NumberVerified))]);
        var linked = (await nodes.Remote.LinkAsync(new HolderId("h"), new DatasetId("d"), new DeliveryId("n"), tickets)).Value;
        Assert.Equal(30_000, linked.Count);
        Assert.Equal(new LinkedTicket(29_999, new Pseudonym<Dataset>(29_999), LinkClass.NumberVerified), linked[^1]);
    }

    [Fact]
    public async Task What_breaks_on_the_other_node_is_a_finding_that_tells_nothing()
    {
        nodes.Linkage.Failure = new InvalidOperationException("港 太郎 was here");
        try
        {
            var identified = await nodes.Remote.IdentifyAsync(new PersonIdentity { NameKanji = "港 太郎" });
            Assert.Equal("federation.failed", identified.Findings[0].Code);
            Assert.DoesNotContain("港", string.Join(' ', identified.Findings));
            Assert.Equal("federation.failed", (await nodes.Remote.ConvertAsync(new ConversionRequest(new PermitId("p"), new DatasetId("d"), [], new RefusalSet("", default, []), new ActorId("a")))).Findings[0].Code);
            var refused = await Assert.ThrowsAsync<RefusedException>(() => nodes.Remote.FiguresAsync());
            Assert.Equal("federation.failed", refused.Findings[0].Code);
        }
        finally
        {
            nodes.Linkage.Failure = null;
        }
    }

    [Fact]
    public async Task A_cancelled_call_is_cancelled()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => nodes.Remote.FiguresAsync(cancelled.Token));
    }

    private void RoundTrips<TAsked, TAnswer>(Gen<TAsked> asked, Func<TAsked, Gen<TAnswer>> answers, Func<TAsked, Task<TAnswer>> call)
        where TAsked : notnull => asked.SelectMany(q => answers(q).Select(a => (q, a))).Sample(
            x =>
            {
                nodes.Linkage.Answer = x.a;
                var answer = call(x.q).GetAwaiter().GetResult();
                Assert.Equal(Tell(x.q), Tell(nodes.Linkage.Asked));
                Assert.Equal(Tell(x.a), Tell(answer));
            },
            iter: 60,
            threads: 1);

    /// <summary>Everything that a value holds, as text: identities do not print themselves.</summary>
    private static string Tell(object? value) => value switch
    {
        null => "null",
        string s => $"\"{s}\"",
        bool b => b.ToString(),
        DateTimeOffset t => $"{t.UtcTicks}",
        IDictionary d => string.Join(',', d.Keys.Cast<object>().Select(k => $"{k}:{d[k]}").Order(StringComparer.Ordinal)),
        IEnumerable list => $"[{string.Join(',', list.Cast<object?>().Select(Tell))}]",
        Enum or IFormattable => value.ToString()!,
        _ when value.GetType().GetProperty("IsOk") is { } ok && !(bool)ok.GetValue(value)! => $"refused {Tell(value.GetType().GetProperty("Findings")!.GetValue(value))}",
        System.Runtime.CompilerServices.ITuple t => $"({string.Join(',', Enumerable.Range(0, t.Length).Select(i => Tell(t[i])))})",
        _ => $"{value.GetType().Name}({string.Join(',', value.GetType().GetProperties().Where(p => p.GetIndexParameters().Length == 0).Select(p => $"{p.Name}={Tell(p.GetValue(value))}"))})",
    };
}
