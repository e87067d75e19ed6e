//! What has a script for SQLite fail where foreign keys, which are not looked at while tables are copied and which take
//! rows along when a table is dropped, are not what they were.

use super::foreign_keys::{has_other_type, plain_columns};
use crate::backend::{Dialect, quote_identifier, quote_literal};
use crate::migration::plan::{Change, Difference, TableChange};
use crate::migration::schema::{Column, Table};

const DIALECT: Dialect = Dialect::Sqlite;

const PROOF: &str = "alchemy_foreign_keys";

/// What must not be there; the database says it when it is.
const LEFT_BEHIND: &str = "tables that refer to a dropped one";
const DANGLING: &str = "rows that refer to nothing";

/// The statements that fail where tables refer to one that was dropped, and where rows of tables that were made anew, or
/// of those that refer to them, refer to nothing.
///
/// They also see tables that the difference knows nothing of, as those that are ignored.
pub(super) fn prove(difference: &Difference<'_>, rebuilt: &[&TableChange<'_>]) -> Vec<String> {
    let mut proofs = Vec::new();
    if !difference.dropped.is_empty() {
        proofs.push(left_behind(&difference.dropped));
    }
    for change in rebuilt {
        if !change.to.foreign_keys.is_empty() {
            proofs.push(proof(
                DANGLING,
                &format!("FROM pragma_foreign_key_check({})", quote_literal(&change.to.name)),
            ));
        }
        if changes_for_others(change) {
            proofs.push(dangling_in_others(change.to));
        }
    }
    if proofs.is_empty() {
        return proofs;
    }
    let is_used = |name: &&str| proofs.iter().any(|proof| proof.contains(*name));
    let columns: Vec<_> = [LEFT_BEHIND, DANGLING]
        .into_iter()
        .filter(is_used)
        .map(|name| format!("{name} INTEGER CHECK ({name} = 0)", name = quote(name)))
        .collect();
    let columns = columns.join(", ");
    proofs.insert(0, format!("CREATE TEMPORARY TABLE {} ({columns})", quote(PROOF)));
    proofs.push(format!("DROP TABLE temp.{}", quote(PROOF)));
    proofs
}

/// Whether what others may refer to is not what it was: a key, or a column that is part of one.
fn changes_for_others(change: &TableChange<'_>) -> bool {
    let loses_unique = change.indexes.iter().any(|index| matches!(index, Change::Gone(old) if old.unique));
    let is_other = |(from, to): (&Column, &Column)| {
        has_other_type(DIALECT, from, to) && is_in_key(change.from, &from.name)
    };
    change.primary_key.is_some()
        || !change.uniques.is_empty()
        || loses_unique
        || change.other_columns().any(is_other)
}

/// Whether a column is part of what makes rows different, as what is referred to must be.
fn is_in_key(table: &Table, column: &str) -> bool {
    let has = |columns: &[String]| columns.iter().any(|name| name == column);
    table.primary_key.iter().any(|key| has(&key.columns))
        || table.uniques.iter().any(|unique| has(&unique.columns))
        || table.indexes.iter().any(|index| index.unique && plain_columns(index).contains(&column))
}

fn left_behind(dropped: &[&Table]) -> String {
    let names: Vec<_> = dropped.iter().map(|table| quote_literal(&table.name)).collect();
    proof(
        LEFT_BEHIND,
        &format!(
            "FROM sqlite_master AS t JOIN pragma_foreign_key_list(t.name) AS k\n\
             WHERE t.type = 'table' AND k.\"table\" COLLATE NOCASE IN ({})",
            names.join(", ")
        ),
    )
}

/// The joins are in an order in which only the tables concerned are looked at.
fn dangling_in_others(table: &Table) -> String {
    let name = quote_literal(&table.name);
    proof(
        DANGLING,
        &format!(
            "FROM sqlite_master AS t CROSS JOIN pragma_foreign_key_list(t.name) AS k\n\
             CROSS JOIN pragma_foreign_key_check(t.name) AS c\n\
             WHERE t.type = 'table' AND t.name <> {name} AND k.\"table\" = {name} COLLATE NOCASE\n\
             AND k.seq = 0 AND c.fkid = k.id"
        ),
    )
}

fn proof(of: &str, rows: &str) -> String {
    format!("INSERT INTO temp.{} ({}) SELECT count(*) {rows}", quote(PROOF), quote(of))
}

fn quote(name: &str) -> String {
    quote_identifier(DIALECT, name)
}
