using Minato.Release.Enriched;
using Minato.Release.Findings;
using Minato.Release.HandingOver;
using Minato.Workspace;
using Minato.Workspace.Desk;
using Minato.Workspace.Watching;

namespace Minato.Portal;

/// <summary>Events and codes in plain words (G2). What is not listed shows its own name.</summary>
public static class EventWords
{
    private static readonly Dictionary<string, Bilingual> Events = new()
    {
        ["intake.holder-registered"] = new("提供者が登録された", "A data holder registered"),
        ["intake.delivery-received"] = new("データの提供が届いた", "A delivery arrived"),
        ["intake.delivery-closed"] = new("提供を処理し、受付票を返した", "A delivery was processed and receipted"),
        ["intake.pull-agreed"] = new("FHIRサーバーから取りに行くことを合意した", "Fetching from a FHIR server was agreed"),
        ["intake.drop-agreed"] = new("SFTPの置き場から取りに行くことを合意した", "Fetching from an SFTP drop folder was agreed"),
        ["intake.pulled"] = new("提供者のところへデータを取りに行った", "Data was fetched from a holder"),
        ["intake.import-asked"] = new("提供者が、データを取りに来るよう求めた", "A holder asked for its data to be fetched"),
        ["intake.import-closed"] = new("求められたデータの取得が終わった", "Fetching on a holder's request ended"),
        ["intake.raw-erased"] = new("届いたままのファイルの鍵が破棄され、復元できなくなった", "The key of raw uploaded files was destroyed; they cannot be restored"),
        ["intake.agreement-made"] = new("データの提供について合意した", "Deliveries of a dataset were agreed"),
        ["intake.agreement-ended"] = new("データの提供の合意が終わった", "An agreement on deliveries was ended"),
        ["intake.delivery-reminded"] = new("期限を過ぎた提供について知らせた", "A holder was reminded of an overdue delivery"),
        ["warehouse.dataset-registered"] = new("データセットが登録された", "A dataset was registered"),
        ["warehouse.snapshot-committed"] = new("データセットの新しい版が確定した", "A new version of a dataset was fixed"),
        ["warehouse.delivery-embargoed"] = new("提供されたデータの公開猶予期間が決まった", "An embargo was set on a delivery"),
        ["warehouse.deliveries-confirmed"] = new("提供者がデータを確定した", "A holder confirmed its data"),
        ["warehouse.quality-measured"] = new("データの品質が検査された", "A dataset's quality was measured"),
        ["warehouse.person-removed"] = new("法的な求めにより、ある人のデータがすべての版から取り除かれた", "On legal grounds a person's data was removed from every version"),
        ["warehouse.snapshots-dropped"] = new("保存期間を過ぎた版が取り除かれた", "Versions past their retention were let go"),
        ["processing.extracted"] = new("許可にもとづきデータを抽出した", "Data was extracted under a permit"),
        ["processing.feasibility-asked"] = new("申請前に人数がたずねられた", "Counts were asked for before applying"),
        ["processing.feasibility-paid"] = new("人数の照会の枠が使われた", "A number of somebody's monthly counts was used"),
        ["processing.feasibility-told"] = new("およその人数が答えられた", "An approximate count was told"),
        ["processing.feasibility-remembered"] = new("答えた人数が封をして覚えられた", "A told count was remembered, sealed"),
        ["processing.tabulated"] = new("許可にもとづき統計表を作った", "A table was made under a permit"),
        ["processing.repeated"] = new("以前の抽出が同じになるか確かめられた", "An earlier extraction was made again as a check"),
        ["workspace.job-queued"] = new("解析が申し込まれ、順番を待っている", "An analysis was queued"),
        ["workspace.job-started"] = new("隔離された環境で解析が始まった", "An analysis began in the sandbox"),
        ["workspace.job-cancel-asked"] = new("動いている解析の中止が求められた", "Somebody asked that a running analysis end"),
        ["workspace.job-ended"] = new("解析が終わった", "An analysis ended"),
        ["workspace.session-begun"] = new("ノートブックが開かれた", "A notebook session began"),
        ["workspace.session-cell"] = new("ノートブックでプログラムが実行された", "Code was run in a notebook"),
        ["workspace.session-saved"] = new("ノートブックの作業が保存された", "A notebook session was saved"),
        ["workspace.space-opened"] = new("プロジェクトの部屋が開かれた", "A project space was opened"),
        ["workspace.space-moved"] = new("プロジェクトの部屋の状態が変わった", "A project space changed its state"),
        ["workspace.space-snapshot"] = new("プロジェクトの作業の控えが取られた", "A snapshot of a project's work was taken"),
        ["workspace.space-restored"] = new("プロジェクトの作業が控えから戻された", "A project's work was restored from a snapshot"),
        ["workspace.space-erased"] = new("プロジェクトの部屋の鍵が破壊され、消去が証明された", "A project space's key was destroyed; its erasure is certified"),
        ["workspace.import-declared"] = new("環境に持ち込むものが申告された", "Something to be brought into an environment was declared"),
        ["workspace.import-attached"] = new("持ち込むファイルが受け取られた", "The file of an import was taken"),
        ["workspace.import-submitted"] = new("持込みが提出され、機械が調べた", "An import was handed in and looked into by the machine"),
        ["workspace.import-looked-into"] = new("確認者が持込みの中を見た", "A checker looked into an import"),
        ["workspace.import-decided"] = new("持込みの可否が決まった", "An import was decided on"),
        ["workspace.import-handed-over"] = new("持ち込まれた人のデータが、名寄せを経る提供として渡された", "Brought persons' data became a delivery, to be linked"),
        ["workspace.import-withdrawn"] = new("持込みが取り下げられた", "An import was withdrawn"),
        ["workspace.import-expired"] = new("持込みの期限が切れた", "An import's term ended"),
        ["workspace.image-catalogued"] = new("解析用の道具一式（イメージ）が登録された", "A system image was catalogued"),
        ["workspace.image-approved"] = new("解析用の道具一式（イメージ）の使用が認められた", "A system image was approved"),
        ["workspace.image-withdrawn"] = new("解析用の道具一式（イメージ）の使用が止められた", "A system image was withdrawn"),
        ["workspace.training-passed"] = new("研修の修了が記録された", "A course that somebody passed was recorded"),
        ["workspace.training-withdrawn"] = new("研修の記録が取り消された", "A record of training was taken back"),
        ["workspace.watch-noticed"] = new("環境での実行の様子が記録された", "What was noticed of a run was recorded"),
        ["workspace.watch-alert"] = new("見守りの規則が異常を知らせた", "A rule of watching raised an alert"),
        ["workspace.watch-measure"] = new("環境の利用に処置がとられた", "A measure was taken against somebody's work"),
        ["workspace.watch-answered"] = new("本人が警告に答えた", "The person concerned answered an alert"),
        ["workspace.watch-closed"] = new("警告に問題がないと確かめられた", "An alert was found to be nothing"),
        ["workspace.watch-reversed"] = new("処置が取り消された", "A measure was taken back"),
        ["release.recipient-registered"] = new("認定利用事業者が登録された", "A certified user was registered"),
        ["release.recipient-accepted"] = new("認定利用事業者が引渡しの条件を受け入れた", "A certified user accepted the terms of hand-over"),
        ["release.recipient-revoked"] = new("認定利用事業者の登録が取り消された", "A certified user's registration was revoked"),
        ["release.hand-over-proposed"] = new("認定利用事業者への引渡しが求められた", "A hand-over to a certified user was asked for"),
        ["release.hand-over-opinion"] = new("確認者が引渡しについて判断した", "A checker said whether a hand-over may be"),
        ["release.hand-over-withdrawn"] = new("引渡しの求めが取り下げられた", "A hand-over was withdrawn"),
        ["release.hand-over-packed"] = new("仮名加工データが、受け取る相手だけが開ける形に封じられた", "Pseudonymised data was sealed for the one who receives it"),
        ["release.hand-over-fetched"] = new("認定利用事業者がデータを受け取りに来た", "A certified user fetched its container"),
        ["release.hand-over-received"] = new("認定利用事業者が受領を確認した", "A certified user confirmed the receipt"),
        ["release.hand-over-duty-done"] = new("認定利用事業者が報告・監査・消去の義務を果たした", "A certified user reported, was audited, or certified the destruction"),
        ["release.hand-over-recalled"] = new("引き渡したデータの返還（消去）が求められた", "Data that was handed over was called back"),
        ["release.hand-over-lapsed"] = new("受け取られなかった引渡しが終わった", "A hand-over that nobody fetched ended"),
        ["release.finding-reported"] = new("研究者が、健康に関わる所見を伝えた", "A researcher reported a finding that matters to somebody's health"),
        ["release.finding-read"] = new("医師の審査員が所見を読んだ", "A medical reviewer read a finding"),
        ["release.finding-declined"] = new("所見は伝えないと判断された", "A finding was not found to be told"),
        ["release.finding-passed-on"] = new("所見が、封をして先へ送られた", "A finding was passed on, sealed"),
        ["release.finding-tray-opened"] = new("提供者が所見の受け箱を設けた", "A holder opened a tray for findings"),
        ["release.finding-tray-looked-into"] = new("提供者が所見の受け箱を見た", "A holder looked into its tray"),
        ["linkage.way-sought"] = new("所見を伝える道がさがされた", "The way for a finding was sought"),
        ["primary.record-read"] = new("診療のための記録が見られた", "A record for care was read"),
        ["primary.reading-refused"] = new("診療のための記録の閲覧が断られた", "Reading a record for care was refused"),
        ["primary.consent-given"] = new("記録を見ることに、本人が同意した", "A person let a provider read their record"),
        ["primary.consent-withdrawn"] = new("記録を見ることへの同意が取り消された", "A consent to read was taken back"),
        ["primary.emergency-reviewed"] = new("緊急の閲覧を監査人が確かめた", "An auditor looked at an emergency reading"),
        ["primary.disaster-declared"] = new("災害時の閲覧が始まった", "Reading in a disaster was declared"),
        ["primary.disaster-ended"] = new("災害時の閲覧が終わった", "Reading in a disaster ended"),
        ["linkage.identified-many"] = new("診療の記録の持ち主がさがされた", "Whose records for care are was sought"),
        ["choice.made"] = new("利用について、本人の選択が記録された", "A choice about use was recorded"),
        ["choice.withdrawn"] = new("選択が取り消された", "A choice was taken back"),
        ["choice.acting-granted"] = new("だれかに代わって選ぶことが、書類にもとづき認められた", "On evidence, somebody was let choose for another"),
        ["choice.acting-ended"] = new("代わって選ぶ権限が終わった", "Somebody's choosing for another was ended"),
        ["choice.desk-taken"] = new("紙や電話の申出が窓口に届いた", "The desk took an order by paper or phone"),
        ["choice.desk-looked"] = new("窓口の別の人が申出を読んだ", "Somebody else of the desk read an order"),
        ["choice.desk-agreed"] = new("窓口の二人が同じに読んだ", "Two of the desk read an order alike"),
        ["choice.desk-done"] = new("窓口の申出が記録された", "An order of the desk was carried out"),
        ["choice.desk-dropped"] = new("窓口の申出が取りやめになった", "An order of the desk was dropped"),
        ["linkage.missing-counted"] = new("断った人の割合が、区分ごとに数えられた", "Who is missing because of choices was counted, by group"),
        ["choice.not-to-know"] = new("所見を知らされたいかどうか、本人が選んだ", "A person said whether to be told of findings"),
        ["release.enriched-offered"] = new("研究が加えたデータが、保有者に差し出された", "Data that a project derived was offered back to its holder"),
        ["release.enriched-looked-at"] = new("確認者が、保有者へ返すデータを見た", "A checker looked at data for a holder"),
        ["release.enriched-opinion"] = new("確認者が、保有者へ返してよいか判断した", "A checker said whether data may go back to a holder"),
        ["release.enriched-answered"] = new("保有者が、返されるデータを受けるか答えた", "A holder accepted or declined enriched data"),
        ["release.enriched-fetched"] = new("保有者が、返されたデータを受け取った", "A holder fetched enriched data"),
        ["linkage.rows-addressed"] = new("返されるデータの行が、保有者の患者番号で宛てられた（封をして）", "Rows for a holder were addressed to its patients, sealed"),
        ["webhook.subscribed"] = new("出来事の知らせが申し込まれた", "Somebody subscribed to events"),
        ["webhook.stopped"] = new("出来事の知らせが止まった", "A subscription to events was stopped"),
        ["webhook.resumed"] = new("出来事の知らせが再開した", "A subscription to events was resumed"),
        ["webhook.ended"] = new("出来事の知らせが終わった", "A subscription to events ended"),
        ["catalogue.source-registered"] = new("ほかのカタログが加えられた", "Another catalogue was added"),
        ["catalogue.source-taken"] = new("ほかのカタログが取り込まれた", "Another catalogue was taken in"),
        ["catalogue.source-failed"] = new("ほかのカタログを取り込めなかった", "Another catalogue could not be taken in"),
        ["catalogue.source-removed"] = new("ほかのカタログが外された", "Another catalogue was removed"),
        ["access.document-attached"] = new("申請に書類が添えられた", "A document was attached to an application"),
        ["access.document-removed"] = new("申請から書類が外された", "A document was removed from an application"),
        ["access.application-submitted"] = new("利用の申請が提出された", "An application was submitted"),
        ["access.application-approved"] = new("利用の申請が承認された", "An application was approved"),
        ["access.application-refused"] = new("利用の申請が不承認となった", "An application was refused"),
        ["access.appealed"] = new("決定に不服が申し立てられた", "A decision was appealed against"),
        ["access.permit-issued"] = new("許可が出された", "A permit was issued"),
        ["access.permit-amended"] = new("許可の内容が変わった", "A permit was amended"),
        ["access.permit-renewed"] = new("許可が更新された", "A permit was renewed"),
        ["access.permit-suspended"] = new("許可が停止された", "A permit was suspended"),
        ["access.permit-resumed"] = new("許可の停止が解かれた", "A permit was resumed"),
        ["access.permit-ended"] = new("許可が終わった", "A permit ended"),
        ["access.results-reported"] = new("研究の結果が公表された", "Results were published"),
        ["access.deadline-extended"] = new("期限が延ばされた", "A limit of time was extended"),
        ["access.holder-asked"] = new("データの提供者に問い合わせた", "A holder was asked"),
        ["access.holder-answered"] = new("データの提供者が答えた", "A holder answered"),
        ["access.measure-opened"] = new("違反の疑いで事案が開かれた", "A case about a breach was opened"),
        ["access.measure-decided"] = new("違反への措置が決まった", "A measure was decided"),
        ["access.measure-reversed"] = new("措置が取り消された", "A measure was taken back"),
        ["access.invoice-issued"] = new("請求書が出された", "An invoice was issued"),
        ["access.invoice-paid"] = new("支払いが記録された", "A payment was recorded"),
        ["access.inquiry-asked"] = new("質問や苦情が届いた", "A question or complaint came in"),
        ["access.inquiry-answered"] = new("質問や苦情に答えた", "A question or complaint was answered"),
        ["ledger.payload-erased"] = new("記録の中身が消去された（証明は残る）", "An event's content was erased (its proof stays)"),
    };

    private static readonly (string Prefix, Bilingual Words)[] Rooms =
    [
        ("linkage.", new("名寄せの処理", "Linkage")), ("choice.", new("本人の選択が記録された", "A person's choice was recorded")), ("catalogue.", new("データの説明が更新された", "A dataset's description changed")),
        ("access.", new("利用の申請・審査", "Application and review")), ("workspace.", new("安全な環境での解析", "Work in the secure environment")), ("release.", new("出口での確認", "Exit control")),
    ];

    public static Bilingual Of(string type)
    {
        if (Events.TryGetValue(type, out var words))
        {
            return words;
        }

        var detail = type[(type.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('-', ' ');
        foreach (var (prefix, room) in Rooms)
        {
            if (type.StartsWith(prefix, StringComparison.Ordinal))
            {
                return new Bilingual($"{room.Ja}（{detail}）", $"{room.En}: {detail}");
            }
        }

        return new Bilingual(type, type);
    }

    public static Bilingual Space(SpaceState state) => state switch
    {
        SpaceState.Active => new("使用中", "Active"),
        SpaceState.Hibernated => new("休止中", "Hibernated"),
        SpaceState.CutOff => new("遮断", "Cut off"),
        SpaceState.Expired => new("期限切れ", "Expired"),
        SpaceState.Erasing => new("消去中", "Being erased"),
        _ => new("消去済み", "Erased"),
    };

    public static Bilingual Move(SpaceMove move) => move switch
    {
        SpaceMove.Hibernate => new("休止する", "Hibernate"),
        SpaceMove.Resume => new("再開する", "Resume"),
        SpaceMove.CutOff => new("ただちに遮断する", "Cut off at once"),
        SpaceMove.Reinstate => new("遮断を解く", "Reinstate"),
        SpaceMove.Expire => new("期限切れにする", "Expire"),
        _ => new("消去する", "Erase"),
    };

    public static Bilingual Format(string format) => format switch
    {
        "uke" => new("レセプト（医療費の請求）", "Claims"),
        "fhir" => new("電子カルテ（FHIR）", "Electronic records (FHIR)"),
        "ssmix2" => new("電子カルテ（SS-MIX2）", "Electronic records (SS-MIX2)"),
        "dicom" => new("画像の撮影情報（DICOM）", "Headers of images (DICOM)"),
        "vcf" => new("ゲノム", "Genomes (VCF)"),
        "open-mhealth" => new("本人の健康記録", "Personal health records"),
        "checkup-xml" => new("特定健診", "Health check-ups"),
        "vaccination-csv" => new("予防接種", "Vaccinations"),
        "care-csv" => new("介護", "Long-term care"),
        "death-csv" => new("死亡", "Deaths"),
        _ => new(format, format),
    };

    public static Bilingual Category(DataCategory category) => category switch
    {
        DataCategory.MedicalRecord => new("電子カルテ", "Medical records"),
        DataCategory.Claims => new("レセプト", "Claims"),
        DataCategory.CheckUp => new("健診", "Check-ups"),
        DataCategory.Vaccination => new("予防接種", "Vaccinations"),
        DataCategory.LongTermCare => new("介護", "Long-term care"),
        DataCategory.Death => new("死亡", "Deaths"),
        DataCategory.MotherAndChild => new("母子保健", "Mother and child"),
        DataCategory.Registry => new("疾患登録", "Registries"),
        DataCategory.Genome => new("ゲノム", "Genome"),
        DataCategory.Image => new("画像", "Images"),
        DataCategory.Wellness => new("PHR", "Wellness and PHR"),
        DataCategory.Social => new("社会的要因", "Social factors"),
        _ => new(category.ToString(), category.ToString()),
    };

    public static Bilingual State(Access.ApplicationState state) => state switch
    {
        Access.ApplicationState.Draft => new("下書き", "Draft"),
        Access.ApplicationState.Submitted => new("提出済み", "Submitted"),
        Access.ApplicationState.InReview => new("審査中", "In review"),
        Access.ApplicationState.QuestionAsked => new("質問への回答待ち", "Waiting for an answer"),
        Access.ApplicationState.Approved => new("承認（手数料の確認待ち）", "Approved, fee to be accepted"),
        Access.ApplicationState.Refused => new("不承認", "Refused"),
        Access.ApplicationState.Withdrawn => new("取下げ", "Withdrawn"),
        Access.ApplicationState.Permitted => new("許可中", "Permitted"),
        Access.ApplicationState.Suspended => new("停止中", "Suspended"),
        Access.ApplicationState.Applied => new("許可に反映済み", "Applied to the permit"),
        _ => new("終了", "Ended"),
    };

    public static Bilingual State(ImportState state) => state switch
    {
        ImportState.Draft => new("下書き", "Draft"),
        ImportState.Blocked => new("機械の確認で停止", "Stopped by the checks"),
        ImportState.InReview => new("人の確認待ち", "Waiting for a person"),
        ImportState.Approved => new("使用中", "In use"),
        ImportState.Refused => new("不可", "Refused"),
        ImportState.Withdrawn => new("取下げ", "Withdrawn"),
        _ => new("期限切れ", "Expired"),
    };

    public static Bilingual State(EnrichedState state) => state switch
    {
        EnrichedState.Offered => new("確認待ち", "Waiting for people"),
        EnrichedState.Approved => new("保有者の返事待ち", "Waiting for the holder"),
        EnrichedState.Refused => new("不可", "Refused"),
        EnrichedState.Accepted => new("受け取れる", "Accepted, sealed for the holder"),
        _ => new("保有者が断った", "Declined by the holder"),
    };

    public static Bilingual State(FindingState state) => state switch
    {
        FindingState.Reported => new("確認待ち", "Waiting for a reviewer"),
        FindingState.Declined => new("伝えない", "Not to be told"),
        _ => new("先へ送った", "Passed on"),
    };

    public static Bilingual Urgency(FindingUrgency urgency) => urgency switch
    {
        FindingUrgency.Routine => new("次の受診のとき", "At the next visit"),
        FindingUrgency.Soon => new("数週間のうち", "Within weeks"),
        _ => new("数日のうち", "Within days"),
    };

    public static Bilingual State(HandOverState state) => state switch
    {
        HandOverState.Proposed => new("確認待ち", "Waiting for people"),
        HandOverState.Approved => new("承認（封印待ち）", "Approved, to be sealed"),
        HandOverState.Refused => new("不可", "Refused"),
        HandOverState.Withdrawn => new("取下げ", "Withdrawn"),
        HandOverState.Ready => new("受取り待ち", "Ready to be fetched"),
        HandOverState.Lapsed => new("受け取られずに終了", "Not fetched in time"),
        HandOverState.Received => new("受領済み・利用中", "Received, in use"),
        HandOverState.Recalled => new("返還（消去）を求めた", "Called back"),
        _ => new("終了", "Ended"),
    };

    public static Bilingual State(RecipientState state) => state switch
    {
        RecipientState.Waiting => new("条件の受入れ待ち", "Terms to be accepted"),
        RecipientState.Active => new("受け取れる", "May receive"),
        RecipientState.OutOfTerm => new("認定の期間外", "Certification not valid today"),
        _ => new("登録取消し", "Revoked"),
    };

    public static Bilingual Duty(DutyKind duty) => duty switch
    {
        DutyKind.Receipt => new("受領の確認", "Receipt"),
        DutyKind.Report => new("利用の報告", "Report of use"),
        DutyKind.Audit => new("監査", "Audit"),
        _ => new("消去の証明", "Certificate of destruction"),
    };

    public static Bilingual Method(DestructionMethod method) => method switch
    {
        DestructionMethod.Overwritten => new("上書きによる消去", "Overwritten"),
        DestructionMethod.CryptoErased => new("鍵の破壊による消去", "Crypto-erased"),
        _ => new("媒体の破壊", "Media destroyed"),
    };

    public static Bilingual State(AlertState state) => state switch
    {
        AlertState.Open => new("確認待ち", "Open"),
        AlertState.Measured => new("処置中", "A measure is in force"),
        AlertState.Closed => new("問題なし", "Nothing to it"),
        _ => new("処置を取消し", "Taken back"),
    };

    public static Bilingual Measure(WatchMeasure measure) => measure switch
    {
        WatchMeasure.Warn => new("注意する", "Warn"),
        WatchMeasure.Suspend => new("利用を止める", "Suspend"),
        _ => new("直ちに遮断する", "Cut off at once"),
    };

    public static Bilingual Kind(ImportKind kind) => kind switch
    {
        ImportKind.Software => new("ソフトウェア", "Software"),
        ImportKind.Reference => new("参照データ（コード表・公開された表など、人のデータでないもの）", "Reference data (code lists, published tables; nothing of persons)"),
        _ => new("人のデータ（名寄せを経て別のデータセットになります）", "Data of persons (linked, and a dataset of its own)"),
    };

    public static Bilingual Proposal(Release.Proposal proposal) => proposal switch
    {
        Release.Proposal.Release => new("問題は見つかりませんでした。", "Nothing was found against it."),
        Release.Proposal.Mend => new("このままでは出せません。直した版が用意できています。", "It cannot leave as it is. A mended version lies ready."),
        Release.Proposal.Review => new("人が確かめるところがあります。", "There is something for people to look at."),
        _ => new("このままでは出せません。直してから提出してください。", "It cannot leave as it is. Please mend it and submit again."),
    };

    public static Bilingual State(Release.SubmissionState state) => state switch
    {
        Release.SubmissionState.Stopped => new("機械の確認で停止", "Stopped by the checks"),
        Release.SubmissionState.InReview => new("人の確認待ち", "Waiting for a person"),
        Release.SubmissionState.Released => new("持出し可", "Released"),
        Release.SubmissionState.Fetched => new("持出し済み", "Released and fetched"),
        Release.SubmissionState.Draft => new("下書き", "Draft"),
        Release.SubmissionState.Returned => new("差戻し", "Returned"),
        Release.SubmissionState.Appealed => new("不服申立て中", "Under appeal"),
        Release.SubmissionState.Withdrawn => new("取下げ", "Withdrawn"),
        _ => new("不可", "Refused"),
    };
}
