//! What a `CREATE TABLE` says: SQLite keeps its text, MariaDB writes one.

use super::index::{column, column_list, key_parts};
use crate::backend::Dialect;
use crate::backend::tokens::{Reader, tokens};
use crate::migration::schema::{
    Check, Column, ForeignKey, Generation, Index, PrimaryKey, ReferentialAction, Table, Unique,
};

/// A table as its `CREATE TABLE` has it, nothing put in order.
#[derive(Debug, Default)]
pub(super) struct Definition {
    pub(super) table: Table,
    /// The checks that stand with a column, and the column's place.
    pub(super) column_checks: Vec<(usize, Check)>,
    /// Whether the primary key stands with a column and is descending, which SQLite has a meaning for.
    pub(super) is_descending_key: bool,
    /// Whether the primary key is `AUTOINCREMENT`.
    pub(super) is_numbered: bool,
}

/// Reads a `CREATE TABLE`; `None` where it is none.
pub(super) fn read(dialect: Dialect, text: &str) -> Option<Definition> {
    let tokens = tokens(dialect, text);
    let mut reader = Reader::new(text, &tokens);
    while !reader.eat(&["TABLE"]) {
        reader.next()?;
    }
    reader.eat(&["IF", "NOT", "EXISTS"]);
    let (_, name) = reader.qualified_name()?;
    let mut definition = Definition { table: Table { name, ..Table::default() }, ..Definition::default() };
    let mut body = reader.group()?;
    while !body.is_empty() {
        definition.element(dialect, &mut body)?;
        body.eat(&[","]);
    }
    definition.table.options = reader.source().to_owned();
    Some(definition)
}

impl Column {
    /// A word that says something more of it, and the text that a comment is.
    fn add_option(&mut self, body: &mut Reader<'_, '_>) {
        let before = *body;
        if !body.eat(&["INVISIBLE"]) {
            body.skip();
            if !body.is(&[","]) {
                body.skip();
            }
        }
        let space = if self.options.is_empty() { "" } else { " " };
        self.options.push_str(space);
        self.options.push_str(before.up_to(body).source());
    }
}

/// What begins a constraint or an index. SQLite wants no comma between two.
fn begins_constraint(dialect: Dialect, reader: &Reader<'_, '_>) -> bool {
    reader.is_any(&["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"])
        || (dialect == Dialect::Mysql && reader.is_any(&["KEY", "INDEX", "FULLTEXT", "SPATIAL", "PERIOD"]))
}

impl Definition {
    fn element(&mut self, dialect: Dialect, body: &mut Reader<'_, '_>) -> Option<()> {
        if begins_constraint(dialect, body) {
            let before = *body;
            let mut is_kept = self.constraint(dialect, body)?;
            while !body.is_empty() && !body.is(&[","]) && !begins_constraint(dialect, body) {
                is_kept &= !body.is(&["ON", "CONFLICT"]);
                body.skip();
            }
            if dialect == Dialect::Sqlite && !is_kept {
                self.table.unkept.push(before.up_to(body).source().to_owned());
            }
            return Some(());
        }
        let name = body.name()?;
        let sql_type = sql_type(body).to_owned();
        self.table.columns.push(Column { name, sql_type, nullable: true, ..Column::default() });
        let mut constraint = None;
        while !body.is_empty() && !body.is(&[","]) {
            if body.eat(&["CONSTRAINT"]) {
                constraint = body.name();
            } else {
                self.column_clause(body, &mut constraint)?;
            }
        }
        Some(())
    }

    /// One of the clauses after a column's type; `constraint` is the name that precedes it.
    fn column_clause(&mut self, body: &mut Reader<'_, '_>, constraint: &mut Option<String>) -> Option<()> {
        let place = self.table.columns.len().checked_sub(1)?;
        let column = &mut self.table.columns[place];
        if body.eat(&["PRIMARY", "KEY"]) {
            self.is_descending_key = body.eat(&["DESC"]);
            if self.is_descending_key {
                self.table.unkept.push(format!("{} PRIMARY KEY DESC", column.name));
            }
            let columns = vec![column.name.clone()];
            self.table.primary_key = Some(PrimaryKey { name: constraint.take(), columns });
        } else if body.eat(&["AUTOINCREMENT"]) {
            self.is_numbered = true;
        } else if body.eat(&["AUTO_INCREMENT"]) {
            column.generated = Some(Generation::Sequence);
        } else if body.eat(&["NOT", "NULL"]) {
            column.nullable = false;
        } else if body.eat(&["UNIQUE"]) {
            let columns = vec![column.name.clone()];
            self.table.uniques.push(Unique { name: constraint.take(), columns, ..Unique::default() });
        } else if body.eat(&["CHECK"]) {
            let expression = body.group()?.source().to_owned();
            self.column_checks.push((place, Check { name: constraint.take(), expression, column: None }));
        } else if body.eat(&["DEFAULT"]) {
            column.default = Some(body.value()?.to_owned());
        } else if body.eat(&["ON", "UPDATE"]) {
            // There may be none that it could be part of.
            let default = column.default.as_mut().unwrap_or(&mut column.sql_type);
            default.push_str(" ON UPDATE ");
            default.push_str(body.value()?);
        } else if body.eat(&["CHARACTER", "SET"]) {
            let charset = body.name()?;
            if !body.is(&["COLLATE"]) {
                column.sql_type.push_str(" CHARACTER SET ");
                column.sql_type.push_str(&charset);
            }
        } else if body.eat(&["COLLATE"]) {
            column.collation = body.name();
        } else if body.is(&["COMMENT"]) || body.is(&["INVISIBLE"]) {
            column.add_option(body);
        } else if body.eat(&["AS"]) {
            column.generated = computed(body);
        } else if body.is(&["REFERENCES"]) {
            let columns = vec![column.name.clone()];
            let key = references(body, constraint.take(), columns)?;
            self.table.foreign_keys.push(key);
        } else if let Some(deferred) = deferral(body) {
            self.table.foreign_keys.last_mut()?.deferred = deferred;
        } else if body.eat(&["ON", "CONFLICT"]) {
            self.table.unkept.push(format!("{} ON CONFLICT {}", column.name, body.name()?));
        } else {
            body.skip();
        }
        Some(())
    }

    /// A constraint or an index of the table. Returns whether all is kept that is said of its columns.
    fn constraint(&mut self, dialect: Dialect, body: &mut Reader<'_, '_>) -> Option<bool> {
        let table = &mut self.table;
        let mut is_kept = true;
        let name = if body.eat(&["CONSTRAINT"]) { Some(body.name()?) } else { None };
        if body.eat(&["PRIMARY", "KEY"]) {
            let mut group = body.group()?;
            if group.last().is_some_and(|last| last.is("AUTOINCREMENT")) {
                group = group.without_last();
                self.is_numbered = true;
            }
            is_kept = is_plain(dialect, group)?;
            let columns = column_list(dialect, group)?;
            table.primary_key = Some(PrimaryKey { name, columns });
        } else if dialect == Dialect::Mysql && body.is_any(&["UNIQUE", "KEY", "INDEX", "FULLTEXT", "SPATIAL"])
        {
            mysql_key(table, body)?;
        } else if body.eat(&["UNIQUE"]) {
            let group = body.group()?;
            is_kept = is_plain(dialect, group)?;
            let columns = column_list(dialect, group)?;
            table.uniques.push(Unique { name, columns, ..Unique::default() });
        } else if body.eat(&["CHECK"]) {
            let expression = body.group()?.source().to_owned();
            table.checks.push(Check { name, expression, column: None });
        } else if body.eat(&["FOREIGN", "KEY"]) {
            let columns = column_list(dialect, body.group()?)?;
            table.foreign_keys.push(references(body, name, columns)?);
        } else {
            body.skip();
        }
        Some(is_kept)
    }
}

/// Whether the parts of a key are columns of which nothing else is said.
fn is_plain(dialect: Dialect, group: Reader<'_, '_>) -> Option<bool> {
    Some(key_parts(dialect, group)?.iter().all(|part| column(part).is_some()))
}

/// The type after a column's name.
fn sql_type<'a>(body: &mut Reader<'_, 'a>) -> &'a str {
    const NEXT: &[&str] = &[
        ",",
        "AS",
        "AUTO_INCREMENT",
        "CHARACTER",
        "CHECK",
        "COLLATE",
        "COMMENT",
        "CONSTRAINT",
        "DEFAULT",
        "GENERATED",
        "INVISIBLE",
        "NOT",
        "NULL",
        "ON",
        "PRIMARY",
        "REFERENCES",
        "UNIQUE",
        "WITHOUT",
    ];
    let before = *body;
    // `CHARACTER` begins a type or says the set of characters of one.
    while !body.is_empty() && (!body.is_any(NEXT) || is_character_type(body)) {
        body.skip();
    }
    before.up_to(body).source()
}

fn is_character_type(body: &Reader<'_, '_>) -> bool {
    body.is(&["CHARACTER"]) && !body.is(&["CHARACTER", "SET"])
}

/// What follows `AS`. MariaDB's `AS ROW START` is none.
fn computed(body: &mut Reader<'_, '_>) -> Option<Generation> {
    let expression = body.group()?.source().to_owned();
    let stored = body.eat(&["STORED"]) || body.eat(&["PERSISTENT"]);
    Some(Generation::Computed { expression, stored })
}

/// `REFERENCES` and what belongs to it. A target in another place is named with that.
fn references(body: &mut Reader<'_, '_>, name: Option<String>, columns: Vec<String>) -> Option<ForeignKey> {
    if !body.eat(&["REFERENCES"]) {
        return None;
    }
    let target = match body.qualified_name()? {
        (Some(place), table) => format!("{place}.{table}"),
        (None, table) => table,
    };
    let target_columns = match body.group() {
        Some(group) => group.items().into_iter().map(|mut item| item.name()).collect::<Option<_>>()?,
        None => Vec::new(),
    };
    let mut key = ForeignKey { name, columns, target, target_columns, ..ForeignKey::default() };
    loop {
        if body.eat(&["ON", "DELETE"]) {
            key.on_delete = action(body)?;
        } else if body.eat(&["ON", "UPDATE"]) {
            key.on_update = action(body)?;
        } else if body.eat(&["MATCH"]) {
            body.next();
        } else if let Some(deferred) = deferral(body) {
            key.deferred = deferred;
        } else {
            return Some(key);
        }
    }
}

/// Whether a foreign key waits for the commit, where that is said next.
fn deferral(body: &mut Reader<'_, '_>) -> Option<bool> {
    let never = body.eat(&["NOT", "DEFERRABLE"]);
    if !never && !body.eat(&["DEFERRABLE"]) {
        return None;
    }
    let deferred = body.eat(&["INITIALLY", "DEFERRED"]);
    body.eat(&["INITIALLY", "IMMEDIATE"]);
    Some(deferred && !never)
}

fn action(body: &mut Reader<'_, '_>) -> Option<ReferentialAction> {
    const ACTIONS: &[(&[&str], ReferentialAction)] = &[
        (&["NO", "ACTION"], ReferentialAction::NoAction),
        (&["RESTRICT"], ReferentialAction::Restrict),
        (&["CASCADE"], ReferentialAction::Cascade),
        (&["SET", "NULL"], ReferentialAction::SetNull),
        (&["SET", "DEFAULT"], ReferentialAction::SetDefault),
    ];
    ACTIONS.iter().find(|(words, _)| body.eat(words)).map(|(_, action)| *action)
}

/// An index of MariaDB, or a unique constraint, which is a plain index that is unique.
fn mysql_key(table: &mut Table, body: &mut Reader<'_, '_>) -> Option<()> {
    let unique = body.eat(&["UNIQUE"]);
    let special = ["FULLTEXT", "SPATIAL"].into_iter().find(|kind| body.eat(&[kind]));
    if !body.eat(&["KEY"]) {
        body.eat(&["INDEX"]);
    }
    let name = body.name()?;
    let parts = key_parts(Dialect::Mysql, body.group()?)?;
    let mut method = special.map(str::to_ascii_lowercase);
    while !body.is_empty() && !body.is(&[","]) {
        if body.eat(&["USING"]) {
            // The usual one is named too, where its maker did.
            method = body.name().map(|name| name.to_ascii_lowercase()).filter(|name| name != "btree");
        } else {
            body.skip();
        }
    }
    let columns: Option<Vec<_>> = parts.iter().map(|part| column(part).map(str::to_owned)).collect();
    match columns {
        // One of long texts is kept by hashes, as MariaDB does of its own accord.
        Some(columns) if unique && method.as_ref().is_none_or(|method| method == "hash") => {
            table.uniques.push(Unique { name: Some(name), columns, ..Unique::default() });
        }
        _ => table.indexes.push(Index { name, unique, parts, method, ..Index::default() }),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AWKWARD: &str = r#"CREATE TABLE IF NOT EXISTS main."a "" b" ( -- one, two (
        id INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT ABORT AUTOINCREMENT,
        key VARCHAR ( 10 ) NOT NULL ON CONFLICT FAIL DEFAULT (1 + (2)) CHECK (key <> ')' /* , */) COLLATE nocase,
        [c d] REFERENCES other (x) ON DELETE SET NULL ON UPDATE SET DEFAULT MATCH FULL DEFERRABLE INITIALLY DEFERRED,
        'e' LONG CHARACTER VARYING(20) GENERATED ALWAYS AS (key || ',') STORED UNIQUE,
        f,
        CONSTRAINT u UNIQUE (key COLLATE nocase DESC, f) ON CONFLICT IGNORE
        CHECK (f > 0) FOREIGN KEY (f, key) REFERENCES "o""r" NOT DEFERRABLE INITIALLY DEFERRED
    ) WITHOUT ROWID, STRICT"#;

    fn column(name: &str, sql_type: &str) -> Column {
        Column { name: name.to_owned(), sql_type: sql_type.to_owned(), nullable: true, ..Column::default() }
    }

    fn columns(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    fn check(expression: &str) -> Check {
        Check { expression: expression.to_owned(), ..Check::default() }
    }

    #[test]
    fn an_awkward_table_is_read() {
        let read = read(Dialect::Sqlite, AWKWARD).unwrap_or_default();
        let expected = Table {
            name: "a \" b".to_owned(),
            columns: vec![
                column("id", "INTEGER"),
                Column {
                    nullable: false,
                    default: Some("(1 + (2))".to_owned()),
                    collation: Some("nocase".to_owned()),
                    ..column("key", "VARCHAR ( 10 )")
                },
                column("c d", ""),
                Column {
                    generated: Some(Generation::Computed {
                        expression: "key || ','".to_owned(),
                        stored: true,
                    }),
                    ..column("e", "LONG CHARACTER VARYING(20)")
                },
                column("f", ""),
            ],
            primary_key: Some(PrimaryKey { name: Some("pk".to_owned()), columns: columns(&["id"]) }),
            uniques: vec![
                Unique { columns: columns(&["e"]), ..Unique::default() },
                Unique { name: Some("u".to_owned()), columns: columns(&["key", "f"]), ..Unique::default() },
            ],
            foreign_keys: vec![
                ForeignKey {
                    columns: columns(&["c d"]),
                    target: "other".to_owned(),
                    target_columns: columns(&["x"]),
                    on_delete: ReferentialAction::SetNull,
                    on_update: ReferentialAction::SetDefault,
                    deferred: true,
                    ..ForeignKey::default()
                },
                ForeignKey {
                    columns: columns(&["f", "key"]),
                    target: "o\"r".to_owned(),
                    ..ForeignKey::default()
                },
            ],
            checks: vec![check("f > 0")],
            options: "WITHOUT ROWID, STRICT".to_owned(),
            unkept: [
                "id PRIMARY KEY DESC",
                "id ON CONFLICT ABORT",
                "key ON CONFLICT FAIL",
                "CONSTRAINT u UNIQUE (key COLLATE nocase DESC, f) ON CONFLICT IGNORE",
            ]
            .map(str::to_owned)
            .to_vec(),
            ..Table::default()
        };
        assert_eq!(read.table, expected);
        assert_eq!(read.column_checks, [(1, check("key <> ')'"))]);
        assert!(read.is_descending_key && read.is_numbered);
    }

    #[test]
    fn a_table_cut_short_is_none_and_ends() {
        let whole = AWKWARD.rfind(") WITHOUT").unwrap_or_default();
        for end in (0..whole).filter(|&end| AWKWARD.is_char_boundary(end)) {
            for dialect in [Dialect::Sqlite, Dialect::Mysql] {
                assert!(read(dialect, &AWKWARD[..end]).is_none(), "{}", &AWKWARD[..end]);
            }
        }
    }
}
