using Minato.Formats.Sharing;
using Minato.Primary;

namespace Minato.Portal;

/// <summary>Records for care in plain words.</summary>
internal static class RecordWords
{
    public static Bilingual Of(ReadingGround ground) => ground switch
    {
        ReadingGround.Own => new("本人が見た", "read by the person"),
        ReadingGround.Consent => new("同意にもとづく閲覧", "read with consent"),
        ReadingGround.Emergency => new("緊急の閲覧", "read in an emergency"),
        _ => new("災害時の閲覧", "read in a disaster"),
    };

    public static Bilingual Of(SharedKind kind) => kind switch
    {
        SharedKind.Referral => new("診療情報提供書（紹介状）", "Referral"),
        SharedKind.DischargeSummary => new("退院時サマリー", "Discharge summary"),
        SharedKind.CheckUpReport => new("健康診断結果報告書", "Check-up report"),
        _ => new("共有された情報", "Shared information"),
    };

    public static Bilingual Of(SharedItemKind kind) => kind switch
    {
        SharedItemKind.Condition => new("傷病名", "Conditions"),
        SharedItemKind.Allergy => new("アレルギー", "Allergies"),
        SharedItemKind.Infection => new("感染症", "Infections"),
        SharedItemKind.Contraindication => new("薬剤禁忌", "Drugs not to be given"),
        SharedItemKind.Test => new("検査", "Tests"),
        SharedItemKind.Prescription => new("処方", "Prescriptions"),
        _ => new("文書のことば", "The document's words"),
    };
}
