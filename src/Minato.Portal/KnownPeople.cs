namespace Minato.Portal;

/// <summary>Who can sign in here, as far as the office must name people: reviewers for a panel, names for ids.</summary>
public sealed class KnownPeople(Func<IReadOnlyList<Actor>> all)
{
    public IReadOnlyList<Actor> Reviewers => [.. all().Where(a => a.Is(Role.Reviewer | Role.CitizenReviewer))];

    public Actor? Find(string id) => all().FirstOrDefault(a => a.Id.Value == id);
}
