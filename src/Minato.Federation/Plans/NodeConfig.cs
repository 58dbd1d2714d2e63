using System.Text.Json;

namespace Minato.Federation;

/// <summary>Another node: where it is, and the key it must show.</summary>
/// <param name="KeySha256">SHA-256 of its certificate's SubjectPublicKeyInfo, 64 lower-case hex digits.</param>
public sealed record NodeAddress(string Node, Uri Address, string KeySha256)
{
    public static bool IsPin(string? text) => text is { Length: 64 } && text.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f');
}

/// <summary>What one node knows of its world: which plan, which node of it, and the other nodes.</summary>
/// <param name="Listen">Where this node answers the others; null where nobody needs it.</param>
/// <param name="Token">The token that has this node's keys; null: a file in its folder has them.</param>
public sealed record NodeConfig(string Plan, string Node, Uri? Listen, IReadOnlyList<NodeAddress> Others, TokenOptions? Token = null)
{
    /// <summary>The whole harbour on one node, as in the demo.</summary>
    public static NodeConfig Alone(string plan, string node) => new(plan, node, null, []);

    public static Outcome<NodeConfig> Read(string path)
    {
        var name = Path.GetFileName(path);
        return File.Exists(path)
            ? Parse(File.ReadAllBytes(path), name)
            : Finding.Error("node.no-file", "The node's configuration is not there", "Name the file that has plan, node and others", new Place(name));
    }

    public static Outcome<NodeConfig> Parse(ReadOnlySpan<byte> utf8Json, string fileName)
    {
        WrittenConfig? written;
        try
        {
            written = JsonSerializer.Deserialize(utf8Json, WrittenJson.Default.WrittenConfig);
        }
        catch (JsonException e)
        {
            return Wrong("node.json", null, "The node's configuration is not JSON of the expected shape", "Write plan, node, listen and others", e.LineNumber + 1);
        }

        if (!Slug.IsValid(written?.Plan) || !Slug.IsValid(written.Node))
        {
            return Wrong("node.who", "node", "The configuration does not say which node of which plan this is", "Write for example \"plan\": \"plan-3\", \"node\": \"state\"");
        }

        var findings = new List<Finding>();
        if (written.Listen is { } listen && !IsHttps(listen))
        {
            findings.Add(Wrong("node.address", "listen", "The node's own address is not https", "Write for example https://0.0.0.0:7443"));
        }

        var others = new List<NodeAddress>();
        foreach (var (id, other) in written.Others ?? [])
        {
            if (!Slug.IsValid(id) || id == written.Node)
            {
                findings.Add(Wrong("node.other", "others", "Another node has no id, or this node's", "Use the ids of the plan"));
            }
            else if (!IsHttps(other?.Address) || !NodeAddress.IsPin(other?.KeySha256))
            {
                findings.Add(Wrong("node.address", $"others.{id}", $"The node '{id}' has no https address, or no key of 64 hex digits", "Ask its operator for both; a node prints its key when it starts"));
            }
            else
            {
                others.Add(new NodeAddress(id, other!.Address!, other.KeySha256!));
            }
        }

        TokenOptions? token = null;
        if (written.Keys is { } keys)
        {
            if (keys is { Store: WrittenStore.Pkcs11, Module: { Length: > 0 } module, Token: { Length: > 0 } label } && Path.IsPathFullyQualified(module))
            {
                token = new TokenOptions(module, label);
            }
            else if (keys is not { Store: WrittenStore.File, Module: null, Token: null })
            {
                findings.Add(Wrong(
                    "node.keys", "keys", "The key store is not described", "Write \"store\": \"file\", or \"store\": \"pkcs11\" with \"module\" (full path of the token's library) and \"token\" (its label)"));
            }
        }

        return findings.Count > 0 ? Outcome<NodeConfig>.Refused(findings) : new NodeConfig(written.Plan, written.Node, written.Listen, others, token);

        Finding Wrong(string code, string? field, string reason, string remedy, long? line = null) => Finding.Error(code, reason, remedy, new Place(fileName, line, field));
    }

    private static bool IsHttps(Uri? address) => address is { IsAbsoluteUri: true } && address.Scheme == Uri.UriSchemeHttps;
}
