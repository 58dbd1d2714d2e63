using Minato.Linkage.Matching;
using Minato.Linkage.Persons;

namespace Minato.Linkage;

public sealed partial class LinkageRoom
{
    private static readonly Bilingual ByDeskWords = new("名寄せ担当者の判断。", "The linkage desk said so.");
    private const string WeightRule = "weight";
    private const string AskedRule = "weight-asked";

    private static readonly Bilingual AskedWords = new("規則には当てはまらず、重みの合計も自動で結ぶには足りない。", "No rule fits, and the weight of all agreements is not enough to join them unseen.");
    private static readonly Bilingual ByWeightWords = new("規則には当てはまらないが、一致と不一致の重みの合計から同じ人と考えられる。", "No rule fits; the weight of all agreements and disagreements speaks for one person.");
    private static readonly Bilingual ByHistoryWords = new("番号の履歴がつないだ。", "The number's history connects them.");

    /// <summary>Notes on each identity of a component what clustering found: its class, whether it is contested, whether days matter.</summary>
    private void Mark(Clustering made)
    {
        var table = register.Table;
        var (number, id1, several, ended) = (0UL, 0U, false, false);
        for (var i = 0; i < made.Rows.Length; i++)
        {
            var row = made.Rows[i];
            ref var state = ref table.StateOf(row);
            state.Marks &= ~(IdentityMarks.Contested | IdentityMarks.DaysMatter);
            state.JoinedBy = ClassOf(made, i);
            ended |= table.EndedOn(row) != 0;
            ref var traits = ref table.TraitsOf(row);
            several |= (traits.Household != 0 && number != 0 && traits.Household != number) || (traits.Id1 != 0 && id1 != 0 && traits.Id1 != id1);
            number = traits.Household != 0 ? traits.Household : number;
            id1 = traits.Id1 != 0 ? traits.Id1 : id1;
        }

        if (several || ended)
        {
            table.StateOf(table.Head(made.Rows[0])).Marks |= IdentityMarks.DaysMatter;
        }

        foreach (var doubt in made.Doubts.Where(d => d.Contested))
        {
            var at = Array.IndexOf(made.Rows, doubt.Left[0]);
            if (made.Cluster.Count(c => c == made.Cluster[at]) == doubt.Left.Count)
            {
                foreach (var row in doubt.Left)
                {
                    table.StateOf(row).Marks |= IdentityMarks.Contested;
                }
            }
        }

        register.SetDoubts(made.Rows, made.Doubts);
    }

    /// <summary>How an identity came to its person. A number that only the history knows of closes a gap, and verifies nothing.</summary>
    private LinkClass ClassOf(Clustering made, int i)
    {
        var rank = made.Ranks[i];
        switch (rank)
        {
            case < 0:
                return LinkClass.Unlinked;
            case Clusterer.ByDesk:
                return LinkClass.RuleMatched;
            case >= LinkWeights.FirstRank:
                return LinkClass.Probabilistic;
        }

        var linkClass = rules.Rules[rank].Class;
        if (linkClass != LinkClass.NumberVerified)
        {
            return linkClass;
        }

        for (var j = 0; j < made.Rows.Length; j++)
        {
            if (j != i && made.Cluster[j] == made.Cluster[i] && SharesDeliveredNumber(made.Rows[i], made.Rows[j]))
            {
                return linkClass;
            }
        }

        return LinkClass.HistoryClosed;
    }

    private bool SharesDeliveredNumber(int row, int other)
    {
        var (mine, theirs) = (register.Table.TraitsOf(row), register.Table.TraitsOf(other));
        return (register.Table.StateOf(other).Marks & IdentityMarks.Delivered) != 0
            && ((mine.Household != 0 && mine.Household == theirs.Household) || (mine.Id1 != 0 && mine.Id1 == theirs.Id1));
    }

    private string RuleName(int rank) => rank switch
    {
        Clusterer.ByDesk => DeskRule,
        Clusterer.ByHistory => "history",
        LinkWeights.Asked => AskedRule,
        >= LinkWeights.FirstRank => WeightRule,
        _ => rules.Rules[rank].Id,
    };

    private Bilingual WordsOf(string rule) => rule switch
    {
        DeskRule => ByDeskWords,
        "history" => ByHistoryWords,
        WeightRule => ByWeightWords,
        AskedRule => AskedWords,
        _ => rules.Rules.FirstOrDefault(r => r.Id == rule)?.Text ?? new Bilingual(rule, rule),
    };
}
