//! What scripts of SQL look like in each database.

mod body;
mod client;
mod head;

use super::Dialect;

pub(crate) use self::body::Body;
pub(crate) use self::client::{client_call, client_delimiter};

/// What a database takes for quotes and comments.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexis {
    /// What opens and closes a quote, beside `'` and `"`; doubled inside it stands for itself.
    pub(crate) more_quotes: &'static [(char, char)],
    /// Whether `\` takes the next character's meaning away, between `'` and between `"`.
    pub(crate) backslashes: bool,
    /// Whether it does so in `E'…'`.
    pub(crate) escape_strings: bool,
    /// Whether there are quotes in dollars: `$$…$$`, `$tag$…$tag$`.
    pub(crate) dollar_quotes: bool,
    /// Whether `/* … */` has others inside.
    pub(crate) nested_comments: bool,
    /// Whether `#` begins a comment.
    pub(crate) hash_comments: bool,
    /// Whether `--` does so only before a space.
    pub(crate) dashes_need_space: bool,
    /// What a comment begins with that is run all the same.
    pub(crate) run_comments: &'static [&'static str],
    /// Whether a semicolon in parentheses ends nothing.
    pub(crate) parentheses: bool,
}

impl Lexis {
    /// That of a database.
    pub(crate) const fn of(dialect: Dialect) -> Self {
        match dialect {
            // https://www.sqlite.org/lang_keywords.html, https://www.sqlite.org/lang_comment.html
            Dialect::Sqlite => Self {
                more_quotes: &[('`', '`'), ('[', ']')],
                backslashes: false,
                escape_strings: false,
                dollar_quotes: false,
                nested_comments: false,
                hash_comments: false,
                dashes_need_space: false,
                run_comments: &[],
                parentheses: false,
            },
            // https://www.postgresql.org/docs/current/sql-syntax-lexical.html; rules have statements in parentheses.
            Dialect::Postgres => Self {
                more_quotes: &[],
                backslashes: false,
                escape_strings: true,
                dollar_quotes: true,
                nested_comments: true,
                hash_comments: false,
                dashes_need_space: false,
                run_comments: &[],
                parentheses: true,
            },
            // https://mariadb.com/kb/en/string-literals/, https://mariadb.com/kb/en/comment-syntax/
            Dialect::Mysql => Self {
                more_quotes: &[('`', '`')],
                backslashes: true,
                escape_strings: false,
                dollar_quotes: false,
                nested_comments: false,
                hash_comments: true,
                dashes_need_space: true,
                run_comments: &["/*!", "/*M!"],
                parentheses: false,
            },
        }
    }
}

/// What a statement does to the transaction that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TransactionWord {
    Begin,
    Commit,
    /// Ends one and begins another: `AND CHAIN`.
    Chain,
    Rollback,
}

/// Whether a statement begins or ends a transaction, by its words.
pub(crate) fn transaction_word(dialect: Dialect, sql: &str) -> Option<TransactionWord> {
    let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
    let mut words = sql.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    let first = words.next()?.to_ascii_uppercase();
    let second = words.next().unwrap_or_default().to_ascii_uppercase();
    let chains =
        words.clone().zip(words.clone().skip(1)).any(|(word, next)| is(word, "AND") && is(next, "CHAIN"))
            || second == "AND" && words.clone().next().is_some_and(|word| is(word, "CHAIN"));
    match (first.as_str(), second.as_str()) {
        // A block of MariaDB's, PostgreSQL's two-phase commit, and the part of a transaction.
        ("BEGIN", "NOT") | ("COMMIT" | "ROLLBACK", "PREPARED") | ("ROLLBACK", "TO") => None,
        ("BEGIN", _) | ("START", "TRANSACTION") => Some(TransactionWord::Begin),
        ("COMMIT" | "END" | "ROLLBACK" | "ABORT", _) if chains => Some(TransactionWord::Chain),
        ("COMMIT", _) => Some(TransactionWord::Commit),
        ("END", _) if dialect != Dialect::Mysql => Some(TransactionWord::Commit),
        ("ROLLBACK", _) if words.any(|word| word.eq_ignore_ascii_case("TO")) => None,
        ("ROLLBACK", _) => Some(TransactionWord::Rollback),
        ("ABORT", _) if dialect == Dialect::Postgres => Some(TransactionWord::Rollback),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transactions_are_told_by_their_words() {
        use Dialect::{Mysql, Postgres, Sqlite};
        let word = transaction_word;
        for begin in ["BEGIN", "begin immediate", "BEGIN;", "START TRANSACTION", "BEGIN WORK"] {
            assert_eq!(word(Postgres, begin), Some(TransactionWord::Begin), "{begin}");
        }
        assert_eq!(word(Sqlite, "END TRANSACTION"), Some(TransactionWord::Commit));
        assert_eq!(word(Mysql, "end"), None);
        for chain in
            ["COMMIT AND CHAIN", "rollback work and chain", "COMMIT TRANSACTION AND CHAIN NO RELEASE"]
        {
            assert_eq!(word(Mysql, chain), Some(TransactionWord::Chain), "{chain}");
        }
        assert_eq!(word(Mysql, "COMMIT AND NO CHAIN"), Some(TransactionWord::Commit));
        assert_eq!(word(Mysql, "BEGIN NOT ATOMIC SELECT 1; END"), None);
        assert_eq!(word(Postgres, "ROLLBACK"), Some(TransactionWord::Rollback));
        assert_eq!(word(Postgres, "ABORT"), Some(TransactionWord::Rollback));
        assert_eq!(word(Sqlite, "ABORT"), None);
        for other in
            ["ROLLBACK TO x", "ROLLBACK TRANSACTION TO SAVEPOINT x", "COMMIT PREPARED 'x'", "SELECT 1", ""]
        {
            assert_eq!(word(Postgres, other), None, "{other}");
        }
    }
}
