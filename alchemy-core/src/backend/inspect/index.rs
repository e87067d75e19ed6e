//! What an index is over.

use crate::backend::Dialect;
use crate::backend::tokens::{Reader, bare, tokens};
use crate::migration::schema::{Index, IndexKey, IndexPart};

/// Reads a `CREATE INDEX` of SQLite or PostgreSQL; `None` where it is none.
pub(super) fn read(dialect: Dialect, text: &str) -> Option<Index> {
    let tokens = tokens(dialect, text);
    let mut reader = Reader::new(text, &tokens);
    if !reader.eat(&["CREATE"]) {
        return None;
    }
    let unique = reader.eat(&["UNIQUE"]);
    if !reader.eat(&["INDEX"]) {
        return None;
    }
    reader.eat(&["IF", "NOT", "EXISTS"]);
    let (_, name) = reader.qualified_name()?;
    if !reader.eat(&["ON"]) {
        return None;
    }
    reader.eat(&["ONLY"]);
    reader.qualified_name()?;
    let method = if reader.eat(&["USING"]) { reader.name() } else { None };
    let parts = key_parts(dialect, reader.group()?)?;
    let before = reader;
    while !reader.is_empty() && !reader.is(&["WHERE"]) {
        reader.skip();
    }
    let options = before.up_to(&reader).source().to_owned();
    reader.eat(&["WHERE"]);
    let condition = (!reader.is_empty()).then(|| bare(dialect, reader.source()).to_owned());
    let method = method.filter(|method| method != "btree");
    Some(Index { name, unique, parts, condition, method, options, ..Index::default() })
}

/// The parts of a key, between its parentheses.
pub(super) fn key_parts(dialect: Dialect, group: Reader<'_, '_>) -> Option<Vec<IndexPart>> {
    let part = match dialect {
        Dialect::Sqlite => sqlite_part,
        Dialect::Postgres => postgres_part,
        Dialect::Mysql => mysql_part,
    };
    group.items().into_iter().map(part).collect()
}

/// The columns of a key of which nothing else can be said.
pub(super) fn column_list(dialect: Dialect, group: Reader<'_, '_>) -> Option<Vec<String>> {
    let columns = key_parts(dialect, group)?.into_iter().map(|part| match part.key {
        IndexKey::Column(name) => Some(name),
        IndexKey::Expression(_) => None,
    });
    columns.collect()
}

/// The column that the whole of a part is.
pub(super) fn column(part: &IndexPart) -> Option<&str> {
    match &part.key {
        IndexKey::Column(name) if part.length.is_none() && part.options.is_empty() => Some(name),
        _ => None,
    }
}

/// An expression may be of any form here, so what follows it is told from the end.
fn sqlite_part(whole: Reader<'_, '_>) -> Option<IndexPart> {
    let mut key = whole;
    let mut descends = false;
    if let Some(last) = key.last().filter(|last| last.is("ASC") || last.is("DESC")) {
        descends = last.is("DESC");
        key = key.without_last();
    }
    let mut options = Vec::new();
    let before = key.without_last();
    if let (Some(collation), Some(_)) = (key.last(), before.last().filter(|token| token.is("COLLATE"))) {
        options.push(format!("COLLATE {}", collation.text));
        key = before.without_last();
    }
    if descends {
        options.push("DESC".to_owned());
    }
    let key = match (key.peek(), key.without_last().is_empty()) {
        (Some(token), true) => IndexKey::Column(token.name()?),
        _ => IndexKey::Expression(key.source().to_owned()),
    };
    Some(IndexPart { key, length: None, options: options.join(" ") })
}

/// PostgreSQL writes expressions in parentheses, some in two of them, but for calls of functions.
fn postgres_part(whole: Reader<'_, '_>) -> Option<IndexPart> {
    let mut rest = whole;
    let key = if let Some(group) = rest.group() {
        IndexKey::Expression(format!("({})", bare(Dialect::Postgres, group.source())))
    } else {
        let (place, name) = rest.qualified_name()?;
        let is_call = rest.group().is_some();
        if is_call || place.is_some() {
            IndexKey::Expression(whole.up_to(&rest).source().to_owned())
        } else {
            IndexKey::Column(name)
        }
    };
    Some(IndexPart { key, length: None, options: rest.source().to_owned() })
}

fn mysql_part(mut part: Reader<'_, '_>) -> Option<IndexPart> {
    let key = IndexKey::Column(part.name()?);
    let length = match part.group() {
        Some(group) => Some(group.source().parse().ok()?),
        None => None,
    };
    part.eat(&["ASC"]);
    Some(IndexPart { key, length, options: part.source().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(key: IndexKey, options: &str) -> IndexPart {
        IndexPart { key, length: None, options: options.to_owned() }
    }

    fn of_column(name: &str, options: &str) -> IndexPart {
        part(IndexKey::Column(name.to_owned()), options)
    }

    fn of_expression(expression: &str, options: &str) -> IndexPart {
        part(IndexKey::Expression(expression.to_owned()), options)
    }

    #[test]
    fn an_index_of_sqlite_is_read() {
        let text = "CREATE UNIQUE INDEX \"a b\" ON [t t](x ASC, \"y\" COLLATE nocase DESC, lower(z) desc, x + (y), \
                    'q') WHERE (x > ')') AND y";
        assert_eq!(
            read(Dialect::Sqlite, text),
            Some(Index {
                name: "a b".to_owned(),
                unique: true,
                parts: vec![
                    of_column("x", ""),
                    of_column("y", "COLLATE nocase DESC"),
                    of_expression("lower(z)", "DESC"),
                    of_expression("x + (y)", ""),
                    of_column("q", ""),
                ],
                condition: Some("(x > ')') AND y".to_owned()),
                ..Index::default()
            })
        );
    }

    #[test]
    fn an_index_of_postgres_is_read() {
        let text = "CREATE INDEX ix ON ONLY public.\"T\" USING gin (lower((k)::text) DESC, ((n + (1)::numeric)), \
                    c text_pattern_ops, \"k K\" COLLATE \"POSIX\" NULLS FIRST, my.f(a), j jsonb_path_ops (x='1')) \
                    INCLUDE (d) WITH (fillfactor='70') WHERE ((k IS NOT NULL) AND (n > (1)::numeric))";
        assert_eq!(
            read(Dialect::Postgres, text),
            Some(Index {
                name: "ix".to_owned(),
                parts: vec![
                    of_expression("lower((k)::text)", "DESC"),
                    of_expression("(n + (1)::numeric)", ""),
                    of_column("c", "text_pattern_ops"),
                    of_column("k K", "COLLATE \"POSIX\" NULLS FIRST"),
                    of_expression("my.f(a)", ""),
                    of_column("j", "jsonb_path_ops (x='1')"),
                ],
                condition: Some("(k IS NOT NULL) AND (n > (1)::numeric)".to_owned()),
                method: Some("gin".to_owned()),
                options: "INCLUDE (d) WITH (fillfactor='70')".to_owned(),
                ..Index::default()
            })
        );
    }

    #[test]
    fn what_is_no_index_is_not_read() {
        for text in ["", "CREATE TABLE a (b)", "CREATE INDEX a", "CREATE INDEX a ON b (c"] {
            assert_eq!(read(Dialect::Sqlite, text), None);
        }
    }
}
