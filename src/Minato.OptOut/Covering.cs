namespace Minato.OptOut;

/// <summary>What a scope covers.</summary>
internal static class Covering
{
    /// <param name="refused">Whether the choice is a refusal: where the kind of user is not known, a refusal covers the use and a permission does not.</param>
    public static bool Covers(this ChoiceScope scope, IntendedUse use, bool refused) =>
        (scope.Category is null || scope.Category == use.Category)
        && (scope.Purpose is null || string.Equals(scope.Purpose, use.Purpose, StringComparison.Ordinal))
        && (scope.Holder is null || scope.Holder == use.Holder)
        && (scope.Dataset is null || scope.Dataset == use.Dataset)
        && (scope.Users is null || (use.Users is null ? refused : string.Equals(scope.Users, use.Users, StringComparison.Ordinal)));

    /// <summary>Every use that the other scope covers, this one covers too.</summary>
    public static bool Covers(this ChoiceScope wide, ChoiceScope narrow) =>
        (wide.Category is null || wide.Category == narrow.Category)
        && (wide.Purpose is null || string.Equals(wide.Purpose, narrow.Purpose, StringComparison.Ordinal))
        && (wide.Holder is null || wide.Holder == narrow.Holder)
        && (wide.Dataset is null || wide.Dataset == narrow.Dataset)
        && (wide.Users is null || string.Equals(wide.Users, narrow.Users, StringComparison.Ordinal));

    /// <summary>The scope's kind, as policy files name it: <c>everything</c>, <c>category</c>, <c>category+purpose</c> …</summary>
    public static string Kind(this ChoiceScope scope)
    {
        var parts = new List<string>();
        if (scope.Category is not null)
        {
            parts.Add("category");
        }

        if (scope.Purpose is not null)
        {
            parts.Add("purpose");
        }

        if (scope.Holder is not null)
        {
            parts.Add("holder");
        }

        if (scope.Dataset is not null)
        {
            parts.Add("dataset");
        }

        if (scope.Users is not null)
        {
            parts.Add("users");
        }

        return parts.Count == 0 ? "everything" : string.Join('+', parts);
    }
}
