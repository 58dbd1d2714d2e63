using System.Security.Cryptography;
using System.Text;
using Minato.Formats.Claims;
using Minato.Formats.Text;

namespace Minato.Formats.Dpc;

/// <param name="FileMonth">YYMM of the file's name; empty where it does not say.</param>
internal sealed record StayContext(string File, string FileMonth, SourceEncoding Encoding, Tally Tally, CodeBook Codes, Piece Piece);

/// <summary>
/// The rows of one stay in one file, being read. データ識別番号 is the hospital's own pseudonym of the patient, equal in all
/// its files: together with 施設コード it is the local patient number. It never enters a key unhashed.
/// </summary>
internal abstract class Stay(StayContext context, string format, int patientColumn, int admittedColumn)
{
    private const int MaxRows = 50_000;
    private byte[] key = [];
    private int rows;
    private long line;
    private string local = "";

    protected StayContext Context => context;

    protected Tally Tally => context.Tally;

    protected List<HealthFact> Facts { get; } = [];

    /// <summary>入院年月日; in 外来 files the day of the visit.</summary>
    protected DateOnly Admitted { get; private set; }

    /// <summary>Ten digits: the nine of 施設コード with the fee table 1 (medical) between prefecture and institution, as in claims.</summary>
    protected string Facility { get; private set; } = "";

    public Raw Raw => context.Piece.Raw;

    public bool IsOpen { get; private set; }

    public bool IsSame(in CutLine row) => row.From(0)[..KeyLength(row)].SequenceEqual(key);

    /// <summary>A row that breaks off inside the key could be this stay's: then the stay is not whole.</summary>
    public bool MayBe(ReadOnlySpan<byte> row) => key.AsSpan().StartsWith(row);

    public virtual void Open(in CutLine row, long at)
    {
        context.Piece.Clear();
        Facts.Clear();
        (IsOpen, rows, line) = (true, 0, at);
        key = row.From(0)[..KeyLength(row)].ToArray();
        var facility = row[0];
        Facility = Encoding.ASCII.GetString([.. facility[..2], (byte)'1', .. facility[2..]]);
        var patient = row[patientColumn];
        if (patient.Length is 0 or > 24 || patient.ContainsAnyExcept(PatientCharacters))
        {
            Fault("dpc.patient", "データ識別番号 is not a number of at most 24 characters", "Correct データ識別番号", at, "データ識別番号");
        }

        local = $"{Encoding.ASCII.GetString(facility)}-{Encoding.ASCII.GetString(patient[..Math.Min(patient.Length, 24)])}";
        if (!TryDay(row, admittedColumn, out var admitted) || admitted is null)
        {
            Fault("dpc.admission-date", "入院年月日 (外来受診年月日) is not a day that exists", "Correct the day and send the stay again", at, "入院年月日");
        }

        Admitted = admitted ?? new DateOnly(1, 1, 1);
    }

    public void Add(in CutLine row, long at)
    {
        if (++rows > MaxRows)
        {
            if (rows == MaxRows + 1)
            {
                Fault("dpc.stay-too-long", $"The stay has more than {MaxRows} rows", "Check データ識別番号 of the rows", at, null);
                Facts.Clear();
            }

            return;
        }

        Take(row, at);
    }

    protected abstract void Take(in CutLine row, long at);

    /// <summary>Facts that only the whole stay tells; may still find a fault.</summary>
    protected virtual void Complete() { }

    protected virtual PersonIdentity Identity() => new() { LocalPatientId = local, AsOf = Admitted };

    /// <summary>What tells records of one stay apart: the file's month, or a ward.</summary>
    protected abstract string Part { get; }

    public ReadItem Close()
    {
        IsOpen = false;
        if (!context.Piece.IsBroken)
        {
            Complete();
        }

        if (context.Piece.IsBroken)
        {
            return context.Piece.Bad();
        }

        var who = Identity();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"minato-dpc-stay-key:{local}:{Admitted:yyyyMMdd}:{Part}")).AsSpan(0, 16));
        return new ReadItem.Good(new DeliveredRecord(new Place(context.File, line), $"{format}-h-{hash}", who, new Demographics(who.BirthDate?.Year, who.BirthDate?.Month, who.Sex), [.. Facts]));
    }

    public void Fault(string code, string reason, string remedy, long at, string? field) => context.Piece.Fault(code, reason, remedy, at, field);

    protected void Add(HealthFact fact) => Facts.Add(fact.Facility is null ? fact with { Facility = Facility } : fact);

    /// <summary>YYYYMMDD; zeros and nothing mean none.</summary>
    protected static bool TryDay(in CutLine row, int column, out DateOnly? day)
    {
        day = null;
        return row[column].IndexOfAnyExcept((byte)'0') < 0 || row.TryDate(column, out day);
    }

    protected bool TryServiceDay(in CutLine row, int column, long at, out DateOnly day)
    {
        var ok = TryDay(row, column, out var d) && d is not null;
        day = d ?? Admitted;
        if (!ok)
        {
            Fault("dpc.service-date", "実施年月日 is not a day that exists", "Correct the day and send the stay again", at, "実施年月日");
        }

        return ok;
    }

    protected static bool IsDigits(ReadOnlySpan<byte> field, int length) => field.Length == length && !field.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>The rows of a stay agree in everything up to its last key column (施設コード, データ識別番号, days, ward).</summary>
    private int KeyLength(in CutLine row)
    {
        var rest = row.From(0);
        var n = 0;
        for (var i = 0; i <= Math.Max(patientColumn, admittedColumn); i++)
        {
            var tab = rest[n..].IndexOf((byte)'\t');
            if (tab < 0)
            {
                return rest.Length;
            }

            n += tab + 1;
        }

        return n;
    }

    private static readonly System.Buffers.SearchValues<byte> PatientCharacters = System.Buffers.SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"u8);
}
