//! A page of a list, as it is sent.

use serde::{Deserialize, Serialize};

use crate::filter::Paged;

/// A page of a list, and how many rows there are in all.
///
/// ```
/// use alchemy_core::filter::LimitOffset;
/// use alchemy_core::schema::OffsetPagination;
///
/// let page = OffsetPagination::new(vec!["Ann", "Bob"], 12, &LimitOffset::new(2, 4)).map(str::to_uppercase);
/// assert_eq!(page.items, ["ANN", "BOB"]);
/// assert_eq!((page.limit, page.offset, page.total), (2, 4, 12));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffsetPagination<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// How many rows a page has at most.
    pub limit: i64,
    /// How many rows come before this page.
    pub offset: i64,
    /// How many rows there are in all.
    pub total: i64,
}

impl<T> OffsetPagination<T> {
    /// The page that `filters` asked for; where they asked for none, `items` are all there is from the start.
    pub fn new(items: Vec<T>, total: i64, filters: &impl Paged) -> Self {
        let (limit, offset) = match filters.page() {
            Some(page) => (page.limit, page.offset),
            None => (i64::try_from(items.len()).unwrap_or(i64::MAX), 0),
        };
        Self { items, limit, offset, total }
    }

    /// The page with each item converted.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> OffsetPagination<U> {
        let Self { items, limit, offset, total } = self;
        OffsetPagination { items: items.into_iter().map(convert).collect(), limit, offset, total }
    }
}

/// A page of a list that is found by a row, and the cursors that lead to the pages beside it.
///
/// `next` and `previous` go back to the server as they are, as the query string's `cursor` or in a
/// [`Keyset::at`](crate::filter::Keyset::at).
///
/// - `next` is there if there are more rows after these, and always on a page that was reached by a `previous`: rows
///   came after it then.
/// - `previous` is there if there are more rows before these, and always on a page that was reached by a `next`. On a page
///   that no cursor led to, the first, it is `None`.
///
/// What is "always" there may lead to a page without items, if the rows that were there have gone; and that has a cursor
/// that leads back.
///
/// ```
/// use alchemy_core::schema::CursorPage;
///
/// let page = CursorPage { items: vec![1, 2], next: Some("AQBz".to_owned()), previous: None, limit: 2 };
/// let json = serde_json::to_string(&page.map(|number| number * 10)).unwrap();
/// assert_eq!(json, r#"{"items":[10,20],"next":"AQBz","previous":null,"limit":2}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CursorPage<T> {
    /// The rows of this page, in the order of the list whichever way it was reached.
    pub items: Vec<T>,
    /// The cursor of the page after this one.
    pub next: Option<String>,
    /// The cursor of the page before this one.
    pub previous: Option<String>,
    /// How many rows a page has at most.
    pub limit: i64,
}

impl<T> CursorPage<T> {
    /// The page with each item converted.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> CursorPage<U> {
        let Self { items, next, previous, limit } = self;
        CursorPage { items: items.into_iter().map(convert).collect(), next, previous, limit }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter::LimitOffset;

    #[test]
    fn a_page_is_sent_as_items_limit_offset_and_total() {
        let page = OffsetPagination::new(vec![1, 2], 7, &LimitOffset::new(2, 4));
        let json = serde_json::to_string(&page).expect("plain data");
        assert_eq!(json, r#"{"items":[1,2],"limit":2,"offset":4,"total":7}"#);
        assert_eq!(serde_json::from_str::<OffsetPagination<i32>>(&json).expect("the same"), page);
    }

    #[test]
    fn the_total_of_a_page_past_the_end_stays() {
        let page = OffsetPagination::new(Vec::<i32>::new(), 7, &LimitOffset::new(2, 100));
        assert_eq!((page.offset, page.total), (100, 7));
    }
}
