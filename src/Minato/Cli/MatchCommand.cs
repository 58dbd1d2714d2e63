using System.CommandLine;
using Minato.Linkage.Matching;

namespace Minato.Cli;

/// <summary><c>linkage match</c>: who is who in two files of identities, or in one. Needs no harbour and keeps nothing.</summary>
internal static class MatchCommand
{
    private static readonly Argument<string> A = new("a") { Description = "A CSV of identities" };
    private static readonly Argument<string?> B = new("b") { Description = "A second one; without it the first is clustered", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Fields = new("--fields") { Description = "JSON {\"column\": \"role\"}; without it usual headers are recognised" };
    private static readonly Option<string?> Use = new("--use") { Description = "Only these groups: name,birth,sex,number,local,address,postal,other" };
    private static readonly Option<string> OneToOne = new("--one-to-one") { Description = "auto, on or off: each side holds a person once", DefaultValueFactory = _ => "auto" };
    private static readonly Option<string?> Truth = new("--truth") { Description = "Column that is equal for one person (FEBRL's rec_id too), or a CSV of pairs of ids; also tells quality by sex, decade of birth, change of family name and prefecture" };
    private static readonly Option<double?> Fdr = new("--fdr") { Description = "Greatest estimated share of wrong links, above 0 and below 0.5 (0.01)" };
    private static readonly Option<string?> Out = new("--out") { Description = "Write the pairs (two files) or persons (one file) here" };
    private static readonly Option<string?> Model = new("--model") { Description = "Start from this model instead of the shipped one" };
    private static readonly Option<string?> Learn = new("--learn") { Description = "Write the model learned from these files here" };
    private static readonly Option<bool> Exact = new("--exact") { Description = "Deterministic links only: the keys of standards/linkage/exact-v1.json, no weights" };
    private static readonly Option<bool> Ablations = new("--ablations") { Description = "Also run without each part of the method" };

    public static Command Match() => Verb.Plain("match", "Finds who is who in two CSV files, or in one", [A, B, Fields, Use, OneToOne, Fdr, Truth, Out, Model, Learn, Exact, Ablations], (p, _) =>
        Task.Run(() =>
        {
            var request = new MatchRequest(Path.GetFullPath(p.GetValue(A)!), p.GetValue(B) is { } b ? Path.GetFullPath(b) : null, Path.Combine(Rules.Folder, "standards"))
            {
                Fields = p.GetValue(Fields),
                Use = p.GetValue(Use),
                OneToOne = p.GetValue(OneToOne)!,
                Truth = p.GetValue(Truth),
                Out = p.GetValue(Out),
                Model = p.GetValue(Model),
                Learn = p.GetValue(Learn),
                Exact = p.GetValue(Exact),
                Ablations = p.GetValue(Ablations),
            };
            return MatchFiles.Run(p.GetValue(Fdr) is { } fdr ? request with { FalseDiscovery = fdr } : request, Verb.Progress).Any();
        }));
}
