using Minato.Access;
using Minato.Intake;
using Minato.Linkage;
using Minato.OptOut;
using Minato.Primary;
using Minato.Warehouse;

namespace Minato.Portal;

/// <summary>One thing that concerns a person, in plain words.</summary>
/// <param name="Asks">The person is asked to do something.</param>
public sealed record PersonalNotice(DateTimeOffset At, Bilingual Text, string? Link = null, bool Asks = false);

/// <summary>
/// What concerns a person, as it happens (E4): permits over data that holds them, uses and their results, choices that take effect, others who speak for them. Nothing is stored: it is
/// what the rooms know.
/// </summary>
public sealed class PersonalInbox(ILinkage linkage, IAccessDesk access, IOptOut optOut, IActing acting, IPrimary primary, IIntake intake, IWarehouse warehouse, TimeProvider clock)
{
    /// <returns>Newest first; nothing that is still to come.</returns>
    public async Task<IReadOnlyList<PersonalNotice>> OfAsync(Pseudonym<Citizen> citizen, CancellationToken ct = default)
    {
        var now = clock.GetUtcNow();
        var uses = await linkage.UsesOfAsync(citizen, ct).ConfigureAwait(false);
        var held = (await linkage.HoldingsOfAsync(citizen, ct).ConfigureAwait(false)).Select(h => h.Dataset).ToHashSet();
        return [.. Uses(uses).Concat(Permits(citizen, held)).Concat(Choices(citizen)).Concat(Grants(citizen)).Concat(Readings(citizen)).Where(n => n.At <= now).OrderByDescending(n => n.At)];
    }

    private IEnumerable<PersonalNotice> Uses(IReadOnlyList<PersonalUse> uses)
    {
        foreach (var of in uses.GroupBy(u => u.Permit))
        {
            var study = access.FindPublished(of.Key);
            var title = study?.Draft?.Use.Title ?? new Bilingual(of.Key.Value, of.Key.Value);
            foreach (var use in of)
            {
                yield return new(use.At, new($"「{title.Ja}」に、あなたのデータが使われました。", $"Your data was used for \"{title.En}\"."), study is null ? null : $"/uses/{study.Id}");
            }

            foreach (var result in study?.Results ?? [])
            {
                yield return new(result.At, new($"あなたのデータを使った「{title.Ja}」の結果が公表されました。", $"Results of \"{title.En}\", which used your data, were published."), $"/uses/{study!.Id}");
            }
        }
    }

    private IEnumerable<PersonalNotice> Permits(Pseudonym<Citizen> citizen, HashSet<DatasetId> held)
    {
        foreach (var study in access.Published)
        {
            if (study.Permit is not { } permit || study.Draft is not { } draft || warehouse.Datasets.Where(d => held.Contains(d.Id) && draft.Use.Datasets.Any(g => g.Dataset == d.Id)).ToList() is not { Count: > 0 } mine)
            {
                continue;
            }

            var kind = draft.Answers.GetValueOrDefault("applicant.kind");
            var left = mine.All(d => optOut.IsLeftOut(citizen, new IntendedUse(draft.Use.Purpose, d.Id, d.Holder, d.Category, kind), permit.From));
            var title = draft.Use.Title;
            yield return left
                ? new(permit.From, new($"「{title.Ja}」が許可されました。あなたは断っているので、あなたのデータは使われません。", $"\"{title.En}\" was permitted. You have refused, so your data is left out."), $"/uses/{study.Id}")
                : new(permit.From, new($"「{title.Ja}」が許可されました。あなたの記録があるデータが使われます。望まないときは断れます。", $"\"{title.En}\" was permitted, over data that holds you. You may refuse."), $"/uses/{study.Id}");
        }
    }

    private IEnumerable<PersonalNotice> Choices(Pseudonym<Citizen> citizen)
    {
        foreach (var (choice, withdrawn, _) in optOut.HistoryOf(citizen))
        {
            var what = choice.Refused ? new Bilingual("利用を断る", "refuse use") : new Bilingual("利用を認める", "allow use");
            var who = choice.Ground is null ? new Bilingual("あなたの", "Your") : new Bilingual("あなたに代わる人の", "Somebody's, for you:");
            yield return new(choice.From, new($"{who.Ja}選択（{what.Ja}）が有効になりました。", $"{who.En} choice to {what.En} took effect."), $"/me/receipt/{choice.Id}");
            if (withdrawn is { } at)
            {
                yield return new(at, new($"{who.Ja}選択（{what.Ja}）が取り消されました。", $"{who.En} choice to {what.En} was taken back."), $"/me/receipt/{choice.Id}");
            }
        }
    }

    private IEnumerable<PersonalNotice> Readings(Pseudonym<Citizen> citizen)
    {
        foreach (var reading in primary.ReadingsOf(citizen).Where(r => r.Ground != ReadingGround.Own))
        {
            var who = intake.Holders.FirstOrDefault(h => h.Id == reading.Provider)?.Name ?? new Bilingual($"{reading.Provider}", $"{reading.Provider}");
            var ground = RecordWords.Of(reading.Ground);
            yield return new(reading.At, new($"{who.Ja}があなたの医療の記録を見ました（{ground.Ja}）。", $"{who.En} looked at your health record ({ground.En})."), "/me/record#readings");
            if (reading.Review is { } review)
            {
                yield return new(review.At, review.Justified
                    ? new("監査人が緊急の閲覧を確かめ、正しいとしました。", "An auditor looked at the emergency reading and found it justified.")
                    : new("監査人が緊急の閲覧を確かめ、正しくないとしました。", "An auditor looked at the emergency reading and found it NOT justified."), "/me/record#readings");
            }
        }
    }

    private IEnumerable<PersonalNotice> Grants(Pseudonym<Citizen> citizen)
    {
        var standing = optOut.ChoicesOf(citizen).Any(c => c.Ground is not null);
        foreach (var grant in acting.SpeakingFor(citizen))
        {
            var ground = acting.ActingPolicy.Ground(grant.Ground)?.Title ?? new Bilingual(grant.Ground, grant.Ground);
            yield return new(grant.From, new($"あなたに代わって選べる人が認められました：{ground.Ja}。心当たりがないときは、窓口へお知らせください。", $"Somebody may now choose for you: {ground.En}. If you do not expect this, tell the desk."), "/me#speaking");
            if (grant.EndedAt is { } ended)
            {
                yield return new(ended, new($"あなたに代わって選べる人の権限が終わりました：{ground.Ja}。", $"Somebody may choose for you no more: {ground.En}."), "/me#speaking");
            }
            else if (grant.Until is { } until)
            {
                yield return standing
                    ? new(until, new("これからは、あなた自身が選びます。これまで代わりの人が選んだことは、あなたが選び直すまで残ります。どうしたいか選んでください。", "From now on you choose yourself. What was chosen for you stands until you choose; please say what you want."), "/me", Asks: true)
                    : new(until, new("これからは、あなた自身が選びます。", "From now on you choose yourself."), "/me");
            }
        }
    }
}
