using System.Globalization;
using System.Text.Json;

namespace Minato.Processing.Cohorts;

/// <summary>
/// OHDSI Circe JSON → <see cref="CohortDefinition"/>. A field that is not understood is an error with its JSON path, because
/// leaving it out would change who is in the cohort. Two extensions, ignored by nobody: a concept-set item may be a
/// <c>sourceCode {system, code}</c>, and a criterion may name a <c>Dataset</c> (and, for conditions, <c>IncludeSuspected</c>).
/// </summary>
internal sealed class CirceReader
{
    private const int MostCharacters = 5_000_000;

    private readonly List<Finding> findings = [];

    private CirceReader()
    {
    }

    public static Outcome<CohortDefinition> Read(string json)
    {
        if (json.Length > MostCharacters)
        {
            return Finding.Error("cohort.too-large", "The cohort definition is larger than 5 MB", "Name concepts with their descendants instead of listing them");
        }

        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException e)
        {
            return Finding.Error("cohort.json", $"The cohort definition is not JSON (line {(e.LineNumber ?? 0) + 1})", "Export it again from the cohort editor", new Place(Line: (e.LineNumber ?? 0) + 1));
        }
        catch (InvalidOperationException)
        {
            return NoText;
        }

        using (document)
        {
            var reader = new CirceReader();
            CohortDefinition definition;
            try
            {
                definition = reader.Definition(new Node(document.RootElement, "$", reader.findings));
            }
            catch (InvalidOperationException)
            {
                return NoText;
            }

            return reader.findings.Any(f => f.Severity == Severity.Error) ? Outcome<CohortDefinition>.Refused(reader.findings) : Outcome<CohortDefinition>.Ok(definition, reader.findings);
        }
    }

    /// <summary>Escapes of half a character (<c>\ud800</c>) are JSON and no text; the framework throws when they are read.</summary>
    private static Finding NoText => Finding.Error("cohort.text", "The cohort definition has a text that is not Unicode", "Export it again from the cohort editor");

    private CohortDefinition Definition(Node root)
    {
        root.Skip("Title", "cdmVersionRange", "name", "description");
        var sets = root.List("ConceptSets").Select(ConceptSet).ToArray();
        foreach (var twice in sets.GroupBy(s => s.Id).Where(g => g.Count() > 1))
        {
            Error("cohort.concept-set", $"Two concept sets have the id {twice.Key}", "Give each concept set its own id", "$.ConceptSets");
        }

        var ids = sets.Select(s => s.Id).ToHashSet();
        var primary = Primary(root.Object("PrimaryCriteria", required: true), ids);
        var additional = root.Has("AdditionalCriteria") ? Group(root.Object("AdditionalCriteria"), ids) : null;
        var rules = root.List("InclusionRules").Select((r, i) =>
        {
            r.Skip("description");
            var name = r.Text("name") is { Length: > 0 } n ? n : $"rule {i + 1}";
            var group = Group(r.Object("expression", required: true), ids);
            r.End();
            return new InclusionRule(name, group);
        }).ToArray();
        var qualified = Limit(root, "QualifiedLimit");
        var expression = Limit(root, "ExpressionLimit");
        var censoring = root.List("CensoringCriteria").Select(c => Criterion(c, ids)).ToArray();
        DateOffset? end = null;
        CustomEra? custom = null;
        if (root.Has("EndStrategy"))
        {
            var strategy = root.Object("EndStrategy");
            if (strategy.Has("DateOffset"))
            {
                var offset = strategy.Object("DateOffset");
                var field = offset.Text("DateField") ?? "StartDate";
                if (field is not ("StartDate" or "EndDate"))
                {
                    Error("cohort.value", "DateField is StartDate or EndDate", "Use one of the two", offset.Path + ".DateField");
                }

                end = new DateOffset(field == "EndDate", offset.Integer("Offset") ?? 0);
                offset.End();
            }

            if (strategy.Has("CustomEra"))
            {
                var era = strategy.Object("CustomEra");
                custom = new CustomEra(Codeset(era, "DrugCodesetId", ids) ?? -1, era.Integer("GapDays") ?? 0, era.Integer("Offset") ?? 0, era.Integer("DaysSupplyOverride"));
                if (custom.DrugSet < 0)
                {
                    Error("cohort.missing-field", "DrugCodesetId is missing", "Name the concept set of the drugs that make the era", era.Path + ".DrugCodesetId");
                }

                era.End();
            }

            strategy.End();
        }

        var pad = 0;
        if (root.Has("CollapseSettings"))
        {
            var collapse = root.Object("CollapseSettings");
            if (collapse.Text("CollapseType") is { } kind && kind != "ERA")
            {
                Error("cohort.unsupported", "The only way to collapse is ERA", "Use CollapseType ERA", collapse.Path + ".CollapseType");
            }

            pad = collapse.Integer("EraPad") ?? 0;
            collapse.End();
        }

        var window = Period(root, "CensorWindow");
        root.End();
        return new CohortDefinition(sets, primary, additional, qualified, rules, expression, end, censoring, pad) { CustomEra = custom, CensorWindow = window };
    }

    private ConceptSet ConceptSet(Node set)
    {
        set.Skip("description");
        var id = set.Integer("id") ?? -1;
        var name = set.Text("name") ?? $"{id}";
        var expression = set.Object("expression", required: true);
        var items = expression.List("items").Select(item =>
        {
            long? concept = null;
            SourceCode? source = null;
            if (item.Has("concept"))
            {
                concept = ConceptId(item.Object("concept"));
            }

            if (item.Has("sourceCode"))
            {
                var code = item.Object("sourceCode");
                source = new SourceCode(code.Text("system") ?? "", (code.Text("code") ?? "").Replace(".", "", StringComparison.Ordinal));
                if (source.System.Length == 0 || source.Code.Length == 0)
                {
                    Error("cohort.source-code", "A source code needs a system and a code", "For example {\"system\":\"icd10\",\"code\":\"E11\"}", code.Path);
                }

                code.Skip("name", "nameJa", "nameEn");
                code.End();
            }

            if (concept is null == source is null)
            {
                Error("cohort.concept-item", "A concept-set item is a concept or a source code, exactly one of them", "Split it into two items", item.Path);
            }

            var result = new ConceptItem(concept, source, item.Flag("includeDescendants"), item.Flag("isExcluded")) { IncludeMapped = item.Flag("includeMapped") };
            item.End();
            return result;
        }).ToArray();
        expression.End();
        set.End();
        if (items.Length == 0)
        {
            findings.Add(Finding.Warning("cohort.concept-set", "The concept set is empty: nothing is in it", "Add a concept or a source code", new Place(Field: set.Path)));
        }

        return new ConceptSet(id, name, items);
    }

    private PrimaryCriteria Primary(Node node, HashSet<int> sets)
    {
        var criteria = node.List("CriteriaList").Select(c => Criterion(c, sets)).ToArray();
        if (criteria.Length == 0)
        {
            Error("cohort.no-primary", "There is no primary event", "Name at least one kind of event by which a person enters", node.Path + ".CriteriaList");
        }

        var (prior, post) = (0, 0);
        if (node.Has("ObservationWindow"))
        {
            var window = node.Object("ObservationWindow");
            (prior, post) = (window.Integer("PriorDays") ?? 0, window.Integer("PostDays") ?? 0);
            window.End();
        }

        var limit = Limit(node, "PrimaryCriteriaLimit");
        node.End();
        return new PrimaryCriteria(criteria, prior, post, limit);
    }

    private CriteriaGroup Group(Node node, HashSet<int> sets)
    {
        var kind = (node.Text("Type") ?? "ALL").ToUpperInvariant() switch
        {
            "ALL" => GroupKind.All,
            "ANY" => GroupKind.Any,
            "AT_LEAST" => GroupKind.AtLeast,
            "AT_MOST" => GroupKind.AtMost,
            _ => Wrong(GroupKind.All, "The type of a group is ALL, ANY, AT_LEAST or AT_MOST", node.Path + ".Type"),
        };
        var count = node.Integer("Count") ?? 0;
        var criteria = node.List("CriteriaList").Select(c => Correlated(c, sets)).ToArray();
        var demographics = node.List("DemographicCriteriaList").Select(d =>
        {
            var result = new DemographicCriterion([.. CirceFields.Demographic.SelectMany(f => Conditions(d, f, sets))]);
            d.End();
            return result;
        }).ToArray();
        var groups = node.List("Groups").Select(g => Group(g, sets)).ToArray();
        node.End();
        return new CriteriaGroup(kind, count, criteria, demographics, groups);
    }

    private CorrelatedCriterion Correlated(Node node, HashSet<int> sets)
    {
        var criterion = Criterion(node.Object("Criteria", required: true), sets);
        var start = node.Has("StartWindow") ? Window(node.Object("StartWindow"), endByDefault: false) : null;
        var end = node.Has("EndWindow") ? Window(node.Object("EndWindow"), endByDefault: true) : null;
        var ignore = node.Flag("IgnoreObservationPeriod");
        var restrict = node.Flag("RestrictVisit");
        var occurrence = new Occurrence(OccurrenceKind.AtLeast, 1);
        if (node.Has("Occurrence"))
        {
            var o = node.Object("Occurrence");
            var kind = o.Integer("Type") is { } t and >= 0 and <= 2 ? (OccurrenceKind)t : Wrong(OccurrenceKind.AtLeast, "The type of an occurrence is 0 (exactly), 1 (at most) or 2 (at least)", o.Path + ".Type");
            var distinct = o.Flag("IsDistinct");
            var column = o.Text("CountColumn") ?? "DOMAIN_CONCEPT";
            var different = distinct ? CirceFields.Counted(column) ?? Wrong("concept", "What is counted distinctly is none of Circe's columns", o.Path + ".CountColumn") : null;
            occurrence = new Occurrence(kind, Math.Max(0, o.Integer("Count") ?? 0), different);
            o.End();
        }

        node.End();
        return new CorrelatedCriterion(criterion, start, end, ignore, occurrence) { RestrictVisit = restrict };
    }

    private TimeWindow Window(Node node, bool endByDefault)
    {
        var window = new TimeWindow(Edge(node.Object("Start", required: true)), Edge(node.Object("End", required: true)), node.Flag("UseIndexEnd"), node.Flag("UseEventEnd", endByDefault));
        node.End();
        return window;
    }

    private WindowEdge Edge(Node node)
    {
        var coefficient = node.Integer("Coeff") ?? 1;
        if (coefficient is not (1 or -1))
        {
            Error("cohort.value", "Coeff is 1 (after) or -1 (before)", "Use one of the two", node.Path + ".Coeff");
        }

        var days = node.Integer("Days");
        node.Skip("TimeUnitValue");
        if (node.Text("TimeUnit") is { } unit && unit != "day")
        {
            Error("cohort.unsupported", "Windows are in days", "Write Days", node.Path + ".TimeUnit");
        }

        node.End();
        return new WindowEdge(days * coefficient, coefficient < 0);
    }

    private Criterion Criterion(Node node, HashSet<int> sets)
    {
        var names = node.Names;
        if (names.Count != 1 || !Enum.TryParse<CohortDomain>(names[0], out var domain) || !Enum.IsDefined(domain))
        {
            Error("cohort.domain", "A criterion is exactly one of the supported domains", $"Use one of {string.Join(", ", Enum.GetNames<CohortDomain>())}", node.Path);
            node.Skip([.. names]);
            return new Criterion(CohortDomain.ConditionOccurrence, null, false, [], false, []);
        }

        var c = node.Object(names[0]);
        foreach (var ignored in CirceFields.Ignored(domain).Where(c.Has))
        {
            c.Skip(ignored);
            Beware("Circe makes nothing of this field, so it does not count", c.Path + "." + ignored);
        }

        var nested = c.Has("CorrelatedCriteria") ? Group(c.Object("CorrelatedCriteria"), sets) : null;
        var result = new Criterion(
            domain,
            CirceFields.HasConcept(domain) ? Codeset(c, "CodesetId", sets) : null,
            domain != CohortDomain.Death && c.Flag("First"),
            [.. CirceFields.Of(domain).SelectMany(f => Conditions(c, f, sets)), .. Abnormal(c, domain)],
            domain == CohortDomain.ConditionOccurrence && c.Flag("IncludeSuspected"),
            c.Texts("Dataset"))
        {
            SourceConceptSet = CirceFields.SourceOf(domain) is { } source ? Codeset(c, source, sets) : null,
            Nested = nested is { Parts: > 0 } ? nested : null,
            Adjustment = Adjustment(c, domain),
            UserDefined = CirceFields.HasConcept(domain) ? null : Period(c, "UserDefinedPeriod"),
        };
        c.End();
        node.End();
        return result;
    }

    private IEnumerable<Condition> Conditions(Node c, CirceField field, HashSet<int> sets)
    {
        if (field.But is { } but && c.Has(field.Name))
        {
            Beware($"Circe {but}, and so do we", c.Path + "." + field.Name);
        }

        switch (field.Kind)
        {
            case FieldKind.Numbers or FieldKind.Counts when c.Has(field.Name):
                c.Skip(field.Name);
                if (Number(c, field.From is { } from && c.Has(from) ? from : field.Name, field.Kind) is { } numbers)
                {
                    yield return new Condition.Numbers(field.Of, numbers);
                }

                break;
            case FieldKind.Dates when Date(c, field.Name) is { } range:
                yield return new Condition.Days(field.Of, range);
                break;
            case FieldKind.Words when c.Has(field.Name):
                yield return Words(c.Object(field.Name), field.Of);
                break;
            case FieldKind.Set when Codeset(c, field.Name, sets) is { } set:
                yield return new Condition.InSet(field.Of, set, false);
                break;
            case FieldKind.Concepts:
                var excluded = c.Flag(field.Name + "Exclude");
                if (Concepts(c, field.Name) is { Length: > 0 } concepts)
                {
                    yield return new Condition.OneOf(field.Of, concepts, excluded);
                }

                if (c.Has(field.Name + "CS"))
                {
                    var chosen = c.Object(field.Name + "CS");
                    if (field.SetOf is not null)
                    {
                        Beware($"Circe asks this concept set of the {field.SetOf}, and so do we", chosen.Path);
                    }

                    yield return new Condition.InSet(field.SetOf ?? field.Of, Codeset(chosen, "CodesetId", sets), chosen.Flag("IsExclusion"));
                    chosen.End();
                }

                break;
        }
    }

    private static IEnumerable<Condition> Abnormal(Node c, CohortDomain domain) => domain == CohortDomain.Measurement && c.Flag("Abnormal") ? [new Condition.Abnormal()] : [];

    private Condition.Reads Words(Node words, string of)
    {
        var (op, text) = (words.Text("Op") ?? "startsWith", words.Text("Text") ?? "");
        var match = op.TrimStart('!') switch
        {
            "eq" => TextMatch.Whole,
            "startsWith" => TextMatch.Begins,
            "endsWith" => TextMatch.Ends,
            "contains" => TextMatch.Contains,
            _ => Wrong(TextMatch.Begins, "Op is eq, startsWith, endsWith or contains, with ! before it for the contrary", words.Path + ".Op"),
        };
        words.End();
        return new Condition.Reads(of, match, text, op.StartsWith('!'));
    }

    private DateAdjustment? Adjustment(Node c, CohortDomain domain)
    {
        if (domain == CohortDomain.Specimen || !c.Has("DateAdjustment"))
        {
            return null;
        }

        var a = c.Object("DateAdjustment");
        bool IsEnd(string name, string otherwise) => (a.Text(name) ?? otherwise).ToUpperInvariant() switch
        {
            "START_DATE" => false,
            "END_DATE" => true,
            _ => Wrong(false, "A date is counted from START_DATE or END_DATE", a.Path + "." + name),
        };
        var (startFromEnd, endFromStart) = (IsEnd("StartWith", "START_DATE"), !IsEnd("EndWith", "END_DATE"));
        if (domain == CohortDomain.Death && (startFromEnd || endFromStart))
        {
            Beware("Circe counts a death's start from its start and its end from its end, and so do we", a.Path);
            (startFromEnd, endFromStart) = (false, false);
        }

        var result = new DateAdjustment(startFromEnd, a.Integer("StartOffset") ?? 0, endFromStart, a.Integer("EndOffset") ?? 0);
        a.End();
        return result;
    }

    private Period? Period(Node node, string name)
    {
        if (!node.Has(name))
        {
            return null;
        }

        var period = node.Object(name);
        DateOnly? Edge(string edge) => period.Text(edge) is { Length: > 0 } text ? ParseDate(text) ?? Wrong<DateOnly?>(null, "Dates are written YYYY-MM-DD", period.Path + "." + edge) : null;
        var result = new Period(Edge("StartDate"), Edge("EndDate"));
        period.End();
        return result is { Start: null, End: null } ? null : result;
    }

    private int? Codeset(Node node, string name, HashSet<int> sets)
    {
        var id = node.Integer(name);
        if (id is { } set && !sets.Contains(set))
        {
            Error("cohort.concept-set", $"There is no concept set {set}", "Name one of ConceptSets by its id", node.Path + "." + name);
        }

        return id;
    }

    private EventLimit Limit(Node node, string name)
    {
        // Where Circe is told no limit, it takes the first.
        if (!node.Has(name))
        {
            return EventLimit.First;
        }

        var limit = node.Object(name);
        var kind = (limit.Text("Type") ?? "First").ToUpperInvariant() switch
        {
            "ALL" => EventLimit.All,
            "FIRST" => EventLimit.First,
            "LAST" => EventLimit.Last,
            _ => Wrong(EventLimit.All, "A limit is All, First or Last", limit.Path + ".Type"),
        };
        limit.End();
        return kind;
    }

    private NumericRange? Number(Node node, string name, FieldKind kind)
    {
        var range = node.Object(name);
        var op = Op(range);
        var value = range.Number("Value");
        var extent = range.Number("Extent");
        range.End();
        if (value is null || (op is RangeOp.Between or RangeOp.NotBetween && extent is null))
        {
            return Wrong<NumericRange?>(null, "A range needs Value, and Extent too if it is bt or !bt", range.Path);
        }

        // As Circe writes numbers into its SQL: whole ones cut off, others with four digits.
        decimal Written(decimal v) => kind == FieldKind.Counts ? decimal.Truncate(v) : Math.Round(v, 4, MidpointRounding.AwayFromZero);
        return new NumericRange(op, Written(value.Value), Written(extent ?? value.Value));
    }

    private DateRange? Date(Node node, string name)
    {
        if (!node.Has(name))
        {
            return null;
        }

        var range = node.Object(name);
        var op = Op(range);
        var (value, extent) = (range.Text("Value"), range.Text("Extent"));
        range.End();
        return ParseDate(value) is { } from && ((ParseDate(extent) is { } to) || op is not (RangeOp.Between or RangeOp.NotBetween))
            ? new DateRange(op, from, ParseDate(extent) ?? from)
            : Wrong<DateRange?>(null, "Dates are written YYYY-MM-DD, Extent too if the range is bt or !bt", range.Path);
    }

    private static DateOnly? ParseDate(string? text) =>
        DateOnly.TryParseExact(text?.Length >= 10 ? text[..10] : text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    private RangeOp Op(Node range) => (range.Text("Op") ?? "") switch
    {
        "lt" => RangeOp.Less,
        "lte" => RangeOp.LessOrEqual,
        "eq" => RangeOp.Equal,
        "!eq" => RangeOp.NotEqual,
        "gte" => RangeOp.GreaterOrEqual,
        "gt" => RangeOp.Greater,
        "bt" => RangeOp.Between,
        "!bt" => RangeOp.NotBetween,
        _ => Wrong(RangeOp.Equal, "Op is lt, lte, eq, !eq, gt, gte, bt or !bt", range.Path + ".Op"),
    };

    private long[] Concepts(Node node, string name) => [.. node.List(name).Select(ConceptId)];

    private long ConceptId(Node concept)
    {
        concept.Skip("CONCEPT_NAME", "CONCEPT_CODE", "DOMAIN_ID", "VOCABULARY_ID", "CONCEPT_CLASS_ID", "STANDARD_CONCEPT", "STANDARD_CONCEPT_CAPTION",
            "INVALID_REASON", "INVALID_REASON_CAPTION", "VALID_START_DATE", "VALID_END_DATE");
        var id = concept.Number("CONCEPT_ID");
        concept.End();
        return id is { } i && i == decimal.Truncate(i) && i is >= 0 and <= long.MaxValue ? (long)i : Wrong(0L, "CONCEPT_ID is a whole number", concept.Path + ".CONCEPT_ID");
    }

    private T Wrong<T>(T instead, string reason, string path)
    {
        Error("cohort.value", reason, "Correct the definition", path);
        return instead;
    }

    /// <summary>Something that Circe does otherwise than its field says.</summary>
    private void Beware(string reason, string path) => findings.Add(Finding.Warning("cohort.as-circe", reason, "Leave the field out, or write what is meant in another way", new Place(Field: path)));

    private void Error(string code, string reason, string remedy, string path) => findings.Add(Finding.Error(code, reason, remedy, new Place(Field: path)));

    /// <summary>A JSON object that knows which of its fields were asked for.</summary>
    private sealed class Node
    {
        private readonly JsonElement element;
        private readonly List<Finding> findings;
        private readonly HashSet<string> asked = new(StringComparer.Ordinal);

        public Node(JsonElement element, string path, List<Finding> findings)
        {
            (this.element, Path, this.findings) = (element, path, findings);
            if (element.ValueKind != JsonValueKind.Object)
            {
                Wrong("an object", path);
            }
        }

        public string Path { get; }

        public IReadOnlyList<string> Names => element.ValueKind == JsonValueKind.Object ? [.. element.EnumerateObject().Select(p => p.Name)] : [];

        public void Skip(params IReadOnlyList<string> names) => asked.UnionWith(names);

        public void End()
        {
            foreach (var name in Names.Where(n => !asked.Contains(n) && Has(n)))
            {
                findings.Add(Finding.Error("cohort.unknown-field", "This field is not understood, and leaving it out would change the cohort", "Remove it, or express it with the supported criteria", new Place(Field: $"{Path}.{name}")));
            }
        }

        /// <summary>There, and neither null nor an empty list.</summary>
        public bool Has(string name) => Peek(name) is { } e && !(e.ValueKind == JsonValueKind.Array && e.GetArrayLength() == 0);

        public Node Object(string name, bool required = false)
        {
            if (Find(name) is { } e)
            {
                return new Node(e, $"{Path}.{name}", findings);
            }

            if (required)
            {
                findings.Add(Finding.Error("cohort.missing-field", $"{name} is missing", "Add it", new Place(Field: $"{Path}.{name}")));
            }

            using var empty = JsonDocument.Parse("{}");
            return new Node(empty.RootElement.Clone(), $"{Path}.{name}", findings);
        }

        public IReadOnlyList<Node> List(string name)
        {
            if (Find(name) is not { } e)
            {
                return [];
            }

            if (e.ValueKind != JsonValueKind.Array)
            {
                Wrong("a list", $"{Path}.{name}");
                return [];
            }

            return [.. e.EnumerateArray().Select((item, i) => new Node(item, $"{Path}.{name}[{i}]", findings))];
        }

        public string? Text(string name)
        {
            if (Find(name) is not { } e)
            {
                return null;
            }

            if (e.ValueKind == JsonValueKind.String)
            {
                return e.GetString();
            }

            Wrong("a text", $"{Path}.{name}");
            return null;
        }

        /// <summary>One text or a list of texts.</summary>
        public IReadOnlyList<string> Texts(string name)
        {
            if (Find(name) is not { } e)
            {
                return [];
            }

            JsonElement[] all = e.ValueKind == JsonValueKind.Array ? [.. e.EnumerateArray()] : [e];
            if (all.Any(t => t.ValueKind != JsonValueKind.String))
            {
                Wrong("a text or a list of texts", $"{Path}.{name}");
                return [];
            }

            return [.. all.Select(t => t.GetString()!)];
        }

        public decimal? Number(string name)
        {
            if (Find(name) is not { } e)
            {
                return null;
            }

            // Cohort editors write numbers as text now and then.
            if ((e.ValueKind == JsonValueKind.Number && e.TryGetDecimal(out var d)) ||
                (e.ValueKind == JsonValueKind.String && decimal.TryParse(e.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out d)))
            {
                return d;
            }

            Wrong("a number", $"{Path}.{name}");
            return null;
        }

        public int? Integer(string name)
        {
            if (Number(name) is not { } d)
            {
                return null;
            }

            if (d == decimal.Truncate(d) && Math.Abs(d) <= 1_000_000)
            {
                return (int)d;
            }

            Wrong("a whole number of a sensible size", $"{Path}.{name}");
            return null;
        }

        public bool Flag(string name, bool otherwise = false)
        {
            if (Find(name) is not { } e)
            {
                return otherwise;
            }

            if (e.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                return e.GetBoolean();
            }

            Wrong("true or false", $"{Path}.{name}");
            return otherwise;
        }

        private JsonElement? Find(string name)
        {
            asked.Add(name);
            return Peek(name);
        }

        private JsonElement? Peek(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var e) && e.ValueKind != JsonValueKind.Null ? e : null;

        private void Wrong(string what, string path) => findings.Add(Finding.Error("cohort.value", $"Expected {what}", "Correct the definition", new Place(Field: path)));
    }
}
