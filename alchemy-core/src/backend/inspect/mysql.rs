//! The tables of MariaDB, by the `CREATE TABLE` that it writes for each: that has every expression as the server repeats
//! it, and is there for temporary tables too, which `information_schema` does not list.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::sql_types::{Binary, Nullable, Text};
use diesel::{MysqlConnection, QueryResult, QueryableByName, RunQueryDsl};

use super::create_table::{self, Definition};
use super::{index, mentions, trial, unreadable};
use crate::backend::tokens::{Reader, tokens};
use crate::backend::{Dialect, quote_identifier};
use crate::migration::Schema;
use crate::migration::schema::{Check, Column, ForeignKey, Index, Other, ReferentialAction, Table};

pub(super) fn tables(
    connection: &mut MysqlConnection,
    is_wanted: impl Fn(&str) -> bool,
) -> QueryResult<Vec<Table>> {
    let names = sql::<Text>(
        "SELECT table_name FROM information_schema.tables \
         WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')",
    )
    .load::<String>(connection)?;
    let mut tables = names
        .iter()
        .filter(|name| is_wanted(name))
        .map(|name| table(connection, &quote_identifier(Dialect::Mysql, name)))
        .collect::<QueryResult<Vec<_>>>()?;
    add_mentions(connection, &mut tables)?;
    Ok(tables)
}

/// A trigger with its table, or a view.
#[derive(QueryableByName)]
struct Mentioning {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = Nullable<Text>)]
    of: Option<String>,
    #[diesel(sql_type = Text)]
    text: String,
}

/// Whoever has no right to see them sees none.
const MENTIONING: &str = "SELECT CONCAT('the trigger `', trigger_name, '`') AS what, event_object_table AS of, \
    action_statement AS text FROM information_schema.triggers WHERE trigger_schema = DATABASE() \
    UNION ALL SELECT CONCAT('the view `', table_name, '`'), NULL, view_definition FROM information_schema.views \
    WHERE table_schema = DATABASE() ORDER BY 1";

/// Notes which triggers and views mention what, and that a table takes its own along.
fn add_mentions(connection: &mut MysqlConnection, tables: &mut [Table]) -> QueryResult<()> {
    for Mentioning { what, of, text } in diesel::sql_query(MENTIONING).load::<Mentioning>(connection)? {
        for table in &mut *tables {
            let is_own = of.as_ref() == Some(&table.name);
            mentions::add(Dialect::Mysql, table, is_own, &what, &text);
            if is_own {
                table.others.push(Other { what: what.clone(), ..Other::default() });
            }
        }
    }
    Ok(())
}

pub(super) fn in_own_words(connection: &mut MysqlConnection, schema: &Schema) -> QueryResult<Schema> {
    /// In quotes, and in the way of no other table.
    const NAME: &str = "`__alchemy_words`";

    let mut schema = schema.clone();
    for wanted in schema.tables.iter_mut().filter(|table| trial::has_expressions(table)) {
        let collation = collation(&wanted.options)
            .map_or_else(String::new, |name| format!(" COLLATE {}", quote_identifier(Dialect::Mysql, &name)));
        connection.batch_execute(&trial::create(Dialect::Mysql, NAME, wanted, &collation))?;
        let repeated = table(connection, NAME);
        connection.batch_execute(&format!("DROP TEMPORARY TABLE {NAME}"))?;
        *wanted = trial::repeated(wanted, &repeated?);
    }
    Ok(schema)
}

/// A table, whose name is in quotes.
fn table(connection: &mut MysqlConnection, name: &str) -> QueryResult<Table> {
    let shown = shown(connection, name)?;
    // Defaults of bytes may be no UTF-8.
    let text = String::from_utf8_lossy(&shown);
    let definition = create_table::read(Dialect::Mysql, &text).ok_or_else(|| unreadable(name, &text))?;
    let mut table = understood(definition);
    if table.columns.iter().any(has_bytes_for_default) {
        // All that is not in quotes is ASCII, and what is, a letter for each byte.
        let letters: String = shown.iter().copied().map(char::from).collect();
        let bytes = create_table::read(Dialect::Mysql, &letters);
        for (place, column) in
            table.columns.iter_mut().enumerate().filter(|(_, column)| has_bytes_for_default(column))
        {
            let default = bytes.as_ref().and_then(|bytes| bytes.table.columns.get(place)?.default.as_deref());
            column.default = default.map(digits_of);
        }
    }
    Ok(table)
}

/// Whether a column's default is a text of bytes, which the server shows as they are, whatever they mean as letters.
fn has_bytes_for_default(column: &Column) -> bool {
    let is_binary = column.sql_type.starts_with("binary") || column.sql_type.starts_with("varbinary");
    is_binary && column.default.as_ref().is_some_and(|default| default.starts_with('\''))
}

/// A text in quotes, each of whose letters is a byte, as digits: `x'00ff'`.
fn digits_of(quoted: &str) -> String {
    let inside = quoted.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(quoted);
    let mut digits = String::new();
    let mut letters = inside.chars();
    while let Some(letter) = letters.next() {
        let letter = match letter {
            '\'' => letters.next().unwrap_or(letter),
            '\\' => match letters.next() {
                Some('0') => '\0',
                Some('n') => '\n',
                Some('r') => '\r',
                other => other.unwrap_or(letter),
            },
            letter => letter,
        };
        digits.push_str(&format!("{:02x}", u32::from(letter)));
    }
    format!("x'{digits}'")
}

/// The `CREATE TABLE` that the server writes, in its own dialect whatever the session's mode is.
fn shown(connection: &mut MysqlConnection, name: &str) -> QueryResult<Vec<u8>> {
    connection.batch_execute(
        "SET @alchemy_mode = @@sql_mode, @alchemy_quotes = @@sql_quote_show_create, \
         SESSION sql_mode = '', SESSION sql_quote_show_create = 1",
    )?;
    let shown = sql::<(Text, Binary)>(&format!("SHOW CREATE TABLE {name}"))
        .get_result::<(String, Vec<u8>)>(connection);
    connection.batch_execute(
        "SET SESSION sql_mode = @alchemy_mode, SESSION sql_quote_show_create = @alchemy_quotes",
    )?;
    shown.map(|(_, text)| text)
}

/// The table without what the server has added of its own accord.
fn understood(definition: Definition) -> Table {
    let Definition { mut table, column_checks, .. } = definition;
    for (place, check) in column_checks {
        let column = &mut table.columns[place];
        if is_json(column, &check) {
            column.sql_type = "JSON".to_owned();
            column.collation = None;
        } else {
            table.checks.push(Check { column: Some(column.name.clone()), ..check });
        }
    }
    for column in &mut table.columns {
        column.default = column.default.take().filter(|default| default != "NULL");
    }
    for key in &mut table.foreign_keys {
        for action in [&mut key.on_delete, &mut key.on_update] {
            if *action == ReferentialAction::Restrict {
                *action = ReferentialAction::NoAction;
            }
        }
    }
    let Table { name, foreign_keys, indexes, options, .. } = &mut table;
    indexes.retain(|index| !foreign_keys.iter().any(|key| is_made_for(index, name, key)));
    *options = without_next_number(options);
    table
}

/// Whether this is what MariaDB has in place of a type for JSON: a text, and a check that it adds.
fn is_json(column: &Column, check: &Check) -> bool {
    let collation = column.collation.as_deref();
    column.sql_type == "longtext"
        && collation.is_none_or(|name| name == "utf8mb4_bin")
        && check.expression == format!("json_valid({})", quote_identifier(Dialect::Mysql, &column.name))
}

/// Whether this is the index that the server has made for a foreign key: it is named as the key is, or as its first column
/// is where the key has no name but the one it was given.
fn is_made_for(index: &Index, table: &str, key: &ForeignKey) -> bool {
    let Some(name) = &key.name else { return false };
    let is_unnamed = name.starts_with(&format!("{table}_ibfk_"));
    let is_named_so = index.name == *name || (is_unnamed && key.columns.first() == Some(&index.name));
    let columns = index.parts.iter().map(index::column);
    is_named_so && !index.unique && columns.eq(key.columns.iter().map(|name| Some(name.as_str())))
}

/// The options of a table without the number that its next row will have.
fn without_next_number(options: &str) -> String {
    let tokens = tokens(Dialect::Mysql, options);
    let Some(place) = tokens.iter().position(|token| token.is("AUTO_INCREMENT")) else {
        return options.to_owned();
    };
    // `AUTO_INCREMENT=77 ` and whatever comes next.
    let end = tokens.get(place + 3).map_or(options.len(), |next| next.start);
    format!("{}{}", &options[..tokens[place].start], &options[end..]).trim().to_owned()
}

/// The collation that a table's options say.
fn collation(options: &str) -> Option<String> {
    let tokens = tokens(Dialect::Mysql, options);
    let mut reader = Reader::new(options, &tokens);
    while !reader.eat(&["COLLATE"]) {
        reader.next()?;
    }
    reader.eat(&["="]);
    reader.name()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_rows_number_is_no_part_of_a_table() {
        for (options, expected) in [
            (
                "ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=latin1",
                "ENGINE=InnoDB DEFAULT CHARSET=latin1",
            ),
            ("ENGINE=InnoDB AUTO_INCREMENT=7", "ENGINE=InnoDB"),
            ("ENGINE=InnoDB COMMENT='AUTO_INCREMENT=7 x'", "ENGINE=InnoDB COMMENT='AUTO_INCREMENT=7 x'"),
        ] {
            assert_eq!(without_next_number(options), expected);
        }
    }

    #[test]
    fn a_tables_collation_is_found() {
        let options = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin COMMENT='x'";
        assert_eq!(collation(options).as_deref(), Some("utf8mb4_nopad_bin"));
        assert_eq!(collation("ENGINE=InnoDB"), None);
    }
}
