using System.IO.Compression;
using System.Text;
using Minato.Tables;

namespace Minato.Warehouse.Tests;

/// <summary>Against files that this project did not write.</summary>
public sealed class OutsideFilesTests
{
    [Fact]
    public void Our_tables_have_every_column_of_a_CDM_5_4_database_in_its_order_and_of_fitting_types()
    {
        var zip = Path.Combine(Samples(), "omop", "Synthea27NjParquet_5.4.zip");
        Assert.SkipUnless(File.Exists(zip), "The OMOP sample is not here");
        var folder = Directory.CreateTempSubdirectory("minato-");
        try
        {
            using var quay = new Quay();
            using var session = quay.Room.OpenSession();
            using var archive = ZipFile.OpenRead(zip);
            foreach (var (name, shape) in quay.Room.Shapes.Where(s => s.Key is not ("death_signal" or "image_occurrence" or "variant_occurrence")))
            {
                var path = Path.Combine(folder.FullName, name + ".parquet");
                archive.GetEntry($"Synthea27NjParquet/{name}.parquet")!.ExtractToFile(path);
                var theirs = session.Query($"describe select * from read_parquet({session.Dialect.Literal(path)})").Select(r => ((string)r[0]!, (string)r[1]!)).ToList();
                Assert.Equal(theirs.Select(c => c.Item1), shape.Columns.Take(theirs.Count).Select(c => c.Name));
                Assert.All(theirs.Zip(shape.Columns).Where(c => c.Second.Name != "person_id"), c => Assert.True(Fits(c.First.Item2, c.Second.Type), $"{name}.{c.Second.Name} is {c.First.Item2} there and {c.Second.Type} here"));

                // Read through a session with our types (person numbers are not UUIDs, so that one column as text).
                var readable = shape with { Columns = [.. shape.Columns.Take(theirs.Count).Select(c => c.Name == "person_id" ? c with { Type = ColumnType.Text } : c)] };
                session.AttachTable(name, readable, [path]);
                Assert.Equal(session.Scalar<long>($"select count(*) from read_parquet({session.Dialect.Literal(path)})"), session.Query($"select * from {name}").LongCount());
            }

            Assert.Equal(28L, session.Scalar<long>("select count(*) from person"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_national_masters_give_every_disease_its_icd_code_and_every_brand_its_ingredient()
    {
        var masters = Path.Combine(Samples(), "ssk-masters");
        Assert.SkipUnless(Directory.Exists(masters), "The national masters are not here");
        using var quay = new Quay(with: o => o with { MastersFolder = masters });
        Assert.Contains("b_20240601", quay.Room.Vocabulary.Version);
        Assert.Equal(201826, quay.Room.ConceptOf(CodeSystem.Disease, "8845083"));
        Assert.Equal(46271022, quay.Room.ConceptOf(CodeSystem.Disease, "5859002"));
        Assert.Equal(1503297, quay.Room.ConceptOf(CodeSystem.Drug, "622421201"));
        Assert.Equal("陳旧性心筋梗塞", quay.Room.Vocabulary.NameOf(CodeSystem.Disease, "8837807")!.Ja);
        Assert.Equal("慢性腎不全", quay.Room.Vocabulary.NameOf(CodeSystem.Disease, "5859002")!.Ja);
    }

    [Fact]
    public void A_loaded_vocabulary_export_adds_codes_mappings_and_ancestors()
    {
        var folder = Directory.CreateTempSubdirectory("minato-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "CONCEPT.csv"), "concept_id\tconcept_name\tdomain_id\tvocabulary_id\tconcept_class_id\tstandard_concept\tconcept_code\tvalid_start_date\tvalid_end_date\tinvalid_reason\n"
                + "45542738\tCrohn's \"disease\" of small intestine\tCondition\tICD10\tICD10 code\t\tK50.0\t19700101\t20991231\t\n"
                + "4246693\tCrohn's disease of small intestine\tCondition\tSNOMED\tDisorder\tS\t56689002\t19700101\t20991231\t\n");
            File.WriteAllText(Path.Combine(folder.FullName, "CONCEPT_RELATIONSHIP.csv"), "concept_id_1\tconcept_id_2\trelationship_id\tvalid_start_date\tvalid_end_date\tinvalid_reason\n45542738\t4246693\tMaps to\t19700101\t20991231\t\n");
            File.WriteAllText(Path.Combine(folder.FullName, "CONCEPT_ANCESTOR.csv"), "ancestor_concept_id\tdescendant_concept_id\tmin_levels_of_separation\tmax_levels_of_separation\n201606\t4246693\t1\t1\n");
            using var quay = new Quay(with: o => o with { VocabularyFolder = folder.FullName });
            quay.Deliver("1", (1, "a", [Facts.Condition("2024-04-10", "K500", system: CodeSystem.Icd10), Facts.Condition("2024-04-10", "E119", system: CodeSystem.Icd10)]));
            Assert.Equal(["4246693|45542738", "201826|0"], quay.Read("select condition_concept_id, condition_source_concept_id from condition_occurrence order by 1 desc"));
            Assert.Equal([201606L, 4246693L], quay.Room.Vocabulary.Descendants(201606).Order());
            Assert.Equal("Crohn's disease of small intestine", quay.Room.Vocabulary.NameOf(4246693)!.En);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Fits(string theirs, ColumnType ours) => ours switch
    {
        ColumnType.Integer => theirs is "INTEGER" or "BIGINT",
        ColumnType.Decimal => theirs.StartsWith("DECIMAL", StringComparison.Ordinal),
        ColumnType.Date => theirs is "DATE" or "TIMESTAMP",
        ColumnType.Text => theirs == "VARCHAR",
        _ => false,
    };

    private static string Samples()
    {
        if (Environment.GetEnvironmentVariable("MINATO_SAMPLES") is { Length: > 0 } stated)
        {
            return stated;
        }

        var root = AppContext.BaseDirectory;
        while (root is not null && !File.Exists(Path.Combine(root, "Minato.slnx")))
        {
            root = Path.GetDirectoryName(root);
        }

        return Path.GetFullPath(Path.Combine(root ?? ".", "..", "shared", "samples"));
    }
}
