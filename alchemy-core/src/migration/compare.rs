//! What differs between models and a database.

use super::schema::{self, Schema, Table};
use super::{Result, Revision, adopt, revision};
use crate::backend::{Dialect, same_expression};
use crate::engine::Engine;
use crate::error::Error;
use crate::model::ModelMeta;

/// How models and a database differ, and the SQL that makes up for it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Comparison {
    /// The statements that turn the database's tables into those that the models ask for, and those that turn them back;
    /// none where they do not differ.
    pub revision: Revision,
    /// Why defaults and checks were compared by their text only, where the database would not say which mean the same.
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
    Ok(match schema::in_own_words(engine, &wanted) {
        Ok(words) => {
            let live = in_models_words(live, &wanted, &words, dialect);
            Comparison { revision: between(&live, &wanted, dialect)?, by_text_only: None }
        }
        Err(error) => Comparison { revision: by_text, by_text_only: Some(error) },
    })
}

fn between(live: &Schema, wanted: &Schema, dialect: Dialect) -> Result<Revision> {
    Ok(revision(live, &adopt(live, wanted.clone(), dialect), dialect)?)
}

/// The schema of a database, with its expressions as the models have them wherever they are what the database makes of
/// those; so that what is written into migrations is what models say.
fn in_models_words(mut live: Schema, wanted: &Schema, words: &Schema, dialect: Dialect) -> Schema {
    for (wanted, words) in wanted.tables.iter().zip(&words.tables) {
        let is_it = |table: &&mut Table| {
            table.name == wanted.name || Some(&table.name) == wanted.renamed_from.as_ref()
        };
        for table in live.tables.iter_mut().filter(is_it) {
            translate(table, wanted, words, dialect);
        }
    }
    live
}

fn translate(live: &mut Table, wanted: &Table, words: &Table, dialect: Dialect) {
    for (wanted, words) in wanted.columns.iter().zip(&words.columns) {
        let (Some(default), Some(said)) = (&wanted.default, &words.default) else { continue };
        let is_it = |name: &String| *name == wanted.name || Some(name) == wanted.renamed_from.as_ref();
        for column in live.columns.iter_mut().filter(|column| is_it(&column.name)) {
            if column.default.as_ref().is_some_and(|live| same_expression(dialect, live, said)) {
                column.default = Some(default.clone());
            }
        }
    }
    for (wanted, words) in wanted.checks.iter().zip(&words.checks) {
        for check in &mut live.checks {
            if same_expression(dialect, &check.expression, &words.expression) {
                check.expression.clone_from(&wanted.expression);
            }
        }
    }
}
