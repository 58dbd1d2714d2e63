namespace Minato.Portal; internal static class Tmp { public static IReadOnlyList<(string Id, Bilingual Label)> ReviewCriteria(this Access.IAccess a) => []; }
