using Minato.Federation;
using Minato.Federation.Tests;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

return args switch
{
    [KeyMaker.Verb, var folder] => KeyMaker.Run(folder, null),
    [KeyMaker.Verb, var folder, var module, var token] => KeyMaker.Run(folder, new TokenOptions(module, token)),
    _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
        await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    _ => await ConsoleRunner.Run(args),
};
