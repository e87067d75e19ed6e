//! What differs between models and a database.

use super::plan::Renames;
use super::schema::{self, Schema, Table};
use super::{Result, Revision, adopt, revision};
use crate::backend::{Dialect, renamed_in_expression, same_expression};
use crate::engine::Engine;
use crate::error::{Error, ErrorKind};
use crate::model::ModelMeta;

/// How models and a database differ, and the SQL that makes up for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Comparison {
    /// The statements that turn the database's tables into those that the models ask for, and those that turn them back;
    /// none where they do not differ.
    pub revision: Revision,
    /// Why the defaults and checks of some tables were compared by their text only, where the database would not say which
    /// mean the same.
    pub by_text_only: Option<Error>,
}

/// Compares models with a database. Blocks; changes nothing.
///
/// The tables of models that are not [managed](ModelMeta::managed), those of migrations, and the ones named in `ignored`,
/// whoever has them, are left out; any other that no model has is one to be dropped. Whether defaults and checks mean the same is asked of
/// the database, with temporary tables, where their texts differ.
///
/// # Errors
/// As [`of_models`](schema::of_models) where the models cannot be one database, and what the database reports.
pub fn compare(engine: &Engine, models: &[&'static ModelMeta], ignored: &[String]) -> Result<Comparison> {
    let dialect = engine.dialect();
    let models: Vec<_> =
        models.iter().copied().filter(|model| ignored.iter().all(|table| table != model.table)).collect();
    let mut ignored = ignored.to_vec();
    ignored.extend(models.iter().filter(|model| !model.managed).map(|model| model.table.to_owned()));
    let wanted = schema::of_models(&models, dialect)?;
    let live = schema::live(engine, &ignored)?;

    let by_text = between(&live, &wanted, dialect)?;
    if by_text.up.is_empty() {
        return Ok(Comparison { revision: by_text, by_text_only: None });
    }
    let (words, by_text_only) = in_own_words(engine, &wanted);
    let live = in_models_words(live, &wanted, &words, dialect);
    Ok(Comparison { revision: between(&live, &wanted, dialect)?, by_text_only })
}

/// The schema in the database's words; where the database takes an expression for none, the table that has it in its own,
/// and why.
fn in_own_words(engine: &Engine, wanted: &Schema) -> (Schema, Option<Error>) {
    let error = match schema::in_own_words(engine, wanted) {
        Ok(words) => return (words, None),
        Err(error) => error,
    };
    let mut words = wanted.clone();
    if !matches!(error.kind(), ErrorKind::Connection | ErrorKind::PoolTimeout) {
        for table in &mut words.tables {
            let alone = Schema { tables: vec![table.clone()] };
            if let Some(told) =
                schema::in_own_words(engine, &alone).ok().and_then(|mut told| told.tables.pop())
            {
                *table = told;
            }
        }
    }
    (words, Some(error))
}

fn between(live: &Schema, wanted: &Schema, dialect: Dialect) -> Result<Revision> {
    Ok(revision(live, &adopt(live, wanted.clone(), dialect), dialect)?)
}

/// The schema of a database, with its expressions as the models have them wherever they are what the database makes of
/// those; so that what is written into migrations is what models say.
fn in_models_words(mut live: Schema, wanted: &Schema, words: &Schema, dialect: Dialect) -> Schema {
    let renames = Renames::of(&live, wanted, false);
    let renamed = renames.applied(&live, dialect);
    let mut wanted = wanted.clone();
    renames.mark(&mut wanted);
    for (wanted, words) in wanted.tables.iter().zip(&words.tables) {
        let before = wanted.renamed_from.as_ref().unwrap_or(&wanted.name);
        let table = live.tables.iter_mut().find(|table| table.name == *before);
        if let (Some(table), Some(renamed)) = (table, renamed.table(&wanted.name)) {
            translate(table, renamed, wanted, words, dialect);
        }
    }
    live
}

/// Gives the expressions of a table, which `renamed` has by its new names, the words of the one wanted.
fn translate(live: &mut Table, renamed: &Table, wanted: &Table, words: &Table, dialect: Dialect) {
    let old_names: Vec<_> = wanted
        .columns
        .iter()
        .filter_map(|column| Some((column.name.clone(), column.renamed_from.clone()?)))
        .collect();
    let before = live.name.clone();
    let by_old_names = |sql: &str| renamed_in_expression(dialect, sql, (&wanted.name, &before), &old_names);
    for (wanted, words) in wanted.columns.iter().zip(&words.columns) {
        let (Some(default), Some(said)) = (&wanted.default, &words.default) else { continue };
        let columns = live.columns.iter_mut().zip(&renamed.columns);
        for (column, _) in columns.filter(|(_, renamed)| renamed.name == wanted.name) {
            if column.default.as_ref().is_some_and(|live| same_expression(dialect, live, said)) {
                column.default = Some(default.clone());
            }
        }
    }
    for (wanted, words) in wanted.checks.iter().zip(&words.checks) {
        for (check, renamed) in live.checks.iter_mut().zip(&renamed.checks) {
            if same_expression(dialect, &renamed.expression, &words.expression) {
                check.expression = by_old_names(&wanted.expression);
            }
        }
    }
}
