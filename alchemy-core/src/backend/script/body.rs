//! Statements that have others inside: triggers, procedures, functions, events and blocks.

use super::head::Head;
use crate::backend::Dialect;

/// Follows the words of a statement, to tell whether a semicolon ends it or is part of its body.
///
/// One that goes wrong keeps statements together, which databases run all the same; it never tears one apart that it knows.
#[derive(Debug)]
pub(crate) struct Body {
    dialect: Dialect,
    kind: Kind,
    /// What of MariaDB's head has come, until its body does.
    head: Option<Head>,
    /// How many words and signs there were, as far as the kind is not known.
    seen: usize,
    /// The last two words, in capitals, or signs.
    last: String,
    before_last: String,
    open: Vec<Block>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unknown,
    /// Without a body.
    Plain,
    WithBody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Statements,
    /// A `CASE` that is a value.
    Value,
}

/// How far into a `CREATE` the word that says what it creates is looked for.
const HEADER: usize = 24;

impl Body {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            kind: Kind::Unknown,
            head: None,
            seen: 0,
            last: String::new(),
            before_last: String::new(),
            open: Vec::new(),
        }
    }

    /// Takes the next word or sign of the statement; a quote is `'`.
    pub(crate) fn push(&mut self, token: &str) {
        let token = token.to_ascii_uppercase();
        match self.kind {
            Kind::Unknown => {
                self.kind = self.kind_with(&token);
                self.seen += 1;
                if self.kind == Kind::WithBody && self.dialect == Dialect::Mysql {
                    self.begin_mysql(&token);
                }
            }
            Kind::Plain => {}
            Kind::WithBody => match self.dialect {
                // Its triggers end with `; END`, whatever else may.
                Dialect::Sqlite => {}
                Dialect::Postgres => self.nest_atomic(&token),
                Dialect::Mysql => self.nest(&token),
            },
        }
        self.before_last = std::mem::replace(&mut self.last, token);
    }

    /// Whether a semicolon here ends the statement.
    pub(crate) fn ends(&self) -> bool {
        match (self.kind, self.dialect) {
            (Kind::WithBody, Dialect::Sqlite) => self.last == "END" && self.before_last == ";",
            (Kind::WithBody, _) => self.open.is_empty(),
            _ => true,
        }
    }

    fn kind_with(&self, token: &str) -> Kind {
        if self.seen == 0 {
            return match (token, self.dialect) {
                ("CREATE", _) => Kind::Unknown,
                ("IF" | "CASE" | "LOOP" | "WHILE" | "REPEAT" | "FOR", Dialect::Mysql) => Kind::WithBody,
                // Any word may be the label of a block.
                (_, Dialect::Mysql) => Kind::Unknown,
                _ => Kind::Plain,
            };
        }
        if self.seen == 1 && self.dialect == Dialect::Mysql {
            match (self.last.as_str(), token) {
                ("BEGIN", "NOT") | (_, ":") => return Kind::WithBody,
                ("CREATE" | "ALTER", _) => {}
                _ => return Kind::Plain,
            }
        }
        // Who defines it may be called anything.
        if self.dialect == Dialect::Mysql && matches!(self.last.as_str(), "=" | "@" | "." | "-") {
            return Kind::Unknown;
        }
        match (token, self.dialect) {
            ("TRIGGER", Dialect::Sqlite | Dialect::Mysql) => Kind::WithBody,
            ("FUNCTION" | "PROCEDURE", Dialect::Postgres | Dialect::Mysql) => Kind::WithBody,
            ("EVENT", Dialect::Mysql) => Kind::WithBody,
            ("TABLE" | "VIEW" | "INDEX" | "TRIGGER" | "DATABASE" | "SCHEMA" | "USER" | "ROLE", _) => {
                Kind::Plain
            }
            _ if self.seen >= HEADER => Kind::Plain,
            _ => Kind::Unknown,
        }
    }

    /// `BEGIN ATOMIC … END`: <https://www.postgresql.org/docs/current/sql-createfunction.html>.
    fn nest_atomic(&mut self, token: &str) {
        // What follows is the name of a column.
        if matches!(self.last.as_str(), "." | "AS") {
            return;
        }
        match token {
            "ATOMIC" if self.last == "BEGIN" => self.open.push(Block::Statements),
            "CASE" if !self.open.is_empty() => self.open.push(Block::Value),
            "END" => drop(self.open.pop()),
            _ => {}
        }
    }

    /// Takes the word by which it is known to have a body.
    fn begin_mysql(&mut self, token: &str) {
        match token {
            "TRIGGER" | "FUNCTION" | "PROCEDURE" | "EVENT" => self.head = Some(Head::of(token)),
            // What comes after a label begins a statement.
            ":" => {}
            // A block, and that of `BEGIN NOT ATOMIC`.
            _ => self.open.push(Block::Statements),
        }
    }

    /// Compound statements: <https://mariadb.com/kb/en/programmatic-compound-statements/>.
    fn nest(&mut self, token: &str) {
        let begins = match &mut self.head {
            Some(head) => {
                if !head.push(token) {
                    return;
                }
                self.head = None;
                true
            }
            None => self.begins_statement(),
        };
        match token {
            // What follows a dot is the name of a column.
            _ if self.last == "." && !begins => {}
            "END" => drop(self.open.pop()),
            // `END CASE`, `END IF` …
            _ if self.last == "END" && !begins => {}
            "BEGIN" => self.open.push(Block::Statements),
            "CASE" if begins => self.open.push(Block::Statements),
            "CASE" => self.open.push(Block::Value),
            "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if begins => self.open.push(Block::Statements),
            _ => {}
        }
    }

    fn begins_statement(&self) -> bool {
        // In a value, `THEN` and `ELSE` come before other values.
        self.open.last() != Some(&Block::Value)
            && matches!(
                self.last.as_str(),
                ";" | ":" | "BEGIN" | "ATOMIC" | "THEN" | "ELSE" | "DO" | "LOOP" | "REPEAT"
            )
    }
}
