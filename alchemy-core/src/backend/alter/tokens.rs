//! Expressions as a database reads them: by their tokens.

use std::ops::Range;

use crate::backend::{Dialect, ignores_case, quote_identifier};

/// Whether two expressions are the same but for spaces, comments, the case of keywords, the quotes of names, and
/// parentheses around the whole.
pub(crate) fn same_expression(dialect: Dialect, left: &str, right: &str) -> bool {
    left == right || meaning(dialect, left) == meaning(dialect, right)
}

/// Whether an expression has a name in it.
pub(crate) fn mentions(dialect: Dialect, expression: &str, name: &str) -> bool {
    let name = folded(dialect, name);
    tokens(dialect, expression).iter().any(|token| token.is_name() && token.normal == name)
}

/// The names that an expression calls as functions, or gives something in parentheses.
pub(super) fn calls(dialect: Dialect, expression: &str) -> impl Iterator<Item = String> {
    let tokens = tokens(dialect, expression);
    let called = tokens.windows(2).filter(|pair| pair[0].is_name() && pair[1].text == "(");
    called.map(|pair| pair[0].normal.clone()).collect::<Vec<_>>().into_iter()
}

/// An expression about one table after the table and some columns got other names.
pub(crate) fn renamed_in_expression(
    dialect: Dialect,
    expression: &str,
    table: (&str, &str),
    columns: &[(String, String)],
) -> String {
    renamed(dialect, expression, |token, previous, next| {
        if next == Some(".") {
            return (token.normal == folded(dialect, table.0)).then_some(table.1);
        }
        // `date` in `date(x)` and in `x::date` is no column.
        if next == Some("(") || previous == Some(":") {
            return None;
        }
        new_name(dialect, token, columns)
    })
}

/// The text of a trigger of a table after the table and some columns got other names.
pub(crate) fn renamed_in_trigger(
    dialect: Dialect,
    trigger: &str,
    table: (&str, &str),
    columns: &[(String, String)],
) -> String {
    renamed(dialect, trigger, |token, _, next| {
        if token.normal == folded(dialect, table.0) {
            return Some(table.1);
        }
        new_name(dialect, token, columns).filter(|_| !matches!(next, Some("." | "(")))
    })
}

fn new_name<'n>(dialect: Dialect, token: &Token<'_>, columns: &'n [(String, String)]) -> Option<&'n str> {
    let column = columns.iter().find(|(old, _)| token.normal == folded(dialect, old))?;
    Some(&column.1)
}

fn renamed<'n>(
    dialect: Dialect,
    sql: &str,
    new_name: impl Fn(&Token<'_>, Option<&str>, Option<&str>) -> Option<&'n str>,
) -> String {
    let tokens = tokens(dialect, sql);
    let mut result = String::with_capacity(sql.len());
    let mut copied = 0;
    for (place, token) in tokens.iter().enumerate().filter(|(_, token)| token.is_name()) {
        let previous = place.checked_sub(1).map(|place| tokens[place].text);
        let next = tokens.get(place + 1).map(|token| token.text);
        let Some(name) = new_name(token, previous, next) else { continue };
        if folded(dialect, name) == token.normal {
            continue;
        }
        result.push_str(&sql[copied..token.range.start]);
        result.push_str(&quote_identifier(dialect, name));
        copied = token.range.end;
    }
    result.push_str(&sql[copied..]);
    result
}

/// What two expressions that mean the same have in common.
fn meaning(dialect: Dialect, expression: &str) -> Vec<String> {
    let tokens = tokens(dialect, expression);
    let mut tokens = tokens.as_slice();
    while let [first, inner @ .., last] = tokens {
        if first.text != "(" || last.text != ")" || !is_balanced(inner) {
            break;
        }
        tokens = inner;
    }
    tokens.iter().map(|token| token.normal.clone()).collect()
}

fn is_balanced(tokens: &[Token<'_>]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match token.text {
            "(" => depth += 1,
            ")" if depth == 0 => return false,
            ")" => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

struct Token<'a> {
    kind: Kind,
    range: Range<usize>,
    text: &'a str,
    /// Equal where the tokens mean the same.
    normal: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Name,
    Text,
    Symbol,
}

impl Token<'_> {
    fn is_name(&self) -> bool {
        matches!(self.kind, Kind::Word | Kind::Name)
    }
}

fn tokens(dialect: Dialect, sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = sql[at..].chars().next() {
        let rest = &sql[at..];
        let (kind, length) = match first {
            _ if first.is_whitespace() => (None, first.len_utf8()),
            '-' if rest.starts_with("--") => (None, rest.find('\n').unwrap_or(rest.len())),
            '/' if rest.starts_with("/*") => (None, rest.find("*/").map_or(rest.len(), |end| end + 2)),
            '\'' => (Some(Kind::Text), quoted_length(rest, '\'', dialect == Dialect::Mysql)),
            '"' if dialect == Dialect::Mysql => (Some(Kind::Text), quoted_length(rest, '"', true)),
            '"' | '`' => (Some(Kind::Name), quoted_length(rest, first, false)),
            '[' if dialect == Dialect::Sqlite => {
                (Some(Kind::Name), rest.find(']').map_or(rest.len(), |end| end + 1))
            }
            '$' if dialect == Dialect::Postgres => (Some(Kind::Text), dollar_length(rest)),
            _ if is_word(first) => (Some(Kind::Word), word_length(rest)),
            _ => (Some(Kind::Symbol), first.len_utf8()),
        };
        let (kind, length) = match kind {
            Some(Kind::Word) => prefixed_text(dialect, rest, length)
                .map_or((kind, length), |length| (Some(Kind::Text), length)),
            _ => (kind, length),
        };
        if let Some(kind) = kind {
            let text = &rest[..length];
            tokens.push(Token { kind, range: at..at + length, text, normal: normal(dialect, kind, text) });
        }
        at += length;
    }
    tokens
}

fn normal(dialect: Dialect, kind: Kind, text: &str) -> String {
    match kind {
        Kind::Word => text.to_lowercase(),
        Kind::Name => folded(dialect, &unquoted(text)),
        Kind::Text | Kind::Symbol => text.to_owned(),
    }
}

/// A name as it is compared.
fn folded(dialect: Dialect, name: &str) -> String {
    if ignores_case(dialect) { name.to_lowercase() } else { name.to_owned() }
}

fn unquoted(name: &str) -> String {
    let quote = if name.starts_with('[') { ']' } else { name.chars().next().unwrap_or('"') };
    let inner = name.get(1..name.len().saturating_sub(1)).unwrap_or_default();
    inner.replace(&format!("{quote}{quote}"), &quote.to_string())
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn word_length(rest: &str) -> usize {
    let is_number = rest.starts_with(|first: char| first.is_ascii_digit());
    rest.find(|c| !(is_word(c) || c == '$' || is_number && c == '.')).unwrap_or(rest.len())
}

/// The length of a text that has a letter before its quote: `x'00'`, `E'\n'`.
fn prefixed_text(dialect: Dialect, rest: &str, word: usize) -> Option<usize> {
    let quoted = rest[word..].starts_with('\'') && word == 1;
    let escapes = dialect == Dialect::Mysql || rest.starts_with(['e', 'E']);
    quoted.then(|| word + quoted_length(&rest[word..], '\'', escapes))
}

fn quoted_length(rest: &str, quote: char, escapes: bool) -> usize {
    let mut characters = rest.char_indices().skip(1).peekable();
    while let Some((place, character)) = characters.next() {
        if escapes && character == '\\' {
            characters.next();
        } else if character == quote && characters.next_if(|next| next.1 == quote).is_none() {
            return place + 1;
        }
    }
    rest.len()
}

fn dollar_length(rest: &str) -> usize {
    let Some(tag) = rest[1..].find('$').map(|end| &rest[..end + 2]) else { return 1 };
    if !tag[1..tag.len() - 1].chars().all(is_word) {
        return 1;
    }
    rest[tag.len()..].find(tag).map_or(rest.len(), |end| end + 2 * tag.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use Dialect::{Mysql, Postgres, Sqlite};

    #[test]
    fn the_same_in_other_words_is_the_same() {
        for (dialect, left, right) in [
            (Sqlite, "((a > 0))", "A>0"),
            (Sqlite, "\"a b\" IS NOT NULL", "[A B] is  not /* x */ null"),
            (Postgres, "\"name\" <> ''", "(name <> '')"),
            (Mysql, "`a` > 1 -- c\n", "a > 1"),
            (Mysql, "'it\\'s'", "( 'it\\'s' )"),
        ] {
            assert!(same_expression(dialect, left, right), "{left} {right}");
        }
    }

    #[test]
    fn what_means_something_else_is_not() {
        for (dialect, left, right) in [
            (Sqlite, "a > 'x'", "a > 'X'"),
            (Sqlite, "(a) > (b)", "a > b"),
            (Postgres, "\"Name\" <> ''", "name <> ''"),
            (Postgres, "$x$a  b$x$", "$x$a b$x$"),
            (Mysql, "\"a\"", "`a`"),
            (Sqlite, "x'00'", "X '00'"),
        ] {
            assert!(!same_expression(dialect, left, right), "{left} {right}");
        }
    }

    #[test]
    fn names_are_changed_where_they_are_names() {
        let columns = [("a".to_owned(), "new".to_owned()), ("date".to_owned(), "day".to_owned())];
        let changed = |dialect, sql| renamed_in_expression(dialect, sql, ("t", "u"), &columns);
        assert_eq!(changed(Sqlite, "t.a > 'a' AND b <> A"), "\"u\".\"new\" > 'a' AND b <> \"new\"");
        assert_eq!(
            changed(Postgres, "date(date)::date > \"A\" + a"),
            "date(\"day\")::date > \"A\" + \"new\""
        );
        assert_eq!(changed(Mysql, "`a` > \"a\""), "`new` > \"a\"");
        assert_eq!(
            renamed_in_trigger(
                Sqlite,
                "CREATE TRIGGER x AFTER UPDATE OF a ON t BEGIN SELECT new.a; END",
                ("t", "u"),
                &columns
            ),
            "CREATE TRIGGER x AFTER UPDATE OF \"new\" ON \"u\" BEGIN SELECT new.\"new\"; END"
        );
    }

    #[test]
    fn a_name_is_found() {
        assert!(mentions(Sqlite, "length(\"A\") > 0", "a"));
        assert!(!mentions(Postgres, "x > 'a'", "a"));
    }
}
