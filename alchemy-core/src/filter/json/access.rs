//! What a filter in JSON may ask of a model.

use crate::filter::comparison::Operator;
use crate::filter::{FilterError, ParamLimits, by_name};
use crate::model::{ColumnMeta, ColumnRole, ModelMeta};

use super::tree::Test;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Access {
    /// A client, for what a query string may ask for.
    Client(ParamLimits),
    /// The program itself.
    Program,
}

/// What is asked of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Whether it is one of some values: as `ids` asks.
    Membership,
    /// Whether it is within bounds: as `createdBefore` asks.
    Range,
    /// Whether its text has a part or a form.
    Pattern,
    /// Anything else.
    Other,
}

impl Test {
    pub(super) fn question(&self) -> Question {
        match self {
            Self::Bounds(_) => Question::Range,
            Self::OneOf { negated: false, .. } => Question::Membership,
            Self::OneOf { negated: true, .. } | Self::Boolean(_) | Self::Null { .. } => Question::Other,
            Self::Compare { operator, .. } => match operator {
                Operator::Equal { negated: false } | Operator::In { negated: false } => Question::Membership,
                Operator::Equal { negated: true } | Operator::In { negated: true } => Question::Other,
                Operator::Compare(_) | Operator::Between | Operator::OnDay => Question::Range,
                Operator::Like { .. } | Operator::Text { .. } => Question::Pattern,
            },
        }
    }
}

impl Access {
    /// The column of a field that may be asked this.
    pub(super) fn column(
        &self,
        meta: &'static ModelMeta,
        field: &str,
        question: Question,
    ) -> Result<usize, FilterError> {
        if matches!(self, Self::Program) {
            return by_name::column(meta, field);
        }
        // A field that is closed to clients is none to them.
        let found = meta.index_of_field(field);
        if question == Question::Pattern {
            return found
                .filter(|&column| meta.columns[column].searchable)
                .ok_or_else(|| FilterError::NotSearchable { field: field.to_owned() });
        }
        let Some(column) = found.filter(|&column| is_open(meta, column)) else {
            return Err(FilterError::UnknownField { field: field.to_owned(), allowed: open_fields(meta) });
        };
        if may_ask(&meta.columns[column], question) {
            Ok(column)
        } else {
            Err(FilterError::NotFilterable { field: field.to_owned() })
        }
    }

    /// The column of a field that may be ordered by.
    pub(super) fn sortable(&self, meta: &'static ModelMeta, field: &str) -> Result<usize, FilterError> {
        if matches!(self, Self::Program) {
            return by_name::column(meta, field);
        }
        let found = meta.index_of_field(field).filter(|&column| meta.columns[column].sortable);
        found.ok_or_else(|| FilterError::NotSortable {
            field: field.to_owned(),
            allowed: fields(meta, |column| meta.columns[column].sortable),
        })
    }

    /// Whether related rows may be asked for by a foreign key of these columns.
    pub(super) fn may_relate(&self, holder: &ModelMeta, columns: &[usize]) -> bool {
        match self {
            Self::Program => true,
            Self::Client(_) => columns.iter().all(|&column| holder.columns[column].filterable),
        }
    }
}

fn may_ask(column: &ColumnMeta, question: Question) -> bool {
    column.filterable
        || match column.role {
            ColumnRole::PrimaryKey => question == Question::Membership,
            ColumnRole::CreatedAt | ColumnRole::UpdatedAt => question == Question::Range,
            _ => false,
        }
}

fn is_open(meta: &ModelMeta, column: usize) -> bool {
    let about = &meta.columns[column];
    about.filterable
        || match about.role {
            ColumnRole::PrimaryKey => meta.primary_key.len() == 1,
            ColumnRole::CreatedAt | ColumnRole::UpdatedAt => true,
            _ => false,
        }
}

fn open_fields(meta: &ModelMeta) -> Vec<&'static str> {
    fields(meta, |column| is_open(meta, column))
}

fn fields(meta: &ModelMeta, which: impl Fn(usize) -> bool) -> Vec<&'static str> {
    (0..meta.columns.len()).filter(|&column| which(column)).map(|column| meta.columns[column].field).collect()
}
