namespace Minato.Access;

/// <summary>The application form as its file writes it; <see cref="ToForm"/> is what the port shows.</summary>
internal sealed record FormStandard(string Id, string Version, DateOnly ValidFrom, Bilingual Title, IReadOnlyList<FormFileSection> Sections) : IStandard
{
    private static readonly string[] Kinds = ["use", "text", "long-text", "lines", "choice", "boolean", "declaration", "number", "email", "country"];

    /// <summary>The parts of <see cref="RequestedUse"/> a form may place among its questions.</summary>
    private static readonly string[] UseFields =
        ["use.title", "use.plain-summary", "use.purpose", "use.datasets", "use.cohort", "use.study-period", "use.processing-standard", "use.members", "use.months"];

    public string? Defect
    {
        get
        {
            FormFileField[] fields = [.. Sections.SelectMany(s => s.Fields)];
            var ids = fields.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
            return fields.Length == 0 ? "it has no fields"
                : ids.Count != fields.Length ? "a field is listed twice"
                : Sections.Select(s => s.Id).Concat(ids).FirstOrDefault(id => !Slug.IsValid(id)) is { } bad ? $"'{bad}' is not a valid id"
                : fields.FirstOrDefault(f => !Kinds.Contains(f.Kind)) is { } unknown ? $"field '{unknown.Id}' has the unknown kind '{unknown.Kind}'"
                : fields.FirstOrDefault(f => f.Kind == "use" && !UseFields.Contains(f.Id)) is { } use ? $"field '{use.Id}' is no part of a requested use"
                : fields.FirstOrDefault(f => f.Kind == "choice" && f.Options is null or []) is { } choice ? $"field '{choice.Id}' offers no choice"
                : fields.FirstOrDefault(f => f.RequiredWhen is { } when && !ids.Contains(when.Field)) is { } dangling ? $"field '{dangling.Id}' depends on a field that does not exist"
                : null;
        }
    }

    public ApplicationForm ToForm() => new(Id, Version, [.. Sections.Select(s => new FormSection(s.Id, s.Title, [.. s.Fields.Select(f => f.ToField())]))]);
}

internal sealed record FormFileSection(string Id, Bilingual Title, IReadOnlyList<FormFileField> Fields);

internal sealed record FormFileOption(string Id, Bilingual Label);

internal sealed record FormFileField(
    string Id,
    Bilingual Label,
    Bilingual Help,
    string Kind,
    bool Required,
    IReadOnlyList<FormFileOption>? Options = null,
    RequiredWhen? RequiredWhen = null,
    int MaxLength = 4000,
    bool Public = false,
    string Source = "")
{
    public FormField ToField() => new(Id, Label, Help, Kind, Required, [.. (Options ?? []).Select(o => o.Id)])
    {
        OptionLabels = (Options ?? []).ToDictionary(o => o.Id, o => o.Label),
        RequiredWhen = RequiredWhen,
        MaxLength = MaxLength,
        Public = Public,
        Source = Source,
    };
}
