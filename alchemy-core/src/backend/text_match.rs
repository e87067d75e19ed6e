//! How each database matches text against a pattern.
//!
//! | | respecting case | ignoring case |
//! |---|---|---|
//! | PostgreSQL | `LIKE` | `ILIKE` |
//! | SQLite | `GLOB` | `LIKE`, which folds ASCII letters only |
//! | MariaDB | `LIKE` on the binary collation | `LIKE` on the binary collation of both sides in lower case |
//!
//! MariaDB's own collations ignore accents along with case, which is more than is asked for; the conversion to
//! `utf8mb4` makes the collation hold for a column of any character set.

use diesel::QueryResult;
use diesel::sql_types::Text;

use super::{BindPass, Dialect};

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PatternPart<'a> {
    /// This text and nothing else.
    Literal(&'a str),
    /// Any characters, none included.
    AnyText,
    /// Any one character.
    AnyChar,
}

/// A pattern, written in the languages that the databases know.
///
/// Both forms are made beforehand, because a statement binds values that outlive its rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextPattern {
    like: String,
    glob: String,
}

impl TextPattern {
    /// The pattern of these parts; `None` where it holds a NUL, at which SQLite would cut it off and which
    /// PostgreSQL stores in no text, so that it is best said to match nothing.
    pub(crate) fn new(parts: &[PatternPart<'_>]) -> Option<Self> {
        let mut pattern = Self { like: String::new(), glob: String::new() };
        for part in parts {
            match part {
                PatternPart::AnyText => {
                    pattern.like.push('%');
                    pattern.glob.push('*');
                }
                PatternPart::AnyChar => {
                    pattern.like.push('_');
                    pattern.glob.push('?');
                }
                PatternPart::Literal(text) => pattern.push_literal(text)?,
            }
        }
        Some(pattern)
    }

    fn push_literal(&mut self, text: &str) -> Option<()> {
        for character in text.chars() {
            match character {
                '\0' => return None,
                // A backslash would need other spellings by the server's settings.
                '%' | '_' | '!' => self.like.extend(['!', character]),
                _ => self.like.push(character),
            }
            match character {
                '*' | '?' | '[' => self.glob.extend(['[', character, ']']),
                _ => self.glob.push(character),
            }
        }
        Some(())
    }

    /// Pushes the comparison of a column, which `push_column` pushes, with this pattern.
    pub(crate) fn push<'b>(
        &'b self,
        mut out: BindPass<'_, 'b>,
        ignore_case: bool,
        push_column: impl FnOnce(BindPass<'_, 'b>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        let form = Form::of(out.backend().dialect(), ignore_case);
        out.push_sql(form.before_column);
        push_column(out.reborrow())?;
        out.push_sql(form.before_pattern);
        let pattern = if form.glob { &self.glob } else { &self.like };
        check_length(out.backend().dialect(), pattern)?;
        out.push_bind_param::<Text, str>(pattern.as_str())?;
        out.push_sql(form.after_pattern);
        Ok(())
    }
}

/// Refuses a pattern that is too long for the database; only SQLite has a limit below that of any text.
fn check_length(dialect: Dialect, pattern: &str) -> QueryResult<()> {
    // https://www.sqlite.org/limits.html (`SQLITE_MAX_LIKE_PATTERN_LENGTH`)
    const SQLITE_MAX: usize = 50_000;

    if dialect != Dialect::Sqlite || pattern.len() <= SQLITE_MAX {
        return Ok(());
    }
    let reason = format!("a text of more than {SQLITE_MAX} bytes cannot be searched for in SQLite");
    Err(super::bind::out_of_range(reason))
}

/// The SQL around a column and its pattern.
struct Form {
    before_column: &'static str,
    before_pattern: &'static str,
    after_pattern: &'static str,
    glob: bool,
}

impl Form {
    const fn of(dialect: Dialect, ignore_case: bool) -> Self {
        match (dialect, ignore_case) {
            (Dialect::Postgres, false) | (Dialect::Sqlite, true) => Self::like("", " LIKE "),
            (Dialect::Postgres, true) => Self::like("", " ILIKE "),
            (Dialect::Sqlite, false) => {
                Self { before_column: "", before_pattern: " GLOB ", after_pattern: "", glob: true }
            }
            (Dialect::Mysql, false) => Self::like("CONVERT(", " USING utf8mb4) COLLATE utf8mb4_bin LIKE "),
            (Dialect::Mysql, true) => Self {
                before_column: "LOWER(CONVERT(",
                before_pattern: " USING utf8mb4)) COLLATE utf8mb4_bin LIKE LOWER(",
                after_pattern: ") ESCAPE '!'",
                glob: false,
            },
        }
    }

    const fn like(before_column: &'static str, before_pattern: &'static str) -> Self {
        Self { before_column, before_pattern, after_pattern: " ESCAPE '!'", glob: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_either_language_are_literal_in_text() {
        let parts = [PatternPart::AnyText, PatternPart::Literal("a%b_c!d*e?f[g]\\'"), PatternPart::AnyChar];
        let pattern = TextPattern::new(&parts).expect("no NUL");
        assert_eq!(pattern.like, "%a!%b!_c!!d*e?f[g]\\'_");
        assert_eq!(pattern.glob, "*a%b_c!d[*]e[?]f[[]g]\\'?");
    }

    #[test]
    fn a_pattern_with_nul_is_refused() {
        assert_eq!(TextPattern::new(&[PatternPart::Literal("a\0b")]), None);
    }
}
