//! The verbs' public names, for blocking sessions and for async ones.

use super::Service;
use crate::error::Result;
use crate::filter::IntoFilters;
use crate::model::{ChangeRow, Keyed, Model, NewRow, Writable, check_row};
use crate::schema::Schema;
#[cfg(feature = "async")]
use crate::session::AsyncSession;
use crate::session::{Access, Session, now};
use crate::statement::Key;
use crate::verb::{self, Rows};

/// Gives each verb its two forms: the arguments are prepared, the verb runs on the session's connection and leaves what
/// it found in a variable, of which the output is made.
///
/// The bodies are bare on purpose: whatever is generic here is compiled again for each verb and model.
macro_rules! verbs {
    (for M: $model:ident; $(
        $(#[$doc:meta])*
        fn $name:ident $(<$generic:ident: $bound:path>)? ($($argument:ident: $type:ty),*) -> $output:ty {
            $(filters $filters:ident;)?
            $(prepare { $($prepare:tt)* })?
            $(check $check:expr;)?
            run $access:expr => $found:ident = $nothing:expr => |$executor:ident| $verb:expr;
            then $finish:expr
        }
    )+) => {
        impl<M: $model> Service<M, Session> {
            $(
                $(#[$doc])*
                pub fn $name $(<$generic: $bound>)? (&self, $($argument: $type),*) -> Result<$output> {
                    $(let $filters = match IntoFilters::<M>::into_filters($filters) {
                        Ok(filters) => filters,
                        Err(error) => return Err(self.explain(error)),
                    };)?
                    $($($prepare)*)?
                    $(if let Err(error) = $check {
                        return Err(self.explain(error));
                    })?
                    let access = $access;
                    #[allow(unused_mut)]
                    let mut $found = $nothing;
                    if let Err(error) = self.session.with_dyn(access, &mut |$executor| now($verb)) {
                        return Err(self.explain(error));
                    }
                    match $finish {
                        Ok(output) => Ok(output),
                        Err(error) => Err(self.explain(error)),
                    }
                }
            )+
        }

        #[cfg(feature = "async")]
        impl<M: $model> Service<M, AsyncSession> {
            $(
                $(#[$doc])*
                pub async fn $name $(<$generic: $bound>)? (&self, $($argument: $type),*) -> Result<$output> {
                    $(let $filters = match IntoFilters::<M>::into_filters($filters) {
                        Ok(filters) => filters,
                        Err(error) => return Err(self.explain(error)),
                    };)?
                    $($($prepare)*)?
                    $(if let Err(error) = $check {
                        return Err(self.explain(error));
                    })?
                    let access = $access;
                    let ran = self.session.with(access, move |$executor| {
                        #[allow(unused_mut)]
                        let mut $found = $nothing;
                        now($verb)?;
                        Ok($found)
                    });
                    let $found = match ran.await {
                        Ok(found) => found,
                        Err(error) => return Err(self.explain(error)),
                    };
                    match $finish {
                        Ok(output) => Ok(output),
                        Err(error) => Err(self.explain(error)),
                    }
                }
            )+
        }
    };
}

verbs! {
    for M: Model;

    /// Reads the only row that matches: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), [`MultipleRows`](crate::Error::MultipleRows),
    /// [`Filter`](crate::Error::Filter).
    fn get_one(filters: impl IntoFilters<M>) -> M {
        filters filters;
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::get_one_or_none(executor, M::META, filters.criteria(), &mut rows);
        then rows.one()
    }

    /// Reads the only row that matches, if there is one: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`MultipleRows`](crate::Error::MultipleRows), [`Filter`](crate::Error::Filter).
    fn get_one_or_none(filters: impl IntoFilters<M>) -> Option<M> {
        filters filters;
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::get_one_or_none(executor, M::META, filters.criteria(), &mut rows);
        then Ok(rows.last())
    }

    /// Reads the rows that match, in the order and of the page asked for: 1 statement.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list(filters: impl IntoFilters<M>) -> Vec<M> {
        filters filters;
        run Access::Read => rows = Rows::new(M::read) => |executor|
            verb::list(executor, M::META, filters.criteria(), None, &mut rows);
        then Ok(rows.into_vec())
    }

    /// Reads the rows of a page and counts all that match: 1 statement, 2 for a page past the end.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_and_count(filters: impl IntoFilters<M>) -> (Vec<M>, i64) {
        filters filters;
        run Access::Read => found = (Rows::new(M::read), 0) => |executor|
            verb::list_and_count(executor, M::META, filters.criteria(), None, &mut found.0, &mut found.1);
        then Ok((found.0.into_vec(), found.1))
    }

    /// [`list`](Self::list), reading only the columns that a schema has.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_as<T: SchemaOf<M>>(filters: impl IntoFilters<M>) -> Vec<T> {
        filters filters;
        run Access::Read => rows = Rows::new(T::read) => |executor|
            verb::list(executor, M::META, filters.criteria(), Some(T::COLUMNS), &mut rows);
        then Ok(rows.into_vec())
    }

    /// [`list_and_count`](Self::list_and_count), reading only the columns that a schema has.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn list_and_count_as<T: SchemaOf<M>>(filters: impl IntoFilters<M>) -> (Vec<T>, i64) {
        filters filters;
        run Access::Read => found = (Rows::new(T::read), 0) => |executor|
            verb::list_and_count(executor, M::META, filters.criteria(), Some(T::COLUMNS), &mut found.0, &mut found.1);
        then Ok((found.0.into_vec(), found.1))
    }

    /// Counts the rows that match: 1 statement. Order and page of the filters are ignored.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn count(filters: impl IntoFilters<M>) -> i64 {
        filters filters;
        run Access::Read => number = 0 => |executor|
            verb::count(executor, M::META, filters.criteria(), &mut number);
        then Ok(number)
    }

    /// Whether a row matches: 1 statement.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter).
    fn exists(filters: impl IntoFilters<M>) -> bool {
        filters filters;
        run Access::Read => found = false => |executor|
            verb::exists(executor, M::META, filters.criteria(), &mut found);
        then Ok(found)
    }
}

verbs! {
    for M: Keyed;

    /// Reads the row with a key: 1 statement.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound).
    fn get(id: M::Id) -> M {
        run Access::Read => rows = Rows::new(M::read) => |executor| verb::get(executor, M::META, &Key::<M>(&id), &mut rows);
        then rows.one()
    }
}

verbs! {
    for M: Writable;

    /// Inserts a row and returns it as the database has it: 1 statement; 2 on MariaDB.
    ///
    /// # Errors
    /// [`Duplicate`](crate::Error::Duplicate), [`ForeignKey`](crate::Error::ForeignKey),
    /// [`Check`](crate::Error::Check), [`NotNull`](crate::Error::NotNull) or
    /// [`InvalidValue`](crate::Error::InvalidValue) when the row is refused.
    fn create(data: impl Into<M::New>) -> M {
        prepare {
            let mut news: [M::New; 1] = [data.into()];
            NewRow::fill(&mut news[0]);
        }
        check verb::check_lengths(M::META, &&news[..]);
        run Access::Write => rows = Rows::new(M::read) => |executor| verb::create(executor, M::META, &&news[..], &mut rows);
        then rows.one()
    }

    /// Inserts rows, all or none, and returns them in the same order: 1 statement, 2 on MariaDB, for as many rows as
    /// the database can bind at once.
    ///
    /// # Errors
    /// As [`create`](Self::create); nothing is inserted then.
    fn create_many(data: impl IntoIterator<Item = impl Into<M::New>>) -> Vec<M> {
        prepare {
            let mut news: Vec<M::New> = Vec::new();
            for data in data {
                let mut new = data.into();
                NewRow::fill(&mut new);
                news.push(new);
            }
        }
        check verb::check_lengths(M::META, &&news[..]);
        run if news.is_empty() { Access::Read } else { Access::Write } => created = (Rows::new(M::read), news) => |executor|
            verb::create(executor, M::META, &&created.1[..], &mut created.0);
        then Ok(verb::in_order_of(&created.1, created.0.into_vec()))
    }

    /// Changes a row and returns it as the database has it: 1 statement; 2 on MariaDB. Without changes the row is read
    /// and returned.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), and as [`create`](Self::create).
    fn update(id: M::Id, data: impl Into<M::Changeset>) -> M {
        prepare { let changes = data.into(); }
        check check_row(M::META, &changes);
        run if changes.is_empty() { Access::Read } else { Access::Write } =>
            rows = Rows::new(M::read) =>
            |executor| verb::update(executor, M::META, &Key::<M>(&id), &changes, &mut rows);
        then rows.one()
    }

    /// Deletes a row and returns it as it was: 1 statement; 2 on MariaDB.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), or [`ForeignKey`](crate::Error::ForeignKey) when it is still referred
    /// to.
    fn delete(id: M::Id) -> M {
        run Access::Write => rows = Rows::new(M::read) => |executor| verb::delete(executor, M::META, &Key::<M>(&id), &mut rows);
        then rows.one()
    }
}

/// A schema of a model.
pub trait SchemaOf<M>: Schema<Model = M> {}

impl<M, T: Schema<Model = M>> SchemaOf<M> for T {}
