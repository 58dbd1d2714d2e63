using Minato.Warehouse;

namespace Minato.Catalogue.Tests;

/// <summary>With the warehouse as it is: what is delivered is described, in the words of its vocabulary.</summary>
public sealed class RealWarehouseTests : IDisposable
{
    private readonly Harbour harbour = new();
    private readonly string folder = Directory.CreateTempSubdirectory("minato-catalogue-warehouse-").FullName;

    public void Dispose()
    {
        harbour.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_delivery_of_a_hospital_is_described_by_itself()
    {
        var warehouse = WarehouseRoom.Open(new WarehouseOptions(folder), harbour.Ledger, TimeProvider.System);
        using var closing = warehouse as IDisposable;
        var dataset = warehouse.Register(new DatasetInfo(new("port-records"), new("port-hospital"), DataCategory.MedicalRecord, new("港病院", "Port Hospital"))).Value;
        var catalogue = CatalogueRoom.Open(new CatalogueOptions(), harbour.Ledger, warehouse, TimeProvider.System);
        Assert.Null(catalogue.Find(dataset.Id)!.Persons);

        using (var batch = warehouse.Begin(dataset.Id, new DeliveryId("d-1")))
        {
            for (var person = 1; person <= 40; person++)
            {
                batch.Add(
                    person,
                    new Pseudonym<Dataset>(((UInt128)person << 96) + 1), linkClass: 1, $"record-{person}", new Demographics(1950 + person, 4, (Sex)(1 + (person % 2)), "13"),
                    [
                        new HealthFact { Kind = FactKind.Visit, Start = new(2022, 4, 1), Code = "outpatient", VisitKey = "v" },
                        new HealthFact { Kind = FactKind.Condition, Start = new(2022, 4, 1), System = CodeSystem.Icd10, Code = person <= 9 ? "J45" : "E119", VisitKey = "v" },
                    ]);
            }

            Assert.True((await batch.CommitAsync()).IsOk);
        }

        var d = catalogue.Find(dataset.Id)!;
        Assert.Equal(40, d.Persons);
        Assert.Equal(40, d.RowsByTable["condition_occurrence"]);
        Assert.Equal(new DateOnly(2022, 1, 1), d.From);
        Assert.Equal(1, d.Quality["linked.1"]);
        var codes = d.Variables.Single(v => v is { Table: "condition_occurrence", Column: "condition_source_value" }).TopValues;
        var diabetes = Assert.Single(codes);
        Assert.Equal((CodeSystem.Icd10, "E119", 31L), (diabetes.System, diabetes.Code, diabetes.Count));
        Assert.Contains("糖尿病", diabetes.Name.Ja, StringComparison.Ordinal);
        Assert.Equal("port-records", Assert.Single(catalogue.Search("diabetes")).Dataset.Id.Value);
        Assert.Empty(catalogue.Search("喘息"));
        Assert.DoesNotContain("record-1", System.Text.Json.JsonSerializer.Serialize(d), StringComparison.Ordinal);
    }
}
