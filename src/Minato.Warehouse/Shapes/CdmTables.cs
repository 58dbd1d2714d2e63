using Minato.Tables;
using static Minato.Tables.ColumnType;

namespace Minato.Warehouse.Shapes;

/// <summary>
/// OMOP CDM v5.4, the tables that the sources fill, column names and order as in the specification. Three departures,
/// all in docs/decisions/0010: <c>person_id</c> is the dataset pseudonym (UUID); no day of birth; no free text. After the CDM's own columns:
/// <c>record_key</c>, <c>source_line</c>, <c>link_class</c>, <c>source_system</c> (which code system the source value is of).
/// <c>*_datetime</c> columns stay empty: the sources know days.
/// </summary>
internal static class CdmTables
{
    public static CdmTable Person { get; } = new(
        "person",
        "",
        [
            new("person_id", Uuid), new("gender_concept_id", Integer), new("year_of_birth", Integer), new("month_of_birth", Integer), new("day_of_birth", Integer),
            new("birth_datetime", Date), new("race_concept_id", Integer), new("ethnicity_concept_id", Integer), new("location_id", Integer), new("provider_id", Integer),
            new("care_site_id", Integer), new("person_source_value", Text), new("gender_source_value", Text), new("gender_source_concept_id", Integer),
            new("race_source_value", Text), new("race_source_concept_id", Integer), new("ethnicity_source_value", Text), new("ethnicity_source_concept_id", Integer),
            new("prefecture", Text),
        ],
        null);

    public static CdmTable ObservationPeriod { get; } = new(
        "observation_period",
        "observation_period_start_date",
        [
            new("observation_period_id", Integer), new("person_id", Uuid), new("observation_period_start_date", Date), new("observation_period_end_date", Date),
            new("period_type_concept_id", Integer),
        ],
        null);

    public static CdmTable Visit { get; } = Events(
        "visit_occurrence",
        "visit_start_date",
        FactKind.Visit,
        new("visit_occurrence_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("visit_concept_id", Integer, "f.concept"),
        new("visit_start_date", Date, "f.start"), new("visit_start_datetime", Date), new("visit_end_date", Date, "coalesce(f.stop, f.start)"), new("visit_end_datetime", Date),
        new("visit_type_concept_id", Integer, "{type}"), new("provider_id", Integer, "f.provider"), new("care_site_id", Integer, "f.facility"), new("visit_source_value", Text, "f.code"),
        new("visit_source_concept_id", Integer, "0"), new("admitted_from_concept_id", Integer, "0"), new("admitted_from_source_value", Text),
        new("discharged_to_concept_id", Integer, "0"), new("discharged_to_source_value", Text), new("preceding_visit_occurrence_id", Integer));

    /// <summary>Stretches of a stay in one ward; only those whose visit is stated, because the CDM demands the visit.</summary>
    public static CdmTable VisitDetail { get; } = Events(
        "visit_detail",
        "visit_detail_start_date",
        FactKind.Ward,
        new("visit_detail_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("visit_detail_concept_id", Integer, "f.concept"),
        new("visit_detail_start_date", Date, "f.start"), new("visit_detail_start_datetime", Date), new("visit_detail_end_date", Date, "coalesce(f.stop, f.start)"),
        new("visit_detail_end_datetime", Date), new("visit_detail_type_concept_id", Integer, "{type}"), new("provider_id", Integer, "f.provider"),
        new("care_site_id", Integer, "f.facility"), new("visit_detail_source_value", Text, "f.code"), new("visit_detail_source_concept_id", Integer, "0"),
        new("admitted_from_concept_id", Integer, "0"), new("admitted_from_source_value", Text), new("discharged_to_source_value", Text),
        new("discharged_to_concept_id", Integer, "0"), new("preceding_visit_detail_id", Integer), new("parent_visit_detail_id", Integer),
        new("visit_occurrence_id", Integer, "{offset} + f.visit"));

    public static CdmTable Condition { get; } = Events(
        "condition_occurrence",
        "condition_start_date",
        FactKind.Condition,
        new("condition_occurrence_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("condition_concept_id", Integer, "f.concept"),
        new("condition_start_date", Date, "f.start"), new("condition_start_datetime", Date), new("condition_end_date", Date, "f.stop"), new("condition_end_datetime", Date),
        new("condition_type_concept_id", Integer, "{type}"), new("condition_status_concept_id", Integer, $"case when f.suspected then {Concepts.Suspected} else {Concepts.Confirmed} end"),
        new("stop_reason", Text), new("provider_id", Integer, "f.provider"), new("visit_occurrence_id", Integer, "{offset} + f.visit"), new("visit_detail_id", Integer),
        new("condition_source_value", Text, "f.code"), new("condition_source_concept_id", Integer, "f.source_concept"),
        new("condition_status_source_value", Text, "case when f.suspected then 'suspected' end"));

    public static CdmTable Drug { get; } = Events(
        "drug_exposure",
        "drug_exposure_start_date",
        FactKind.Drug,
        new("drug_exposure_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("drug_concept_id", Integer, "f.concept"),
        new("drug_exposure_start_date", Date, "f.start"), new("drug_exposure_start_datetime", Date), new("drug_exposure_end_date", Date, "coalesce(f.stop, f.start)"),
        new("drug_exposure_end_datetime", Date), new("verbatim_end_date", Date), new("drug_type_concept_id", Integer, "{type}"), new("stop_reason", Text),
        new("refills", Integer), new("quantity", ColumnType.Decimal, "coalesce(f.quantity, f.value)"), new("days_supply", Integer, "f.days"), new("sig", Text),
        new("route_concept_id", Integer, "0"), new("lot_number", Text), new("provider_id", Integer, "f.provider"), new("visit_occurrence_id", Integer, "{offset} + f.visit"),
        new("visit_detail_id", Integer), new("drug_source_value", Text, "f.code"), new("drug_source_concept_id", Integer, "f.source_concept"), new("route_source_value", Text),
        new("dose_unit_source_value", Text, "f.unit"));

    public static CdmTable Procedure { get; } = Events(
        "procedure_occurrence",
        "procedure_date",
        FactKind.Procedure,
        new("procedure_occurrence_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("procedure_concept_id", Integer, "f.concept"),
        new("procedure_date", Date, "f.start"), new("procedure_datetime", Date), new("procedure_end_date", Date, "f.stop"), new("procedure_end_datetime", Date),
        new("procedure_type_concept_id", Integer, "{type}"), new("modifier_concept_id", Integer, "0"), new("quantity", Integer, "cast(round(f.quantity) as bigint)"),
        new("provider_id", Integer, "f.provider"), new("visit_occurrence_id", Integer, "{offset} + f.visit"), new("visit_detail_id", Integer), new("procedure_source_value", Text, "f.code"),
        new("procedure_source_concept_id", Integer, "f.source_concept"), new("modifier_source_value", Text));

    public static CdmTable Measurement { get; } = Events(
        "measurement",
        "measurement_date",
        FactKind.Measurement,
        new("measurement_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("measurement_concept_id", Integer, "f.concept"),
        new("measurement_date", Date, "f.start"), new("measurement_datetime", Date), new("measurement_time", Text), new("measurement_type_concept_id", Integer, "{type}"),
        new("operator_concept_id", Integer, "0"), new("value_as_number", ColumnType.Decimal, "f.value"), new("value_as_concept_id", Integer, "f.value_concept"),
        new("unit_concept_id", Integer, "f.unit_concept"), new("range_low", ColumnType.Decimal), new("range_high", ColumnType.Decimal), new("provider_id", Integer, "f.provider"),
        new("visit_occurrence_id", Integer, "{offset} + f.visit"), new("visit_detail_id", Integer), new("measurement_source_value", Text, "f.code"),
        new("measurement_source_concept_id", Integer, "f.source_concept"), new("unit_source_value", Text, "f.unit"), new("unit_source_concept_id", Integer, "0"),
        new("value_source_value", Text, "f.value_code"), new("measurement_event_id", Integer), new("meas_event_field_concept_id", Integer));

    public static CdmTable Observation { get; } = Events(
        "observation",
        "observation_date",
        FactKind.Observation,
        new("observation_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("observation_concept_id", Integer, "f.concept"),
        new("observation_date", Date, "f.start"), new("observation_datetime", Date), new("observation_type_concept_id", Integer, "{type}"),
        new("value_as_number", ColumnType.Decimal, "f.value"), new("value_as_string", Text, "f.value_code"), new("value_as_concept_id", Integer, "f.value_concept"),
        new("qualifier_concept_id", Integer, "0"), new("unit_concept_id", Integer, "f.unit_concept"), new("provider_id", Integer, "f.provider"),
        new("visit_occurrence_id", Integer, "{offset} + f.visit"), new("visit_detail_id", Integer), new("observation_source_value", Text, "f.code"),
        new("observation_source_concept_id", Integer, "f.source_concept"), new("unit_source_value", Text, "f.unit"), new("qualifier_source_value", Text),
        new("value_source_value", Text, "f.value_code"), new("observation_event_id", Integer), new("obs_event_field_concept_id", Integer));

    public static CdmTable Device { get; } = Events(
        "device_exposure",
        "device_exposure_start_date",
        FactKind.Device,
        new("device_exposure_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("device_concept_id", Integer, "f.concept"),
        new("device_exposure_start_date", Date, "f.start"), new("device_exposure_start_datetime", Date), new("device_exposure_end_date", Date, "f.stop"),
        new("device_exposure_end_datetime", Date), new("device_type_concept_id", Integer, "{type}"), new("unique_device_id", Text, $"coalesce(f.identifier, case when f.system = '{CodeSystem.Udi}' then f.code end)"), new("production_id", Text),
        new("quantity", Integer, "cast(round(f.quantity) as bigint)"), new("provider_id", Integer, "f.provider"), new("visit_occurrence_id", Integer, "{offset} + f.visit"),
        new("visit_detail_id", Integer), new("device_source_value", Text, "f.code"), new("device_source_concept_id", Integer, "f.source_concept"),
        new("unit_concept_id", Integer, "f.unit_concept"), new("unit_source_value", Text, "f.unit"), new("unit_source_concept_id", Integer, "0"));

    public static CdmTable Specimen { get; } = Events(
        "specimen",
        "specimen_date",
        FactKind.Specimen,
        new("specimen_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("specimen_concept_id", Integer, "f.concept"),
        new("specimen_type_concept_id", Integer, "{type}"), new("specimen_date", Date, "f.start"), new("specimen_datetime", Date),
        new("quantity", ColumnType.Decimal, "coalesce(f.quantity, f.value)"), new("unit_concept_id", Integer, "f.unit_concept"), new("anatomic_site_concept_id", Integer, "f.value_concept"),
        new("disease_status_concept_id", Integer), new("specimen_source_id", Text), new("specimen_source_value", Text, "f.code"), new("unit_source_value", Text, "f.unit"),
        new("anatomic_site_source_value", Text, "f.value_code"), new("disease_status_source_value", Text));

    /// <summary>
    /// The imaging extension of the CDM (OHDSI Medical Imaging working group): one row per series. The study's UID is the record's key, the series'
    /// the replaced one; where the files lie is not told. The extension has no columns for what the source wrote: ours follow.
    /// </summary>
    public static CdmTable Image { get; } = Events(
        "image_occurrence",
        "image_occurrence_date",
        FactKind.Image,
        new("image_occurrence_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("procedure_occurrence_id", Integer),
        new("visit_occurrence_id", Integer, "{offset} + f.visit"), new("anatomic_site_concept_id", Integer, "f.value_concept"), new("wadors_uri", Text), new("local_path", Text),
        new("image_occurrence_date", Date, "f.start"), new("image_study_uid", Text, "r.record_key"), new("image_series_uid", Text, "coalesce(f.identifier, '')"),
        new("modality_concept_id", Integer, "f.concept"), new("modality_source_value", Text, "f.code"), new("anatomic_site_source_value", Text, "f.value_code"),
        new("number_of_images", Integer, "cast(round(f.quantity) as bigint)"));

    /// <summary>
    /// What genomes carry, an allele a row, apart from the general tables (A6): no criterion of a cohort reads it and no profile shows it. The genomic extension of the CDM has no place on a
    /// contig; where its names fit they are used.
    /// </summary>
    public static CdmTable Variant { get; } = Events(
        WarehouseRoom.Variants,
        "variant_date",
        FactKind.Variant,
        new("variant_occurrence_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("variant_date", Date, "f.start"), new("reference_sequence", Text, "f.unit"),
        new("chromosome", Text, "f.code"), new("position", Integer, "cast(f.value as bigint)"), new("reference_allele", Text, "split_part(f.identifier, '/', 1)"),
        new("alternate_allele", Text, "substr(f.identifier, strpos(f.identifier, '/') + 1)"), new("genotype", Text, "f.value_code"), new("copies", Integer, "cast(f.quantity as bigint)"));

    /// <summary>That a document of a kind exists. <c>note_text</c> is required by the CDM and always empty here: narrative is never stored.</summary>
    public static CdmTable Note { get; } = Events(
        "note",
        "note_date",
        FactKind.Note,
        new("note_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("note_date", Date, "f.start"), new("note_datetime", Date),
        new("note_type_concept_id", Integer, "{type}"), new("note_class_concept_id", Integer, "f.concept"), new("note_title", Text), new("note_text", Text, "''"),
        new("encoding_concept_id", Integer, $"{Concepts.Utf8}"), new("language_concept_id", Integer, "0"), new("provider_id", Integer, "f.provider"),
        new("visit_occurrence_id", Integer, "{offset} + f.visit"), new("visit_detail_id", Integer), new("note_source_value", Text, "f.code"), new("note_event_id", Integer),
        new("note_event_field_concept_id", Integer));

    /// <summary>
    /// What was read in a note: where (ours: <c>note_offset</c> and <c>note_length</c> in UTF-16 units) and how surely (ours: <c>confidence</c>, 0 to 1). The same number as the row in the
    /// fact's own table. The words themselves, which the CDM demands as <c>lexical_variant</c>, are never stored.
    /// </summary>
    public static CdmTable NoteNlp { get; } = new(
        "note_nlp",
        "nlp_date",
        [
            new("note_nlp_id", Integer, "{offset} + f.seq"), new("note_id", Integer, "{offset} + f.note"), new("section_concept_id", Integer, "0"), new("snippet", Text),
            new("offset", Text, "cast(f.text_offset as varchar)"), new("lexical_variant", Text, "''"), new("note_nlp_concept_id", Integer, "f.concept"),
            new("note_nlp_source_concept_id", Integer, "f.source_concept"), new("nlp_system", Text, "'minato'"), new("nlp_date", Date, "f.start"), new("nlp_datetime", Date),
            new("term_exists", Text, "'Y'"), new("term_temporal", Text, "'Present'"), new("term_modifiers", Text), new("person_id", Uuid, "r.person_id"), new("note_offset", Integer, "f.text_offset"),
            new("note_length", Integer, "f.text_length"), new("confidence", ColumnType.Decimal, "f.confidence"), new("note_nlp_source_value", Text, "f.code"), .. Ours,
        ],
        null,
        IsBeside: true);

    /// <summary>Every word a source gave of a death. Ours: the CDM allows one row per person, and the sources disagree.</summary>
    public static CdmTable DeathSignal { get; } = Events(
        "death_signal",
        "death_date",
        FactKind.Death,
        new("death_signal_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("death_date", Date, "f.start"),
        new("death_type_concept_id", Integer, "{type}"), new("cause_concept_id", Integer, "f.concept"), new("cause_source_value", Text, "f.code"),
        new("cause_source_concept_id", Integer, "f.source_concept"));

    /// <summary>The best signal of each person.</summary>
    public static CdmTable Death { get; } = new(
        "death",
        "death_date",
        [
            new("person_id", Uuid), new("death_date", Date), new("death_datetime", Date), new("death_type_concept_id", Integer), new("cause_concept_id", Integer),
            new("cause_source_value", Text), new("cause_source_concept_id", Integer), .. Ours,
        ],
        null);

    /// <summary>Yen, of a visit. The CDM reaches the person through the visit; ours has <c>person_id</c> so that a refusal is applied without a join.</summary>
    public static CdmTable Cost { get; } = Events(
        "cost",
        "incurred_date",
        FactKind.Cost,
        new("cost_id", Integer, "{offset} + f.seq"), new("cost_event_id", Integer, "{offset} + f.visit"), new("cost_domain_id", Text, "'Visit'"),
        new("cost_type_concept_id", Integer, "{type}"), new("currency_concept_id", Integer, $"{Concepts.Yen}"), new("total_charge", ColumnType.Decimal, "f.value"),
        new("total_cost", ColumnType.Decimal), new("total_paid", ColumnType.Decimal), new("paid_by_payer", ColumnType.Decimal), new("paid_by_patient", ColumnType.Decimal),
        new("paid_patient_copay", ColumnType.Decimal), new("paid_patient_coinsurance", ColumnType.Decimal), new("paid_patient_deductible", ColumnType.Decimal),
        new("paid_by_primary", ColumnType.Decimal), new("paid_ingredient_cost", ColumnType.Decimal), new("paid_dispensing_fee", ColumnType.Decimal),
        new("payer_plan_period_id", Integer), new("amount_allowed", ColumnType.Decimal), new("revenue_code_concept_id", Integer, "0"), new("revenue_code_source_value", Text, "f.code"),
        new("drg_concept_id", Integer), new("drg_source_value", Text), new("person_id", Uuid, "r.person_id"), new("incurred_date", Date, "f.start"));

    public static CdmTable PayerPlanPeriod { get; } = Events(
        "payer_plan_period",
        "payer_plan_period_start_date",
        FactKind.Coverage,
        new("payer_plan_period_id", Integer, "{offset} + f.seq"), new("person_id", Uuid, "r.person_id"), new("payer_plan_period_start_date", Date, "f.start"),
        new("payer_plan_period_end_date", Date, "f.stop"), new("payer_concept_id", Integer, "0"), new("payer_source_value", Text, "f.code"), new("payer_source_concept_id", Integer, "0"),
        new("plan_concept_id", Integer, "0"), new("plan_source_value", Text), new("plan_source_concept_id", Integer, "0"), new("sponsor_concept_id", Integer, "0"),
        new("sponsor_source_value", Text), new("sponsor_source_concept_id", Integer, "0"), new("family_source_value", Text), new("stop_reason_concept_id", Integer, "0"),
        new("stop_reason_source_value", Text), new("stop_reason_source_concept_id", Integer, "0"));

    /// <summary>Where people live and care is given: a municipality or a prefecture, no address. The number is the code.</summary>
    public static CdmTable Location { get; } = Reference(
        "location",
        new("location_id", Integer), new("address_1", Text), new("address_2", Text), new("city", Text), new("state", Text), new("zip", Text), new("county", Text),
        new("location_source_value", Text), new("country_concept_id", Integer), new("country_source_value", Text), new("latitude", ColumnType.Decimal), new("longitude", ColumnType.Decimal));

    /// <summary>Institutions by their 10-digit number, without a name.</summary>
    public static CdmTable CareSite { get; } = Reference(
        "care_site",
        new("care_site_id", Integer), new("care_site_name", Text), new("place_of_service_concept_id", Integer), new("location_id", Integer), new("care_site_source_value", Text),
        new("place_of_service_source_value", Text));

    /// <summary>診療科 of institutions; never a person.</summary>
    public static CdmTable Provider { get; } = Reference(
        "provider",
        new("provider_id", Integer), new("provider_name", Text), new("npi", Text), new("dea", Text), new("specialty_concept_id", Integer), new("care_site_id", Integer),
        new("year_of_birth", Integer), new("gender_concept_id", Integer), new("provider_source_value", Text), new("specialty_source_value", Text),
        new("specialty_source_concept_id", Integer), new("gender_source_value", Text), new("gender_source_concept_id", Integer));

    /// <summary>One row: which dataset this is, by which vocabulary, as of when.</summary>
    public static CdmTable Source { get; } = Reference(
        "cdm_source",
        new("cdm_source_name", Text), new("cdm_source_abbreviation", Text), new("cdm_holder", Text), new("source_description", Text), new("source_documentation_reference", Text),
        new("cdm_etl_reference", Text), new("source_release_date", Date), new("cdm_release_date", Date), new("cdm_version", Text), new("cdm_version_concept_id", Integer),
        new("vocabulary_version", Text));

    /// <summary>The concepts that the dataset uses, and those that the software carries: a snapshot can be read without the vocabulary it was made with.</summary>
    public static CdmTable Concept { get; } = Reference(
        "concept",
        new("concept_id", Integer), new("concept_name", Text), new("domain_id", Text), new("vocabulary_id", Text), new("concept_class_id", Text), new("standard_concept", Text),
        new("concept_code", Text), new("valid_start_date", Date), new("valid_end_date", Date), new("invalid_reason", Text));

    public static CdmTable Vocabulary { get; } = Reference(
        "vocabulary",
        new("vocabulary_id", Text), new("vocabulary_name", Text), new("vocabulary_reference", Text), new("vocabulary_version", Text), new("vocabulary_concept_id", Integer));

    public static CdmTable Domain { get; } = Reference("domain", new("domain_id", Text), new("domain_name", Text), new("domain_concept_id", Integer));

    public static CdmTable ConceptClass { get; } = Reference("concept_class", new("concept_class_id", Text), new("concept_class_name", Text), new("concept_class_concept_id", Integer));

    public static CdmTable ConceptAncestor { get; } = Reference(
        "concept_ancestor",
        new("ancestor_concept_id", Integer), new("descendant_concept_id", Integer), new("min_levels_of_separation", Integer), new("max_levels_of_separation", Integer));

    /// <summary>The eras follow from the exposures and conditions whenever they are asked for; no file holds them (<see cref="Eras"/>).</summary>
    public static CdmTable DrugEra { get; } = new(
        "drug_era",
        "drug_era_start_date",
        [
            new("drug_era_id", Integer), new("person_id", Uuid), new("drug_concept_id", Integer), new("drug_era_start_date", Date), new("drug_era_end_date", Date),
            new("drug_exposure_count", Integer), new("gap_days", Integer),
        ],
        null);

    public static CdmTable ConditionEra { get; } = new(
        "condition_era",
        "condition_era_start_date",
        [
            new("condition_era_id", Integer), new("person_id", Uuid), new("condition_concept_id", Integer), new("condition_era_start_date", Date), new("condition_era_end_date", Date),
            new("condition_occurrence_count", Integer),
        ],
        null);

    public static IReadOnlyList<CdmTable> All { get; } =
        [
            Person, ObservationPeriod, Visit, VisitDetail, Condition, Drug, Procedure, Measurement, Observation, Device, Specimen, Image, Variant, Note, NoteNlp, DeathSignal, Death, Cost, PayerPlanPeriod,
            DrugEra, ConditionEra, Location, CareSite, Provider, Source, Concept, Vocabulary, Domain, ConceptClass, ConceptAncestor,
        ];

    public static IReadOnlyList<CdmTable> OfFacts { get; } = [.. All.Where(t => t.IsOfFacts)];

    private static readonly Dictionary<FactKind, CdmTable> byKind = OfFacts.Where(t => t.Kind is not null).ToDictionary(t => t.Kind!.Value);

    /// <summary>The table that facts of a kind go to.</summary>
    public static CdmTable Of(FactKind kind) => byKind[kind];

    public static IReadOnlyDictionary<string, TableShape> ByName { get; } = All.ToDictionary(t => t.Name, t => t.Shape, StringComparer.Ordinal);

    /// <summary>
    /// The store's own book of records, not part of the CDM: whose each is, under which name Linkage answered it (delivery and ticket say
    /// which answer that was), from when to when its events reach, what it states of the person, and when it was taken (rises).
    /// </summary>
    public static TableShape Records { get; } = new(
        "record",
        [
            new("record_key", Text), new("person_id", Uuid), new("link_class", Integer), new("first_date", Date), new("last_date", Date), new("delivery", Text),
            new("ticket", Integer), new("name", Uuid), new("taken", Integer), new("year_of_birth", Integer), new("month_of_birth", Integer), new("gender", Integer), new("prefecture", Text),
        ],
        ["person_id", "record_key"]);

    /// <summary>
    /// The corrections of linkage that the dataset heard, not part of the CDM. Without a delivery: records answered under <c>name</c> are of
    /// <c>person_id</c>. With one: the record of that ticket is answered under <c>person_id</c>. The highest number holds.
    /// </summary>
    public static TableShape Corrections { get; } = new(
        "correction",
        [new("number", Integer), new("kind", Integer), new("name", Uuid), new("person_id", Uuid), new("delivery", Text), new("ticket", Integer)],
        ["number", "delivery"]);

    private static IReadOnlyList<CdmColumn> Ours =>
    [
        new("record_key", Text, "r.record_key"), new("source_line", Integer, "f.line"), new("link_class", Integer, "r.link_class"), new("source_system", Text, "f.system"),
    ];

    /// <summary>A table of no person.</summary>
    private static CdmTable Reference(string name, params CdmColumn[] columns) => new(name, "", columns, null);

    private static CdmTable Events(string name, string date, FactKind kind, params CdmColumn[] columns) => new(name, date, [.. columns, .. Ours], kind);
}
