namespace Minato.Tables.Queries;

/// <summary>
/// A typed expression over the columns of one input. NULL behaves as in SQL (three-valued logic). Types are never
/// converted silently: both sides of a comparison have the same type, or the query does not build.
/// </summary>
public abstract record Expr
{
    private protected Expr()
    {
    }

    /// <summary>The expression's type over those input columns.</summary>
    /// <exception cref="QueryException">A column is missing or types do not fit.</exception>
    public abstract ColumnType TypeIn(Columns input);

    public static Expr Col(string name) => new ColumnRef(name);

    /// <summary>NULL of a type.</summary>
    public static Expr Null(ColumnType type) => new Constant(null, type);

    public static implicit operator Expr(long value) => new Constant(value, ColumnType.Integer);

    public static implicit operator Expr(string value) => new Constant(value, ColumnType.Text);

    public static implicit operator Expr(decimal value) => new Constant(value, ColumnType.Decimal);

    public static implicit operator Expr(DateOnly value) => new Constant(value, ColumnType.Date);

    public static implicit operator Expr(Guid value) => new Constant(value, ColumnType.Uuid);

    public static implicit operator Expr(bool value) => new Constant(value, ColumnType.Boolean);

    public static Expr All(params IReadOnlyList<Expr> terms) => terms.Count == 1 ? terms[0] : new Logic(LogicOp.And, terms);

    public static Expr Any(params IReadOnlyList<Expr> terms) => terms.Count == 1 ? terms[0] : new Logic(LogicOp.Or, terms);

    /// <summary>The first that is not NULL.</summary>
    public static Expr Coalesce(params IReadOnlyList<Expr> terms) => new Choose(ChooseOp.First, terms);

    /// <summary>The smallest that is not NULL.</summary>
    public static Expr Least(params IReadOnlyList<Expr> terms) => new Choose(ChooseOp.Least, terms);

    /// <summary>The largest that is not NULL.</summary>
    public static Expr Greatest(params IReadOnlyList<Expr> terms) => new Choose(ChooseOp.Greatest, terms);

    /// <summary>The value of the first arm whose condition is true, else <paramref name="otherwise"/>.</summary>
    public static Expr Case(IReadOnlyList<(Expr When, Expr Then)> arms, Expr otherwise) => new CaseWhen(arms, otherwise);

    public Expr Eq(Expr right) => new Compare(CompareOp.Eq, this, right);

    public Expr Ne(Expr right) => new Compare(CompareOp.Ne, this, right);

    public Expr Lt(Expr right) => new Compare(CompareOp.Lt, this, right);

    public Expr Le(Expr right) => new Compare(CompareOp.Le, this, right);

    public Expr Gt(Expr right) => new Compare(CompareOp.Gt, this, right);

    public Expr Ge(Expr right) => new Compare(CompareOp.Ge, this, right);

    public Expr Between(Expr from, Expr to) => All(Ge(from), Le(to));

    public Expr And(Expr right) => All(this, right);

    public Expr Or(Expr right) => Any(this, right);

    public Expr Not() => new Negate(this);

    public Expr IsNull() => new NullCheck(this);

    public Expr IsNotNull() => IsNull().Not();

    /// <summary>Equal to one of the values, which are all of this expression's type and never null. No value: false.</summary>
    public Expr In(params IReadOnlyList<object> values) => new Within(this, values);

    public Expr In(IEnumerable<long> values) => new Within(this, [.. values.Select(v => (object)v)]);

    public Expr In(IEnumerable<string> values) => new Within(this, [.. values]);

    public Expr Plus(Expr right) => new Arithmetic(ArithmeticOp.Add, this, right);

    public Expr Minus(Expr right) => new Arithmetic(ArithmeticOp.Subtract, this, right);

    public Expr Times(Expr right) => new Arithmetic(ArithmeticOp.Multiply, this, right);

    /// <summary>The date moved by a whole number of days.</summary>
    public Expr AddDays(Expr days) => new MoveDate(this, days);

    /// <summary>Whole days from this date to another.</summary>
    public Expr DaysTo(Expr later) => new DayCount(this, later);

    public Expr Year() => new DatePart(DateField.Year, this);

    public Expr Month() => new DatePart(DateField.Month, this);

    /// <summary>The first day of the date's month or year: how a date is made coarser.</summary>
    public Expr StartOf(DateField field) => new DateFloor(field, this);

    /// <summary>The largest multiple of <paramref name="width"/> that is not above the integer: how ages become bands.</summary>
    public Expr FloorTo(long width) => new IntegerFloor(this, width);

    /// <summary>The first <paramref name="length"/> characters (code points): <c>E11</c> of <c>E119</c>.</summary>
    public Expr FirstChars(int length) => new TextLeft(this, length);

    public Expr StartsWith(string prefix) => new TextStarts(this, prefix);

    public Expr EndsWith(string suffix) => new TextEnds(this, suffix);

    public Expr Contains(string part) => new TextContains(this, part);

    /// <summary>True where the text is a code: 1 to <paramref name="most"/> visible ASCII characters without a blank.</summary>
    public Expr IsCode(int most) => new TextIsCode(this, most);

    /// <summary>The label that a list gives the value; NULL where it gives none. Keys are of this expression's type, labels all of one type.</summary>
    public Expr Mapped(IReadOnlyList<(object Key, object Label)> labels) => new LabelOf(this, labels);

    /// <summary>The text through a function that the session knows by that name (<see cref="ITableSession.Define"/>). NULL stays NULL.</summary>
    public Expr Through(string name, Func<string, string> function) => new TextFunction(this, name, function);

    /// <summary>Integer, date or UUID to text (ISO), or integer to decimal.</summary>
    public Expr As(ColumnType type) => new Cast(this, type);
}

public enum CompareOp
{
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

public enum LogicOp
{
    And,
    Or,
}

public enum ChooseOp
{
    First,
    Least,
    Greatest,
}

public enum ArithmeticOp
{
    Add,
    Subtract,
    Multiply,
}

public enum DateField
{
    Year,
    Month,
}

/// <summary>A column of the input, by name.</summary>
public sealed record ColumnRef(string Name) : Expr
{
    public override ColumnType TypeIn(Columns input) => input.TypeOf(Name);
}

/// <summary>A value: <c>long</c>, <c>string</c>, <c>decimal</c>, <c>DateOnly</c>, <c>Guid</c>, <c>bool</c>, or null.</summary>
public sealed record Constant(object? Value, ColumnType Type) : Expr
{
    public override ColumnType TypeIn(Columns input) =>
        Value is null || Columns.TypeOfValue(Value) == Type ? Type : throw new QueryException($"A {Value.GetType().Name} is not a {Type}");
}

public sealed record Compare(CompareOp Op, Expr Left, Expr Right) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        _ = input.Same(Left, Right);
        return ColumnType.Boolean;
    }
}

public sealed record Logic(LogicOp Op, IReadOnlyList<Expr> Terms) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        foreach (var term in Terms)
        {
            input.Expect(term, ColumnType.Boolean);
        }

        return ColumnType.Boolean;
    }
}

public sealed record Negate(Expr Term) : Expr
{
    public override ColumnType TypeIn(Columns input) => input.Expect(Term, ColumnType.Boolean);
}

public sealed record NullCheck(Expr Term) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        _ = Term.TypeIn(input);
        return ColumnType.Boolean;
    }
}

public sealed record Within(Expr Term, IReadOnlyList<object> Values) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        var type = Term.TypeIn(input);
        return Values.All(v => Columns.TypeOfValue(v) == type) ? ColumnType.Boolean : throw new QueryException($"The values of an IN list are not all {type}");
    }
}

public sealed record Choose(ChooseOp Op, IReadOnlyList<Expr> Terms) : Expr
{
    public override ColumnType TypeIn(Columns input) => Terms.Count == 0 ? throw new QueryException("Nothing to choose from") : input.Same([.. Terms]);
}

public sealed record CaseWhen(IReadOnlyList<(Expr When, Expr Then)> Arms, Expr Otherwise) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        if (Arms.Count == 0)
        {
            throw new QueryException("A case needs an arm");
        }

        foreach (var (when, _) in Arms)
        {
            input.Expect(when, ColumnType.Boolean);
        }

        return input.Same([.. Arms.Select(a => a.Then), Otherwise]);
    }
}

/// <summary>Integers stay integers; decimals are rounded to the column type's six digits, half away from zero.</summary>
public sealed record Arithmetic(ArithmeticOp Op, Expr Left, Expr Right) : Expr
{
    public override ColumnType TypeIn(Columns input) =>
        input.Same(Left, Right) is ColumnType.Integer or ColumnType.Decimal ? Left.TypeIn(input) : throw new QueryException("Arithmetic is for integers and decimals");
}

public sealed record MoveDate(Expr Date, Expr Days) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        input.Expect(Days, ColumnType.Integer);
        return input.Expect(Date, ColumnType.Date);
    }
}

public sealed record DayCount(Expr From, Expr To) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        input.Expect(From, ColumnType.Date);
        input.Expect(To, ColumnType.Date);
        return ColumnType.Integer;
    }
}

public sealed record DatePart(DateField Field, Expr Date) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        input.Expect(Date, ColumnType.Date);
        return ColumnType.Integer;
    }
}

public sealed record DateFloor(DateField Field, Expr Date) : Expr
{
    public override ColumnType TypeIn(Columns input) => input.Expect(Date, ColumnType.Date);
}

public sealed record IntegerFloor(Expr Term, long Width) : Expr
{
    public override ColumnType TypeIn(Columns input) =>
        Width > 0 ? input.Expect(Term, ColumnType.Integer) : throw new QueryException("A band is at least 1 wide");
}

public sealed record TextLeft(Expr Term, int Length) : Expr
{
    public override ColumnType TypeIn(Columns input) =>
        Length >= 0 ? input.Expect(Term, ColumnType.Text) : throw new QueryException("A length is not negative");
}

/// <summary>Whether a text is as asked.</summary>
public abstract record TextTest(Expr Term) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        input.Expect(Term, ColumnType.Text);
        return ColumnType.Boolean;
    }
}

public sealed record TextStarts(Expr Term, string Prefix) : TextTest(Term);

public sealed record TextIsCode(Expr Term, int Most) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        input.Expect(Term, ColumnType.Text);
        return Most > 0 ? ColumnType.Boolean : throw new QueryException("A code is at least one character long");
    }
}

public sealed record LabelOf(Expr Term, IReadOnlyList<(object Key, object Label)> Labels) : Expr
{
    public override ColumnType TypeIn(Columns input)
    {
        var (key, label) = (Term.TypeIn(input), Labels.Count == 0 ? throw new QueryException("A list of labels has at least one") : Columns.TypeOfValue(Labels[0].Label));
        return Labels.All(l => Columns.TypeOfValue(l.Key) == key && Columns.TypeOfValue(l.Label) == label) && Labels.DistinctBy(l => l.Key).Count() == Labels.Count
            ? label
            : throw new QueryException("Keys are of the value's type and each there once, labels all of one type");
    }
}

/// <summary>The only expression that leaves the engine, once for each row; for what SQL cannot say (free text).</summary>
public sealed record TextFunction(Expr Term, string Name, Func<string, string> Function) : Expr
{
    public override ColumnType TypeIn(Columns input) => input.Expect(Term, ColumnType.Text);
}

public sealed record TextEnds(Expr Term, string Suffix) : TextTest(Term);

public sealed record TextContains(Expr Term, string Part) : TextTest(Term);

public sealed record Cast(Expr Term, ColumnType To) : Expr
{
    public override ColumnType TypeIn(Columns input) => (Term.TypeIn(input), To) switch
    {
        (ColumnType.Integer or ColumnType.Date or ColumnType.Uuid, ColumnType.Text) => ColumnType.Text,
        (ColumnType.Integer, ColumnType.Decimal) => ColumnType.Decimal,
        var (from, to) => throw new QueryException($"There is no conversion from {from} to {to}"),
    };
}
