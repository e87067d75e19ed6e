//! What a migration loses for good.

use super::folder::Migration;
use super::script::{ScriptStatement, split};
use super::sql_file::WARNING;
use crate::backend::Dialect;

/// What the warnings of generated statements say where values are lost or changed.
const LOSSES: [&str; 7] = [
    "This drops",
    " loses ",
    " lose ",
    "may round or cut others",
    "become numbers",
    "become texts",
    "duplicate keys",
];

impl Migration {
    /// What of rows and values is lost when it is applied, a sentence each: what the warnings above its statements say, and
    /// the statements that drop or delete, by their words, whoever wrote them. Empty where there is nothing of the kind; a
    /// script that cannot be taken apart is an error of its run.
    #[must_use]
    pub fn losses(&self, dialect: Dialect) -> Vec<String> {
        let statements = split(dialect, &self.up).unwrap_or_default();
        let mut losses = Vec::new();
        for statement in &statements {
            let warnings = warnings_above(&self.up, statement.line);
            let before = losses.len();
            let lost = |warning: &&str| LOSSES.iter().any(|loss| warning.contains(loss));
            losses.extend(warnings.into_iter().filter(lost).map(str::to_owned));
            if losses.len() == before && destroys(statement.sql) && !is_of_rebuild(statement, &statements) {
                losses.push(format!("`{}` runs: {}", self.name, super::error::one_line(statement.sql)));
            }
        }
        losses
    }
}

/// The warnings right above a line, from the first on.
fn warnings_above(script: &str, line: usize) -> Vec<&str> {
    let above: Vec<&str> = script.lines().take(line.saturating_sub(1)).collect();
    let comments = above.iter().rev().take_while(|line| line.trim_start().starts_with("--"));
    let mut warnings: Vec<&str> = comments.filter_map(|line| line.strip_prefix(WARNING)).collect();
    warnings.reverse();
    warnings
}

/// Whether a statement is one that drops or deletes, by its words.
fn destroys(sql: &str) -> bool {
    let words: Vec<String> = sql
        .split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_uppercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // What the database numbers rows by, and what lasts as long as the connection.
        ["DELETE", "FROM", "SQLITE_SEQUENCE", ..] | ["DROP", "TABLE", "TEMP", ..] => false,
        ["DELETE" | "TRUNCATE", ..] | ["REPLACE", "INTO", ..] => true,
        ["CREATE", "OR", "REPLACE", "TABLE", ..] => true,
        ["DROP", "TABLE" | "SCHEMA" | "DATABASE", ..] => true,
        ["ALTER", "TABLE", rest @ ..] => drops_column(rest),
        ["WITH", rest @ ..] => rest.contains(&"DELETE"),
        // Blocks, whose statements are inside.
        ["DO" | "BEGIN" | "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR", rest @ ..] => {
            let dropped = |pair: &[&str]| {
                pair[0] == "DROP" && ["COLUMN", "DATABASE", "SCHEMA", "TABLE"].contains(&pair[1])
            };
            rest.windows(2).any(dropped) || rest.iter().any(|word| ["DELETE", "TRUNCATE"].contains(word))
        }
        _ => false,
    }
}

/// Whether the words of an `ALTER TABLE` drop a column or a partition: what is no constraint, default or the like.
fn drops_column(words: &[&str]) -> bool {
    const HARMLESS: [&str; 11] = [
        "CONSTRAINT",
        "FOREIGN",
        "INDEX",
        "KEY",
        "PRIMARY",
        "DEFAULT",
        "NOT",
        "IDENTITY",
        "EXPRESSION",
        "CHECK",
        "SYSTEM",
    ];
    let mut pairs = words.windows(2);
    pairs.any(|pair| pair[0] == "DROP" && !HARMLESS.contains(&pair[1])) || words.contains(&"TRUNCATE")
}

/// Whether a table is dropped that a copy takes the place of, as SQLite's are rebuilt.
fn is_of_rebuild(statement: &ScriptStatement<'_>, statements: &[ScriptStatement<'_>]) -> bool {
    let Some(table) = statement.sql.strip_prefix("DROP TABLE ") else { return false };
    let renamed = format!(" RENAME TO {table}");
    let later = statements.iter().filter(|other| other.line > statement.line);
    later.map(|other| other.sql).any(|sql| sql.starts_with("ALTER TABLE \"new_") && sql.ends_with(&renamed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn losses(up: &str) -> Vec<String> {
        let migration = Migration {
            version: "1".to_owned(),
            name: "1_a".to_owned(),
            folder: None,
            up: up.to_owned(),
            down: None,
            run_in_transaction: true,
        };
        migration.losses(Dialect::Sqlite)
    }

    #[test]
    fn statements_that_destroy_are_told_by_their_words() {
        for sql in [
            "DROP TABLE a",
            "drop  table a",
            "DELETE FROM a",
            "TRUNCATE a",
            "ALTER TABLE a DROP COLUMN b",
            "ALTER TABLE a DROP b",
            "ALTER TABLE a DROP PARTITION p",
            "CREATE OR REPLACE TABLE a (id INT)",
            "REPLACE INTO a VALUES (1)",
            "WITH b AS (SELECT 1) DELETE FROM a",
            "DO $$ BEGIN DROP TABLE a; END $$",
        ] {
            assert!(destroys(sql), "{sql}");
        }
        for sql in [
            "CREATE TABLE drop_a (id INTEGER)",
            "ALTER TABLE a ADD b INTEGER",
            "ALTER TABLE a DROP CONSTRAINT b",
            "ALTER TABLE a ALTER b DROP NOT NULL",
            "DROP INDEX a",
            "DO $$ BEGIN EXECUTE 'DROP SEQUENCE a'; END $$",
            "DELETE FROM sqlite_sequence WHERE name = 'new_a'",
            "SELECT 1",
            "",
        ] {
            assert!(!destroys(sql), "{sql}");
        }
    }

    #[test]
    fn each_statement_is_looked_at_whatever_is_said_of_others() {
        let script = "-- WARNING: Nobody writes to `a` while the index is made.\nCREATE INDEX i ON a (b);\nDROP TABLE x;\n\
                      -- WARNING: This fails where values cannot be turned into INTEGER, and may round or cut others.\n\
                      ALTER TABLE a ALTER b TYPE INTEGER;\n-- WARNING: This drops the values of `a.c`.\n\
                      ALTER TABLE a DROP COLUMN c;\n";
        assert_eq!(
            losses(script),
            [
                "`1_a` runs: DROP TABLE x",
                "This fails where values cannot be turned into INTEGER, and may round or cut others.",
                "This drops the values of `a.c`.",
            ]
        );
    }

    #[test]
    fn a_table_that_is_made_anew_is_not_lost() {
        let script = "CREATE TABLE \"new_a\" (id INTEGER);\nINSERT INTO \"new_a\" SELECT id FROM \"a\";\n\
                      DELETE FROM sqlite_sequence WHERE name = 'new_a';\nDROP TABLE \"a\";\n\
                      ALTER TABLE \"new_a\" RENAME TO \"a\";\nDROP TABLE temp.\"alchemy_foreign_keys\";\n";
        assert_eq!(losses(script), [""; 0]);
        assert_eq!(
            losses("DROP TABLE \"a\";\nALTER TABLE \"b\" RENAME TO \"a\";"),
            ["`1_a` runs: DROP TABLE \"a\""]
        );
    }
}
