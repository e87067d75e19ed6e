//! Verbs that read.

use super::{Service, input};
use crate::filter::IntoFilters;
use crate::model::{IntoKey, Keyed, Model};
use crate::schema::{CursorPage, Schema};
use crate::session::Access;
use crate::verb::{self, Ends, Rows};

verbs! {
    impl Service<M: Keyed> as service;

    /// Reads the row with a key: 1 statement.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound); [`Config`](crate::Error::Config) for a lookup by columns that are not
    /// unique.
    fn get(key: impl IntoKey<M>) -> M {
        let reading = service.reading();
        given key = input::key(key);
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::get(executor, M::META, &key, reading, &mut rows);
        then rows.one()
    }

    /// Reads the row with a slug: 1 statement.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound); [`Config`](crate::Error::Config) for a model without one.
    fn get_by_slug(slug: impl Into<String>) -> M {
        let reading = service.reading();
        given key = input::slug_key::<M>(slug.into());
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::get(executor, M::META, &key, reading, &mut rows);
        then rows.one()
    }

    /// A slug for a text that no row has: 1 statement, or more where slugs of the same text are taken. A row that is
    /// created without a slug is given one by itself, which unlike this stays free until the row has it.
    ///
    /// # Errors
    /// [`Config`](crate::Error::Config) for a model without a slug.
    fn available_slug(text: impl Into<String>) -> String {
        let text = Into::<String>::into(text);
        run Access::Read => slug = String::new() => |executor|
            verb::available_slug(executor, M::META, &text, &mut slug);
        then Ok(slug)
    }
}

verbs! {
    impl Service<M: Model> as service;

    /// Reads the only row that matches: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), [`MultipleRows`](crate::Error::MultipleRows),
    /// [`Filter`](crate::Error::Filter).
    fn get_one(filters: impl IntoFilters<M>) -> M {
        let reading = service.reading();
        given filters = filters.into_filters();
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::get_one_or_none(executor, M::META, filters.criteria(), reading, &mut rows);
        then rows.one()
    }

    /// Reads the only row that matches, if there is one: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`MultipleRows`](crate::Error::MultipleRows), [`Filter`](crate::Error::Filter).
    fn get_one_or_none(filters: impl IntoFilters<M>) -> Option<M> {
        let reading = service.reading();
        given filters = filters.into_filters();
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::get_one_or_none(executor, M::META, filters.criteria(), reading, &mut rows);
        then Ok(rows.last())
    }

    /// Reads the rows that match, in the order and of the page asked for: 1 statement.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list(filters: impl IntoFilters<M>) -> Vec<M> {
        let reading = service.reading();
        given filters = filters.into_filters();
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::list(executor, M::META, filters.criteria(), reading, None, &mut rows);
        then Ok(rows.into_vec())
    }

    /// Reads the rows of a page and counts all that match: 1 statement, 2 for a page past the end.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_and_count(filters: impl IntoFilters<M>) -> (Vec<M>, i64) {
        let reading = service.reading();
        given filters = filters.into_filters();
        run Access::Read => found = (Rows::new(M::read), 0) => |executor| verb::list_and_count(
            executor, M::META, filters.criteria(), reading, None, &mut found.0, &mut found.1,
        );
        then Ok((found.0.into_vec(), found.1))
    }

    /// [`list`](Self::list), reading only the columns that a schema has.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_as<T: SchemaOf<M>>(filters: impl IntoFilters<M>) -> Vec<T> {
        let reading = service.reading();
        given filters = filters.into_filters();
        run Access::Read => rows = Rows::new(T::read) => |executor|
            verb::list(executor, M::META, filters.criteria(), reading, Some(T::COLUMNS), &mut rows);
        then Ok(rows.into_vec())
    }

    /// [`list_and_count`](Self::list_and_count), reading only the columns that a schema has.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_and_count_as<T: SchemaOf<M>>(filters: impl IntoFilters<M>) -> (Vec<T>, i64) {
        let reading = service.reading();
        given filters = filters.into_filters();
        run Access::Read => found = (Rows::new(T::read), 0) => |executor| verb::list_and_count(
            executor, M::META, filters.criteria(), reading, Some(T::COLUMNS), &mut found.0, &mut found.1,
        );
        then Ok((found.0.into_vec(), found.1))
    }

    /// Reads a page that is found by the row beside it, and what leads to the pages beside it: 1 statement. See
    /// [`Keyset`](crate::filter::Keyset).
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter), for a cursor that was not given out for this list among others.
    fn list_page(filters: impl IntoFilters<M>) -> CursorPage<M> {
        let reading = service.reading();
        let key = service.session.engine().cursor_key();
        given filters = filters.into_filters();
        run Access::Read => found = (Rows::new(M::read), Ends::default()) => |executor| verb::page(
            executor, M::META, filters.criteria(), reading, None, &key, &mut found.0, &mut found.1,
        );
        then Ok(found.1.page(found.0.into_vec()))
    }

    /// [`list_page`](Self::list_page), reading only the columns that a schema has.
    ///
    /// # Errors
    /// As [`list_page`](Self::list_page).
    fn list_page_as<T: SchemaOf<M>>(filters: impl IntoFilters<M>) -> CursorPage<T> {
        let reading = service.reading();
        let key = service.session.engine().cursor_key();
        given filters = filters.into_filters();
        run Access::Read => found = (Rows::new(T::read), Ends::default()) => |executor| verb::page(
            executor, M::META, filters.criteria(), reading, Some(T::COLUMNS), &key, &mut found.0, &mut found.1,
        );
        then Ok(found.1.page(found.0.into_vec()))
    }

    /// Counts the rows that match: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn count(filters: impl IntoFilters<M>) -> i64 {
        let scope = service.scope;
        given filters = filters.into_filters();
        run Access::Read => number = 0 => |executor|
            verb::count(executor, M::META, filters.criteria(), scope, &mut number);
        then Ok(number)
    }

    /// Whether a row matches: 1 statement.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn exists(filters: impl IntoFilters<M>) -> bool {
        let scope = service.scope;
        given filters = filters.into_filters();
        run Access::Read => found = false => |executor|
            verb::exists(executor, M::META, filters.criteria(), scope, &mut found);
        then Ok(found)
    }
}

/// A schema of a model.
pub trait SchemaOf<M>: Schema<Model = M> {}

impl<M, T: Schema<Model = M>> SchemaOf<M> for T {}
