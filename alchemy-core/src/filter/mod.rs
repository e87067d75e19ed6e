//! Conditions, orderings and pages: what a list, a count or a `get_one` is asked for.
//!
//! # Conditions
//! [`Filter`] is a condition on the rows of one model. The handles that a model's derive makes give conditions that
//! the compiler checks:
//!
//! ```
//! # use alchemy_core::prelude::*;
//! # #[derive(Debug, Clone, UuidBase)]
//! # #[alchemy(table = "authors")]
//! # pub struct Author { pub id: Uuid, pub name: String, pub email: Option<String>, pub dob: Option<NaiveDate> }
//! let millennium = NaiveDate::from_ymd_opt(2000, 1, 1).unwrap();
//! let found = Author::DOB.ge(millennium) & (Author::NAME.icontains("ann") | Author::EMAIL.is_null());
//! # let _: Filter<Author> = found;
//! ```
//!
//! Any boolean expression of Diesel on the model's table is one as well (`authors::name.eq("Ann")`), and a `Filter`
//! is an expression of Diesel: `authors::table.filter(Author::NAME.eq("Ann"))`.
//!
//! A condition either matches a row or it does not. There is no third state: `ne`, `not_in` and the negated text
//! matches keep rows in which the column is `NULL`, and `not()` matches exactly the rows that the condition does not.
//! An empty `is_in` matches no row, an empty `not_in` every row.
//!
//! In an ordering `NULL` is smaller than every value, on every database.
//!
//! Equality and order of texts are those of the column's collation. Matches of a part of a text
//! ([`contains`](crate::model::Column::contains) and its relatives) respect case unless their name begins with `i`;
//! those take `É` for `é` on PostgreSQL and MariaDB, on SQLite they fold ASCII letters only. SQLite refuses to look for
//! a part of more than 50,000 bytes.
//!
//! JSON is equal by value on PostgreSQL, in a `json` column too. The other databases compare its text, as Alchemy
//! writes it: without spaces, and with the keys of an object in the order that `serde_json` keeps them in.
//!
//! One statement binds 32,764 values on SQLite and 65,533 on the others; a condition with more of them is refused.
//!
//! # Related rows
//! A condition may ask for rows of another table that belong to the row:
//! `Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.contains("x"))`, or [`Exists`] where several columns relate the two.
//! A table may be related to itself; there Diesel's own expressions cannot be conditions on the related rows, for they
//! could not tell the two apart.
//!
//! # Filters by name
//! Where the field is known only at run time, these name it as text: [`BeforeAfter`], [`OnBeforeAfter`],
//! [`BooleanFilter`], [`ChoicesFilter`], [`CollectionFilter`], [`NotInCollectionFilter`], [`ComparisonFilter`],
//! [`NullFilter`], [`NotNullFilter`], [`SearchFilter`] and [`NotInSearchFilter`]. A [`FilterGroup`] puts them together.
//! A name or value that does not fit is a [`FilterError`], never a condition left out.
//!
//! # Filters in JSON
//! [`MultiFilter`] reads a tree of such conditions, from a client or from where a program keeps it.
//!
//! # Whole requests
//! [`Filters`] puts a condition, orderings and a page together; [`Filters::from_params`] reads them from a query
//! string. A page is found by the number of rows before it ([`LimitOffset`]) or by the row before it ([`Keyset`]).
//! Whatever takes filters takes anything that is [`IntoFilters`].

mod before_after;
mod boolean;
mod by_name;
mod choices;
mod collection;
mod column;
mod comparison;
mod condition;
mod criteria;
mod cursor;
mod diesel_condition;
mod error;
mod exists;
mod expression;
mod filters;
mod group;
mod into_filters;
mod json;
mod keyset;
mod null;
mod operand;
mod order;
mod page;
mod params;
mod parse;
mod predicate;
mod related;
mod render;
mod search;
mod shape;
mod value;

#[cfg(test)]
mod tests;

pub use self::before_after::{BeforeAfter, OnBeforeAfter};
pub use self::boolean::BooleanFilter;
pub use self::choices::ChoicesFilter;
pub use self::collection::{CollectionFilter, NotInCollectionFilter};
pub use self::comparison::{Comparand, ComparisonFilter};
pub use self::condition::Filter;
pub(crate) use self::criteria::Criteria;
pub use self::cursor::Cursor;
pub(crate) use self::cursor::{CursorKey, CursorOf};
pub use self::error::FilterError;
pub use self::exists::{Exists, RelatesTo};
pub use self::filters::{All, Filters, all};
pub use self::group::FilterGroup;
pub use self::into_filters::{BooleanExpression, IntoFilter, IntoFilters};
pub use self::json::MultiFilter;
pub use self::keyset::Keyset;
pub(crate) use self::keyset::{Place, check_sorted, total_order};
pub use self::null::{NotNullFilter, NullFilter};
pub use self::operand::{NullableOperand, Operand, TextColumn};
pub(crate) use self::order::OrderTerm;
pub use self::order::{OrderBy, SortOrder};
pub use self::page::{LimitOffset, Paged};
pub use self::params::ParamLimits;
pub(crate) use self::render::{OrderTerms, Where, push_column, push_source};
pub use self::search::{NotInSearchFilter, SearchFilter};
pub use self::value::{FilterValue, Value};
