using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Minato.Ledger;
using Minato.Linkage.SplitTrust.Group;

namespace Minato.Linkage.SplitTrust;

/// <param name="Folder">Where the identity authority's and the vaults' files live.</param>
/// <param name="StandardsFolder">The repository's <c>standards</c>.</param>
/// <param name="EnrolledADay">Persons a day that each transcryptor evaluates for the identity authority; two officers may raise it.</param>
/// <param name="ConvertedADay">Persons a day that each transcryptor converts.</param>
/// <param name="SeparateProvisions">Whether each provision of a permit has names of its own, so that two do not join.</param>
/// <param name="Officers">Public keys (Ed25519, 32 bytes) of those of whom two may raise a quota.</param>
public sealed record SplitTrustOptions(
    string Folder, string StandardsFolder, long EnrolledADay = 500_000_000, long ConvertedADay = 2_000_000_000, bool SeparateProvisions = false, IReadOnlyDictionary<string, byte[]>? Officers = null);

/// <summary>The key stores of the parties. Nobody alone can link only as long as nobody has two of the first three.</summary>
public sealed record SplitTrustKeys(IKeyStore Identity, IKeyStore Authority, IKeyStore Overseer, IKeyStore Vaults);

/// <summary>
/// Split trust behind the linkage port (decision 0034): an identity authority, two transcryptors and a vault for each dataset,
/// each project and the citizens. This class carries the messages between them and sees what the vaults see; it holds no factor.
/// </summary>
public sealed class SplitTrustLinkage : ILinkage, IDisposable
{
    private const int RotateAtMost = 10_000;
    private static readonly TimeSpan RunIsFresh = TimeSpan.FromMinutes(5);
    private const string OneProvision = "1";

    private readonly SplitTrustOptions options;
    private readonly IdentityAuthority identity;
    private readonly ILinkageAuthority authority;
    private readonly IOverseer overseer;
    private readonly PartyBook known;
    private readonly IKeyStore vaultKeys;
    private readonly PartyKeys desk;
    private readonly TimeProvider clock;
    private readonly ConcurrentDictionary<string, Vault> vaults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ProjectVault> projects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string Run, DateTimeOffset Since)> runs = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim gate = new(1, 1);

    private SplitTrustLinkage(
        SplitTrustOptions options, IdentityAuthority identity, ILinkageAuthority authority, IOverseer overseer, PartyBook known, IKeyStore vaultKeys, TimeProvider clock)
    {
        (this.options, this.identity, this.authority, this.overseer, this.known, this.vaultKeys, this.clock) = (options, identity, authority, overseer, known, vaultKeys, clock);
        desk = new PartyKeys(vaultKeys, PartyBook.Desk);
    }

    /// <summary>All parties in this process, each with its own keys and its own lines on the ledger: a single node, or a trial.</summary>
    public static SplitTrustLinkage Open(SplitTrustOptions options, ILedger ledger, SplitTrustKeys keys, TimeProvider clock) =>
        Open(options, ledger, ledger, ledger, keys, clock, a => a, o => o);

    /// <summary>The parties' ledgers may be apart; the transcryptors may be reached through something else, such as a wire or a tap.</summary>
    internal static SplitTrustLinkage Open(
        SplitTrustOptions options, ILedger ledger, ILedger authorityLedger, ILedger overseerLedger, SplitTrustKeys keys, TimeProvider clock,
        Func<ILinkageAuthority, ILinkageAuthority> toAuthority, Func<IOverseer, IOverseer> toOverseer)
    {
        var (ida, la, ov, desk) = (new PartyKeys(keys.Identity, PartyBook.Identity), new PartyKeys(keys.Authority, LinkageAuthority.Name), new PartyKeys(keys.Overseer, LinkageAuthority.OverseerName), new PartyKeys(keys.Vaults, PartyBook.Desk));
        var quotas = new Quotas(options.EnrolledADay, options.ConvertedADay);
        var authority = new LinkageAuthority(la, Book(), authorityLedger, quotas, clock);
        var overseer = new Overseer(ov, Book(), overseerLedger, quotas, clock);
        var room = LinkageRoom.Open(new LinkageOptions(Path.Combine(options.Folder, "identity"), options.StandardsFolder), ledger, keys.Identity, clock);
        return new SplitTrustLinkage(options, new IdentityAuthority(room, ida, ledger, clock), toAuthority(authority), toOverseer(overseer), Book(), keys.Vaults, clock);

        // Each party has pinned the standing ones; apart, these keys come from its configuration.
        PartyBook Book()
        {
            var book = new PartyBook();
            book.Pin(PartyBook.Identity, ida.VerifyingKey());
            book.Pin(PartyBook.Desk, desk.VerifyingKey());
            book.Pin(LinkageAuthority.Name, la.VerifyingKey());
            book.Pin(LinkageAuthority.OverseerName, ov.VerifyingKey());
            foreach (var (name, key) in options.Officers ?? new Dictionary<string, byte[]>())
            {
                book.Pin(PartyBook.OfficerPrefix + name, key);
            }

            return book;
        }
    }

    public void Dispose()
    {
        identity.Dispose();
        foreach (var vault in vaults.Values)
        {
            vault.Dispose();
        }

        foreach (var project in projects.Values)
        {
            project.Dispose();
        }

        gate.Dispose();
    }

    public Task<Outcome<IReadOnlyList<LinkedTicket>>> LinkAsync(
        HolderId holder, DatasetId dataset, DeliveryId delivery, IReadOnlyList<IdentityTicket> tickets, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (!(await VaultAsync(Domain.Of(dataset).Name, ct).ConfigureAwait(false)).Try(out var vault, out var closed))
                {
                    return Outcome<IReadOnlyList<LinkedTicket>>.Refused(closed);
                }

                var name = IdentityAuthority.DeliveryName(holder, dataset, delivery);
                for (var attempt = 0; ; attempt++)
                {
                    var resolved = await identity.ResolveAsync(holder, dataset, delivery, tickets, vault.Versions, ct).ConfigureAwait(false);
                    if (!resolved.Try(out var numbered))
                    {
                        return Outcome<IReadOnlyList<LinkedTicket>>.Refused(resolved.Findings);
                    }

                    if (numbered.Enrolments.Count > 0 && !(await EnrolAsync(vault, numbered.Enrolments, add: true, ct).ConfigureAwait(false)).Try(out _, out var refused))
                    {
                        identity.Forget(dataset);
                        return Outcome<IReadOnlyList<LinkedTicket>>.Refused(refused);
                    }

                    if (numbered.Tickets.Count > 0 && !vault.Knows(name, numbered.Tickets.Select(t => t.Number)) && attempt == 0)
                    {
                        identity.Forget(dataset);
                        continue;
                    }

                    var told = await TellFollowingsAsync(ct).ConfigureAwait(false);
                    return told.Count > 0
                        ? Outcome<IReadOnlyList<LinkedTicket>>.Refused(told)
                        : Outcome<IReadOnlyList<LinkedTicket>>.Ok([.. numbered.Tickets.Select(t => new LinkedTicket(t.Ticket, vault.NameOf(t.Number), t.Class))], numbered.Findings);
                }
            },
            ct);

    public Task<Outcome<int>> ImportHistoryAsync(IReadOnlyList<NumberHistory> changes, ActorId by, CancellationToken ct = default) =>
        AloneAsync(async () => await WithFollowingsAsync(await identity.Room.ImportHistoryAsync(changes, by, ct).ConfigureAwait(false), ct).ConfigureAwait(false), ct);

    public Task<Outcome<bool>> OpenProjectAsync(PermitId permit, IReadOnlyList<DatasetId> datasets, DateTimeOffset until, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var domain = Domain.Of(permit);
                if (!Statements(domain).Try(out var statements, out var refused))
                {
                    return Outcome<bool>.Refused(refused);
                }

                var terms = Project(permit).Opening(until, [.. datasets.Select(d => d.Value).Distinct().Order(StringComparer.Ordinal)]);
                return await OpenBothAsync(OrderKind.OpenProject, domain, permit.Value, terms, statements, ct).ConfigureAwait(false);
            },
            ct);

    public Task<Outcome<bool>> CloseProjectAsync(PermitId permit, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                var domain = Domain.Of(permit);
                var order = SignedOrder.By(desk, Order.New(OrderKind.CloseProject, PartyBook.Desk, default, domain, permit.Value, "", [], clock.GetUtcNow()));
                var closed = await BothAsync(t => t.CloseAsync(order, ct)).ConfigureAwait(false);
                if (closed.IsOk && projects.TryRemove(domain.Name, out var project))
                {
                    project.Destroy();
                }

                return closed;
            },
            ct);

    public Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, CancellationToken ct = default) =>
        AloneAsync(() => ConvertAsync(request, options.SeparateProvisions ? request.Provision ?? OneProvision : OneProvision, ct), ct);

    public Task<Outcome<Pseudonym<Citizen>>> IdentifyAsync(PersonIdentity identity, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (!(await VaultAsync(Domain.CitizenName, ct).ConfigureAwait(false)).Try(out var citizens, out var closed))
                {
                    return Outcome<Pseudonym<Citizen>>.Refused(closed);
                }

                if (!(await this.identity.IdentifyAsync(identity, citizens.Versions, ct).ConfigureAwait(false)).Try(out var found, out var refused)
                    || !(await EnrolAsync(citizens, found.Enrolments, add: true, ct).ConfigureAwait(false)).Try(out var names, out refused))
                {
                    return Outcome<Pseudonym<Citizen>>.Refused(refused);
                }

                citizens.KeepLetter(names[0], found.Letter);
                return new Pseudonym<Citizen>(citizens.Names(names[0])[0]);
            },
            ct);

    public Task<Outcome<bool>> RecordUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct = default) =>
        AloneAsync(() => NoteUseAsync(permit, extraction, people, ct), ct);

    public Task<IReadOnlyList<PersonalUse>> UsesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) =>
        AloneAsync<IReadOnlyList<PersonalUse>>(
            async () => [.. (await CitizensAsync(ct).ConfigureAwait(false)).Uses(citizen.Value)
                .Select(u => new PersonalUse(new PermitId(u.Permit), u.Extraction, DateTimeOffset.Parse(u.At, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)))
                .Distinct()
                .OrderByDescending(u => u.At).ThenBy(u => u.Permit.Value, StringComparer.Ordinal)],
            ct);

    public Task<IReadOnlyList<PersonalHolding>> HoldingsOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) =>
        AloneAsync(
            async () => (await InRoomAsync(citizen, ct).ConfigureAwait(false)).Try(out var person) ? await identity.Room.HoldingsOfAsync(person, ct).ConfigureAwait(false) : [],
            ct);

    public Task<IReadOnlyList<Pseudonym<Citizen>>> AliasesOfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default) =>
        AloneAsync<IReadOnlyList<Pseudonym<Citizen>>>(
            async () => [.. (await CitizensAsync(ct).ConfigureAwait(false)).Names(citizen.Value).Select(n => new Pseudonym<Citizen>(n))],
            ct);

    public Task<Outcome<string>> MergeAsync(Pseudonym<Citizen> keep, Pseudonym<Citizen> merge, string reason, ActorId by, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (!(await InRoomAsync(keep, ct).ConfigureAwait(false)).Try(out var kept, out var refused)
                    || !(await InRoomAsync(merge, ct).ConfigureAwait(false)).Try(out var merged, out refused))
                {
                    return Outcome<string>.Refused(refused);
                }

                return await WithFollowingsAsync(await identity.Room.MergeAsync(kept, merged, reason, by, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
            },
            ct);

    public Task<Outcome<bool>> SplitAsync(string mergeId, string reason, ActorId by, CancellationToken ct = default) =>
        AloneAsync(async () => await WithFollowingsAsync(await identity.Room.SplitAsync(mergeId, reason, by, ct).ConfigureAwait(false), ct).ConfigureAwait(false), ct);

    public Task<LinkageFigures> FiguresAsync(CancellationToken ct = default) => identity.Room.FiguresAsync(ct);

    /// <summary>
    /// Gives a dataset's people the next version of its factor, <c>P^(s_new/s_old)</c>, without any identity; the names that
    /// the dataset uses stay. A rotation that a crash broke off is finished.
    /// </summary>
    /// <returns>How many people were moved.</returns>
    public Task<Outcome<int>> RotateAsync(DatasetId dataset, CancellationToken ct = default) => AloneAsync(() => RotateAsync(Domain.Of(dataset).Name, ct), ct);

    /// <summary>The same for the citizens' domain.</summary>
    public Task<Outcome<int>> RotateCitizensAsync(CancellationToken ct = default) => AloneAsync(() => RotateAsync(Domain.CitizenName, ct), ct);

    /// <summary>Destroys both transcryptors' factors of a version from which everybody was moved; each says so on its ledger.</summary>
    public Task<Outcome<bool>> RetireAsync(DatasetId dataset, int version, CancellationToken ct = default) =>
        AloneAsync(
            async () =>
            {
                if (!(await VaultAsync(Domain.Of(dataset).Name, ct).ConfigureAwait(false)).Try(out var vault, out var closed))
                {
                    return Outcome<bool>.Refused(closed);
                }

                if (version >= vault.Version || vault.Versions.Contains(version))
                {
                    return Finding.Error("linkage.version-in-use", $"People of {dataset} are at version {version}", "Rotate to the end first");
                }

                var domain = Domain.Of(dataset, version);
                var order = SignedOrder.By(desk, Order.New(OrderKind.Retire, PartyBook.Desk, domain, domain.Next, "", "", [], clock.GetUtcNow()));
                return await BothAsync(t => t.RetireAsync(order, ct)).ConfigureAwait(false);
            },
            ct);

    private async Task<Outcome<Conversion>> ConvertAsync(ConversionRequest request, string provision, CancellationToken ct)
    {
        if (!Slug.IsValid(provision))
        {
            return Finding.Error("linkage.provision-name", "The provision has no proper name", "Name it with a-z, 0-9, '-', '_', '.'");
        }

        if (!(await VaultAsync(Domain.Of(request.Dataset).Name, ct).ConfigureAwait(false)).Try(out var vault, out var refused)
            || !(await VaultAsync(Domain.CitizenName, ct).ConfigureAwait(false)).Try(out var citizens, out refused)
            || !Statements(Domain.Of(request.Permit)).Try(out var statements, out refused))
        {
            return Outcome<Conversion>.Refused(refused);
        }

        var project = Project(request.Permit);
        if (request.People.Count == 0)
        {
            return new Conversion([], 0, project.Epoch(provision));
        }

        if (!vault.Handles([.. request.People.Select(p => p.Value)], ct).Try(out var people, out refused))
        {
            return Outcome<Conversion>.Refused(refused);
        }

        var set = request.Refusals;
        var setKey = $"{request.Permit} {vault.Domain} {set?.SetId} {set?.AsOf:O} {set?.Inverted}";
        for (var attempt = 0; ; attempt++)
        {
            var goesOn = attempt == 0 && runs.TryGetValue(setKey, out var run) && clock.GetUtcNow() - run.Since < RunIsFresh ? run.Run : null;
            var named = Ciphers.Empty;
            if (goesOn is null && set?.Refused is { Count: > 0 } refusing)
            {
                if (!citizens.Handles([.. refusing.Select(r => r.Value)], ct).Try(out var handles))
                {
                    return Finding.Error(
                        "linkage.refusals-unreadable", "The set of refusals names people whom this linkage does not know", "The set was made for another linkage or under another key; ask OptOut of this node");
                }

                named = handles.Handles;
            }

            var terms = new RunTerms(
                goesOn ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), set?.AsOf ?? DateTimeOffset.UnixEpoch, set?.Inverted ?? false, set?.Refused?.Count ?? 0, citizens.Version,
                set?.Refused is null || string.IsNullOrWhiteSpace(set.SetId) ? "" : set.SetId);
            var order = vault.Sign(Order.New(
                OrderKind.Convert, vault.Domain.Name, vault.Domain, Domain.Of(request.Permit), request.Permit.Value, terms.ToString(),
                Order.DigestOf(people.Handles.B, people.Handles.C, named.B, named.C), clock.GetUtcNow()));
            var through = await ThroughAsync(order, people.Handles, named, ct).ConfigureAwait(false);
            if (goesOn is not null && through.Findings.Any(f => f.Code == "linkage.run-unknown"))
            {
                continue;
            }

            if (!through.Try(out var answer, out refused))
            {
                return Outcome<Conversion>.Refused(refused);
            }

            if (goesOn is null)
            {
                runs[setKey] = (terms.Run, clock.GetUtcNow());
            }

            var converted = new Pseudonym<Project>?[request.People.Count];
            var kept = answer.Passed.Kept;
            if (answer.Finished is { } finished)
            {
                if (!project.Receive(order, statements.Authority, statements.Overseer, answer.Begun, answer.Passed, finished, people.Handles.At(kept), provision, ct).Try(out var names, out refused))
                {
                    return Outcome<Conversion>.Refused(refused);
                }

                for (var j = 0; j < kept.Length; j++)
                {
                    converted[people.Positions[kept[j]]] = names[j];
                }
            }

            return new Conversion(converted, converted.Length - kept.Length, project.Epoch(provision));
        }
    }

    private async Task<Outcome<bool>> NoteUseAsync(PermitId permit, string extraction, IReadOnlyList<Pseudonym<Project>> people, CancellationToken ct)
    {
        if (!Slug.IsValid(extraction))
        {
            return Finding.Error("linkage.extraction-name", "The extraction has no proper name", "Name it with a-z, 0-9, '-', '_', '.'");
        }

        if (!(await VaultAsync(Domain.CitizenName, ct).ConfigureAwait(false)).Try(out var citizens, out var refused)
            || !Statements(Domain.Of(permit)).Try(out var statements, out refused)
            || !Project(permit).HandlesOf(people).Try(out var groups, out refused))
        {
            return Outcome<bool>.Refused(refused);
        }

        foreach (var (from, stored) in groups)
        {
            var handles = stored.Rerandomised(Read(statements.Authority.Share) + Read(statements.Overseer.Share), ct);
            var terms = new RunTerms(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), clock.GetUtcNow(), false, 0, citizens.Version, "");
            var order = Project(permit).Sign(Order.New(
                OrderKind.NoteUse, Domain.Of(permit).Name, from, citizens.Domain, permit.Value, terms.ToString(), Order.DigestOf(handles.B, handles.C, [], []), clock.GetUtcNow()));
            if (!(await ThroughAsync(order, handles, Ciphers.Empty, ct).ConfigureAwait(false)).Try(out var answer, out refused))
            {
                return Outcome<bool>.Refused(refused);
            }

            citizens.NoteUse(answer.Finished!.Out, permit.Value, extraction, ct);
        }

        return true;
    }

    private async Task<Outcome<int>> RotateAsync(string name, CancellationToken ct)
    {
        if (!(await VaultAsync(name, ct).ConfigureAwait(false)).Try(out var vault, out var refused))
        {
            return Outcome<int>.Refused(refused);
        }

        if (vault.Versions.Count == 1)
        {
            var next = vault.Domain.Next;
            if (!(await OpenVersionAsync(vault, next, ct).ConfigureAwait(false)).Try(out _, out refused))
            {
                return Outcome<int>.Refused(refused);
            }

            vault.BeginRotation(next);
        }

        var moved = 0;
        while (vault.Behind(RotateAtMost, ct) is { Rows.Count: > 0 } behind)
        {
            var terms = new RunTerms(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), clock.GetUtcNow(), false, 0, 0, "");
            var order = vault.Sign(Order.New(
                OrderKind.Rotate, name, new Domain(name, behind.Rows[0].Version), vault.Domain, "", terms.ToString(), Order.DigestOf(behind.Handles.B, behind.Handles.C, [], []), clock.GetUtcNow()));
            if (!(await ThroughAsync(order, behind.Handles, Ciphers.Empty, ct).ConfigureAwait(false)).Try(out var answer, out refused)
                || !vault.Moved(order, behind.Rows, answer.Passed, answer.Begun.Run, answer.Finished!, ct).Try(out var count, out refused))
            {
                return Outcome<int>.Refused(refused);
            }

            moved += count;
        }

        return moved;
    }

    private sealed record Through(Begun Begun, Passed Passed, Hopped? Finished);

    /// <summary>Through the linkage authority, the overseer, and the linkage authority again.</summary>
    private async Task<Outcome<Through>> ThroughAsync(SignedOrder order, Ciphers people, Ciphers named, CancellationToken ct)
    {
        if (!(await authority.BeginAsync(order, people, named, ct).ConfigureAwait(false)).Try(out var begun, out var refused)
            || !(await overseer.PassAsync(order, people, named, begun, ct).ConfigureAwait(false)).Try(out var passed, out refused))
        {
            return Outcome<Through>.Refused(refused);
        }

        return (await authority.FinishAsync(order, begun, passed, ct).ConfigureAwait(false)).Map(finished => new Through(begun, passed, finished));
    }

    private async Task<Outcome<UInt128[]>> EnrolAsync(Vault vault, IReadOnlyList<Enrolment> enrolments, bool add, CancellationToken ct)
    {
        var answers = new List<Enrolled>();
        foreach (var enrolment in enrolments)
        {
            if (!(await authority.EnrolAsync(enrolment.Order, enrolment.Blinded, ct).ConfigureAwait(false)).Try(out var wrapped, out var refused)
                || !(await overseer.EnrolAsync(enrolment.Order, enrolment.Blinded, wrapped, ct).ConfigureAwait(false)).Try(out var carried, out refused))
            {
                return Outcome<UInt128[]>.Refused(refused);
            }

            answers.Add(new(enrolment, wrapped, carried));
        }

        return vault.Receive(answers, add, ct);
    }

    private async Task<Outcome<T>> WithFollowingsAsync<T>(Outcome<T> done, CancellationToken ct)
    {
        var told = done.IsOk ? await TellFollowingsAsync(ct).ConfigureAwait(false) : [];
        return told.Count == 0 ? done : Outcome<T>.Refused(told);
    }

    /// <summary>Tells each vault which of its people follow others since merges and splits, in its own pseudonyms.</summary>
    private async Task<IReadOnlyList<Finding>> TellFollowingsAsync(CancellationToken ct)
    {
        var (followings, upTo) = await identity.FollowingsAsync(ct).ConfigureAwait(false);
        var places = followings.SelectMany(f => f.Datasets.Select(d => (Vault: Domain.Of(d).Name, Following: f)).Append((Vault: Domain.CitizenName, Following: f)));
        foreach (var place in places.GroupBy(p => p.Vault))
        {
            if (!(await VaultAsync(place.Key, ct).ConfigureAwait(false)).Try(out var vault, out var refused)
                || !(await NamesAsync([.. place.Select(p => p.Following.One)], add: false).ConfigureAwait(false)).Try(out var ones, out refused))
            {
                return refused;
            }

            var pairs = place.Zip(ones).Where(p => vault.IsKnown(p.Second)).ToArray();
            if (pairs.Length == 0)
            {
                continue;
            }

            if (!(await NamesAsync([.. pairs.Select(p => p.First.Following.Stays)], add: true).ConfigureAwait(false)).Try(out var stays, out refused))
            {
                return refused;
            }

            for (var i = 0; i < pairs.Length; i++)
            {
                vault.Follow(pairs[i].Second, stays[i]);
            }

            Task<Outcome<UInt128[]>> NamesAsync(UInt128[] handles, bool add) =>
                EnrolAsync(vault, identity.Enrol(handles, v => new Domain(place.Key, v), vault.Versions, ct), add, ct);
        }

        await identity.TookAsync(upTo, ct).ConfigureAwait(false);
        return [];
    }

    /// <summary>The person as the identity authority's room names them, by the letter that the citizens' vault keeps.</summary>
    private async Task<Outcome<Pseudonym<Citizen>>> InRoomAsync(Pseudonym<Citizen> citizen, CancellationToken ct)
    {
        var citizens = await CitizensAsync(ct).ConfigureAwait(false);
        return identity.Read(citizens.Letter(citizen.Value) ?? citizens.Names(citizen.Value).Select(citizens.Letter).FirstOrDefault(l => l is not null));
    }

    private async Task<Vault> CitizensAsync(CancellationToken ct) => (await VaultAsync(Domain.CitizenName, ct).ConfigureAwait(false)).Value;

    private async Task<Outcome<Vault>> VaultAsync(string name, CancellationToken ct)
    {
        var vault = vaults.GetOrAdd(name, n =>
        {
            var party = n.Replace('/', '-');
            return new Vault(n, Path.Combine(options.Folder, "vaults", party + ".db"), new PartyKeys(vaultKeys, party), clock);
        });
        foreach (var version in vault.Versions.Where(v => !vault.IsOpen(v)))
        {
            if (!(await OpenVersionAsync(vault, new Domain(name, version), ct).ConfigureAwait(false)).Try(out _, out var refused))
            {
                return Outcome<Vault>.Refused(refused);
            }
        }

        return vault;
    }

    private async Task<Outcome<bool>> OpenVersionAsync(Vault vault, Domain domain, CancellationToken ct)
    {
        if (!Statements(domain).Try(out var statements, out var refused))
        {
            return Outcome<bool>.Refused(refused);
        }

        var opened = await OpenBothAsync(OrderKind.OpenDomain, domain, "", vault.Opening, statements, ct).ConfigureAwait(false);
        if (opened.IsOk)
        {
            vault.Opened(domain, statements.Authority, statements.Overseer);
        }

        return opened;
    }

    private ProjectVault Project(PermitId permit) => projects.GetOrAdd(Domain.Of(permit).Name, _ =>
        new ProjectVault(permit, Path.Combine(options.Folder, "vaults", $"project-{permit.Value}.db"), new PartyKeys(vaultKeys, $"project-{permit.Value}")));

    /// <summary>What both transcryptors say of their factors, with their signatures checked.</summary>
    private Outcome<(FactorStatement Authority, FactorStatement Overseer)> Statements(Domain domain)
    {
        if (!authority.Promise(domain).Try(out var a, out var refused) || !overseer.Promise(domain).Try(out var o, out refused))
        {
            return Outcome<(FactorStatement, FactorStatement)>.Refused(refused);
        }

        return known.IsSigned(LinkageAuthority.Name, a.Text(), a.Signature) && known.IsSigned(LinkageAuthority.OverseerName, o.Text(), o.Signature)
            ? (a, o)
            : Finding.Error("linkage.statement-forged", "A transcryptor's statement is not signed by it", "Check how the transcryptor is reached");
    }

    private async Task<Outcome<bool>> OpenBothAsync(OrderKind kind, Domain domain, string permit, OpeningTerms terms, (FactorStatement Authority, FactorStatement Overseer) statements, CancellationToken ct)
    {
        var order = SignedOrder.By(desk, Order.New(kind, PartyBook.Desk, default, domain, permit, terms.ToString(), [], clock.GetUtcNow()));
        var first = await authority.OpenAsync(order, statements.Overseer, ct).ConfigureAwait(false);
        return first.IsOk ? await overseer.OpenAsync(order, statements.Authority, ct).ConfigureAwait(false) : first;
    }

    private async Task<Outcome<bool>> BothAsync(Func<ITranscryptor, Task<Outcome<bool>>> ask)
    {
        var (a, o) = (await ask(authority).ConfigureAwait(false), await ask(overseer).ConfigureAwait(false));
        return a.IsOk ? o : a;
    }

    private static Point Read(string hex) => Point.TryRead(Convert.FromHexString(hex), out var point) ? point : throw new InvalidDataException("A statement holds no point");

    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await work().ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }
}

/// <summary>The value, or what stands against it, in one look.</summary>
internal static class OutcomeParts
{
    public static bool Try<T>(this Outcome<T> outcome, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T value, out IReadOnlyList<Finding> findings)
    {
        findings = outcome.Findings;
        return outcome.Try(out value);
    }
}
