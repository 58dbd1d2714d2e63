namespace Minato.Linkage.Normal;

/// <summary>An <see cref="InsuredNumber"/> in room that the caller gives.</summary>
internal readonly ref struct InsuredText
{
    private readonly ReadOnlySpan<char> text;
    private readonly int insurer;
    private readonly int symbol;
    private readonly int number;
    private readonly int branch;

    private InsuredText(ReadOnlySpan<char> text, int insurer, int symbol, int number, int branch)
    {
        this.text = text;
        (this.insurer, this.symbol, this.number, this.branch) = (insurer, symbol, number, branch);
    }

    public ReadOnlySpan<char> Insurer => text[..insurer];

    public ReadOnlySpan<char> Symbol => text.Slice(insurer + 1, symbol);

    public ReadOnlySpan<char> Number => text.Slice(insurer + symbol + 2, number);

    public ReadOnlySpan<char> Branch => text.Slice(insurer + symbol + number + 2, branch);

    /// <inheritdoc cref="InsuredNumber.NamesHousehold"/>
    public bool NamesHousehold => insurer > 0 && number > 0;

    /// <summary>The numbers of this insurer are personal (法別番号 39).</summary>
    public bool IsPersonal => Insurer is ['3', '9', ..];

    /// <summary>Insurer, symbol and number with colons between them.</summary>
    public ReadOnlySpan<char> Household => NamesHousehold ? text[..(insurer + symbol + number + 2)] : default;

    /// <summary>Characters that reading may need.</summary>
    public static int Room(string? insurer, string? symbol, string? number, string? branch) =>
        (insurer?.Length ?? 0) + (symbol?.Length ?? 0) + (number?.Length ?? 0) + (branch?.Length ?? 0) + 16;

    /// <summary>As <see cref="Room(string, string, string, string)"/>, of an identity's own number.</summary>
    public static int Room(PersonIdentity identity) => Room(identity.InsurerNumber, identity.InsuredSymbol, identity.InsuredNumber, identity.InsuredBranch);

    public static InsuredText Of(PersonIdentity identity, Span<char> room) =>
        Of(identity.InsurerNumber, identity.InsuredSymbol, identity.InsuredNumber, identity.InsuredBranch, room);

    public static InsuredText Of(ReadOnlySpan<char> insurer, ReadOnlySpan<char> symbol, ReadOnlySpan<char> number, ReadOnlySpan<char> branch, Span<char> room)
    {
        var i = InsurerOf(insurer, room);
        var at = i;
        room[at++] = ':';
        var s = Body(symbol, room[at..], keepZeros: false);
        s = s == 1 && room[at] == '0' ? 0 : s;
        room[at + s] = ':';
        var n = Body(number, room[(at + s + 1)..], keepZeros: false);
        if (IsFiller(room.Slice(at + s + 1, n)))
        {
            room[at] = ':';
            return new InsuredText(room[..(at + 1)], i, 0, 0, 0);
        }

        at += s + 1 + n;
        var b = BranchOf(branch, room[at..]);
        return new InsuredText(room[..(at + b)], i, s, n, b);
    }

    /// <summary>Eight digits, or nothing where it cannot be one.</summary>
    private static int InsurerOf(ReadOnlySpan<char> written, Span<char> to)
    {
        var length = Body(written, to, keepZeros: true);
        var digits = to[..length];
        if (length is < 1 or > 8 || digits.ContainsAnyExceptInRange('0', '9') || IsFiller(digits))
        {
            return 0;
        }

        digits.CopyTo(to[(8 - length)..]);
        to[..(8 - length)].Fill('0');
        return 8;
    }

    private static int BranchOf(ReadOnlySpan<char> written, Span<char> to)
    {
        var length = Body(written, to, keepZeros: true);
        if (length is not (1 or 2) || to[..length].ContainsAnyExceptInRange('0', '9'))
        {
            return 0;
        }

        (to[0], to[1]) = length == 1 ? ('0', to[0]) : (to[0], to[1]);
        return 2;
    }

    /// <summary>Nothing, or a run of one filler digit: systems write 0…0 or 9…9 where they know nothing.</summary>
    private static bool IsFiller(ReadOnlySpan<char> body) => !body.ContainsAnyExcept('0') || (body.Length >= 4 && !body.ContainsAnyExcept('9'));

    private static int Body(ReadOnlySpan<char> written, Span<char> to, bool keepZeros)
    {
        var length = WrittenForm.Unify(written, to);
        var n = 0;
        for (var i = 0; i < length; i++)
        {
            var u = to[i];
            if (u != ' ' && !WrittenForm.IsDash(u) && u is not ('.' or '・' or '\'' or '"' or '“' or '”' or ':' or ','))
            {
                // 記号 may hold kana; registers write them either way.
                to[n++] = Kana.Large(u is >= '\u3041' and <= '\u3096' ? (char)(u + 0x60) : u);
            }
        }

        if (keepZeros || n == 0 || to[0] != '0' || to[..n].ContainsAnyExceptInRange('0', '9'))
        {
            return n;
        }

        var zeros = to[..n].IndexOfAnyExcept('0');
        zeros = zeros < 0 ? n - 1 : zeros;
        to[zeros..n].CopyTo(to);
        return n - zeros;
    }
}
