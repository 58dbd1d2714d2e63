using System.Security.Cryptography;
using System.Text.Json;
using Minato.Ledger;

namespace Minato.Release.HandingOver;

/// <summary>Whether a container is the harbour's: anybody can encrypt to a public key, but only the harbour can put its hash on its ledger.</summary>
public static class HandOverEvidence
{
    /// <param name="container">Read to its end from where it stands.</param>
    /// <returns>The SHA-256 of the container; refused with <c>handover.origin</c>, or what is wrong with the evidence.</returns>
    public static Outcome<string> Check(Stream container, Evidence evidence, VerifierKey published)
    {
        var proved = evidence.Check(published);
        if (!proved.IsOk)
        {
            return Outcome<string>.Refused(proved.Findings);
        }

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(container));
        return evidence.Type == $"{Submission.Room}.hand-over-packed" && Recorded(evidence.Payload) == sha256
            ? Outcome<string>.Ok(sha256)
            : Finding.Error("handover.origin", "The harbour's ledger does not name this container", "Do not use it; fetch container and evidence again");
    }

    private static string? Recorded(string? payload)
    {
        if (payload is null)
        {
            return null;
        }

        using var json = JsonDocument.Parse(payload);
        return json.RootElement.GetProperty("container").GetProperty("sha256").GetString();
    }
}
