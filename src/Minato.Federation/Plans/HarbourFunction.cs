namespace Minato.Federation;

/// <summary>The functions of the harbour that a plan gives a home (H17). Each is a room's port.</summary>
public enum HarbourFunction
{
    Intake,
    Linkage,
    Warehouse,
    OptOut,
    Catalogue,

    /// <summary>The window for applications.</summary>
    Access,
    Review,
    Processing,
    Workspace,
    Release,
    Ledger,
    Portal,
}

public static class HarbourFunctions
{
    public static IReadOnlyList<HarbourFunction> All { get; } = Enum.GetValues<HarbourFunction>();

    /// <summary>The function in the words of the interim report.</summary>
    public static Bilingual Name(this HarbourFunction function) => function switch
    {
        HarbourFunction.Intake => new("データ収集", "Collection"),
        HarbourFunction.Linkage => new("名寄せ・連結", "Linkage"),
        HarbourFunction.Warehouse => new("データ保管", "Warehouse"),
        HarbourFunction.OptOut => new("オプトアウト管理", "Opt-out"),
        HarbourFunction.Catalogue => new("データカタログ", "Catalogue"),
        HarbourFunction.Access => new("申請窓口", "Window for applications"),
        HarbourFunction.Review => new("審査", "Review"),
        HarbourFunction.Processing => new("加工", "Processing"),
        HarbourFunction.Workspace => new("解析環境", "Secure environment"),
        HarbourFunction.Release => new("持出し審査", "Exit control"),
        HarbourFunction.Ledger => new("記録台帳", "Ledger"),
        HarbourFunction.Portal => new("ポータル", "Portal"),
        _ => throw new ArgumentOutOfRangeException(nameof(function)),
    };
}
