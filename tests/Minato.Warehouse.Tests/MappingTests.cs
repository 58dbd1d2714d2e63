namespace Minato.Warehouse.Tests;

public sealed class MappingTests
{
    [Fact]
    public void A_claim_becomes_a_visit_with_its_diagnoses_drugs_tests_and_cost()
    {
        using var quay = new Quay();
        var result = quay.Deliver(
            "2024-05",
            (1, "1310000001-202404-1",
            [
                Facts.Visit("2024-04-10"), Facts.Condition("2023-01-05", "2500015"), Facts.Condition("2024-04-10", "8844106", suspected: true),
                Facts.Drug("2024-04-10", "622401201", days: 28), Facts.Lab("2024-04-10", "3D046000001906202", 7.2m, "%"),
                new() { Kind = FactKind.Procedure, Start = Quay.Day("2024-04-10"), System = CodeSystem.Procedure, Code = "112007410", Quantity = 1 },
                new() { Kind = FactKind.Cost, Start = Quay.Day("2024-04-10"), Value = 7210m, Unit = "JPY" }, Facts.Month("2024-04-01"),
            ]));

        Assert.Equal((1L, 0L, 0L), (result.PersonsAdded, result.RecordsReplaced, result.UnmappedCodes));
        Assert.Equal(2, result.RowsByTable["condition_occurrence"]);
        Assert.Equal(["p1|8532|1960|4||13"], quay.Read("select person_id, gender_concept_id, year_of_birth, month_of_birth, day_of_birth, prefecture from person"));
        Assert.Equal(["p1|9202|2024-04-10|2024-04-10|1310000001|32810"], quay.Read("select person_id, visit_concept_id, visit_start_date, visit_end_date, care_site_id, visit_type_concept_id from visit_occurrence"));
        Assert.Equal(
            ["p1|201826|2500015|32893||1310000001-202404-1|2|1|ssk-disease", "p1|46271022|8844106|32899|suspected|1310000001-202404-1|2|1|ssk-disease"],
            quay.Read("select person_id, condition_concept_id, condition_source_value, condition_status_concept_id, condition_status_source_value, record_key, source_line, link_class, source_system from condition_occurrence order by 3"));
        Assert.Equal(["45774751|2024-04-10|2024-05-07|28|30"], quay.Read("select drug_concept_id, drug_exposure_start_date, drug_exposure_end_date, days_supply, quantity from drug_exposure"));
        Assert.Equal(["3004410|7.2|8554|%|3D046000001906202"], quay.Read("select measurement_concept_id, value_as_number, unit_concept_id, unit_source_value, measurement_source_value from measurement"));
        Assert.Equal(["7210|Visit"], quay.Read("select total_charge, cost_domain_id from cost join visit_occurrence on cost_event_id = visit_occurrence_id"));
        Assert.Equal(["1|1|1|1"], quay.Read("select count(*), count(d.visit_occurrence_id), count(m.visit_occurrence_id), count(p.visit_occurrence_id) from drug_exposure d join measurement m using (visit_occurrence_id) join procedure_occurrence p using (visit_occurrence_id) join visit_occurrence v using (visit_occurrence_id)"));
        Assert.Equal(["2024-04-01|2024-04-30|32813"], quay.Read("select observation_period_start_date, observation_period_end_date, period_type_concept_id from observation_period"));
    }

    [Fact]
    public void Facts_go_to_the_visit_of_their_key()
    {
        using var quay = new Quay();
        quay.Deliver("d", (1, "k", [Facts.Visit("2024-04-10", key: "a"), Facts.Visit("2024-04-20", "2024-04-25", "inpatient", "b"), Facts.Drug("2024-04-21", "622401201", 5, key: "b"), Facts.Drug("2024-04-10", "622093501", 5, key: "a"), Facts.Drug("2024-04-30", "622093501", 5, key: "none")]));
        Assert.Equal(
            ["40239216|outpatient", "40239216|", "45774751|inpatient"],
            quay.Read("select drug_concept_id, visit_source_value from drug_exposure left join visit_occurrence using (visit_occurrence_id) order by 1, 2 nulls last"));
    }

    [Fact]
    public void Specimens_images_and_notes_have_their_tables_and_no_text()
    {
        using var quay = new Quay();
        quay.Deliver("d", (1, "study", [
            Facts.Visit("2024-04-10"),
            new() { Kind = FactKind.Specimen, Start = Quay.Day("2024-04-10"), System = CodeSystem.Snomed, Code = "119297000", ValueCode = "368208006", Quantity = 5, Unit = "mL" },
            new() { Kind = FactKind.Image, Start = Quay.Day("2024-04-10"), System = CodeSystem.Dicom, Code = "CT", ValueCode = "CHEST", Quantity = 120, Identifier = "2.25.17" },
            new() { Kind = FactKind.Note, Start = Quay.Day("2024-04-11"), System = CodeSystem.Loinc, Code = "18842-5" },
            Facts.Condition("2024-04-10", "2500015") with { TextPlace = new TextPlace(4, 6, 0.9) }]));
        Assert.Equal(["p1|119297000|368208006|5|mL|32810"], quay.Read("select person_id, specimen_source_value, anatomic_site_source_value, quantity, unit_source_value, specimen_type_concept_id from specimen"));
        Assert.Equal(["p1|study|2.25.17|CT|CHEST|120|1"], quay.Read("select i.person_id, image_study_uid, image_series_uid, modality_source_value, anatomic_site_source_value, number_of_images, count(v.visit_occurrence_id) from image_occurrence i left join visit_occurrence v using (visit_occurrence_id) group by all"));
        Assert.Equal(["p1|2024-04-11|18842-5|"], quay.Read("select person_id, note_date, note_source_value, note_text from note"));
        Assert.Equal(["32858"], quay.Read("select condition_type_concept_id from condition_occurrence"));
    }

    [Fact]
    public void Variants_have_a_table_of_their_own_and_a_region_sent_again_takes_the_place_of_the_former()
    {
        using var quay = new Quay();
        static HealthFact Variant(int at, string alleles, string genotype, int copies) =>
            new() { Kind = FactKind.Variant, Start = Quay.Day("2024-05-06"), System = CodeSystem.Minato, Code = "chr7", Unit = "GRCh38", Value = at, Identifier = alleles, ValueCode = genotype, Quantity = copies };
        var longest = new string('A', 300);
        quay.Deliver("d", (1, "r7", [Variant(55019021, "C/T", "0/1", 1), Variant(55019300, "G/<DEL>", "1/1", 2)]), (2, "r8", [Variant(55019021, "C/" + longest, "1|x", 1)]));
        Assert.Equal(
            [$"p1|2024-05-06|GRCh38|chr7|55019021|C|T|0/1|1", "p1|2024-05-06|GRCh38|chr7|55019300|G|<DEL>|1/1|2", $"p2|2024-05-06|GRCh38|chr7|55019021|C|{longest}|1|x|1"],
            quay.Read("select person_id, variant_date, reference_sequence, chromosome, position, reference_allele, alternate_allele, genotype, copies from variant_occurrence order by 1, 5"));
        Assert.Equal(["0"], quay.Read("select count(*) from observation"));
        quay.Deliver("again", (1, "r7", [Variant(55019300, "G/<DEL>", "0/1", 1)]));
        Assert.Equal(["p1|55019300|1", "p2|55019021|1"], quay.Read("select person_id, position, copies from variant_occurrence order by 1, 2"));
    }

    [Fact]
    public async Task A_ward_is_a_part_of_its_stay_and_a_ward_without_a_stay_is_said()
    {
        using var quay = new Quay();
        static HealthFact Ward(string from, string to, string key) => new() { Kind = FactKind.Ward, Start = Quay.Day(from), End = Quay.Day(to), Code = "inpatient", VisitKey = key, Facility = "1310000001", Specialty = "01" };
        quay.Deliver("1", (1, "a", [Facts.Visit("2024-04-01", "2024-04-20", "inpatient", "s"), Ward("2024-04-01", "2024-04-05", "s"), Ward("2024-04-06", "2024-04-20", "s")]));
        Assert.Equal(["2024-04-01|2024-04-05|1|13100000010001", "2024-04-06|2024-04-20|1|13100000010001"], quay.Read("select visit_detail_start_date, visit_detail_end_date, count(v.visit_occurrence_id), d.provider_id from visit_detail d join visit_occurrence v using (visit_occurrence_id) group by all order by 1"));

        quay.Deliver("wards", (3, "c", [Facts.Visit("2024-05-01", "2024-05-02", "inpatient", "s"), Ward("2024-05-01", "2024-05-02", "s") with { ValueCode = "3W" }, Ward("2024-05-02", "2024-05-02", "s") with { ValueCode = "ICU" }]));
        Assert.Equal(
            ["1310000001/3W|ward|13", "1310000001/ICU|ward|13"],
            quay.Read("select c.care_site_source_value, c.place_of_service_source_value, c.location_id from visit_detail d join care_site c using (care_site_id) where d.record_key = 'c' order by 1"));

        using var batch = quay.Room.Begin(Quay.Claims.Id, new("2"));
        batch.Add(0, Quay.Person(2), 1, "b", new(), [Ward("2024-04-01", "2024-04-05", "s")]);
        Assert.Equal("warehouse.ward-without-visit", (await batch.CommitAsync()).Findings.Single().Code);
    }

    [Fact]
    public void What_was_read_in_a_note_says_where_it_stood_and_how_surely_and_no_word_of_it()
    {
        using var quay = new Quay();
        static HealthFact Note(string code) => new() { Kind = FactKind.Note, Start = Quay.Day("2024-05-06"), System = CodeSystem.Loinc, Code = code };
        static HealthFact Told(string code, int offset) => Facts.Lab("2024-05-06", code, 1, "1") with { System = CodeSystem.Loinc, TextPlace = new TextPlace(offset, 6, 0.9) };
        quay.Deliver("1", (1, "a", [Note("34109-9"), Told("8480-6", 3), Told("8462-4", 7), Note("11506-3"), Told("29463-7", 11), Facts.Lab("2024-05-06", "X", 1, "1")]), (2, "b", [Told("8480-6", 3)]));
        Assert.Equal(
            ["34109-9|8480-6|3|3|6|0.9||8480-6", "34109-9|8462-4|7|7|6|0.9||8462-4", "11506-3|29463-7|11|11|6|0.9||29463-7"],
            quay.Read("""
                select n.note_source_value, l.note_nlp_source_value, l."offset", l.note_offset, l.note_length, l.confidence, l.lexical_variant, m.measurement_source_value
                from note_nlp l join note n using (note_id) join measurement m on m.measurement_id = l.note_nlp_id order by l.note_offset
                """));
        quay.Deliver("2", (1, "a", []));
        Assert.Equal(["0"], quay.Read("select count(*) from note_nlp"));
    }

    [Theory]
    [InlineData("04912345678904", "04912345678904")]
    [InlineData("(01)04912345678904(17)301231(10)LOT7(21)SERIAL9", "04912345678904")]
    [InlineData("01049123456789041730123121SERIAL9", "04912345678904")]
    [InlineData("+H123PARTNO1234567890120/$$420020216LOT123", "+H123PARTNO1234567890120")]
    [InlineData("(01)4912345", "")]
    public void Of_a_device_the_model_is_kept_and_never_the_serial_number(string udi, string model)
    {
        using var quay = new Quay();
        quay.Deliver("d", (1, "k", [new() { Kind = FactKind.Device, Start = Quay.Day("2024-04-10"), System = "other:material", Code = "710010", Identifier = udi }]));
        quay.Deliver("e", (2, "l", [new() { Kind = FactKind.Device, Start = Quay.Day("2024-04-10"), System = CodeSystem.Udi, Code = udi }]));
        Assert.Equal([$"710010|{model}", $"{model}|{model}"], quay.Read("select device_source_value, unique_device_id from device_exposure order by person_id"));
    }

    [Fact]
    public void A_code_without_a_concept_is_kept_and_counted()
    {
        using var quay = new Quay();
        var result = quay.Deliver("d", (1, "k", [Facts.Condition("2024-04-10", "9999999"), Facts.Condition("2024-04-10", "S-12", system: "other:local")]));
        Assert.Equal(2, result.UnmappedCodes);
        Assert.Equal(["0|9999999|ssk-disease", "0|S-12|other:local"], quay.Read("select condition_concept_id, condition_source_value, source_system from condition_occurrence order by 2"));
    }

    [Fact]
    public void A_code_finds_what_it_is_a_kind_of()
    {
        using var quay = new Quay();
        Assert.Equal(201826, quay.Room.ConceptOf(CodeSystem.Icd10, "E119"));
        Assert.Equal(201826, quay.Room.ConceptOf(CodeSystem.Icd10, "E1165"));
        Assert.Equal(0, quay.Room.ConceptOf(CodeSystem.Icd10, "Z999"));
        Assert.Equal(45774751, quay.Room.ConceptOf(CodeSystem.Yj, "3969023F9999"));
        Assert.Equal(3004410, quay.Room.ConceptOf(CodeSystem.Jlac10, "3D046000001999902"));
        Assert.Equal(0, quay.Room.ConceptOf(CodeSystem.Jlac10, "3D046000002399902"));
    }

    [Fact]
    public void Descendants_follow_the_hierarchy_and_names_are_in_both_languages()
    {
        using var quay = new Quay();
        var diabetes = quay.Room.Vocabulary.Descendants(201820);
        Assert.All([201820L, 201826, 201254, 443731], id => Assert.Contains(id, diabetes));
        Assert.DoesNotContain(320128, diabetes);
        Assert.Equal(new Bilingual("２型糖尿病", "Type 2 diabetes mellitus"), quay.Room.Vocabulary.NameOf(201826));
        Assert.Equal("ジャディアンス錠１０ｍｇ", quay.Room.Vocabulary.NameOf(CodeSystem.Drug, "622401201")!.Ja);
        Assert.Null(quay.Room.Vocabulary.NameOf(77));
        Assert.Equal([77L], quay.Room.Vocabulary.Descendants(77));
    }

    [Fact]
    public async Task What_may_be_narrative_is_left_out_and_said()
    {
        using var quay = new Quay();
        Assert.True(quay.Room.Register(Quay.Claims).IsOk);
        using var batch = quay.Room.Begin(Quay.Claims.Id, new("d"));
        batch.Add(0, Quay.Person(1), 1, "k", new(), [Facts.Condition("2024-04-10", "患者の家族によれば、昨夜から胸痛が続いており、近くの診療所で処方された薬を飲んだが改善しなかったとのことである。紹介状には既往歴の記載がない。"), Facts.Lab("2024-04-10", "X", 1e15m, "a\nb")]);
        var outcome = await batch.CommitAsync();
        Assert.Equal("warehouse.value-withheld", outcome.Findings.Single().Code);
        Assert.Equal(["|1"], quay.Read("select condition_source_value, count(*) from condition_occurrence group by 1"));
        Assert.Equal(["|"], quay.Read("select value_as_number, unit_source_value from measurement"));
    }

    [Fact]
    public void Impossible_dates_and_supplies_do_no_harm()
    {
        using var quay = new Quay();
        quay.Deliver("d", (1, "k", [Facts.Drug("9999-12-30", "622401201", 3000), Facts.Drug("0001-01-01", "622401201", -5), Facts.Drug("2024-01-01", "622401201", int.MaxValue), Facts.Visit("2024-02-01", "2023-01-01"), Facts.Month("9999-12-01")]));
        Assert.Equal(
            ["0001-01-01|0001-01-01|", "2024-01-01|2024-01-01|", "9999-12-30|9999-12-30|3000"],
            quay.Read("select drug_exposure_start_date, drug_exposure_end_date, days_supply from drug_exposure order by 1"));
        Assert.Equal(["2024-02-01|2024-02-01"], quay.Read("select visit_start_date, visit_end_date from visit_occurrence"));
    }
}
