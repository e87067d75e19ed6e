//! What can be told of a type from its tokens.

use proc_macro2::{Ident, Span};
use syn::{GenericArgument, Path, PathArguments, PathSegment, Type};

/// Types with a column type of their own, by name: SQL type, and whether `Default` is a value one would mean.
const KNOWN: &[(&str, &str, bool)] = &[
    ("bool", "Bool", true),
    ("i16", "SmallInt", true),
    ("i32", "Integer", true),
    ("i64", "BigInt", true),
    ("f32", "Float", true),
    ("f64", "Double", true),
    ("String", "Text", true),
    ("Uuid", "Uuid", false),
    ("NaiveDate", "Date", false),
    ("NaiveTime", "Time", false),
    ("NaiveDateTime", "Timestamp", false),
    ("BigDecimal", "Numeric", false),
    ("Value", "Jsonb", false),
];

/// Names in `diesel::sql_types`, with the kind of column they make.
const SQL_TYPES: &[(&str, &str)] = &[
    ("Bool", "Bool"),
    ("SmallInt", "SmallInt"),
    ("Int2", "SmallInt"),
    ("Integer", "Integer"),
    ("Int4", "Integer"),
    ("BigInt", "BigInt"),
    ("Int8", "BigInt"),
    ("Float", "Float"),
    ("Float4", "Float"),
    ("Double", "Double"),
    ("Float8", "Double"),
    ("Text", "Text"),
    ("VarChar", "Text"),
    ("Varchar", "Text"),
    ("Binary", "Binary"),
    ("Bytea", "Binary"),
    ("Uuid", "Uuid"),
    ("Date", "Date"),
    ("Time", "Time"),
    ("Timestamp", "Timestamp"),
    ("Timestamptz", "TimestampTz"),
    ("Json", "Json"),
    ("Jsonb", "Json"),
    ("Numeric", "Decimal"),
    ("Decimal", "Decimal"),
];

/// A type that has been recognized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Known {
    /// Its name in `diesel::sql_types`.
    pub(crate) sql: &'static str,
    /// Whether its `Default` is a value one would mean.
    pub(crate) has_default: bool,
}

impl Known {
    /// Whether it is text.
    pub(crate) fn is_text(self) -> bool {
        self.sql == "Text"
    }
}

/// Recognizes a type that is stored in a column of its own, `Option` apart.
pub(crate) fn known(ty: &Type) -> Option<Known> {
    let last = last_segment(ty)?;
    if let PathArguments::None = last.arguments {
        return KNOWN
            .iter()
            .find(|(name, ..)| last.ident == name)
            .map(|&(_, sql, has_default)| Known { sql, has_default });
    }
    let argument = last_segment(only_argument(last)?)?;
    match (last.ident.to_string().as_str(), argument.ident.to_string().as_str()) {
        ("Vec", "u8") => Some(Known { sql: "Binary", has_default: true }),
        ("DateTime", "Utc") => Some(Known { sql: "Timestamptz", has_default: false }),
        _ => None,
    }
}

/// What an `Option` holds.
pub(crate) fn option_inner(ty: &Type) -> Option<&Type> {
    let last = last_segment(ty)?;
    if last.ident == "Option" { only_argument(last) } else { None }
}

/// `Uuid`, however qualified.
pub(crate) fn is_uuid(ty: &Type) -> bool {
    known(ty).is_some_and(|known| known.sql == "Uuid")
}

/// `String`, however qualified.
pub(crate) fn is_string(ty: &Type) -> bool {
    known(ty).is_some_and(Known::is_text)
}

/// `i64`.
pub(crate) fn is_i64(ty: &Type) -> bool {
    known(ty).is_some_and(|known| known.sql == "BigInt")
}

/// `DateTime<Utc>`, however qualified.
pub(crate) fn is_utc(ty: &Type) -> bool {
    known(ty).is_some_and(|known| known.sql == "Timestamptz")
}

/// Whether the type's `Default` is surely there, and a value one would mean.
pub(crate) fn has_plain_default(ty: &Type) -> bool {
    let is_vec = last_segment(ty).is_some_and(|segment| segment.ident == "Vec");
    is_vec || known(ty).is_some_and(|known| known.has_default)
}

/// The kind of column (a variant of `ColumnKind`) that an SQL type given by the user makes.
pub(crate) fn kind_of_sql_type(path: &Path) -> &'static str {
    sql_type_name(path).map_or("Custom", |(_, kind)| kind)
}

/// Whether an SQL type given by the user is JSON kept as text, rather than the binary form.
pub(crate) fn is_json_text(path: &Path) -> bool {
    sql_type_name(path).is_some_and(|&(name, _)| name == "Json")
}

/// Whether an SQL type given by the user is a name of Diesel's, which then means Diesel's wherever it is used.
pub(crate) fn is_diesels(path: &Path) -> bool {
    path.get_ident().is_some() && sql_type_name(path).is_some()
}

/// A name of `diesel::sql_types` as an identifier.
pub(crate) fn sql_ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

fn sql_type_name(path: &Path) -> Option<&'static (&'static str, &'static str)> {
    let last = path.segments.last()?;
    if last.ident == "Nullable" {
        return match only_argument(last)? {
            Type::Path(inner) => sql_type_name(&inner.path),
            _ => None,
        };
    }
    let diesels =
        path.segments.len() == 1 || path.segments.iter().any(|segment| segment.ident == "sql_types");
    SQL_TYPES.iter().find(|(name, _)| diesels && last.ident == name)
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        // Types that come out of a `macro_rules!` are wrapped in an invisible group.
        Type::Group(group) => last_segment(&group.elem),
        Type::Paren(paren) => last_segment(&paren.elem),
        _ => None,
    }
}

fn only_argument(segment: &PathSegment) -> Option<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return None };
    match (arguments.args.first(), arguments.args.len()) {
        (Some(GenericArgument::Type(ty)), 1) => Some(ty),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn types_are_recognized_however_qualified() {
        for (ty, sql) in [
            (parse_quote!(uuid::Uuid), Some("Uuid")),
            (parse_quote!(Vec<u8>), Some("Binary")),
            (parse_quote!(chrono::DateTime<chrono::Utc>), Some("Timestamptz")),
            (parse_quote!(DateTime<Local>), None),
            (parse_quote!(Vec<String>), None),
            (parse_quote!(Status), None),
        ] {
            let ty: Type = ty;
            assert_eq!(known(&ty).map(|known| known.sql), sql);
        }
    }

    #[test]
    fn an_sql_type_of_diesel_gives_its_kind() {
        for (path, kind) in [
            (parse_quote!(Text), "Text"),
            (parse_quote!(diesel::sql_types::Nullable<diesel::sql_types::Date>), "Date"),
            (parse_quote!(crate::types::Text), "Custom"),
            (parse_quote!(Point), "Custom"),
        ] {
            let path: Path = path;
            assert_eq!(kind_of_sql_type(&path), kind);
        }
    }
}
