using System.Globalization;

namespace Minato.Access;

/// <summary>
/// Numbers: <c>a-YYYY-NNNN</c> for applications, counted per year of creation, and the same with <c>p-</c> for the permit. The
/// permit's number is unique because the application's is, without a second counter to race for.
/// </summary>
internal static class PermitNumber
{
    public static ApplicationId Application(int year, int number) => new(string.Create(CultureInfo.InvariantCulture, $"a-{year:0000}-{number:0000}"));

    public static PermitId For(ApplicationId application) => new($"p{application.Value[1..]}");

    public static ApplicationId Of(PermitId permit) => new($"a{permit.Value[1..]}");

    /// <summary>The running number of an application of that year, or 0.</summary>
    public static int NumberIn(int year, ApplicationId application)
    {
        var prefix = string.Create(CultureInfo.InvariantCulture, $"a-{year:0000}-");
        return application.Value.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(application.Value.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }
}
