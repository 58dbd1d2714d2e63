using Minato.Access;

namespace Minato.Portal;

/// <summary>States and codes of the procedure in plain words (G2).</summary>
public static class Words
{
    public static Bilingual Bearer(string bearer) => bearer switch
    {
        "applicant" => new("申請者", "Applicant"),
        "body" => new("審査機関", "Reviewing body"),
        "holder" => new("データの提供者", "Data holder"),
        "user" => new("利用者", "User"),
        _ => new("港の運用者", "Operator"),
    };

    public static Bilingual Clock(RunningClock c) => c.State switch
    {
        ClockState.Met when c.Keep => new("削除してよい", "May be deleted"),
        ClockState.Met => new("期限内に済んだ", "Done in time"),
        ClockState.MetLate => new("期限の後に済んだ", "Done late"),
        ClockState.Held => new("止まっている（回答待ち）", "Stands, waiting for an answer"),
        ClockState.Overdue => new($"{-c.DaysLeft}日過ぎている", $"{-c.DaysLeft} days overdue"),
        ClockState.DueSoon => new($"あと{c.DaysLeft}日", $"{c.DaysLeft} days left"),
        ClockState.Passed => new("できる期間が過ぎた", "No longer possible"),
        _ => new($"あと{c.DaysLeft}日", $"{c.DaysLeft} days left"),
    };

    public static Bilingual Vote(Vote vote) => vote switch
    {
        Access.Vote.Approve => new("承認", "Approve"),
        Access.Vote.ApproveWithConditions => new("条件つきで承認", "Approve with conditions"),
        Access.Vote.StatisticsInstead => new("行は渡さず、集計表なら認める", "No rows, but a table would do"),
        _ => new("不承認", "Refuse"),
    };

    public static Bilingual Task(string kind) => kind switch
    {
        HolderTask.Feasibility => new("できるか・費用", "Feasibility and cost"),
        HolderTask.Assessment => new("評価と提案", "Assessment and proposal"),
        _ => new("データの提供", "Delivery of data"),
    };

    public static Bilingual Measure(MeasureKind kind) => kind switch
    {
        MeasureKind.Warning => new("警告", "Warning"),
        MeasureKind.Instruction => new("指示", "Instruction"),
        MeasureKind.Suspension => new("利用の停止", "Suspension"),
        MeasureKind.Revocation => new("許可の取消し", "Revocation of the permit"),
        _ => new("利用からの除外", "Exclusion"),
    };

    public static Bilingual State(MeasureState state) => state switch
    {
        MeasureState.Opened => new("開始", "Opened"),
        MeasureState.Hearing => new("意見を聞いている", "Hearing"),
        MeasureState.Heard => new("意見を聞いた", "Heard"),
        MeasureState.Decided => new("措置が決まった", "Decided"),
        MeasureState.Appealed => new("不服申立て中", "Appealed"),
        MeasureState.Reversed => new("取り消された", "Reversed"),
        _ => new("措置なしで終わった", "Dropped"),
    };

    public static Bilingual Inquiry(InquiryKind kind) => kind switch
    {
        InquiryKind.Question => new("質問", "Question"),
        InquiryKind.Complaint => new("苦情", "Complaint"),
        InquiryKind.ChoiceComplaint => new("選択（断る・認める）についての苦情", "Complaint about a choice"),
        _ => new("不適切な利用の通報", "Report of a misuse"),
    };

    public static Bilingual State(InquiryState state) => state switch
    {
        InquiryState.Open => new("受付済み", "Received"),
        InquiryState.Answered => new("回答済み", "Answered"),
        _ => new("担当の機関へ引き継いだ", "Handed on to the competent authority"),
    };

    public static Bilingual Stage(string stage) => stage switch
    {
        "application" => new("申請のとき", "On application"),
        "permit" => new("許可のとき", "With the permit"),
        "running" => new("利用中（月ごと）", "Month by month"),
        _ => new("精算", "Settlement"),
    };
}
