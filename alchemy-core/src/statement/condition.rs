//! Which rows a statement is about.

use std::hash::Hasher;

use diesel::QueryResult;
use diesel::query_builder::QueryFragment;
use diesel::sql_types::BigInt;

use super::BindKey;
use crate::backend::{AnyBackend, BindPass, Dialect};
use crate::filter::{Where, push_column};
use crate::model::{ColumnRole, ModelMeta, Scope};

/// Which rows a statement is about.
#[derive(Clone, Copy)]
pub(crate) enum Condition<'a> {
    /// The one with a key.
    Key(&'a dyn BindKey),
    /// Those with any of some keys.
    Keys(&'a [&'a dyn BindKey]),
    /// Those that filters match.
    Where(Where<'a>),
    /// So many rows that this connection inserted last, whose keys the database made. For MariaDB, which gives the
    /// rows of one statement one key after another and tells the first.
    LastInserted(&'a i64),
}

/// A condition, and which rows of those it matches are there.
#[derive(Clone, Copy)]
pub(crate) struct Selection<'a> {
    pub(crate) meta: &'static ModelMeta,
    pub(crate) condition: Condition<'a>,
    pub(crate) scope: Scope,
}

impl<'a> Selection<'a> {
    /// The rows that match and were not deleted.
    pub(crate) fn new(meta: &'static ModelMeta, condition: Condition<'a>) -> Self {
        Self { meta, condition, scope: Scope::Live }
    }

    /// The same in another scope.
    pub(crate) fn within(mut self, scope: Scope) -> Self {
        self.scope = scope;
        self
    }

    /// Whether the text is another one from one call to the next.
    pub(super) fn varies(&self) -> bool {
        match &self.condition {
            Condition::Where(condition) => !condition.matches_everything(),
            Condition::Key(key) => !std::ptr::eq(key.columns(self.meta), self.meta.primary_key),
            Condition::Keys(_) | Condition::LastInserted(_) => false,
        }
    }

    /// Hashes what the text depends on beside the model; `false` where it is not worth keeping prepared.
    pub(super) fn shape(&self, backend: AnyBackend, out: &mut dyn Hasher) -> bool {
        out.write_u8(self.scope as u8);
        match &self.condition {
            Condition::Key(key) => {
                out.write_u8(0);
                key.columns(self.meta).iter().for_each(|&column| out.write_usize(column));
            }
            Condition::Keys(_) => return false,
            Condition::Where(condition) => {
                out.write_u8(1);
                return condition.shape(backend, out);
            }
            Condition::LastInserted(_) => out.write_u8(2),
        }
        true
    }

    /// Writes which index the rows are found by, after the table's name, where the database has to be told.
    pub(super) fn push_index(&self, out: &mut BindPass<'_, '_>) -> QueryResult<()> {
        let dialect = out.backend().dialect();
        self.index(dialect).map_or(Ok(()), |name| push_forced_index(name, out))
    }

    /// The same for a statement that writes, which takes no name of an index or takes it for leave to read the index as a
    /// whole: that there are no more rows than keys, in their order, has them found by the index.
    pub(super) fn push_limit(&self, out: &mut BindPass<'_, '_>) -> QueryResult<()> {
        let (Condition::Keys(keys), Some(columns)) = (self.condition, self.key_columns()) else {
            return Ok(());
        };
        if !out.backend().dialect().needs_index() {
            return Ok(());
        }
        for (place, &column) in columns.iter().enumerate() {
            out.push_sql(if place > 0 { ", " } else { " ORDER BY " });
            push_column(self.meta, column, out.reborrow())?;
        }
        out.push_sql(" LIMIT ");
        out.push_sql(&keys.len().to_string());
        Ok(())
    }

    /// The columns by which all of several keys find their rows, where they are the same.
    fn key_columns(&self) -> Option<&'a [usize]> {
        let Condition::Keys(keys) = self.condition else { return None };
        let columns = keys.first()?.columns(self.meta);
        keys.iter().all(|key| key.columns(self.meta) == columns).then_some(columns)
    }

    /// The primary key's, which has the same name everywhere.
    fn index(&self, dialect: Dialect) -> Option<&'static str> {
        let by_key = dialect.needs_index() && self.key_columns() == Some(self.meta.primary_key);
        by_key.then_some("PRIMARY")
    }

    /// Writes ` WHERE …`, or nothing; says whether it wrote anything.
    pub(super) fn write<'b>(&'b self, mut out: BindPass<'_, 'b>) -> QueryResult<bool> {
        let deleted = match self.scope {
            Scope::WithDeleted => None,
            Scope::Live | Scope::OnlyDeleted => self.meta.index_of_role(ColumnRole::DeletedAt),
        };
        let everything =
            matches!(&self.condition, Condition::Where(condition) if condition.matches_everything());
        if everything && deleted.is_none() {
            return Ok(false);
        }
        out.push_sql(" WHERE ");
        if !everything {
            // Statements that find rows by keys add conditions of their own.
            let grouped = match self.condition {
                Condition::Keys(_) => true,
                Condition::Where(_) => deleted.is_some(),
                Condition::Key(_) | Condition::LastInserted(_) => false,
            };
            out.push_sql(if grouped { "(" } else { "" });
            self.condition.write(self.meta, out.reborrow())?;
            out.push_sql(if grouped { ")" } else { "" });
        }
        if let Some(column) = deleted {
            out.push_sql(if everything { "" } else { " AND " });
            push_column(self.meta, column, out.reborrow())?;
            out.push_sql(if self.scope == Scope::Live { " IS NULL" } else { " IS NOT NULL" });
        }
        Ok(true)
    }
}

/// ` FORCE INDEX (name)`
pub(super) fn push_forced_index(name: &str, out: &mut BindPass<'_, '_>) -> QueryResult<()> {
    out.push_sql(" FORCE INDEX (");
    out.push_identifier(name)?;
    out.push_sql(")");
    Ok(())
}

impl Condition<'_> {
    fn write<'b>(&'b self, meta: &'static ModelMeta, mut out: BindPass<'_, 'b>) -> QueryResult<()> {
        match self {
            Self::Key(key) => push_key(meta, *key, out),
            Self::Keys(keys) => push_keys(meta, keys, out),
            Self::Where(condition) => condition.walk_ast(out),
            Self::LastInserted(count) => {
                // Other servers of a cluster may be making the keys in between.
                let Some(&key) = meta.primary_key.first() else { return Ok(()) };
                push_column(meta, key, out.reborrow())?;
                out.push_sql(" >= LAST_INSERT_ID() AND ");
                push_column(meta, key, out.reborrow())?;
                out.push_sql(" < LAST_INSERT_ID() + ");
                out.push_bind_param::<BigInt, _>(*count)?;
                out.push_sql(" * @@auto_increment_increment AND (");
                push_column(meta, key, out.reborrow())?;
                out.push_sql(" - LAST_INSERT_ID()) % @@auto_increment_increment = 0 ORDER BY ");
                push_column(meta, key, out)
            }
        }
    }
}

/// `"table"."id" = ?`, for each component.
pub(super) fn push_key<'b>(
    meta: &'static ModelMeta,
    key: &'b dyn BindKey,
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    for (component, &column) in key.columns(meta).iter().enumerate() {
        if component > 0 {
            out.push_sql(" AND ");
        }
        push_column(meta, column, out.reborrow())?;
        out.push_sql(" = ");
        key.bind_component(component, out.reborrow())?;
    }
    Ok(())
}

/// `"table"."id" IN (?, ?)`, `("table"."a", "table"."b") IN (…)`; one for each set of columns.
pub(super) fn push_keys<'b>(
    meta: &'static ModelMeta,
    keys: &'b [&'b dyn BindKey],
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    // As many texts as there are numbers of keys: not worth keeping prepared.
    out.unsafe_to_cache_prepared();
    let mut rest = keys;
    while let Some(first) = rest.first() {
        let columns = first.columns(meta);
        let same = rest.iter().take_while(|key| key.columns(meta) == columns).count();
        if rest.len() < keys.len() {
            out.push_sql(" OR ");
        }
        push_same_keys(meta, columns, &rest[..same], out.reborrow())?;
        rest = &rest[same..];
    }
    Ok(())
}

fn push_same_keys<'b>(
    meta: &'static ModelMeta,
    columns: &[usize],
    keys: &'b [&'b dyn BindKey],
    mut out: BindPass<'_, 'b>,
) -> QueryResult<()> {
    let several = columns.len() > 1;
    let (open, close) = if several { ("(", ")") } else { ("", "") };
    out.push_sql(open);
    for (place, &column) in columns.iter().enumerate() {
        out.push_sql(if place > 0 { ", " } else { "" });
        push_column(meta, column, out.reborrow())?;
    }
    out.push_sql(close);
    out.push_sql(" IN (");
    if several {
        out.push_sql(out.backend().dialect().row_values());
    }
    for (place, key) in keys.iter().enumerate() {
        out.push_sql(if place > 0 { ", " } else { "" });
        out.push_sql(open);
        for component in 0..columns.len() {
            out.push_sql(if component > 0 { ", " } else { "" });
            key.bind_component(component, out.reborrow())?;
        }
        out.push_sql(close);
    }
    out.push_sql(")");
    Ok(())
}
