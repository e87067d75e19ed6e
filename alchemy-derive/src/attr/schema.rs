//! `#[schema(…)]` on a struct and its fields.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::{Attribute, LitStr, Path, Token};

use super::{for_each_item, list, set, text, unknown, value};
use crate::errors::Errors;

/// What the struct says.
#[derive(Default)]
pub(crate) struct SchemaAttrs {
    pub(crate) model: Option<Path>,
    pub(crate) create: Option<Span>,
    pub(crate) update: Option<Span>,
    pub(crate) krate: Option<Path>,
}

impl SchemaAttrs {
    /// Reads the attributes of a struct.
    pub(crate) fn parse(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for_each_item(attrs, "schema", errors, |word, input| match word.to_string().as_str() {
            "model" => set(&mut this.model, word, value(input, word, "model = Author")?),
            "create" => set(&mut this.create, word, word.span()),
            "update" => set(&mut this.update, word, word.span()),
            "crate" => set(&mut this.krate, word, value(input, word, "crate = my_crate::alchemy")?),
            _ => Err(unknown(word, "a schema", &["model", "create", "update", "crate"])),
        });
        this
    }
}

/// What a field says.
#[derive(Default)]
pub(crate) struct SchemaFieldAttrs {
    pub(crate) column: Option<LitStr>,
    pub(crate) skip_create: Option<()>,
    pub(crate) skip_update: Option<()>,
}

impl SchemaFieldAttrs {
    /// Reads the attributes of a field.
    pub(crate) fn parse(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for_each_item(attrs, "schema", errors, |word, input| match word.to_string().as_str() {
            "column" => set(&mut this.column, word, text(input, word, r#"column = "name""#)?),
            "skip" => list(input, word, "skip(create, update)", |content| this.skip(content)),
            _ => Err(unknown(word, "a field of a schema", &["column", "skip"])),
        });
        this
    }

    fn skip(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            match word.to_string().as_str() {
                "create" => set(&mut self.skip_create, &word, ())?,
                "update" => set(&mut self.skip_update, &word, ())?,
                _ => return Err(syn::Error::new_spanned(&word, "expected `create` or `update`")),
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}
