namespace Minato.Workspace.Watching;

internal enum WatchCommand
{
    Answer,
    Take,
    Close,
    Reverse,
}

/// <summary>Who asks, seen from one alert.</summary>
internal enum WatchRole
{
    Concerned,

    /// <summary>An operator who has no part in the project.</summary>
    Watcher,
    Other,
}

/// <summary>Rules of procedure: state × who → what. What is not in the table cannot be done.</summary>
internal static class WatchTable
{
    public static IReadOnlyList<(AlertState State, WatchRole Role, WatchCommand Command)> Rows { get; } =
    [
        (AlertState.Open, WatchRole.Concerned, WatchCommand.Answer),
        (AlertState.Open, WatchRole.Watcher, WatchCommand.Take),
        (AlertState.Open, WatchRole.Watcher, WatchCommand.Close),

        (AlertState.Measured, WatchRole.Concerned, WatchCommand.Answer),
        (AlertState.Measured, WatchRole.Watcher, WatchCommand.Take),
        (AlertState.Measured, WatchRole.Watcher, WatchCommand.Reverse),

        (AlertState.Closed, WatchRole.Concerned, WatchCommand.Answer),
        (AlertState.Reversed, WatchRole.Concerned, WatchCommand.Answer),
    ];

    public static Finding? Refusal(AlertState state, WatchRole role, WatchCommand command) =>
        Rows.Contains((state, role, command)) ? null
        : command == WatchCommand.Answer ? Finding.Error("watch.role", "Only the person concerned answers an alert", "Ask them to")
        : role != WatchRole.Watcher ? Finding.Error("watch.role", "Only operators without part in the project take or reverse measures", "Ask another operator")
        : Finding.Error("watch.not-now", $"This cannot be done with an alert that is {state}", "See where it stands");
}
