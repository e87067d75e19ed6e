//! Rows found again by their primary keys, once what they were found by may have changed.

use diesel::QueryResult;
use diesel::result::Error::SerializationError;

use super::about;
use crate::backend::BindPass;
use crate::error::Result;
use crate::filter::Value;
use crate::model::{ModelMeta, RowReader};
use crate::session::Executor;
use crate::statement::{BindKey, Select};

/// The primary key of a row, as the database has it.
pub(super) struct OwnKey(Vec<Value>);

/// The primary keys of the rows that a query finds.
pub(super) async fn own_keys<E: Executor>(
    executor: &mut E,
    meta: &'static ModelMeta,
    select: &Select<'_>,
) -> Result<Vec<OwnKey>> {
    let mut keys = Vec::new();
    let mut read = |row: &mut RowReader<'_>| {
        keys.push(OwnKey::read(meta, row)?);
        Ok(())
    };
    executor.load(select, &mut read).await.map_err(about(meta))?;
    Ok(keys)
}

impl OwnKey {
    pub(super) fn read(meta: &'static ModelMeta, row: &RowReader<'_>) -> QueryResult<Self> {
        let mut values = Vec::with_capacity(meta.primary_key.len());
        for &column in meta.primary_key {
            let value = row.value(column, meta.columns[column].kind)?;
            values.push(
                value.ok_or_else(|| SerializationError("a key of this type cannot be read back".into()))?,
            );
        }
        Ok(Self(values))
    }
}

impl BindKey for OwnKey {
    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()> {
        self.0[component].bind(out)
    }
}
