//! What conditions mean, in memory: a row matches or it does not, and `NULL` is a value like any other that is equal to
//! itself only and smaller than all others.

use std::cmp::Ordering;

use alchemy_tests::{Backend, TestDatabase};

use super::rows::{Item, ItemNote};

/// What an answer depends on beside the row.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    pub(super) fold: Fold,
    pub(super) items: Vec<Item>,
    pub(super) notes: Vec<ItemNote>,
}

/// Which characters are the same where case is ignored: beside ASCII's, these.
#[derive(Debug, Clone)]
pub(super) struct Fold(Vec<(char, char)>);

impl Fold {
    /// The letters of the pool that have a second case.
    const UPPER: &str = "ÉİЯΣ";

    /// What a database folds. SQLite folds ASCII only, MariaDB each letter, PostgreSQL those of the database's locale,
    /// which is why it is asked.
    pub(super) fn of(db: &TestDatabase) -> Self {
        let lower = match db.backend() {
            Backend::Sqlite => Self::UPPER.to_owned(),
            Backend::Postgres => db.texts(&format!("SELECT lower('{}')", Self::UPPER)).concat(),
            Backend::Mysql => "éiяσ".to_owned(),
        };
        assert_eq!(lower.chars().count(), Self::UPPER.chars().count(), "{lower}");
        Self(Self::UPPER.chars().zip(lower.chars()).collect())
    }

    fn fold(&self, character: char) -> char {
        let pair = self.0.iter().find(|(upper, _)| *upper == character);
        pair.map_or(character.to_ascii_lowercase(), |(_, lower)| *lower)
    }

    fn text(&self, text: &str, ignore_case: bool) -> Vec<char> {
        text.chars().map(|character| if ignore_case { self.fold(character) } else { character }).collect()
    }
}

/// A comparison; `None` is `NULL`.
#[derive(Debug, Clone)]
pub(super) enum Compare<T> {
    Eq(Option<T>),
    Ne(Option<T>),
    Gt(T),
    Ge(T),
    Lt(T),
    Le(T),
    Between(T, T),
    /// Between the two, which are not included.
    Inside(T, T),
    In(Vec<Option<T>>),
    NotIn(Vec<Option<T>>),
    Null,
    NotNull,
}

impl<T: PartialEq> Compare<T> {
    /// Whether a value matches, by the order of values.
    pub(super) fn matches(&self, value: Option<&T>, order: fn(&T, &T) -> Option<Ordering>) -> bool {
        let any = |values: &[Option<T>]| values.iter().any(|other| other.as_ref() == value);
        let is = |other: &T, test: fn(Ordering) -> bool| {
            value.and_then(|value| order(value, other)).is_some_and(test)
        };
        match self {
            Self::Eq(other) => value == other.as_ref(),
            Self::Ne(other) => value != other.as_ref(),
            Self::Gt(other) => is(other, Ordering::is_gt),
            Self::Ge(other) => is(other, Ordering::is_ge),
            Self::Lt(other) => is(other, Ordering::is_lt),
            Self::Le(other) => is(other, Ordering::is_le),
            Self::Between(low, high) => is(low, Ordering::is_ge) && is(high, Ordering::is_le),
            Self::Inside(low, high) => is(low, Ordering::is_gt) && is(high, Ordering::is_lt),
            Self::In(values) => any(values),
            Self::NotIn(values) => !any(values),
            Self::Null => value.is_none(),
            Self::NotNull => value.is_some(),
        }
    }
}

/// A match of a part of a text, or of a pattern.
#[derive(Debug, Clone)]
pub(super) struct Part {
    pub(super) place: Place,
    pub(super) ignore_case: bool,
    pub(super) text: String,
}

/// Where a part of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Anywhere,
    Start,
    End,
    Pattern,
}

impl Part {
    /// No part of a text that there is not.
    pub(super) fn matches(&self, fold: &Fold, value: Option<&str>) -> bool {
        let Some(value) = value else { return false };
        let value = fold.text(value, self.ignore_case);
        let text = fold.text(&self.text, self.ignore_case);
        match self.place {
            Place::Anywhere => text.is_empty() || value.windows(text.len()).any(|window| window == text),
            Place::Start => value.starts_with(&text),
            Place::End => value.ends_with(&text),
            Place::Pattern => is_like(&value, &text),
        }
    }
}

/// SQL's `LIKE`, with a backslash for escapes.
fn is_like(value: &[char], pattern: &[char]) -> bool {
    match pattern {
        [] => value.is_empty(),
        ['%', rest @ ..] => (0..=value.len()).any(|start| is_like(&value[start..], rest)),
        ['_', rest @ ..] => !value.is_empty() && is_like(&value[1..], rest),
        ['\\', escaped, rest @ ..] => value.first() == Some(escaped) && is_like(&value[1..], rest),
        [character, rest @ ..] => value.first() == Some(character) && is_like(&value[1..], rest),
    }
}

/// Whether a database orders texts by their characters, as memory does. SQLite does, and MariaDB in tables that Alchemy
/// makes; on PostgreSQL it is a matter of the database's locale.
pub(super) fn orders_by_character(db: &TestDatabase) -> bool {
    const LOCALE: &str = "SELECT datcollate FROM pg_database WHERE datname = current_database()";

    match db.backend() {
        Backend::Sqlite | Backend::Mysql => true,
        Backend::Postgres => {
            let locale = db.texts(LOCALE).concat();
            ["C", "POSIX", "C.UTF-8", "C.utf8"].contains(&locale.as_str())
        }
    }
}
