using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Minato.Web;

/// <summary>
/// The site's sessions that are alive. The sealed cookie says who; this says whether it still counts, so that a copied cookie is worth nothing after
/// sign-out, and no use of it makes a session last for ever. Kept in memory: a restart signs everybody out.
/// </summary>
internal sealed class Sessions(TimeProvider clock)
{
    /// <summary>Without a request for so long, a session ends.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>However busy, a session ends after a working day.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(8);

    private static readonly TimeSpan BetweenForgetting = TimeSpan.FromMinutes(1);

    private const string Item = "minato.session";

    private readonly ConcurrentDictionary<string, DateTimeOffset> endOf = new();
    private DateTimeOffset nextForgetting;

    /// <summary>Each sign-in is a new session; the one that this browser had ends.</summary>
    public async Task BeginAsync(CookieSigningInContext context)
    {
        await EndAsync(context.HttpContext, context.Scheme.Name).ConfigureAwait(false);
        var now = clock.GetUtcNow();
        Forget(now);
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        endOf[id] = now + Longest;
        context.Properties.Items[Item] = id;
    }

    public Task CheckAsync(CookieValidatePrincipalContext context)
    {
        if (!context.Properties.Items.TryGetValue(Item, out var id) || id is null || !endOf.TryGetValue(id, out var end) || end <= clock.GetUtcNow())
        {
            context.RejectPrincipal();
        }

        return Task.CompletedTask;
    }

    public async Task EndAsync(HttpContext http, string scheme)
    {
        var current = await http.AuthenticateAsync(scheme).ConfigureAwait(false);
        if (current.Properties?.Items.TryGetValue(Item, out var id) == true && id is not null)
        {
            endOf.TryRemove(id, out _);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        if (now < nextForgetting)
        {
            return;
        }

        nextForgetting = now + BetweenForgetting;
        foreach (var (id, end) in endOf)
        {
            if (end <= now)
            {
                endOf.TryRemove(id, out _);
            }
        }
    }
}
