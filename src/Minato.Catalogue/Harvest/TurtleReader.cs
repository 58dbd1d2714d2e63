using System.Globalization;
using System.Text;

namespace Minato.Catalogue.Harvest;

/// <summary>Triples of a text in Turtle (W3C RDF 1.1). Relative IRIs are resolved against the document's address.</summary>
internal sealed class TurtleReader
{
    private const string Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

    private readonly string text;
    private readonly List<Triple> triples = [];
    private readonly Dictionary<string, string> prefixes = new(StringComparer.Ordinal);
    private Uri root;
    private int at;
    private int blank;
    private int depth;

    private TurtleReader(string text, Uri root) => (this.text, this.root) = (text, root);

    /// <exception cref="HarvestException">It is no Turtle, or too large.</exception>
    public static IReadOnlyList<Triple> Read(string text, Uri root)
    {
        var reader = new TurtleReader(text, root);
        while (reader.Skip())
        {
            reader.Statement();
        }

        return reader.triples;
    }

    private void Statement()
    {
        if (TakeWord("@prefix"))
        {
            Prefix();
            End();
        }
        else if (TakeKeyword("PREFIX"))
        {
            Prefix();
        }
        else if (TakeWord("@base"))
        {
            Base();
            End();
        }
        else if (TakeKeyword("BASE"))
        {
            Base();
        }
        else
        {
            Skip();
            if (Peek() == '[')
            {
                var subject = Blank();
                Skip();
                if (Peek() != '.')
                {
                    Predicates(subject);
                }
            }
            else
            {
                Predicates(Peek() == '(' ? Collection() : Resource());
            }

            End();
        }
    }

    private void Prefix()
    {
        Skip();
        var name = Until(':');
        at++;
        Skip();
        prefixes[name] = IriReference();
    }

    private void Base()
    {
        Skip();
        root = Uri.TryCreate(IriReference(), UriKind.Absolute, out var given) ? given : throw Wrong("The base is no address");
    }

    private void End()
    {
        Skip();
        Expect('.');
    }

    private void Predicates(string subject)
    {
        while (true)
        {
            Skip();
            var predicate = Peek() == 'a' && at + 1 < text.Length && (char.IsWhiteSpace(text[at + 1]) || text[at + 1] is '<' or '[' or '_') ? Word() : Resource();
            while (true)
            {
                Skip();
                Add(subject, predicate, Object());
                Skip();
                if (Peek() != ',')
                {
                    break;
                }

                at++;
            }

            if (Peek() != ';')
            {
                return;
            }

            while (Peek() == ';')
            {
                at++;
                Skip();
            }

            if (Peek() is '.' or ']' or '\0')
            {
                return;
            }
        }

        string Word()
        {
            at++;
            return Rdf + "type";
        }
    }

    private Term Object() => Peek() switch
    {
        '[' => new(Blank()),
        '(' => new(Collection()),
        '"' or '\'' => Literal(),
        '+' or '-' or '.' or (>= '0' and <= '9') => new(Number(), IsLiteral: true),
        't' when TakeKeyword("true") => new("true", IsLiteral: true),
        'f' when TakeKeyword("false") => new("false", IsLiteral: true),
        _ => new(Resource()),
    };

    private string Blank()
    {
        Deeper();
        Expect('[');
        var node = NewBlank();
        Skip();
        if (Peek() != ']')
        {
            Predicates(node);
        }

        Skip();
        Expect(']');
        depth--;
        return node;
    }

    private string Collection()
    {
        Deeper();
        Expect('(');
        var first = Rdf + "nil";
        string? last = null;
        while (true)
        {
            Skip();
            if (Peek() == ')')
            {
                at++;
                break;
            }

            var node = NewBlank();
            Add(node, Rdf + "first", Object());
            if (last is null)
            {
                first = node;
            }
            else
            {
                Add(last, Rdf + "rest", new(node));
            }

            last = node;
        }

        if (last is not null)
        {
            Add(last, Rdf + "rest", new(Rdf + "nil"));
        }

        depth--;
        return first;
    }

    private string Resource()
    {
        if (Peek() == '<')
        {
            return IriReference();
        }

        if (Peek() == '_')
        {
            at++;
            Expect(':');
            return "_:n" + Name();
        }

        var prefix = Until(':');
        at++;
        return prefixes.TryGetValue(prefix, out var space) ? space + Name() : throw Wrong("A prefix is used that was not declared");
    }

    /// <summary>The local part of a name; a dot at its end ends the statement instead.</summary>
    private string Name()
    {
        var name = new StringBuilder();
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or ':' or '.' or '%' or '\\' || text[at] > '\u007F'))
        {
            if (text[at] == '\\')
            {
                at++;
                if (at >= text.Length)
                {
                    throw Wrong("A name ends too soon");
                }
            }
            else if (text[at] == '.' && (at + 1 >= text.Length || !(char.IsLetterOrDigit(text[at + 1]) || text[at + 1] is '_' or '-' or ':' or '%' or '.')))
            {
                break;
            }

            name.Append(text[at++]);
        }

        return name.ToString();
    }

    private string Until(char end)
    {
        var from = at;
        while (at < text.Length && text[at] != end)
        {
            if (char.IsWhiteSpace(text[at]) || text[at] is '<' or '"' or '[' or ']' or '(' or ')' or ';' or ',')
            {
                throw Wrong("A name was expected");
            }

            at++;
        }

        return at < text.Length ? text[from..at] : throw Wrong("A name was expected");
    }

    private string IriReference()
    {
        Expect('<');
        var iri = new StringBuilder();
        while (true)
        {
            if (at >= text.Length)
            {
                throw Wrong("An address does not end");
            }

            var c = text[at++];
            if (c == '>')
            {
                break;
            }

            if (c <= ' ' || c is '<' or '"' or '{' or '}' or '|' or '^' or '`')
            {
                throw Wrong("An address has a character that is none of an address");
            }

            iri.Append(c == '\\' ? Escape(iriOnly: true) : c.ToString());
        }

        var given = iri.ToString();
        return Uri.TryCreate(root, given, out var whole) ? given.Contains(':', StringComparison.Ordinal) && Uri.TryCreate(given, UriKind.Absolute, out _) ? given : whole.AbsoluteUri : throw Wrong("An address cannot be read");
    }

    private Term Literal()
    {
        var quote = text[at];
        var isLong = at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote;
        at += isLong ? 3 : 1;
        var value = new StringBuilder();
        while (true)
        {
            if (at >= text.Length || value.Length > HarvestLimits.LongestText)
            {
                throw Wrong("A text does not end, or is too long");
            }

            var c = text[at];
            if (c == quote && (!isLong || (at + 2 < text.Length && text[at + 1] == quote && text[at + 2] == quote)))
            {
                at += isLong ? 3 : 1;
                break;
            }

            if (!isLong && c is '\n' or '\r')
            {
                throw Wrong("A text runs over its line");
            }

            at++;
            value.Append(c == '\\' ? Escape(iriOnly: false) : c.ToString());
        }

        if (Peek() == '@')
        {
            at++;
            var from = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '-'))
            {
                at++;
            }

            return new(value.ToString(), IsLiteral: true, text[from..at].ToLowerInvariant());
        }

        if (Peek() == '^')
        {
            at++;
            Expect('^');
            _ = Resource();
        }

        return new(value.ToString(), IsLiteral: true);
    }

    private string Escape(bool iriOnly)
    {
        var c = at < text.Length ? text[at++] : '\0';
        return c switch
        {
            'u' => Code(4),
            'U' => Code(8),
            _ when iriOnly => throw Wrong("An escape cannot be read"),
            't' => "\t",
            'n' => "\n",
            'r' => "\r",
            'b' => "\b",
            'f' => "\f",
            '"' or '\'' or '\\' => c.ToString(),
            _ => throw Wrong("An escape cannot be read"),
        };
    }

    private string Code(int digits)
    {
        if (at + digits > text.Length || !int.TryParse(text.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
        {
            throw Wrong("An escape is no character");
        }

        at += digits;
        return new Rune(code).ToString();
    }

    private string Number()
    {
        var from = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '+' or '-' or 'e' or 'E' || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
        {
            at++;
        }

        return at > from ? text[from..at] : throw Wrong("A number was expected");
    }

    private bool TakeWord(string word)
    {
        Skip();
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
        {
            return false;
        }

        at += word.Length;
        return true;
    }

    /// <summary>A word that ends where it ends: no name that begins so.</summary>
    private bool TakeKeyword(string word)
    {
        var end = at + word.Length;
        if (end > text.Length || string.Compare(text, at, word, 0, word.Length, StringComparison.OrdinalIgnoreCase) != 0 || (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] is ':' or '_' or '-')))
        {
            return false;
        }

        at = end;
        return true;
    }

    private bool Skip()
    {
        while (at < text.Length)
        {
            if (text[at] == '#')
            {
                var end = text.IndexOf('\n', at);
                at = end < 0 ? text.Length : end + 1;
            }
            else if (char.IsWhiteSpace(text[at]) || text[at] == '\uFEFF')
            {
                at++;
            }
            else
            {
                return true;
            }
        }

        return false;
    }

    private char Peek() => at < text.Length ? text[at] : '\0';

    private void Expect(char c)
    {
        if (Peek() != c)
        {
            throw Wrong($"'{c}' was expected");
        }

        at++;
    }

    private void Deeper()
    {
        if (++depth > HarvestLimits.Deepest)
        {
            throw Wrong("It is nested too deeply");
        }
    }

    private string NewBlank() => string.Create(CultureInfo.InvariantCulture, $"_:b{blank++}");

    private void Add(string subject, string predicate, Term value)
    {
        if (triples.Count >= HarvestLimits.MostTriples)
        {
            throw Wrong("It has too many statements");
        }

        triples.Add(new(subject, predicate, value));
    }

    private HarvestException Wrong(string reason) => new(reason, 1 + text.AsSpan(0, Math.Min(at, text.Length)).Count('\n'));
}
