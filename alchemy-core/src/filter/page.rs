//! Pages.

use super::FilterError;

/// A part of the rows: at most `limit` of them, after the first `offset`.
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
