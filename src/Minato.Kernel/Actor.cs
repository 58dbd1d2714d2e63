namespace Minato.Kernel;

/// <summary>What a signed-in person may be. One person may hold several roles.</summary>
[Flags]
public enum Role
{
    None = 0,
    Citizen = 1,
    Researcher = 2,
    Reviewer = 4,

    /// <summary>A reviewer who sits for patients and citizens (E5).</summary>
    CitizenReviewer = 8,
    Holder = 16,

    /// <summary>Runs the node: deliveries, keys, extraction.</summary>
    Operator = 32,

    /// <summary>Decides at the exit (D8). Never also the researcher of the same project.</summary>
    OutputChecker = 64,
    Auditor = 128,

    /// <summary>The software itself, on a schedule or as a consequence.</summary>
    System = 256,

    /// <summary>Looks at identities that nobody but a person can tell apart. Sees names and no diagnosis; nobody else sees names.</summary>
    LinkageDesk = 512,

    /// <summary>Takes choices by paper and phone. Hears who calls, and sees nothing of what is held.</summary>
    ChoiceDesk = 1024,

    /// <summary>Treats patients at a provider. Reads a patient's record for their care, and nothing of the secondary use.</summary>
    Clinician = 2048,
}

/// <summary>Who does something. <paramref name="Affiliation"/> is the organisation, used for conflicts of interest.</summary>
public sealed record Actor(ActorId Id, Role Roles, string Name, string Affiliation = "")
{
    /// <summary>The software acting by itself.</summary>
    public static Actor Harbour { get; } = new(new ActorId("minato"), Role.System, "Minato", "Minato");

    public bool Is(Role role) => (Roles & role) != 0;
}
