using System.Globalization;
using Sylvan.Data.Csv;

namespace Minato.Demo;

/// <summary>A person of the synthetic nation, as the demo's citizens and tests need them.</summary>
internal sealed record TruthPerson(string Id, DateOnly Birth, Sex Sex, bool Dead, bool Diabetes, IReadOnlyList<string> Kanji, IReadOnlyList<string> Kana, IReadOnlyList<string> Insured, IReadOnlyList<string> Addresses, IReadOnlyList<string> LocalIds)
{
    public static IEnumerable<TruthPerson> Read(string nation)
    {
        using var csv = CsvDataReader.Create(Path.Combine(nation, "truth", "persons.csv"), new CsvDataReaderOptions { BufferSize = 1 << 20 });
        string Get(string column) => csv.GetString(csv.GetOrdinal(column));
        string[] Many(string column) => Get(column).Split('|', StringSplitOptions.RemoveEmptyEntries);
        while (csv.Read())
        {
            yield return new TruthPerson(
                Get("person_id"), DateOnly.ParseExact(Get("birth_date"), "yyyy-MM-dd", CultureInfo.InvariantCulture), (Sex)int.Parse(Get("sex"), CultureInfo.InvariantCulture),
                Get("death_date").Length > 0, Get("diabetes_onset").Length > 0, Many("name_kanji_all"), Many("name_kana_all"), Many("insured_all"), Many("addresses_all"), Many("local_ids_all"));
        }
    }

    /// <summary>What an identity provider could assert of this person: each insurance, newest first, with each way the name is written.</summary>
    public IEnumerable<PersonIdentity> Identities()
    {
        foreach (var insured in Insured.Reverse())
        {
            var parts = insured.Split(':');
            foreach (var (kana, n) in Kana.Select((k, i) => (k, i)).Take(4))
            {
                yield return new PersonIdentity
                {
                    InsurerNumber = parts[0], InsuredSymbol = parts[1], InsuredNumber = parts[2], InsuredBranch = parts.ElementAtOrDefault(3),
                    NameKana = kana, NameKanji = n < Kanji.Count ? Kanji[n] : Kanji.Count > 0 ? Kanji[0] : null, BirthDate = Birth, Sex = Sex,
                };
            }
        }
    }
}
