namespace Minato.Warehouse.Vocabularies;

/// <summary>A concept as a row of the CDM's <c>concept</c> table.</summary>
/// <param name="Standard"><c>S</c>, <c>C</c> or null.</param>
internal sealed record ConceptRow(long Id, string Name, string Domain, string Vocabulary, string Class, string? Standard, string Code, DateOnly From, DateOnly To, string? Invalid)
{
    public const string OwnVocabulary = "Minato";

    /// <summary>The CDM's day for what has no end.</summary>
    public static readonly DateOnly Forever = new(2099, 12, 31);

    public static readonly DateOnly Always = new(1970, 1, 1);

    /// <summary>One of the concepts that the software carries. They have no code but their number; those below 2,000,000,000 are OMOP's standard concepts.</summary>
    /// <param name="isGroup">Has concepts below it. Of drugs, what is no group is an ingredient.</param>
    public static ConceptRow Own(Concept concept, bool isGroup) => new(
        concept.Id, concept.Name.En, concept.Domain, OwnVocabulary, concept.Domain == "Drug" ? isGroup ? "Drug group" : "Ingredient" : concept.Domain, "S",
        concept.Id.ToString(System.Globalization.CultureInfo.InvariantCulture), Always, Forever, null);
}
