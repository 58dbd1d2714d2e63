namespace Minato.Formats.Claims;

/// <summary>What a diagnosis was to a stay, in one set of words for claims (傷病名区分) and 様式1 (A006…).</summary>
internal static class StayRole
{
    /// <summary>主傷病.</summary>
    public const string Main = "main";

    /// <summary>入院の契機となった傷病.</summary>
    public const string Trigger = "trigger";

    /// <summary>医療資源を最も投入した傷病.</summary>
    public const string Resource = "resource";

    /// <summary>医療資源を2番目に投入した傷病.</summary>
    public const string Resource2 = "resource2";

    /// <summary>入院時併存症.</summary>
    public const string Comorbid = "comorbid";

    /// <summary>入院後発症疾患.</summary>
    public const string Complication = "complication";

    /// <summary>副傷病.</summary>
    public const string Secondary = "secondary";

    public static string OfClaim(int 傷病名区分) => 傷病名区分 switch
    {
        1 => Resource,
        2 => Secondary,
        11 => Main,
        21 => Trigger,
        31 => Resource2,
        >= 41 and <= 49 => Comorbid,
        >= 51 and <= 59 => Complication,
        _ => "",
    };
}
