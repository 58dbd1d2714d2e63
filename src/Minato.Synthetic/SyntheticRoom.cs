namespace Minato.Synthetic;

/// <summary>
/// The door of the room: an invented nation, written as the files its holders would send, with ground truth beside them.
/// </summary>
public static class SyntheticRoom
{
    /// <summary>
    /// Writes the nation into a folder (made if missing; must be empty or absent). Equal options give equal bytes, whatever the
    /// machine or number of threads; compressed containers too, on the same version of the framework.
    /// </summary>
    /// <exception cref="IOException">The folder holds files already, or the disk is full.</exception>
    public static NationSummary Write(NationOptions options, string folder, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        Check(options);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new IOException("The folder for the nation is not empty: choose another or delete it first");
        }

        Directory.CreateDirectory(folder);
        return Nation.Write(options, folder, Environment.ProcessorCount, progress, ct);
    }

    /// <summary>
    /// The same nation as identities alone: who is named how in which record of which delivery, with the truth beside it. Nothing is
    /// written; ten years of a million people take minutes and less than 3 GiB.
    /// </summary>
    public static SyntheticIdentities Identities(NationOptions options, IProgress<Step>? progress = null, CancellationToken ct = default)
    {
        Check(options);
        return SyntheticIdentities.Of(options, Environment.ProcessorCount, progress, ct);
    }

    private static void Check(NationOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.People, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.To, options.From, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNotEqual((options.From.Month, options.From.Day), (1, 1), nameof(options));
    }
}
