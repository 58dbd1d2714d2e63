namespace Minato.Workspace.Desk;

internal enum ImportCommand
{
    Declare,
    Attach,
    Submit,
    Look,
    Decide,
    HandOver,
    Withdraw,
}

/// <summary>Who asks, seen from one import.</summary>
internal enum ImportRole
{
    /// <summary>A member, the applicant, or who declared it, whatever other roles they have.</summary>
    OfTheProject,

    /// <summary>An output checker who has no part in the project.</summary>
    IndependentChecker,
    Other,
}

/// <summary>The desk's rules of procedure: state × who → what. What is not in the table cannot be done.</summary>
internal static class ImportTable
{
    public static IReadOnlyList<(ImportState State, ImportRole Role, ImportCommand Command)> Rows { get; } =
    [
        (ImportState.Draft, ImportRole.OfTheProject, ImportCommand.Declare),
        (ImportState.Draft, ImportRole.OfTheProject, ImportCommand.Attach),
        (ImportState.Draft, ImportRole.OfTheProject, ImportCommand.Submit),
        (ImportState.Draft, ImportRole.OfTheProject, ImportCommand.Withdraw),

        (ImportState.Blocked, ImportRole.OfTheProject, ImportCommand.Look),
        (ImportState.Blocked, ImportRole.IndependentChecker, ImportCommand.Look),

        (ImportState.InReview, ImportRole.OfTheProject, ImportCommand.Look),
        (ImportState.InReview, ImportRole.OfTheProject, ImportCommand.Withdraw),
        (ImportState.InReview, ImportRole.IndependentChecker, ImportCommand.Look),
        (ImportState.InReview, ImportRole.IndependentChecker, ImportCommand.Decide),

        (ImportState.Approved, ImportRole.OfTheProject, ImportCommand.Look),
        (ImportState.Approved, ImportRole.OfTheProject, ImportCommand.Withdraw),
        (ImportState.Approved, ImportRole.IndependentChecker, ImportCommand.Look),
        (ImportState.Approved, ImportRole.IndependentChecker, ImportCommand.HandOver),
        (ImportState.Approved, ImportRole.IndependentChecker, ImportCommand.Withdraw),
    ];

    public static Finding? Refusal(ImportState state, ImportRole role, ImportCommand command) =>
        Rows.Contains((state, role, command)) ? null
        : role == ImportRole.Other
            ? Finding.Error("imports.role", "Only members of the project and output checkers without part in it do this", "Ask one of them")
        : command is ImportCommand.Decide or ImportCommand.HandOver && role == ImportRole.OfTheProject
            ? Finding.Error("imports.not-independent", "Who has part in the project does not decide on what it brings in", "Ask an output checker who has no part in the project")
        : command is ImportCommand.Declare or ImportCommand.Attach or ImportCommand.Submit && role != ImportRole.OfTheProject
            ? Finding.Error("imports.not-member", "Only members named in the permit bring something in", "Ask a member to do it")
            : Finding.Error("imports.not-now", $"This cannot be done with an import that is {state}", "See where it stands, or declare it anew");
}
