namespace Minato.Intake.Tests;

/// <summary>Files this project did not write go in whole: each piece is stored, or quarantined with a reason.</summary>
public sealed class RealSamples : IDisposable
{
    private readonly IntakeWorld world = new();

    public void Dispose() => world.Dispose();

    private static string Samples => Environment.GetEnvironmentVariable("MINATO_SAMPLES") ?? Path.Combine(IntakeWorld.Root(), "..", "shared", "samples");

    [Theory]
    [InlineData("fhir-jp-clins")]
    [InlineData("fhir-synthea")]
    [InlineData("dicom")]
    [InlineData("vcf")]
    [InlineData("omop")]
    [InlineData("ssk-masters")]
    [InlineData("adult")]
    public async Task Each_sample_is_stored_or_quarantined_with_a_reason(string folder)
    {
        var path = Path.Combine(Samples, folder);
        Assert.SkipUnless(Directory.Exists(path), $"the sample folder {folder} is not here");
        var receipt = await world.Receive(IntakeWorld.Deaths, path);
        var files = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Count();
        var pieces = world.Intake.Quarantine(receipt.Delivery);
        var remarks = receipt.Findings.Where(f => f.Severity != Severity.Error);
        Assert.True(receipt.ByFormat.Values.Sum(f => f.Records) + pieces.Count + remarks.Count() + receipt.FindingsNotListed >= files, "a file left no trace");
        Assert.All(pieces, p =>
        {
            Assert.False(string.IsNullOrWhiteSpace(p.Finding.Reason));
            Assert.False(string.IsNullOrWhiteSpace(p.Finding.Remedy));
            Assert.NotNull(p.Finding.Place.File);
        });
        if (folder.StartsWith("fhir", StringComparison.Ordinal))
        {
            Assert.Equal(DeliveryState.Applied, receipt.State);
        }
    }
}
