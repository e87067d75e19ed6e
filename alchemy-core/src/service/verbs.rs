//! The verbs' public names, for blocking sessions and for async ones.

use super::Service;
use crate::error::Result;
use crate::filter::IntoFilters;
use crate::model::{ChangeRow, Model};
use crate::schema::Schema;
#[cfg(feature = "async")]
use crate::session::AsyncSession;
use crate::session::{Access, Session, now};
use crate::verb;

/// Gives each verb its two forms: the arguments are prepared, then the verb runs on the session's connection.
macro_rules! verbs {
    ($(
        $(#[$doc:meta])*
        fn $name:ident $(<$generic:ident: $bound:path>)? ($($argument:ident: $type:ty),*) -> $output:ty {
            $(prepare { $($prepare:tt)* })?
            run $access:expr => |$executor:ident| $verb:expr
        }
    )+) => {
        impl<M: Model> Service<M, Session> {
            $(
                $(#[$doc])*
                pub fn $name $(<$generic: $bound>)? (&self, $($argument: $type),*) -> Result<$output> {
                    $($($prepare)*)?
                    let access = $access;
                    self.session
                        .with(access, |$executor| now($verb))
                        .map_err(|error| self.explain(error))
                }
            )+
        }

        #[cfg(feature = "async")]
        impl<M: Model> Service<M, AsyncSession> {
            $(
                $(#[$doc])*
                pub async fn $name $(<$generic: $bound>)? (&self, $($argument: $type),*) -> Result<$output> {
                    $($($prepare)*)?
                    let access = $access;
                    self.session
                        .with(access, move |$executor| now($verb))
                        .await
                        .map_err(|error| self.explain(error))
                }
            )+
        }
    };
}

verbs! {
    /// Inserts a row and returns it as the database has it: 1 statement; 2 on MariaDB.
    ///
    /// # Errors
    /// [`Duplicate`](crate::Error::Duplicate), [`ForeignKey`](crate::Error::ForeignKey),
    /// [`Check`](crate::Error::Check), [`NotNull`](crate::Error::NotNull) or
    /// [`InvalidValue`](crate::Error::InvalidValue) when the row is refused.
    fn create(data: impl Into<M::New>) -> M {
        prepare { let new = data.into(); }
        run Access::Write => |executor| verb::create(executor, new)
    }

    /// Inserts rows, all or none, and returns them in the same order: 1 statement, 2 on MariaDB, for as many rows as
    /// the database can bind at once.
    ///
    /// # Errors
    /// As [`create`](Self::create); nothing is inserted then.
    fn create_many(data: impl IntoIterator<Item = impl Into<M::New>>) -> Vec<M> {
        prepare { let news: Vec<M::New> = data.into_iter().map(Into::into).collect(); }
        run if news.is_empty() { Access::Read } else { Access::Write } => |executor| verb::create_many(executor, news)
    }

    /// Reads the row with a key: 1 statement.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound).
    fn get(id: M::Id) -> M {
        run Access::Read => |executor| verb::get(executor, &id)
    }

    /// Reads the only row that matches: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), [`MultipleRows`](crate::Error::MultipleRows),
    /// [`Filter`](crate::Error::Filter).
    fn get_one(filters: impl IntoFilters<M>) -> M {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::get_one(executor, &filters)
    }

    /// Reads the only row that matches, if there is one: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`MultipleRows`](crate::Error::MultipleRows), [`Filter`](crate::Error::Filter).
    fn get_one_or_none(filters: impl IntoFilters<M>) -> Option<M> {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::get_one_or_none(executor, &filters)
    }

    /// Reads the rows that match, in the order and of the page asked for: 1 statement.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list(filters: impl IntoFilters<M>) -> Vec<M> {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::list(executor, &filters)
    }

    /// Reads the rows of a page and counts all that match: 1 statement, 2 for a page past the end.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_and_count(filters: impl IntoFilters<M>) -> (Vec<M>, i64) {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::list_and_count(executor, &filters, None, M::read)
    }

    /// [`list`](Self::list), reading only the columns that a schema has.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_as<T: SchemaOf<M>>(filters: impl IntoFilters<M>) -> Vec<T> {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::list_columns(executor, &filters, Some(T::COLUMNS), T::read)
    }

    /// [`list_and_count`](Self::list_and_count), reading only the columns that a schema has.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_and_count_as<T: SchemaOf<M>>(filters: impl IntoFilters<M>) -> (Vec<T>, i64) {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::list_and_count(executor, &filters, Some(T::COLUMNS), T::read)
    }

    /// Counts the rows that match: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn count(filters: impl IntoFilters<M>) -> i64 {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::count(executor, filters.criteria(), M::META)
    }

    /// Whether a row matches: 1 statement.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn exists(filters: impl IntoFilters<M>) -> bool {
        prepare { let filters = filters.into_filters()?; }
        run Access::Read => |executor| verb::exists(executor, filters.criteria(), M::META)
    }

    /// Changes a row and returns it as the database has it: 1 statement; 2 on MariaDB. Without changes the row is read
    /// and returned.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), and as [`create`](Self::create).
    fn update(id: M::Id, data: impl Into<M::Changeset>) -> M {
        prepare { let changes = data.into(); }
        run if changes.is_empty() { Access::Read } else { Access::Write } => |executor| verb::update(executor, &id, &changes)
    }

    /// Deletes a row and returns it as it was: 1 statement; 2 on MariaDB.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), or [`ForeignKey`](crate::Error::ForeignKey) when it is still referred
    /// to.
    fn delete(id: M::Id) -> M {
        run Access::Write => |executor| verb::delete(executor, &id)
    }
}

/// A schema of a model.
pub trait SchemaOf<M>: Schema<Model = M> {}

impl<M, T: Schema<Model = M>> SchemaOf<M> for T {}
