namespace Minato.Access;

/// <summary>
/// One person is one thing to one application, in this order: a side taken in the project or on the panel shuts out every
/// office. So an operator who applies is an applicant and nothing else, and a reviewer who was found in conflict is the public.
/// </summary>
internal static class RelationOf
{
    public static Relation To(ApplicationCase application, Actor actor)
    {
        if (actor.Id == application.Applicant)
        {
            return Relation.Applicant;
        }

        if (application.HasMember(actor.Id))
        {
            return Relation.Member;
        }

        if (application.Reviewers.FirstOrDefault(r => r.Id == actor.Id) is { } seat)
        {
            return seat.Citizen ? Relation.CitizenReviewer : Relation.Reviewer;
        }

        if (application.Conflicts.Any(c => c.Reviewer == actor.Id))
        {
            return Relation.Public;
        }

        if (actor.Is(Role.Holder) && application.Holders.Any(h => h.Holder.Value == actor.Affiliation))
        {
            return Relation.Holder;
        }

        return actor.Is(Role.Operator) ? Relation.Secretariat
            : actor.Is(Role.Auditor) ? Relation.Auditor
            : actor.Is(Role.System) ? Relation.Harbour
            : Relation.Public;
    }
}
