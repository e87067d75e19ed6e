//! The parts of `#[serde(…)]` that name fields, so that payloads use the same names as the model.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, LitStr, Token};

use crate::case::RenameRule;

/// A name for each direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SerdeName<T> {
    pub(crate) serialize: Option<T>,
    pub(crate) deserialize: Option<T>,
}

impl<T> Default for SerdeName<T> {
    fn default() -> Self {
        Self { serialize: None, deserialize: None }
    }
}

/// `#[serde(rename = "…")]` on a field. What serde cannot read is left for serde to report.
pub(crate) fn rename(attrs: &[Attribute]) -> SerdeName<String> {
    let mut name = SerdeName::default();
    read(attrs, "rename", |serialize, text| {
        let slot = if serialize { &mut name.serialize } else { &mut name.deserialize };
        *slot = Some(text.value());
    });
    name
}

/// `#[serde(rename_all = "…")]` on a struct. What serde cannot read is left for serde to report.
pub(crate) fn rename_all(attrs: &[Attribute]) -> SerdeName<RenameRule> {
    let mut rule = SerdeName::default();
    read(attrs, "rename_all", |serialize, text| {
        let slot = if serialize { &mut rule.serialize } else { &mut rule.deserialize };
        *slot = RenameRule::from_name(&text.value());
    });
    rule
}

/// Calls `put(is_serialize, text)` for each direction that `word` names.
fn read(attrs: &[Attribute], word: &str, mut put: impl FnMut(bool, &LitStr)) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
        // An error here is serde's to report.
        let _ = attr.parse_nested_meta(|meta| {
            if !meta.path.is_ident(word) {
                return skip(&meta);
            }
            if meta.input.peek(Token![=]) {
                let text: LitStr = meta.value()?.parse()?;
                put(true, &text);
                put(false, &text);
                return Ok(());
            }
            meta.parse_nested_meta(|direction| {
                let text: LitStr = direction.value()?.parse()?;
                put(direction.path.is_ident("serialize"), &text);
                Ok(())
            })
        });
    }
}

fn skip(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        let _: proc_macro2::TokenTree = meta.input.parse()?;
    }
    Ok(())
}
