using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Minato.Kernel;
using Minato.Ledger;

namespace Minato.Webhooks.Tests;

/// <summary>A receiver on this machine, a real ledger, and a clock that the test moves.</summary>
public sealed class WebhookTests : IDisposable
{
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;
    private static readonly Actor Researcher = new(new("aoi"), Role.Researcher, "Aoi", "university");
    private static readonly Actor Colleague = new(new("ren"), Role.Researcher, "Ren", "university");
    private static readonly Actor Stranger = new(new("somebody"), Role.Researcher, "Somebody", "elsewhere");

    private readonly string folder = Directory.CreateTempSubdirectory("minato-hooks-").FullName;
    private readonly MovedClock clock = new();
    private readonly LedgerRoom ledger;
    private readonly Receiver receiver = new();
    private readonly HashSet<string> seen = ["application/a-1"];

    public WebhookTests() => ledger = LedgerRoom.Open(new(Path.Combine(folder, "ledger"), "test.example/ledger"), new Keys(), clock);

    public void Dispose()
    {
        ledger.Dispose();
        receiver.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private IWebhooks Open(bool allowPrivate = true, Func<Actor, Actor?>? asNow = null) => WebhookRoom.Open(
        new WebhookOptions(Path.Combine(folder, "hooks"), Standards(), allowPrivate) { AsNow = asNow ?? (a => a), MaySee = (e, _) => seen.Contains(e.Stream) }, ledger, new Keys(), clock);

    private Task Happens(string type, string stream) => ledger.AppendAsync(stream, -1, new("somebody"), [new NewEvent(type, """{"secret":"of the applicant"}"""u8.ToArray())], ct: None);

    private async Task<(IWebhooks Room, NewSubscription Made)> Subscribed(params string[] types)
    {
        var room = Open();
        return (room, (await room.SubscribeAsync(receiver.Address, types.Length == 0 ? ["access.application-submitted", "access.permit-issued"] : types, false, Researcher, None)).Value);
    }

    [Fact]
    public async Task An_event_is_posted_signed_and_says_nothing_of_its_content()
    {
        await Happens("access.permit-issued", "application/a-1");
        var (room, made) = await Subscribed();
        await Happens("access.application-submitted", "application/a-1");
        await Happens("access.application-submitted", "application/a-2");
        await Happens("access.permit-issued", "application/a-2");
        await Happens("access.vote-cast", "application/a-1");
        Assert.Equal(2, (await room.DeliverAsync(None)).Value);
        Assert.Equal(0, (await room.DeliverAsync(None)).Value);

        // What was before is not told; of another's application only what is public; nothing of kinds not asked for.
        var bodies = receiver.Got.Select(g => JsonDocument.Parse(g.Body).RootElement).ToArray();
        Assert.Equal([("access.application-submitted", "application/a-1"), ("access.permit-issued", "application/a-2")], bodies.Select(b => (b.GetProperty("type").GetString()!, b.GetProperty("data").GetProperty("of").GetString()!)));
        var first = receiver.Got[0];
        Assert.DoesNotContain("secret", first.Body, StringComparison.Ordinal);

        // As the receiver checks it, from the specification alone.
        Assert.StartsWith("whsec_", made.Secret, StringComparison.Ordinal);
        var mac = HMACSHA256.HashData(Convert.FromBase64String(made.Secret[6..]), Encoding.UTF8.GetBytes($"{first.Headers["webhook-id"]}.{first.Headers["webhook-timestamp"]}.{first.Body}"));
        Assert.Equal("v1," + Convert.ToBase64String(mac), first.Headers["webhook-signature"]);

        // Address and secret do not stand in the ledger.
        var recorded = string.Concat(ledger.ReadAll(0, "webhook/").Select(e => Encoding.UTF8.GetString(e.Json.Span)));
        Assert.DoesNotContain("127.0.0.1", recorded, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Secret[6..], recorded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_again_with_growing_waits_and_the_same_id_also_after_a_restart()
    {
        var (room, made) = await Subscribed();
        receiver.Status = 500;
        await Happens("access.permit-issued", "application/a-1");
        Assert.Equal(1, (await room.DeliverAsync(None)).Value);
        Assert.Equal(0, (await room.DeliverAsync(None)).Value);
        clock.Move(TimeSpan.FromSeconds(5));
        (room as IDisposable)!.Dispose();
        room = Open();
        Assert.Equal(1, (await room.DeliverAsync(None)).Value);
        clock.Move(TimeSpan.FromSeconds(299));
        Assert.Equal(0, (await room.DeliverAsync(None)).Value);
        receiver.Status = 204;
        clock.Move(TimeSpan.FromSeconds(2));
        Assert.Equal(1, (await room.DeliverAsync(None)).Value);
        Assert.Single(receiver.Got.Select(g => g.Headers["webhook-id"]).Distinct());
        var log = room.Log(made.Subscription.Id, Researcher).Value;
        Assert.Equal([204, 500, 500], log.Select(a => a.Status));
        Assert.Equal([3, 2, 1], log.Select(a => a.Try));
    }

    [Fact]
    public async Task One_that_never_answers_is_stopped_and_resumed_from_then_on()
    {
        var (room, made) = await Subscribed();
        receiver.Status = 503;
        await Happens("access.permit-issued", "application/a-1");
        for (var n = 0; n < 12; n++)
        {
            await room.DeliverAsync(None);
            clock.Move(TimeSpan.FromDays(1));
        }

        Assert.Equal(10, receiver.Got.Count);
        var stopped = room.VisibleTo(Researcher).Single();
        Assert.Equal((SubscriptionState.Stopped, "The receiver did not take an event in 10 tries"), (stopped.State, stopped.StoppedBecause));
        receiver.Status = 200;
        await Happens("access.permit-issued", "application/a-1");
        Assert.True((await room.ResumeAsync(made.Subscription.Id, Researcher, None)).IsOk);
        await Happens("access.permit-issued", "application/a-1");
        Assert.Equal(1, (await room.DeliverAsync(None)).Value);
        Assert.Equal("webhook.state", (await room.ResumeAsync(made.Subscription.Id, Researcher, None)).Findings.Single().Code);

        receiver.Status = 410;
        await Happens("access.permit-issued", "application/a-1");
        await room.DeliverAsync(None);
        Assert.Equal(SubscriptionState.Stopped, room.VisibleTo(Researcher).Single().State);
    }

    [Fact]
    public async Task Who_may_see_no_more_is_told_no_more_and_others_do_not_see_the_subscription()
    {
        var (room, made) = await Subscribed("access.application-submitted");
        var gone = Open(asNow: _ => null);
        await Happens("access.application-submitted", "application/a-1");
        Assert.Equal(0, (await gone.DeliverAsync(None)).Value);
        seen.Clear();
        await Happens("access.application-submitted", "application/a-1");
        Assert.Equal(0, (await room.DeliverAsync(None)).Value);
        Assert.Empty(room.VisibleTo(Colleague));
        Assert.Equal("webhook.not-found", (await room.EndAsync(made.Subscription.Id, Stranger, None)).Findings.Single().Code);
        Assert.Equal("webhook.not-found", room.Log(made.Subscription.Id, Stranger).Findings.Single().Code);
        var shared = (await room.SubscribeAsync(receiver.Address, ["access.permit-issued"], true, Researcher, None)).Value;
        Assert.Equal(shared.Subscription.Id, room.VisibleTo(Colleague).Single().Id);
        Assert.True((await room.EndAsync(shared.Subscription.Id, Colleague, None)).IsOk);
        Assert.Equal("webhook.not-permitted", (await room.SubscribeAsync(receiver.Address, ["access.inquiry-asked"], false, Researcher, None)).Findings.Single().Code);
        Assert.Equal("webhook.kinds", (await room.SubscribeAsync(receiver.Address, ["access.vote-cast"], false, Researcher, None)).Findings.Single().Code);
    }

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://10.1.2.3/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://localhost/")]
    [InlineData("https://user:pass@example.org/")]
    [InlineData("https://example.org:22/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://example.org/")]
    [InlineData("not an address")]
    [InlineData("")]
    public async Task An_address_inside_is_not_taken(string address) =>
        Assert.Equal("webhook.address", (await Open(allowPrivate: false).SubscribeAsync(address, ["access.permit-issued"], false, Researcher, None)).Findings.Single().Code);

    [Fact]
    public async Task A_name_that_leads_inside_is_not_called()
    {
        // Subscribed while private addresses were allowed, delivered when they are not: looked at when the connection is made.
        var (_, made) = await Subscribed();
        await Happens("access.permit-issued", "application/a-1");
        var strict = Open(allowPrivate: false);
        await strict.DeliverAsync(None);
        Assert.Equal(0, strict.Log(made.Subscription.Id, Researcher).Value.Single().Status);
        Assert.Empty(receiver.Got);
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("2606:4700::1111", true)]
    [InlineData("127.0.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.1.1", false)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.32.0.1", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("198.18.0.1", false)]
    [InlineData("203.0.113.9", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("::ffff:127.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::7f00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("ff02::1", false)]
    public void Special_addresses_are_not_public(string address, bool isPublic) => Assert.Equal(isPublic, OutwardAddress.IsPublic(IPAddress.Parse(address)));

    private static string Standards()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Minato.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return Path.Combine(folder, "standards");
    }

    private sealed class Keys : IKeyStore
    {
        public byte[] Key(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

        public void Destroy(string name) { }

        public bool IsDestroyed(string name) => false;
    }

    private sealed class MovedClock : TimeProvider
    {
        private TimeSpan moved;

        public void Move(TimeSpan by) => moved += by;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 4, 1, 0, 0, 0, TimeSpan.Zero) + moved;
    }

    /// <summary>Takes POST requests on loopback and remembers them.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener listener = new();

        public Receiver()
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            probe.Stop();
            Address = $"http://127.0.0.1:{port}/hook/";
            listener.Prefixes.Add(Address);
            listener.Start();
            _ = Task.Run(Listen);
        }

        public string Address { get; }

        public int Status { get; set; } = 200;

        public List<(Dictionary<string, string> Headers, string Body)> Got { get; } = [];

        public void Dispose() => listener.Close();

        private async Task Listen()
        {
            while (listener.IsListening)
            {
                try
                {
                    var context = await listener.GetContextAsync();
                    using var reader = new StreamReader(context.Request.InputStream);
                    Got.Add((context.Request.Headers.AllKeys.ToDictionary(k => k!.ToLowerInvariant(), k => context.Request.Headers[k]!), await reader.ReadToEndAsync()));
                    context.Response.StatusCode = Status;
                    context.Response.Close();
                }
                catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }
            }
        }
    }
}
