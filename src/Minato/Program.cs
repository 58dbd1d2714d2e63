using System.CommandLine;
using Minato.Cli;
using Minato.Demo;
using Minato.Web;

Console.OutputEncoding = System.Text.Encoding.UTF8;
var root = new RootCommand("Minato, a data harbour for the secondary use of health data")
{
    Verb.Data, Verb.Json, Verb.As,
    DemoCommand.Create(),
    ServeCommand.Create(),
    NodeCommands.Node(),
    NodeCommands.Plans(),
    NodeCommands.Doctor(),
    DataCommands.Nation(),
    DataCommands.Holders(),
    DataCommands.Deliveries(),
    DataCommands.Linkage(),
    FhirCommands.All(),
    WarehouseCommands.All(),
    DataCommands.Catalogue(),
    DataCommands.Choices(),
    UseCommands.Applications(),
    UseCommands.Extractions(),
    ProcessingCommands.All(),
    UseCommands.Jobs(),
    DeskCommands.Imports(),
    SpaceCommands.Spaces(),
    ImageCommands.Images(),
    TrainingCommands.Training(),
    UseCommands.Releases(),
    HandOverCommands.All(),
    FindingCommands.All(),
    EnrichedCommands.All(),
    LedgerCommands.All(),
};
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
