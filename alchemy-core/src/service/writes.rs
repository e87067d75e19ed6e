//! Verbs that write.

use super::{Service, input};
use crate::error::Error;
use crate::filter::{Criteria, IntoFilters};
use crate::model::{ChangeRow, Draft, IntoKey, Writable};
use crate::session::Access;
use crate::verb::{self, Found, Placed, Removal, Rows};

verbs! {
    impl Service<M: Writable> as service;

    /// Inserts a row and returns it as the database has it: 1 statement; 2 on MariaDB. A slug that is taken takes one
    /// more for each attempt.
    ///
    /// # Errors
    /// [`Duplicate`](crate::Error::Duplicate), [`ForeignKey`](crate::Error::ForeignKey),
    /// [`Check`](crate::Error::Check), [`NotNull`](crate::Error::NotNull) or
    /// [`InvalidValue`](crate::Error::InvalidValue) when the row is refused.
    fn create(data: impl TryInto<M::New, Error: Into<Error>>) -> M {
        given new = input::new::<M::New>(data);
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::create(executor, M::META, &std::slice::from_ref(&new), &mut rows);
        then rows.one()
    }

    /// Inserts rows, all or none, and returns them in the same order: 1 statement, 2 on MariaDB, for as many rows as
    /// the database can bind at once; the savepoint around several is 2 more, and 1 more asks for the slugs that are
    /// taken, where rows are to be given one.
    ///
    /// # Errors
    /// As [`create`](Self::create); nothing is inserted then.
    fn create_many(data: impl IntoIterator<Item = impl TryInto<M::New, Error: Into<Error>>>) -> Vec<M> {
        given news = input::news(data);
        run if news.is_empty() { Access::Read } else { Access::Write } =>
            created = (Rows::new(M::read), news) => |executor|
            verb::create(executor, M::META, &&created.1[..], &mut created.0);
        then Ok(verb::in_order_of(&created.1, created.0.into_vec()))
    }

    /// Inserts rows, all or none, and says how many: what a large import takes. PostgreSQL copies them (`COPY`), the
    /// others insert as many with one statement as they can bind; no row comes back.
    ///
    /// # Errors
    /// As [`create`](Self::create); nothing is inserted then.
    fn insert_many(data: impl IntoIterator<Item = impl TryInto<M::New, Error: Into<Error>>>) -> u64 {
        given news = input::news(data);
        run if news.is_empty() { Access::Read } else { Access::Write } => count = 0 => |executor|
            verb::insert_many(executor, M::META, &&news[..], &mut count);
        then Ok(count)
    }

    /// Changes a row and returns it as the database has it: 1 statement; 2 on MariaDB. Without changes the row is read
    /// and returned.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound); [`Stale`](crate::Error::Stale) when the row is not of the version that the
    /// changes were made of; and as [`create`](Self::create).
    fn update(key: impl IntoKey<M>, data: impl TryInto<M::Changeset, Error: Into<Error>>) -> M {
        let scope = service.scope;
        given key = input::key(key);
        given changes = input::changes::<M::Changeset>(data);
        run if changes.is_empty() { Access::Read } else { Access::Write } =>
            rows = Rows::new(M::read) =>
            |executor| verb::update(executor, M::META, &key, &changes, scope, &mut rows);
        then rows.one()
    }

    /// Changes rows, all or none, each to values of its own, and returns them in the same order: 1 statement, 2 on
    /// MariaDB, for 200 rows; the savepoint around several is 2 more. Changes of the same row are made one after the
    /// other. Where they change columns by which rows are looked up, or mean one row by keys of different kinds, each is a
    /// statement of its own.
    ///
    /// ```
    /// # use alchemy_core::prelude::*;
    /// # #[derive(Debug, Clone, UuidBase, Service)]
    /// # #[alchemy(table = "authors")]
    /// # pub struct Author { pub id: Uuid, pub name: String }
    /// # fn shout(authors: &AuthorService, all: Vec<Author>) -> Result<Vec<Author>> {
    /// authors.update_many(all.into_iter().map(|mut author| {
    ///     author.name = author.name.to_uppercase();
    ///     (author.id, author)
    /// }))
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`update`](Self::update); nothing is changed then.
    fn update_many(
        data: impl IntoIterator<Item = (impl IntoKey<M>, impl TryInto<M::Changeset, Error: Into<Error>>)>
    ) -> Vec<M> {
        let dialect = service.session.dialect();
        let scope = service.scope;
        given (keys, changes) = input::keyed_changes::<M>(data);
        run if changes.iter().all(ChangeRow::is_empty) { Access::Read } else { Access::Write } =>
            rows = Placed::new(keys.len(), dialect) => |executor| verb::update_many(
                executor, M::META, &input::bind_keys(&keys), &input::rows(&changes), scope, &mut rows,
            );
        then rows.into_vec()
    }

    /// Changes a row where a value differs from what it is to be, and returns it, and whether it was changed:
    /// 1 statement, 2 on MariaDB; 1 more where it was not. A row that is as it should be stays as it is, the time of its
    /// last change included.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    fn get_and_update(key: impl IntoKey<M>, data: impl TryInto<M::Changeset, Error: Into<Error>>) -> (M, bool) {
        let scope = service.scope;
        given key = input::key(key);
        given changes = input::changes::<M::Changeset>(data);
        run if changes.is_empty() { Access::Read } else { Access::Write } =>
            found = (Rows::new(M::read), false) => |executor| verb::get_and_update(
                executor, M::META, &key, &changes, scope, &mut found.0, &mut found.1,
            );
        then found.0.one().map(|row| (row, found.1))
    }

    /// Inserts a row, or changes the one that is there, and returns it: 1 statement; 2 on MariaDB. Safe where others do
    /// the same at the same time.
    ///
    /// Rows are matched by the primary key, the model's `#[alchemy(match_fields(…))]`, or what the service was
    /// [told](Service::matching). In a row that is there, only what was given is changed: of a JSON object the fields it
    /// has, of a changeset those that are set, of a `New…` everything but what is left to a default; never a column with
    /// `#[alchemy(skip(update))]`. A version is raised, and not compared: that is for an update.
    ///
    /// On PostgreSQL, rows of a model that has other unique constraints too are upserted in a savepoint, which is 2 round
    /// trips more, unless they are the first that the transaction writes: a row that comes in between may violate any of
    /// them.
    ///
    /// # Errors
    /// [`InvalidValue`](crate::Error::InvalidValue) when a value that rows are matched by is null or missing,
    /// [`Config`](crate::Error::Config) when these columns are not unique; and as [`create`](Self::create).
    fn upsert(data: impl TryInto<Draft<M>, Error: Into<Error>>) -> M {
        let target = service.target();
        given drafts = input::draft::<M>(data).map(|draft| [draft]);
        given () = input::check_match(&drafts, &target, service.session.dialect());
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::upsert(executor, M::META, &&drafts[..], &target, &mut rows);
        then rows.one()
    }

    /// Inserts rows, or changes those that are there, all or none, and returns them in the same order: 1 statement, 2 on
    /// MariaDB, for as many rows as the database can bind at once, if they change the same columns; the savepoint around
    /// several is 2 more, and so is 1 that asks for the slugs that are taken, where rows are to be given one. Where the
    /// same row is meant more than once, later data change what earlier ones made.
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert); nothing is written then.
    fn upsert_many(data: impl IntoIterator<Item = impl TryInto<Draft<M>, Error: Into<Error>>>) -> Vec<M> {
        let target = service.target();
        let dialect = service.session.dialect();
        given drafts = input::drafts::<M>(data);
        given () = input::check_match(&drafts, &target, service.session.dialect());
        run if drafts.is_empty() { Access::Read } else { Access::Write } =>
            rows = Placed::new(drafts.len(), dialect) => |executor|
            super::batches::upsert_many(executor, &drafts, &target, &mut rows);
        then rows.into_vec()
    }

    /// Inserts a row, or changes the one that is there, and says whether it was inserted: 1 statement for a row that is
    /// there, 2 for a new one; 1 more on MariaDB. See [`upsert`](Self::upsert).
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    fn get_or_upsert(data: impl TryInto<Draft<M>, Error: Into<Error>>) -> (M, bool) {
        let target = service.target();
        given drafts = input::draft::<M>(data).map(|draft| [draft]);
        given () = input::check_match(&drafts, &target, service.session.dialect());
        run Access::Write => found = (Rows::new(M::read), false) => |executor| verb::find_or_create(
            executor, M::META, &&drafts[..], &target, Found::Changed, &mut found.0, &mut found.1,
        );
        then found.0.one().map(|row| (row, found.1))
    }

    /// Returns the row that is there, as it is, or else inserts it: 1 statement for a row that is there, 2 for a new
    /// one; 1 more for that on MariaDB. However many do so at the same time, there is one row. Rows are matched as by
    /// [`upsert`](Self::upsert).
    ///
    /// # Errors
    /// As [`upsert`](Self::upsert).
    fn as_unique(data: impl TryInto<Draft<M>, Error: Into<Error>>) -> M {
        let target = service.target();
        given drafts = input::draft::<M>(data).map(|draft| [draft]);
        given () = input::check_match(&drafts, &target, service.session.dialect());
        run Access::Write => found = (Rows::new(M::read), false) => |executor| verb::find_or_create(
            executor, M::META, &&drafts[..], &target, Found::Kept, &mut found.0, &mut found.1,
        );
        then found.0.one()
    }

    /// Deletes a row and returns it as it was: 1 statement; 2 on MariaDB. A model with a `#[alchemy(soft_delete)]`
    /// column has the row marked, and returned so; on a service for [`only_deleted`](Service::only_deleted) rows it is
    /// deleted for good.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound), or [`ForeignKey`](crate::Error::ForeignKey) when it is still referred
    /// to.
    fn delete(key: impl IntoKey<M>) -> M {
        let scope = service.scope;
        given key = input::key(key);
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::delete(executor, M::META, &key, Removal::Usual, scope, &mut rows);
        then rows.one()
    }

    /// Deletes those of some rows that are there, all of them or none, and returns them in the same order: 1 statement,
    /// 2 on MariaDB, for 5,000 keys; the savepoint around several is 2 more. Keys may be primary keys, lookups and
    /// rows.
    ///
    /// # Errors
    /// [`ForeignKey`](crate::Error::ForeignKey) when one is still referred to; nothing is deleted then.
    fn delete_many(keys: impl IntoIterator<Item = impl IntoKey<M>>) -> Vec<M> {
        let dialect = service.session.dialect();
        let scope = service.scope;
        given keys = input::keys::<M>(keys);
        run if keys.is_empty() { Access::Read } else { Access::Write } =>
            rows = Placed::new(keys.len(), dialect) => |executor|
            verb::delete_many(executor, M::META, &input::bind_keys(&keys), scope, &mut rows);
        then Ok(Placed::into_found(rows))
    }

    /// Deletes the rows that match and returns them as they were, in no order: 1 statement; 2 on MariaDB.
    ///
    /// # Errors
    /// [`Filter`](crate::Error::Filter) for filters without a condition, or with one that every row matches
    /// ([`delete_all`](Self::delete_all) means that), and for filters with a page; nothing is deleted then. An
    /// order is ignored.
    fn delete_where(filters: impl IntoFilters<M>) -> Vec<M> {
        let scope = service.scope;
        given filters = input::condition(filters);
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::delete_where(executor, M::META, filters.criteria(), scope, &mut rows);
        then Ok(rows.into_vec())
    }

    /// Deletes all rows of the model and returns them as they were, in no order: 1 statement; 2 on MariaDB.
    ///
    /// # Errors
    /// [`ForeignKey`](crate::Error::ForeignKey) when one is still referred to.
    fn delete_all() -> Vec<M> {
        let criteria = Criteria::default();
        let scope = service.scope;
        run Access::Write => rows = Rows::new(M::read) => |executor|
            verb::delete_where(executor, M::META, &criteria, scope, &mut rows);
        then Ok(rows.into_vec())
    }

    /// Deletes a row for good, whether it was deleted softly or not, and returns it as it was: 1 statement; 2 on
    /// MariaDB.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    fn purge(key: impl IntoKey<M>) -> M {
        given key = input::key(key);
        run Access::Write => rows = Rows::new(M::read) => |executor| verb::delete(
            executor, M::META, &key, Removal::Purge, crate::model::Scope::WithDeleted, &mut rows,
        );
        then rows.one()
    }

    /// Brings a row back that was deleted softly, and returns it: 1 statement; 2 on MariaDB.
    ///
    /// # Errors
    /// [`NotFound`](crate::Error::NotFound) when there is no such row or it was not deleted;
    /// [`Config`](crate::Error::Config) for a model that deletes rows for good.
    fn restore(key: impl IntoKey<M>) -> M {
        given key = input::key(key);
        run Access::Write => rows = Rows::new(M::read) => |executor| verb::delete(
            executor, M::META, &key, Removal::Restore, crate::model::Scope::OnlyDeleted, &mut rows,
        );
        then rows.one()
    }
}
