namespace Minato.Release.HandingOver;

internal enum HandOverCommand
{
    Withdraw,
    Decide,
    Pack,
    Fetch,
    Confirm,
    Fulfil,
    Recall,
}

/// <summary>What somebody is to one hand-over; several things at once, or nothing.</summary>
internal enum HandOverRole
{
    /// <summary>A member, the applicant, or who proposed it.</summary>
    OfTheProject,

    /// <summary>A contact of the recipient.</summary>
    OfTheRecipient,

    /// <summary>An output checker who has no part in the project and does not belong to the recipient.</summary>
    IndependentChecker,

    /// <summary>The operator, who has no part in the project.</summary>
    Secretariat,
}

/// <summary>Rules of procedure: state × who → what. What is not in the table cannot be done.</summary>
internal static class HandOverTable
{
    public static IReadOnlyList<(HandOverState State, HandOverRole Role, HandOverCommand Command)> Rows { get; } =
    [
        (HandOverState.Proposed, HandOverRole.OfTheProject, HandOverCommand.Withdraw),
        (HandOverState.Proposed, HandOverRole.IndependentChecker, HandOverCommand.Decide),

        (HandOverState.Approved, HandOverRole.OfTheProject, HandOverCommand.Withdraw),
        (HandOverState.Approved, HandOverRole.Secretariat, HandOverCommand.Pack),
        (HandOverState.Approved, HandOverRole.Secretariat, HandOverCommand.Recall),

        (HandOverState.Ready, HandOverRole.OfTheRecipient, HandOverCommand.Fetch),
        (HandOverState.Ready, HandOverRole.OfTheRecipient, HandOverCommand.Confirm),
        (HandOverState.Ready, HandOverRole.Secretariat, HandOverCommand.Recall),

        (HandOverState.Received, HandOverRole.OfTheRecipient, HandOverCommand.Fulfil),
        (HandOverState.Received, HandOverRole.Secretariat, HandOverCommand.Recall),

        (HandOverState.Recalled, HandOverRole.OfTheRecipient, HandOverCommand.Fulfil),
    ];

    public static Finding? Refusal(HandOverState state, IReadOnlyCollection<HandOverRole> roles, HandOverCommand command) =>
        Rows.Any(r => r.State == state && r.Command == command && roles.Contains(r.Role)) ? null
        : Rows.Any(r => r.State == state && r.Command == command)
            ? command switch
            {
                HandOverCommand.Decide => Finding.Error("handover.not-independent", "Only an output checker who has no part in the project and does not belong to the recipient decides", "Ask another one"),
                HandOverCommand.Withdraw => Finding.Error("handover.role", "Only members of the project take back what they asked for", "Ask a member"),
                HandOverCommand.Pack or HandOverCommand.Recall => Finding.Error("handover.role", "Only the operator, without part in the project, does this", "Ask the operator"),
                _ => Finding.Error("handover.role", "Only a contact of the recipient does this", "Ask one whom the registration names"),
            }
            : Finding.Error("handover.not-now", $"This cannot be done with a hand-over that is {state}", "See where it stands");
}
