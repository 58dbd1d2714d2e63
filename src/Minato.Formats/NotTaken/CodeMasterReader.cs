using System.Text;
using Minato.Formats.Text;

namespace Minato.Formats.NotTaken;

/// <summary>The masters of the claims system (傷病名 B, 修飾語 Z, 診療行為 S, 医薬品 Y, 特定器材 T, コメント C): codes, no persons.</summary>
internal sealed class CodeMasterReader() : NotTakenReader("code-master")
{
    public override bool Recognises(FileHead head) => Kind(head.Bytes.Span) is not null;

    protected override ReadItem Say(string fileName, ReadOnlyMemory<byte> beginning) => Refuse(
        "master.not-person",
        $"This is a code master ({Kind(beginning.Span)}), not data of persons",
        "The operator loads masters into the vocabulary; do not send them with a delivery",
        fileName,
        beginning);

    /// <summary>The first line is 変更区分, master letter, code, … with 15 columns or more.</summary>
    private static string? Kind(ReadOnlySpan<byte> head)
    {
        var end = head.IndexOf((byte)'\n');
        var fields = Encoding.Latin1.GetString(end < 0 ? head : head[..end]).Split(',', 16);
        if (fields.Length < 15 || fields[0].Trim('"') is not { Length: 1 } change || !char.IsAsciiDigit(change[0]))
        {
            return null;
        }

        var code = fields[2].Trim('"');
        var (name, length) = fields[1].Trim('"') switch
        {
            "B" => ("傷病名マスター", 7),
            "Z" => ("修飾語マスター", 4),
            "S" => ("診療行為マスター", 9),
            "Y" => ("医薬品マスター", 9),
            "T" => ("特定器材マスター", 9),
            "C" => ("コメントマスター", 9),
            _ => ("", 0),
        };
        return length > 0 && FieldText.IsDigits(code, length) ? name : null;
    }
}
