//! Models whose rows can only be read, and what belongs to them alone.

use crate::errors::Errors;
use crate::model::Model;

/// Checks what is about writing rows, and what is about queries. `false` where there are no columns.
pub(super) fn model(model: &Model, errors: &mut Errors) -> bool {
    let derive = model.base.derive;
    if !model.base.is_read_only() {
        if let Some(query) = &model.query {
            errors.at(
                &query.word,
                format_args!("a `{derive}` maps a table, and cannot have a `query`"),
                "derive `QueryBase`, or name the table: `table = \"…\"`",
            );
        }
        return true;
    }
    let of_fields = model.columns.iter().flat_map(|column| column.attrs.about_writing());
    for (word, span) in model.about_writing.iter().copied().chain(of_fields) {
        errors.at_span(
            span,
            format_args!("a `{derive}` is read-only and cannot have `{word}`"),
            format_args!("remove `{word}`; rows that are written take another base, for example `UuidBase`"),
        );
    }
    if model.columns.is_empty() {
        errors.at(&model.ident, "a model needs a field", "add a field for each column that is read");
        return false;
    }
    true
}
