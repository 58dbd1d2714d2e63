using System.Security.Claims;

namespace Minato.Portal;

/// <summary>The signed-in person as claims, and back. The only place that knows the claims' names.</summary>
public static class ActorClaims
{
    public const string Affiliation = "affiliation";

    /// <summary>The citizen's own pseudonym (32 hex digits); stands only in the site's sealed session cookie, never in a token.</summary>
    public const string Citizen = "minato_citizen";

    public static Actor? ActorOf(ClaimsPrincipal user)
    {
        if (user.Identity?.IsAuthenticated != true || user.FindFirstValue("sub") is not { } sub || !Slug.IsValid(sub))
        {
            return null;
        }

        var roles = user.FindAll("role").Aggregate(Role.None, (all, c) => char.IsAsciiLetter(c.Value.FirstOrDefault()) && Enum.TryParse<Role>(c.Value, ignoreCase: true, out var r) ? all | (r & ~Role.System) : all);
        return new Actor(new ActorId(sub), roles, user.FindFirstValue("name") ?? sub, user.FindFirstValue(Affiliation) ?? "");
    }

    public static Pseudonym<Kernel.Citizen>? CitizenOf(ClaimsPrincipal user) =>
        Pseudonym<Kernel.Citizen>.TryParse(user.FindFirstValue(Citizen), out var p) ? p : null;

    public static bool Has(this ClaimsPrincipal user, Role role) => ActorOf(user)?.Is(role) == true;
}
