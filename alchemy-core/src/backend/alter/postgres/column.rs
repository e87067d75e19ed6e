//! Columns of PostgreSQL's tables.

use super::super::clause::{self, collation_name};
use super::super::kind::Kind;
use super::super::notes::Notes;
use super::super::same_type;
use super::super::tokens::calls;
use super::sequence::{self, is_identity};
use super::{DIALECT, quote};
use crate::migration::Statement;
use crate::migration::schema::{Column, Generation, Table};

/// The statement that drops a column.
pub(super) fn gone(table: &Table, column: &Column) -> Statement {
    let mut notes = Notes::new(DIALECT);
    notes.column_dropped(table, column);
    notes.in_the_way(table, Some(&column.name));
    notes.about(format!("ALTER TABLE {} DROP COLUMN {}", quote(&table.name), quote(&column.name)))
}

/// The statements that add a column.
pub(super) fn new(table: &Table, column: &Column) -> Vec<Statement> {
    let name = quote(&table.name);
    let mut notes = Notes::new(DIALECT);
    notes.column_added(table, column);
    if column.nullable || column.default.is_some() || column.generated.is_some() {
        if column.generated.is_some() || column.default.as_deref().is_some_and(differs_by_row) {
            notes.warn(rewrites(table));
        }
        return vec![
            notes.about(format!("ALTER TABLE {name} ADD COLUMN {}", clause::column(DIALECT, column))),
        ];
    }
    let neutral = column.neutral.clone().or_else(|| Kind::of(DIALECT, &column.sql_type).neutral(DIALECT));
    notes.neutral(table, column, neutral.as_deref());
    let Some(neutral) = neutral else {
        return vec![
            notes.about(format!("ALTER TABLE {name} ADD COLUMN {}", clause::column(DIALECT, column))),
        ];
    };
    let definition = clause::column_with_default(DIALECT, column, &neutral);
    vec![
        notes.about(format!("ALTER TABLE {name} ADD COLUMN {definition}")),
        Notes::new(DIALECT)
            .about(format!("ALTER TABLE {name} ALTER COLUMN {} DROP DEFAULT", quote(&column.name))),
    ]
}

/// The statements that turn a column into another of the same name.
pub(super) fn other(table: &Table, from: &Column, to: &Column) -> Vec<Statement> {
    let mut notes = Notes::new(DIALECT);
    notes.column_changed(table, from, to);
    let has_other_type = !same_type(DIALECT, &from.sql_type, &to.sql_type) || from.collation != to.collation;
    if has_other_type {
        notes.in_the_way(table, Some(&to.name));
    }
    if has_other_type && !is_longer_text(from, to) {
        notes.warn(rewrites(table));
    }
    if from.sql_type.eq_ignore_ascii_case("json") && to.sql_type.eq_ignore_ascii_case("jsonb") {
        notes.warn(format!(
            "The documents in `{}.{}` lose the order of their keys, and of those that are the same all but the last.",
            table.name, to.name
        ));
    }
    if from.nullable && !to.nullable {
        notes.warn(format!(
            "PostgreSQL reads every row of `{}`, and nobody reads or writes it meanwhile; on a large table first ADD \
             CONSTRAINT ... CHECK ({} IS NOT NULL) NOT VALID and VALIDATE CONSTRAINT, which SET NOT NULL then goes by.",
            table.name,
            quote(&to.name)
        ));
    }
    let mut statements = Vec::new();
    let name = quote(&to.name);
    // An identity has to be gone before the column may be NULL, or of a type that is no number.
    let loses_identity = is_identity(from) && !is_identity(to);
    let is_passed_on = loses_identity && to.generated == Some(Generation::Sequence);
    if is_passed_on {
        statements.extend(sequence::number(table, from, to, has_other_type));
    } else if loses_identity {
        statements.push(sequence::without_identity(table, to));
    }
    let clauses = clauses(from, to, has_other_type);
    let clauses: Vec<_> = clauses.iter().map(|clause| format!("ALTER COLUMN {name} {clause}")).collect();
    if !clauses.is_empty() {
        statements.push(alter(table, &clauses));
    }
    if !is_passed_on {
        statements.extend(sequence::number(table, from, to, has_other_type));
    }
    let mut statements = statements.into_iter();
    let first = statements.next().map(|sql| notes.about(sql));
    first.into_iter().chain(statements.map(|sql| Notes::new(DIALECT).about(sql))).collect()
}

/// What follows the column's name in the clauses that change it.
fn clauses(from: &Column, to: &Column, has_other_type: bool) -> Vec<String> {
    let mut clauses = Vec::new();
    let generation = from.generated != to.generated;
    let (from_default, to_default) = (from.default_value(DIALECT), to.default_value(DIALECT));
    match &from.generated {
        Some(Generation::Sequence) if generation => clauses.push("DROP DEFAULT".to_owned()),
        Some(Generation::Computed { .. }) if generation => clauses.push("DROP EXPRESSION".to_owned()),
        _ => {}
    }
    // A default need not be one of the new type.
    if from_default.is_some() && (has_other_type || to_default.is_none()) {
        clauses.push("DROP DEFAULT".to_owned());
    }
    if has_other_type {
        clauses.push(change_type(from, to));
    }
    if from.nullable != to.nullable {
        clauses.push(if to.nullable { "DROP NOT NULL" } else { "SET NOT NULL" }.to_owned());
    }
    if let Some(default) = to_default.filter(|_| has_other_type || from_default != to_default) {
        clauses.push(format!("SET DEFAULT {default}"));
    }
    if generation && is_identity(from) && is_identity(to) {
        let always = if to.generated == Some(Generation::IdentityAlways) { "ALWAYS" } else { "BY DEFAULT" };
        clauses.push(format!("SET GENERATED {always}"));
    }
    clauses
}

fn alter(table: &Table, clauses: &[String]) -> String {
    let name = quote(&table.name);
    match clauses {
        [clause] => format!("ALTER TABLE {name} {clause}"),
        clauses => format!("ALTER TABLE {name}\n    {}", clauses.join(",\n    ")),
    }
}

/// Whether a default is, or may be, another in each row: it calls a function of which that is not known to be otherwise.
fn differs_by_row(default: &str) -> bool {
    const STEADY: &[&str] = &[
        "now",
        "transaction_timestamp",
        "statement_timestamp",
        "current_timestamp",
        "current_time",
        "localtime",
        "localtimestamp",
        "timezone",
        "date_trunc",
        "date_part",
        "to_char",
        "to_timestamp",
        "to_date",
        "make_date",
        "make_timestamp",
        "make_timestamptz",
        "make_interval",
        "lower",
        "upper",
        "coalesce",
        "concat",
        "md5",
        "jsonb_build_object",
        "jsonb_build_array",
        "json_build_object",
        "json_build_array",
        "to_json",
        "to_jsonb",
        "varchar",
        "varying",
        "character",
        "char",
        "bpchar",
        "bit",
        "numeric",
        "decimal",
        "timestamp",
        "timestamptz",
        "time",
        "timetz",
        "interval",
        "zone",
    ];
    calls(DIALECT, default).any(|name| !STEADY.contains(&name.as_str()))
}

/// What follows the name of a column that gets another type.
fn change_type(from: &Column, to: &Column) -> String {
    let collation = to
        .collation
        .as_ref()
        .map_or_else(String::new, |collation| format!(" COLLATE {}", collation_name(DIALECT, collation)));
    let using = conversion(from, to).map_or_else(String::new, |using| format!(" USING {using}"));
    format!("TYPE {}{collation}{using}", to.sql_type)
}

/// The expression that turns a value into one of another type; `None` where it needs none.
///
/// A text is not cast to a shorter one: that would cut it, where the assignment fails.
fn conversion(from: &Column, to: &Column) -> Option<String> {
    use Kind::{
        Array, Binary, Bool, Date, Enum, Integer, Json, Other, Text, Time, Timestamp, TimestampTz, Uuid,
    };
    let name = quote(&to.name);
    let target = &to.sql_type;
    let kind = |column: &Column| Kind::of(DIALECT, &column.sql_type);
    Some(match (kind(from), kind(to)) {
        (left, right) if left == right && !matches!(left, Other | Array | Enum(_) | Json) => return None,
        (Text(_), Text(_)) | (Binary(_), Binary(_)) => return None,
        (left, right) if left.is_number() && right.is_number() => return None,
        (Binary(_), Text(_)) => format!("convert_from({name}, 'UTF8')"),
        (Text(_), Binary(_)) => format!("convert_to({name}, 'UTF8')"),
        (_, Text(_)) => format!("{name}::text"),
        (Binary(_), Uuid) => format!("encode({name}, 'hex')::{target}"),
        (Uuid, Binary(_)) => format!("decode(replace({name}::text, '-', ''), 'hex')"),
        (Binary(_), Json) => format!("convert_from({name}, 'UTF8')::{target}"),
        (Json, Binary(_)) => format!("convert_to({name}::text, 'UTF8')"),
        // What a text says is JSON; any other value becomes JSON, and is what that says without the quotes around it.
        (Text(_) | Json, Json) => format!("{name}::{target}"),
        (_, Json) => format!("to_json({name})::{target}"),
        (Json, _) => format!("({name} #>> '{{}}')::{target}"),
        (Bool, Integer(_)) => format!("{name}::integer"),
        (Bool, right) if right.is_number() => format!("{name}::integer::{target}"),
        (left, Bool) if left.is_number() => format!("{name} <> 0"),
        // Moments are kept in UTC, whatever the zone of whoever runs this.
        (TimestampTz, Timestamp) | (Timestamp, TimestampTz) => format!("{name} AT TIME ZONE 'UTC'"),
        (TimestampTz, Date | Time) => format!("({name} AT TIME ZONE 'UTC')::{target}"),
        (Date, TimestampTz) => format!("{name}::timestamp AT TIME ZONE 'UTC'"),
        (Text(_), _) | (Date | Timestamp, Date | Time | Timestamp) if !is_time_of_day(from, to) => {
            format!("{name}::{target}")
        }
        _ => format!("{name}::text::{target}"),
    })
}

/// Whether a date would have to become a time of day, of which it says nothing.
fn is_time_of_day(from: &Column, to: &Column) -> bool {
    let kind = |column: &Column| Kind::of(DIALECT, &column.sql_type);
    kind(from) == Kind::Date && kind(to) == Kind::Time
}

/// PostgreSQL takes a longer text for the same without rewriting a row.
fn is_longer_text(from: &Column, to: &Column) -> bool {
    let kind = |column: &Column| Kind::of(DIALECT, &column.sql_type);
    let (left, right) = (kind(from), kind(to));
    matches!(left, Kind::Text(_)) && left.fits(&right) && from.collation == to.collation
}

fn rewrites(table: &Table) -> String {
    format!(
        "PostgreSQL writes `{0}` anew, and nobody reads or writes it meanwhile; on a large table add another column, fill \
         it in portions, and drop the old one in a migration of its own.",
        table.name
    )
}
