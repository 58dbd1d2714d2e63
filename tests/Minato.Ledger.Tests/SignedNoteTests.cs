using CsCheck;

namespace Minato.Ledger.Tests;

/// <summary>Notes against the published example of the format's reference implementation.</summary>
public sealed class SignedNoteTests
{
    private const string PublishedKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    private const string PublishedSeed = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private const string PublishedText = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    private const string PublishedNote =
        PublishedText + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private static readonly VerifierKey Key = VerifierKey.TryParse(PublishedKey, out var key) ? key : throw new InvalidOperationException();

    [Fact]
    public void We_sign_as_the_reference_implementation_does()
    {
        using var signer = new NoteSigner("PeterNeumann", Convert.FromBase64String(PublishedSeed).AsSpan(1));
        Assert.Equal(PublishedKey, signer.VerifierKey.ToString());
        Assert.Equal(PublishedNote, signer.Sign(PublishedText));
    }

    [Fact]
    public void The_published_note_opens_and_lines_of_strangers_are_passed_over()
    {
        using var witness = new NoteSigner("witness.example", new byte[32]);
        var cosigned = PublishedNote + witness.Sign(PublishedText)[(PublishedText.Length + 1)..];
        Assert.True(SignedNote.TryOpen(PublishedNote, Key, out var text));
        Assert.Equal(PublishedText, text);
        Assert.True(SignedNote.TryOpen(cosigned, Key, out _));
        Assert.True(SignedNote.TryOpen(cosigned, witness.VerifierKey, out _));
        Assert.False(SignedNote.TryOpen(PublishedNote, witness.VerifierKey, out _));
    }

    [Fact]
    public void A_note_with_any_character_changed_does_not_open() =>
        Gen.Select(Gen.Int[0, PublishedNote.Length - 1], Gen.Char[' ', '~']).Where((at, c) => PublishedNote[at] != c).Sample(
            (at, c) => Assert.False(SignedNote.TryOpen(PublishedNote[..at] + c + PublishedNote[(at + 1)..], Key, out _)), iter: 2000);

    [Fact]
    public void Anything_at_all_is_refused_quietly() =>
        Gen.String.Sample(s =>
        {
            Assert.False(SignedNote.TryOpen(s, Key, out _));
            Assert.False(SignedNote.TryOpen(PublishedText + "\n\u2014 " + s, Key, out _));
            Assert.False(VerifierKey.TryParse(s, out _));
            Assert.False(VerifierKey.TryParse("PeterNeumann+c74f20a3+" + s, out _));
        });

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("a+b")]
    [InlineData("line\nbreak")]
    [InlineData("wide\u3000space")]
    public void A_log_cannot_be_named(string name) => Assert.False(VerifierKey.IsValidName(name));

    [Fact]
    public void A_checkpoint_has_three_lines_of_its_own_log()
    {
        using var signer = new NoteSigner("minato.example/ledger", new byte[32]);
        var head = new TreeHead("minato.example/ledger", 7, new byte[32]);
        Assert.Equal("minato.example/ledger\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n", head.ToText());
        Assert.True(TreeHead.TryOpen(signer.Sign(head.ToText()), signer.VerifierKey, out var read));
        Assert.Equal(7, read.Size);

        Assert.False(TreeHead.TryOpen(signer.Sign((head with { Origin = "other.example" }).ToText()), signer.VerifierKey, out _));
        Assert.False(TreeHead.TryOpen(signer.Sign(head.ToText().Replace("7", "07")), signer.VerifierKey, out _));
        Assert.False(TreeHead.TryOpen(signer.Sign(head.ToText().Replace("7", "-7")), signer.VerifierKey, out _));
        Assert.False(TreeHead.TryOpen(signer.Sign("minato.example/ledger\n7\n"), signer.VerifierKey, out _));
    }
}
