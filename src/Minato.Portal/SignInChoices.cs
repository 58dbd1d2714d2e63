namespace Minato.Portal;

/// <summary>One of the demonstration's people, to choose from on the inner provider's page.</summary>
public sealed record SignInChoice(string Id, Bilingual Name, Role Roles, Bilingual About);

/// <summary>Empty where the node is no demonstration.</summary>
public sealed record SignInChoices(IReadOnlyList<SignInChoice> People);
