//! `schema.rs`, as Diesel's command line writes it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::error::{Error, Result};
use crate::model::{ColumnKind, ColumnMeta, ForeignKeyMeta, ModelMeta};

/// Rust's words, which cannot be names: <https://doc.rust-lang.org/reference/keywords.html>.
const KEYWORDS: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
    "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop",
    "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static",
    "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual",
    "where", "while", "yield",
];

/// Names that mean something else inside of a table's module.
const TAKEN: &[&str] = &["all_columns", "columns", "dsl", "star", "table"];

/// The tables of models as Diesel's `table!`, with `joinable!` where one foreign key alone leads from a table to another,
/// for programs that want a `schema.rs`. The types are those of the models, so that a model can adopt its table with
/// `#[alchemy(schema = crate::schema::authors)]`.
///
/// # Errors
/// [`Error::Config`] for a column whose SQL type is the user's own.
pub fn schema_rs(models: &[&'static ModelMeta]) -> Result<String> {
    let models: Vec<_> = models.iter().copied().filter(|model| model.query.is_none()).collect();
    let mut text = String::from("// Written by `database schema`.\n");
    for model in &models {
        text.push('\n');
        table(&mut text, model)?;
    }
    let joins: BTreeSet<String> = models.iter().flat_map(|model| joins(model)).collect();
    if !joins.is_empty() {
        text.push('\n');
        text.extend(joins);
    }
    if models.len() > 1 {
        text.push_str("\ndiesel::allow_tables_to_appear_in_same_query!(\n");
        for model in &models {
            let _ = writeln!(text, "    {},", identifier(model.table));
        }
        text.push_str(");\n");
    }
    Ok(text)
}

fn table(text: &mut String, model: &ModelMeta) -> Result<()> {
    let name = identifier(model.table);
    text.push_str("diesel::table! {\n");
    if name != model.table {
        let _ = writeln!(text, "    #[sql_name = {:?}]", model.table);
    }
    // Diesel's tables have a key, also where the rows have none.
    let key = if model.primary_key.is_empty() { &[0] } else { model.primary_key };
    let key: Vec<_> = key.iter().map(|&column| identifier(model.columns[column].name)).collect();
    let _ = writeln!(text, "    {name} ({}) {{", key.join(", "));
    for column in model.columns {
        let ident = identifier(column.name);
        if ident != column.name {
            let _ = writeln!(text, "        #[sql_name = {:?}]", column.name);
        }
        let _ = writeln!(text, "        {ident} -> {},", sql_type(model, column)?);
    }
    text.push_str("    }\n}\n");
    Ok(())
}

fn joins(model: &ModelMeta) -> Vec<String> {
    let to = |key: &ForeignKeyMeta| (key.target)().table;
    let joinable = |key: &&ForeignKeyMeta| {
        let target = (key.target)();
        let alone = model.foreign_keys.iter().filter(|other| to(other) == target.table).count() == 1;
        let to_key = key.target_fields.is_empty()
            || key
                .target_fields
                .iter()
                .map(|field| target.index_of_field(field))
                .eq([target.primary_key.first().copied()]);
        alone
            && key.columns.len() == 1
            && to_key
            && target.table != model.table
            && target.primary_key.len() == 1
    };
    let join = |key: &ForeignKeyMeta| {
        format!(
            "diesel::joinable!({} -> {} ({}));\n",
            identifier(model.table),
            identifier(to(key)),
            identifier(model.columns[key.columns[0]].name)
        )
    };
    model.foreign_keys.iter().filter(joinable).map(join).collect()
}

fn sql_type(model: &ModelMeta, column: &ColumnMeta) -> Result<String> {
    let name = match column.kind {
        ColumnKind::Bool => "Bool",
        ColumnKind::SmallInt => "SmallInt",
        ColumnKind::Integer => "Integer",
        ColumnKind::BigInt => "BigInt",
        ColumnKind::Float => "Float",
        ColumnKind::Double => "Double",
        ColumnKind::Text => "Text",
        ColumnKind::Binary => "Binary",
        ColumnKind::Uuid => "Uuid",
        ColumnKind::Date => "Date",
        ColumnKind::Time => "Time",
        ColumnKind::Timestamp => "Timestamp",
        ColumnKind::TimestampTz => "Timestamptz",
        ColumnKind::Json if column.json_text => "Json",
        ColumnKind::Json => "Jsonb",
        ColumnKind::Decimal => "Numeric",
        ColumnKind::Custom => {
            return Err(Error::config(format!(
                "`{}.{}` has an SQL type of the user's own, which `schema.rs` cannot name",
                model.name, column.field
            )));
        }
    };
    Ok(if column.nullable { format!("Nullable<{name}>") } else { name.to_owned() })
}

/// A name that Rust takes; the same as the database's where that is one.
fn identifier(name: &str) -> String {
    let mut ident: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    if ident.starts_with(|first: char| first.is_ascii_digit()) || ident.is_empty() {
        ident.insert(0, '_');
    }
    if KEYWORDS.contains(&ident.as_str()) || TAKEN.contains(&ident.as_str()) || ident == "_" {
        ident.push('_');
    }
    ident
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEOPLE: &ModelMeta = &ModelMeta::new(
        "Person",
        "people",
        &[
            ColumnMeta::new("id", "id", ColumnKind::Uuid),
            {
                let mut column = ColumnMeta::new("kind", "type", ColumnKind::Text);
                column.nullable = true;
                column
            },
            ColumnMeta::new("about", "about me", ColumnKind::Json),
        ],
    );

    const PETS: &ModelMeta = &{
        let mut meta = ModelMeta::new(
            "Pet",
            "2 pets",
            &[
                ColumnMeta::new("id", "id", ColumnKind::BigInt),
                ColumnMeta::new("owner", "owner", ColumnKind::Uuid),
            ],
        );
        meta.foreign_keys = &[ForeignKeyMeta::new(&[1], || PEOPLE)];
        meta
    };

    #[test]
    fn tables_are_written_as_diesel_reads_them() {
        assert_eq!(
            schema_rs(&[PETS, PEOPLE]).unwrap(),
            "\
// Written by `database schema`.

diesel::table! {
    #[sql_name = \"2 pets\"]
    _2_pets (id) {
        id -> BigInt,
        owner -> Uuid,
    }
}

diesel::table! {
    people (id) {
        id -> Uuid,
        #[sql_name = \"type\"]
        type_ -> Nullable<Text>,
        #[sql_name = \"about me\"]
        about_me -> Jsonb,
    }
}

diesel::joinable!(_2_pets -> people (owner));

diesel::allow_tables_to_appear_in_same_query!(
    _2_pets,
    people,
);
"
        );
    }

    #[test]
    fn a_type_of_the_users_own_is_refused_by_name() {
        const META: &ModelMeta =
            &ModelMeta::new("Place", "places", &[ColumnMeta::new("at", "at", ColumnKind::Custom)]);
        assert_eq!(
            schema_rs(&[META]).unwrap_err().to_string(),
            "`Place.at` has an SQL type of the user's own, which `schema.rs` cannot name"
        );
    }
}
