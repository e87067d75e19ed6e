//! The tokens of a statement, as far as definitions have to be told from what is in them.

// Each database's definitions take other steps.
#[cfg_attr(not(all(feature = "sqlite", feature = "postgres", feature = "mysql")), allow(dead_code))]
mod reader;

use crate::backend::Dialect;

pub(super) use self::reader::{Reader, bare};

/// A word, a name, a literal or a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) struct Token<'a> {
    pub(in crate::backend) kind: Kind,
    /// The token as it is written, quotes included.
    pub(in crate::backend) text: &'a str,
    /// Where it begins in the statement.
    pub(in crate::backend) start: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::backend) enum Kind {
    /// A keyword, a name without quotes, or a number.
    Word,
    /// A name in quotes.
    Quoted,
    /// A literal in quotes, with the letters that may precede it: `x'00'`; on PostgreSQL also one in dollars.
    Literal,
    /// One character of anything else.
    Symbol,
}

impl Token<'_> {
    pub(in crate::backend) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Whether this is the keyword or symbol.
    pub(in crate::backend) fn is(&self, word: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Symbol) && self.text.eq_ignore_ascii_case(word)
    }

    /// The name that this is, without its quotes. SQLite takes literals for names too, where it expects one.
    pub(in crate::backend) fn name(&self) -> Option<String> {
        match self.kind {
            Kind::Word => Some(self.text.to_owned()),
            Kind::Symbol => None,
            Kind::Quoted | Kind::Literal => {
                let close = self.text.chars().next_back()?;
                let inner = self.text.get(1..self.text.len() - 1)?;
                Some(inner.replace(&format!("{close}{close}"), &close.to_string()))
            }
        }
    }
}

/// The tokens of a statement, without white space and comments.
pub(in crate::backend) fn tokens(dialect: Dialect, text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = text[start..].chars().next() {
        let rest = &text[start..];
        let (kind, length) = token(dialect, rest, first);
        if let Some(kind) = kind {
            tokens.push(Token { kind, text: &rest[..length], start });
        }
        start += length;
    }
    tokens
}

/// What a text begins with, and its length; white space and comments are nothing.
fn token(dialect: Dialect, text: &str, first: char) -> (Option<Kind>, usize) {
    match first {
        _ if first.is_ascii_whitespace() => (None, 1),
        '-' if text.starts_with("--") => (None, text.find('\n').unwrap_or(text.len())),
        '/' if text.starts_with("/*") => (None, text[2..].find("*/").map_or(text.len(), |end| end + 4)),
        '\'' => (Some(Kind::Literal), quoted(text, '\'', dialect == Dialect::Mysql)),
        '"' if dialect == Dialect::Mysql => (Some(Kind::Literal), quoted(text, '"', true)),
        '"' | '`' => (Some(Kind::Quoted), quoted(text, first, false)),
        '$' if dialect == Dialect::Postgres => (Some(Kind::Literal), in_dollars(text)),
        '[' if dialect == Dialect::Sqlite => {
            (Some(Kind::Quoted), text.find(']').map_or(text.len(), |end| end + 1))
        }
        _ if first.is_ascii_digit() => (Some(Kind::Word), number(text)),
        _ if is_word(first) => word(dialect, text),
        _ => (Some(Kind::Symbol), first.len_utf8()),
    }
}

/// The length of what is in quotes: two of them are one, and where backslashes escape, one after it is none.
fn quoted(text: &str, quote: char, escapes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((place, character)) = characters.next() {
        if escapes && character == '\\' {
            characters.next();
        } else if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return place + 1;
        }
    }
    text.len()
}

/// The length of what is in dollars: `$$…$$`, `$tag$…$tag$`.
fn in_dollars(text: &str) -> usize {
    let Some(tag) = text[1..].find('$').map(|end| &text[..end + 2]) else { return 1 };
    if !tag[1..tag.len() - 1].chars().all(is_word) {
        return 1;
    }
    text[tag.len()..].find(tag).map_or(text.len(), |end| end + 2 * tag.len())
}

/// The length of a number: `12`, `1.5e-3`, `0xFF`.
fn number(text: &str) -> usize {
    let is_hex = text.starts_with("0x") || text.starts_with("0X");
    let mut before = ' ';
    text.find(|character: char| {
        let is_sign = matches!(character, '+' | '-') && matches!(before, 'e' | 'E') && !is_hex;
        before = character;
        !(is_sign || is_word(character) || character == '.')
    })
    .unwrap_or(text.len())
}

/// A word, or a literal that begins with one letter.
fn word(dialect: Dialect, text: &str) -> (Option<Kind>, usize) {
    let length = text.find(|character: char| !is_word(character)).unwrap_or(text.len());
    if length > 1 || !text[length..].starts_with('\'') {
        return (Some(Kind::Word), length);
    }
    let escapes = match dialect {
        Dialect::Sqlite => false,
        Dialect::Postgres => text.starts_with(['e', 'E']),
        Dialect::Mysql => true,
    };
    (Some(Kind::Literal), length + quoted(&text[length..], '\'', escapes))
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '$' | '@') || !character.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(dialect: Dialect, text: &str) -> Vec<&str> {
        tokens(dialect, text).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn quotes_comments_and_numbers_are_told_apart() {
        for (dialect, text, expected) in [
            (
                Dialect::Sqlite,
                "a -- b, 'c\n, /* d ) */ [e ] f] 'g''h'",
                vec!["a", ",", "[e ]", "f", "]", "'g''h'"],
            ),
            (
                Dialect::Sqlite,
                "\"a\"\"b\" `c``d`-1.5e-3+x'0f'",
                vec!["\"a\"\"b\"", "`c``d`", "-", "1.5e-3", "+", "x'0f'"],
            ),
            (Dialect::Sqlite, "'\\' x", vec!["'\\'", "x"]),
            (Dialect::Mysql, r"'\'' x 'a\\' y", vec![r"'\''", "x", r"'a\\'", "y"]),
            (Dialect::Postgres, r"'\' E'\'' a[1]", vec![r"'\'", r"E'\''", "a", "[", "1", "]"]),
            (Dialect::Postgres, "größe=1-2 - -0x1F", vec!["größe", "=", "1", "-", "2", "-", "-", "0x1F"]),
            (Dialect::Postgres, "a $x$ b'$$ $x$ c", vec!["a", "$x$ b'$$ $x$", "c"]),
            (Dialect::Mysql, r#""a\"b" `c`"#, vec![r#""a\"b""#, "`c`"]),
            (Dialect::Sqlite, "'unclosed", vec!["'unclosed"]),
            (Dialect::Sqlite, "/* unclosed", vec![]),
        ] {
            assert_eq!(texts(dialect, text), expected, "{text}");
        }
    }

    #[test]
    fn names_lose_their_quotes() {
        for (text, name) in [
            ("plain", Some("plain")),
            ("\"a\"\"b\"", Some("a\"b")),
            ("`a``b`", Some("a`b")),
            ("[a b]", Some("a b")),
            ("'it''s'", Some("it's")),
            ("(", None),
        ] {
            assert_eq!(tokens(Dialect::Sqlite, text)[0].name().as_deref(), name, "{text}");
        }
    }
}
