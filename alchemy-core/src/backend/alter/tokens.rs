//! Expressions as a database reads them: by their tokens.

use crate::backend::tokens::{self as raw, Kind, bare};
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
    let called = tokens.windows(2).filter(|pair| pair[0].is_name() && pair[1].token.text == "(");
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
        let previous = place.checked_sub(1).map(|place| tokens[place].token.text);
        let next = tokens.get(place + 1).map(|token| token.token.text);
        let Some(name) = new_name(token, previous, next) else { continue };
        if folded(dialect, name) == token.normal {
            continue;
        }
        result.push_str(&sql[copied..token.token.start]);
        result.push_str(&quote_identifier(dialect, name));
        copied = token.token.end();
    }
    result.push_str(&sql[copied..]);
    result
}

/// What two expressions that mean the same have in common.
fn meaning(dialect: Dialect, expression: &str) -> Vec<String> {
    tokens(dialect, bare(dialect, expression)).into_iter().map(|token| token.normal).collect()
}

/// A token, and what it means.
struct Token<'a> {
    token: raw::Token<'a>,
    /// Equal where the tokens mean the same.
    normal: String,
}

impl Token<'_> {
    fn is_name(&self) -> bool {
        matches!(self.token.kind, Kind::Word | Kind::Quoted)
    }
}

fn tokens(dialect: Dialect, sql: &str) -> Vec<Token<'_>> {
    let tokens = raw::tokens(dialect, sql).into_iter();
    tokens.map(|token| Token { normal: normal(dialect, &token), token }).collect()
}

fn normal(dialect: Dialect, token: &raw::Token<'_>) -> String {
    match token.kind {
        Kind::Word => token.text.to_lowercase(),
        Kind::Quoted => folded(dialect, &token.name().unwrap_or_default()),
        Kind::Literal | Kind::Symbol => token.text.to_owned(),
    }
}

/// A name as it is compared.
fn folded(dialect: Dialect, name: &str) -> String {
    if ignores_case(dialect) { name.to_lowercase() } else { name.to_owned() }
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
