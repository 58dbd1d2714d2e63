namespace Minato.Kernel;

/// <summary>A text for people, in both languages of the service.</summary>
public sealed record Bilingual(string Ja, string En)
{
    public string In(string language) => language == "en" ? En : Ja;
}
