namespace Minato.Linkage.Tests;

/// <summary>
/// A stream of identities that costs nothing to make: people with households, moves, marriages, new insurers and slips of the
/// pen, the same for the same seed. For tests of endurance and speed; quality is measured on the synthetic nation.
/// </summary>
internal static class Town
{
    private static readonly string[] Families = ["サトウ", "スズキ", "タカハシ", "タナカ", "イトウ", "ワタナベ", "ヤマモト", "ナカムラ", "コバヤシ", "カトウ", "ヨシダ", "ヤマダ", "ササキ", "ヤマグチ", "マツモト", "イノウエ", "キムラ", "ハヤシ", "サイトウ", "シミズ"];
    private static readonly string[] Givens = ["ハルト", "ソウタ", "ユウト", "ユイ", "アオイ", "ヒナ", "サクラ", "ケンイチ", "ヒロシ", "ヨウコ", "カズコ", "サチコ", "ミツオ", "キヨシ", "フミコ", "アキラ", "ナオキ", "マユミ", "トモコ", "ダイスケ", "リョウ", "シオリ", "メグミ", "タカシ"];

    /// <summary>A person's identity as one of their records writes it.</summary>
    public static PersonIdentity Identity(int person, int writing)
    {
        var p = new Dice(person);
        var sex = p.Next(2) == 0 ? Sex.Male : Sex.Female;
        var (family, given, otherFamily) = (Families[p.Next(20)], Givens[p.Next(24)], Families[p.Next(20)]);
        var birth = new DateOnly(1930, 1, 1).AddDays(p.Next(32_000));
        var (number, newNumber, home, day) = (p.Next(90_000_000), p.Next(90_000_000), p.Next(9_000), new DateOnly(2019, 4, 1).AddDays(writing * 30));
        var w = new Dice((person * 31) + writing);
        var later = writing >= 4 && p.Next(3) == 0;
        return new PersonIdentity
        {
            InsurerNumber = w.Next(12) == 0 ? null : later ? "06270011" : "01130012",
            InsuredSymbol = later ? "7" : "３",
            InsuredNumber = w.Next(12) == 0 ? null : $"{(later ? newNumber : number)}",
            InsuredBranch = w.Next(5) == 0 ? null : "00",
            NameKana = $"{(later && sex == Sex.Female ? otherFamily : family)}{(w.Next(2) == 0 ? " " : "　")}{given}",
            BirthDate = w.Next(60) == 0 ? new DateOnly(birth.Year, 1, 1) : birth,
            Sex = w.Next(40) == 0 ? Sex.Unknown : sex,
            Address = w.Next(3) == 0 ? null : $"大阪府大阪市北区中之島{1 + (home % 6)}-{1 + (home / 6 % 40)}-{1 + (home / 240)}",
            LocalPatientId = w.Next(4) == 0 ? $"{person}" : null,
            AsOf = day,
        };
    }

    /// <summary>Numbers that are a hash of where they stand: any record can be made without those before it.</summary>
    private struct Dice(int seed)
    {
        private ulong state = ((ulong)(uint)seed + 1) * 0x9E37_79B9_7F4A_7C15;

        public int Next(int below)
        {
            state += 0x9E37_79B9_7F4A_7C15;
            var z = (state ^ (state >> 30)) * 0xBF58_476D_1CE4_E5B9;
            z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
            return (int)((z ^ (z >> 31)) % (ulong)below);
        }
    }
}
