namespace Minato.Formats.Hl7;

/// <summary>What a message is taken as.</summary>
internal enum TakenAs
{
    /// <summary>Identity alone: movements inside the hospital, plans, orders. What came of them is told by other messages.</summary>
    IdentityOnly,
    Demographics,
    OutpatientVisit,
    Admission,
    Discharge,
    Diagnoses,
    Prescription,
    Administration,
    Results,
    Performed,
}

/// <param name="Name">SS-MIX2's data kind in lower case, from the trigger event where no file name says it.</param>
internal sealed record MessageKind(string Name, TakenAs As, bool IsDeletion = false)
{
    /// <summary>One record a patient, whatever the message's number.</summary>
    public bool IsAboutPatient => Name is "adt-00" or "adt-61" or "ppr-01";

    /// <summary>Null for messages that SS-MIX2 does not know.</summary>
    public static MessageKind? Of(string code, string trigger) => (code, trigger) switch
    {
        ("ADT", "A08" or "A28" or "A31") => new("adt-00", TakenAs.Demographics),
        ("ADT", "A23" or "A29") => new("adt-00", TakenAs.Demographics, true),
        ("ADT", "A60") => new("adt-61", TakenAs.Demographics),
        ("ADT", "A04") => new("adt-12", TakenAs.OutpatientVisit),
        ("ADT", "A01") => new("adt-22", TakenAs.Admission),
        ("ADT", "A11") => new("adt-22", TakenAs.Admission, true),
        ("ADT", "A03") => new("adt-52", TakenAs.Discharge),
        ("ADT", "A13") => new("adt-52", TakenAs.Discharge, true),
        ("ADT", "A54") => new("adt-01", TakenAs.IdentityOnly),
        ("ADT", "A55") => new("adt-01", TakenAs.IdentityOnly, true),
        ("ADT", "A14") => new("adt-21", TakenAs.IdentityOnly),
        ("ADT", "A27") => new("adt-21", TakenAs.IdentityOnly, true),
        ("ADT", "A21") => new("adt-31", TakenAs.IdentityOnly),
        ("ADT", "A52") => new("adt-31", TakenAs.IdentityOnly, true),
        ("ADT", "A22") => new("adt-32", TakenAs.IdentityOnly),
        ("ADT", "A53") => new("adt-32", TakenAs.IdentityOnly, true),
        ("ADT", "A15") => new("adt-41", TakenAs.IdentityOnly),
        ("ADT", "A26") => new("adt-41", TakenAs.IdentityOnly, true),
        ("ADT", "A02") => new("adt-42", TakenAs.IdentityOnly),
        ("ADT", "A12") => new("adt-42", TakenAs.IdentityOnly, true),
        ("ADT", "A16") => new("adt-51", TakenAs.IdentityOnly),
        ("ADT", "A25") => new("adt-51", TakenAs.IdentityOnly, true),
        ("PPR", "ZD1" or "PC1") => new("ppr-01", TakenAs.Diagnoses),
        ("RDE", "O11") => new("omp", TakenAs.Prescription),
        ("RAS", "O17") => new("omp-done", TakenAs.Administration),
        ("OUL", "R22" or "R21" or "R23") => new("oml-11", TakenAs.Results),
        ("ORU", "R01" or "R30") => new("oru", TakenAs.Results),
        ("OMI", "Z23" or "O23") => new("omg-done", TakenAs.Performed),
        ("OMG", "O19") => new("omg", TakenAs.IdentityOnly),
        ("OML", "O33" or "O21" or "O35") => new("oml-01", TakenAs.IdentityOnly),
        ("OMD", "O03") => new("omd", TakenAs.IdentityOnly),
        _ => null,
    };
}
