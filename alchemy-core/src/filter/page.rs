//! Pages.

use super::{FilterError, Keyset};

/// A part of the rows: at most `limit` of them, after the first `offset`.
///
/// The rows that are passed over are read all the same, and rows that come or go move the pages after them; a
/// [`Keyset`] page knows neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LimitOffset {
    /// How many rows at most.
    pub limit: i64,
    /// How many rows are passed over.
    pub offset: i64,
}

/// What may ask for a page.
pub trait Paged {
    /// The page that is asked for; `None` for all rows.
    fn page(&self) -> Option<LimitOffset>;
}

/// A page, in either of the ways to ask for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Page {
    /// By the number of rows before it.
    Offset(LimitOffset),
    /// By the row before it or after it.
    Keyset(Keyset),
}

impl LimitOffset {
    /// At most `limit` rows, after the first `offset`.
    #[must_use]
    pub const fn new(limit: i64, offset: i64) -> Self {
        Self { limit, offset }
    }

    /// Refuses negative numbers; SQLite would take a negative limit for none.
    pub(super) fn check(self) -> Result<Self, FilterError> {
        for (name, number) in [("limit", self.limit), ("offset", self.offset)] {
            if number < 0 {
                return Err(FilterError::invalid_value(name, "zero or greater"));
            }
        }
        Ok(self)
    }
}

impl Page {
    /// The page as one that is found by a number of rows.
    ///
    /// # Errors
    /// When it is of the other kind.
    pub(crate) fn limit_offset(&self) -> Result<LimitOffset, FilterError> {
        match self {
            Self::Offset(page) => Ok(*page),
            Self::Keyset(keyset) if keyset.cursor().is_some() => Err(FilterError::invalid_cursor()),
            Self::Keyset(_) => Err(FilterError::UnexpectedPage),
        }
    }

    /// The page as one that is found by a row. The first of the other kind is the first of this kind, too.
    ///
    /// # Errors
    /// When it is another page than the first, or has no rows.
    pub(crate) fn keyset(&self) -> Result<Keyset, FilterError> {
        let keyset = match self {
            Self::Keyset(keyset) => keyset.clone(),
            Self::Offset(LimitOffset { limit, offset: 0 }) => Keyset::first(*limit),
            Self::Offset(_) => {
                return Err(FilterError::invalid_value("offset", "zero: other pages are found by a cursor"));
            }
        };
        if keyset.limit() < 1 {
            return Err(FilterError::invalid_value("limit", "at least 1"));
        }
        Ok(keyset)
    }
}

impl Paged for LimitOffset {
    fn page(&self) -> Option<LimitOffset> {
        Some(*self)
    }
}

impl<P: Paged + ?Sized> Paged for &P {
    fn page(&self) -> Option<LimitOffset> {
        P::page(self)
    }
}
