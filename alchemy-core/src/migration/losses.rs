//! What a migration loses for good.

use super::folder::Migration;
use super::script::{ScriptStatement, split};
use super::sql_file::WARNING;
use crate::backend::Dialect;

/// What the warnings of generated statements say where values are lost or changed.
const LOSSES: [&str; 6] =
    ["This drops", " loses ", " lose ", "may round or cut others", "become numbers", "become texts"];

impl Migration {
    /// What of rows and values is lost when it is applied, a sentence each: what the warnings above its statements say, and
    /// the statements that drop or delete, by their words, whoever wrote them. Empty where there is nothing of the kind; a
    /// script that cannot be taken apart is an error of its run.
    #[must_use]
    pub fn losses(&self, dialect: Dialect) -> Vec<String> {
        let statements = split(dialect, &self.up).unwrap_or_default();
        let mut losses = Vec::new();
        for (place, statement) in statements.iter().enumerate() {
            let warnings = warnings_above(&self.up, statement.line);
            let before = losses.len();
            let lost = |warning: &&str| LOSSES.iter().any(|loss| warning.contains(loss));
            losses.extend(warnings.into_iter().filter(lost).map(str::to_owned));
            if losses.len() == before && destroys(statement.sql) && !is_of_rebuild(&statements, place) {
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

/// Whether a statement is one that drops or deletes, by its words, those of its comments left out or not: what a database
/// takes for a comment is not known here.
fn destroys(sql: &str) -> bool {
    destroys_by(&words(sql)) || sql.contains("/*") && destroys_by(&words(&without_comments(sql)))
}

fn destroys_by(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        // What the database numbers rows by, and what a script of ours makes for the time that it takes.
        ["DELETE", "FROM", "SQLITE_SEQUENCE", ..] | ["DROP", "TABLE", "TEMP", "\"ALCHEMY_FOREIGN_KEYS"] => {
            false
        }
        ["DELETE" | "TRUNCATE" | "REPLACE", ..] | ["INSERT", "OR", "REPLACE", ..] => true,
        ["CREATE", "OR", "REPLACE", "TABLE", ..] => true,
        ["DROP", "TABLE" | "TEMPORARY" | "SCHEMA" | "DATABASE" | "OWNED", ..] => true,
        // Columns go with their types.
        ["DROP", "TYPE" | "DOMAIN" | "EXTENSION", rest @ ..] => rest.contains(&"CASCADE"),
        ["ALTER", "TABLE", rest @ ..] | ["ALTER", "ONLINE", "TABLE", rest @ ..] => drops_column(rest),
        // Rows go that have the same key as others.
        ["ALTER", "IGNORE", ..] | ["ALTER", "ONLINE", "IGNORE", ..] => true,
        ["WITH" | "MERGE", rest @ ..] => rest.contains(&"DELETE"),
        // Blocks, whose statements are inside, and texts that are run.
        [
            "DO" | "BEGIN" | "IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR" | "EXECUTE" | "PREPARE",
            rest @ ..,
        ] => destroys_inside(rest),
        _ => false,
    }
}

/// Whether there are statements among the words that drop or delete rows.
fn destroys_inside(words: &[&str]) -> bool {
    const HARMLESS: [&str; 6] = ["SEQUENCE", "VIEW", "TRIGGER", "FUNCTION", "PROCEDURE", "POLICY"];
    let mut words = words.iter().map(|word| word.trim_start_matches(is_quote)).peekable();
    while let Some(word) = words.next() {
        let destroys = match word {
            "DELETE" | "TRUNCATE" => true,
            "DROP" => {
                words.peek().is_none_or(|what| !HARMLESS.contains(what) && !HARMLESS_IN_TABLES.contains(what))
            }
            _ => false,
        };
        if destroys {
            return true;
        }
    }
    false
}

/// The words of a statement in capitals, each behind the quote that it may begin with: by that a name is told from a keyword.
fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for letter in sql.chars() {
        if letter.is_alphanumeric() || letter == '_' {
            word.push(letter.to_ascii_uppercase());
            continue;
        }
        words.push(std::mem::take(&mut word));
        word.extend(Some(letter).filter(|letter| is_quote(*letter)));
    }
    words.push(word);
    words.retain(|word| !word.trim_start_matches(is_quote).is_empty());
    words
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '`' | '[' | '\'')
}

/// A statement without what is between the signs of comments. MariaDB runs some of them, and they stay.
fn without_comments(sql: &str) -> String {
    let mut pieces = sql.split("/*");
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (comment, after) = piece.split_once("*/").unwrap_or((piece, ""));
        if let Some(run) = comment.strip_prefix("M!").or_else(|| comment.strip_prefix('!')) {
            text.push(' ');
            // The version from which on it is run.
            text.push_str(run.trim_start_matches(|letter: char| letter.is_ascii_digit()));
        }
        text.push(' ');
        text.push_str(after);
    }
    text
}

/// What an `ALTER TABLE` drops without losing values.
const HARMLESS_IN_TABLES: [&str; 11] = [
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

/// Whether the words of an `ALTER TABLE` drop a column or a partition.
fn drops_column(words: &[&str]) -> bool {
    let mut pairs = words.windows(2);
    pairs.any(|pair| pair[0] == "DROP" && !HARMLESS_IN_TABLES.contains(&pair[1]))
        || words.contains(&"TRUNCATE")
}

/// Whether a table is dropped that a copy of its rows takes the place of, as SQLite's are rebuilt.
fn is_of_rebuild(statements: &[ScriptStatement<'_>], place: usize) -> bool {
    let (before, after) = statements.split_at(place);
    let Some(table) = after.first().and_then(|statement| statement.sql.strip_prefix("DROP TABLE ")) else {
        return false;
    };
    let copy = after.iter().find_map(|statement| {
        let (copy, name) = statement.sql.strip_prefix("ALTER TABLE ")?.split_once(" RENAME TO ")?;
        (copy.starts_with("\"new_") && name == table).then_some(copy)
    });
    copy.is_some_and(|copy| {
        let (into, from) = (format!("INSERT INTO {copy} ("), format!("\nFROM {table}"));
        before.iter().any(|other| other.sql.starts_with(&into) && other.sql.ends_with(&from))
    })
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
            "DROP TEMPORARY TABLE a",
            "DROP TABLE temp",
            "DROP TABLE`a`",
            "DROP /* all of */ TABLE a",
            "/*!50000 DROP TABLE a */",
            "DROP TYPE mood CASCADE",
            "DROP OWNED BY ann",
            "ALTER TABLE a DROP \"key\"",
            "ALTER TABLE a DROP `index`, ADD b INT",
            "ALTER TABLE a ALTER b SET DEFAULT '/*', DROP c",
            "ALTER IGNORE TABLE a ADD UNIQUE (b)",
            "ALTER ONLINE TABLE a DROP COLUMN b",
            "REPLACE INTO a VALUES (1)",
            "REPLACE a VALUES (1)",
            "INSERT OR REPLACE INTO a VALUES (1)",
            "MERGE INTO a USING b ON a.id = b.id WHEN MATCHED THEN DELETE",
            "BEGIN NOT ATOMIC DELETE FROM a; END",
            "EXECUTE IMMEDIATE 'DROP TABLE a'",
            "WITH b AS (SELECT 1) DELETE FROM a",
            "DO $$ BEGIN DROP TABLE a; END $$",
            "DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE a'; END $$",
        ] {
            assert!(destroys(sql), "{sql}");
        }
        for sql in [
            "CREATE TABLE drop_a (id INTEGER)",
            "ALTER TABLE a ADD b INTEGER",
            "ALTER TABLE a DROP CONSTRAINT b",
            "ALTER TABLE a ALTER b DROP NOT NULL",
            "ALTER TABLE \"drop\" ADD COLUMN \"drop\" INTEGER",
            "CREATE TABLE a (id INTEGER /* DROP TABLE b */)",
            "DROP TYPE mood",
            "DO $do$ BEGIN EXECUTE format('DROP SEQUENCE %s', 'a'); END $do$",
            "DO $$ BEGIN EXECUTE 'DROP SEQUENCE a'; END $$",
            "DROP INDEX a",
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
        let script = "CREATE TABLE \"new_a\" (id INTEGER);\nINSERT INTO \"new_a\" (\"id\")\nSELECT \"id\"\nFROM \"a\";\n\
                      DELETE FROM sqlite_sequence WHERE name = 'new_a';\nDROP TABLE \"a\";\n\
                      ALTER TABLE \"new_a\" RENAME TO \"a\";\nDROP TABLE temp.\"alchemy_foreign_keys\";\n";
        assert_eq!(losses(script), [""; 0]);
        for other in [
            "DROP TABLE \"a\";\nALTER TABLE \"b\" RENAME TO \"a\";",
            "CREATE TABLE \"new_a\" (id INTEGER);\nDROP TABLE \"a\";\nALTER TABLE \"new_a\" RENAME TO \"a\";",
            "INSERT INTO \"new_a\" (\"id\")\nSELECT \"id\"\nFROM \"b\";\nDROP TABLE \"a\";\n\
             ALTER TABLE \"new_a\" RENAME TO \"a\";",
        ] {
            assert_eq!(losses(other), ["`1_a` runs: DROP TABLE \"a\""], "{other}");
        }
    }
}
