using Minato.Formats;

namespace Minato.Synthetic.Tests;

/// <summary>The stream of identities is the files' identity halves, without the files.</summary>
public class IdentitiesAreThoseOfTheFiles(SmallNation nation)
{
    private static readonly Lazy<SyntheticIdentities> Stream = new(() => SyntheticRoom.Identities(SmallNation.Options));

    [Fact]
    public void Every_identity_that_a_reader_finds_is_in_the_stream_and_no_other()
    {
        var truth = nation.Csv("truth/records.csv").ToDictionary(r => (r[0], r[1]), r => int.Parse(r[2]));
        var read = nation.Files().SelectMany(f => Read(f.Path).Select(r => Line(f.Dataset, Delivery(f.Path), r.Identity, truth[(f.Dataset, r.Key)]))).Order(StringComparer.Ordinal).ToArray();
        var streamed = Stream.Value.Records().Select(r => Line(r.Dataset, r.Delivery, r.Identity, r.Person)).Order(StringComparer.Ordinal).ToArray();
        Assert.True(read.Length > 2000);
        Assert.Equal("", string.Join('\n', read.Except(streamed).Take(3)));
        Assert.Equal("", string.Join('\n', streamed.Except(read).Take(3)));
        Assert.Equal(read.Length, streamed.Length);
    }

    [Fact]
    public void Keys_are_the_files_keys_where_records_have_one()
    {
        var truth = nation.Csv("truth/records.csv").ToDictionary(r => (r[0], r[1]), r => int.Parse(r[2]));
        var keyed = Stream.Value.Records().Where(r => r.Key.Length > 0).DistinctBy(r => (r.Dataset, r.Key)).ToArray();
        Assert.All(keyed, r => Assert.Equal(truth[(r.Dataset, r.Key)], r.Person));
        Assert.Equal(truth.Keys.Count(k => !k.Item2.Contains("-r", StringComparison.Ordinal)), keyed.Length);
    }

    [Fact]
    public void The_number_history_is_that_of_the_file()
    {
        var file = nation.Csv("number-history.csv").Select(f => string.Join(',', f));
        var stream = Stream.Value.History().Select(c => string.Join(',',
            $"{c.On:yyyy-MM-dd}", c.Before.InsurerNumber, c.Before.InsuredSymbol, c.Before.InsuredNumber, c.Before.InsuredBranch, c.After.InsurerNumber, c.After.InsuredSymbol, c.After.InsuredNumber, c.After.InsuredBranch,
            c.Before.NameKana, $"{c.Before.BirthDate:yyyy-MM-dd}", (int)c.Before.Sex));
        Assert.Equal(file, stream);
    }

    [Fact]
    public void Two_readings_give_the_same_stream() =>
        Assert.Equal(Stream.Value.Records().Take(500).Select(r => r.Identity), Stream.Value.Records().Take(500).Select(r => r.Identity));

    [Fact]
    public void A_register_holds_everybody_alive_once()
    {
        var day = new DateOnly(2020, 4, 1);
        var alive = Stream.Value.People.Where(p => p.Birth <= day && !(p.Death < day)).Select(p => p.Id).ToArray();
        var insurers = Stream.Value.Register(SyntheticDesk.Insurer, day).ToArray();
        var towns = Stream.Value.Register(SyntheticDesk.Municipality, day).ToArray();
        Assert.Equal(alive, insurers.Select(r => r.Person));
        Assert.Equal(alive, towns.Select(r => r.Person));
        Assert.All(insurers, r => Assert.NotNull(r.Identity.InsuredNumber));
        Assert.All(towns, r => Assert.NotNull(r.Identity.Address));
    }

    private static int Delivery(string path) => int.Parse(path.Split("deliveries" + Path.DirectorySeparatorChar)[1].Split(Path.DirectorySeparatorChar)[2]);

    private static IEnumerable<DeliveredRecord> Read(string path) =>
        SmallNation.Unwrap(path).SelectMany(e => SmallNation.ReaderOf(e.Name, e.Bytes)!.Read(new MemoryStream(e.Bytes), e.Name)).OfType<ReadItem.Good>().Select(g => g.Record);

    private static string Line(string dataset, int delivery, PersonIdentity p, int person) => string.Join('|',
        dataset, delivery, person, p.InsurerNumber, p.InsuredSymbol, p.InsuredNumber, p.InsuredBranch, p.NameKanji, p.NameKana, $"{p.BirthDate:yyyyMMdd}", p.Sex, p.PostalCode, p.Address, p.LocalPatientId, $"{p.AsOf:yyyyMMdd}");
}
