//! `#[alchemy(…)]` on the struct of a model.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Path, Token};

use super::{for_each_item, list, set, text, unknown, value};
use crate::errors::{Errors, with_help};

/// What the struct says.
#[derive(Default)]
pub(crate) struct ModelAttrs {
    pub(crate) table: Option<LitStr>,
    pub(crate) schema: Option<Path>,
    pub(crate) bind_key: Option<LitStr>,
    pub(crate) uniques: Vec<ColumnsAttr>,
    pub(crate) indexes: Vec<ColumnsAttr>,
    pub(crate) checks: Vec<CheckAttr>,
    pub(crate) krate: Option<Path>,
    pub(crate) new: Option<Ident>,
    pub(crate) changeset: Option<Ident>,
    pub(crate) serialize: Option<Span>,
}

/// `unique(a, b)`, `unique(name = "…", columns(a, b))`; the same for `index`.
pub(crate) struct ColumnsAttr {
    pub(crate) word: Ident,
    pub(crate) name: Option<LitStr>,
    pub(crate) columns: Vec<Ident>,
}

/// `check(name = "…", "sql")`
pub(crate) struct CheckAttr {
    pub(crate) name: LitStr,
    pub(crate) expression: LitStr,
}

const KNOWN: &[&str] =
    &["table", "schema", "bind_key", "unique", "index", "check", "crate", "new", "changeset", "serialize"];

impl ModelAttrs {
    /// Reads the attributes of a struct.
    pub(crate) fn parse(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for_each_item(attrs, "alchemy", errors, |word, input| this.item(word, input));
        this
    }

    /// Reads only where Alchemy is; the derive of the model reports everything else.
    pub(crate) fn parse_crate(attrs: &[Attribute]) -> Option<Path> {
        Self::parse(attrs, &mut Errors::default()).krate
    }

    fn item(&mut self, word: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match word.to_string().as_str() {
            "table" => set(&mut self.table, word, text(input, word, r#"table = "authors""#)?),
            "schema" => set(&mut self.schema, word, value(input, word, "schema = crate::schema::authors")?),
            "bind_key" => set(&mut self.bind_key, word, text(input, word, r#"bind_key = "reports""#)?),
            "crate" => set(&mut self.krate, word, value(input, word, "crate = my_crate::alchemy")?),
            "new" => set(&mut self.new, word, value(input, word, "new = NewAuthor")?),
            "changeset" => set(&mut self.changeset, word, value(input, word, "changeset = AuthorPatch")?),
            "serialize" => set(&mut self.serialize, word, word.span()),
            "unique" => {
                self.uniques.push(columns(input, word)?);
                Ok(())
            }
            "index" => {
                self.indexes.push(columns(input, word)?);
                Ok(())
            }
            "check" => {
                self.checks.push(check(input, word)?);
                Ok(())
            }
            _ => Err(unknown(word, "a model", KNOWN)),
        }
    }
}

fn columns(input: ParseStream<'_>, word: &Ident) -> syn::Result<ColumnsAttr> {
    let form = format!("{word}(first, second)` or `{word}(name = \"…\", columns(first, second))");
    let (name, columns) = list(input, word, &form, |content| {
        if !(content.peek(syn::Ident) && (content.peek2(Token![=]) || content.peek2(syn::token::Paren))) {
            return Ok((None, idents(content)?));
        }
        let (mut name, mut columns) = (None, None);
        while !content.is_empty() {
            let part: Ident = content.parse()?;
            match part.to_string().as_str() {
                "name" => set(&mut name, &part, text(content, &part, r#"name = "…""#)?)?,
                "columns" => {
                    set(&mut columns, &part, list(content, &part, "columns(first, second)", idents)?)?;
                }
                _ => return Err(syn::Error::new_spanned(&part, "expected `name` or `columns`")),
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        let columns = columns.ok_or_else(|| content.error("expected `columns(…)`"))?;
        Ok((name, columns))
    })?;
    Ok(ColumnsAttr { word: word.clone(), name, columns })
}

fn idents(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    Ok(Punctuated::<Ident, Token![,]>::parse_terminated(input)?.into_iter().collect())
}

fn check(input: ParseStream<'_>, word: &Ident) -> syn::Result<CheckAttr> {
    const FORM: &str = r#"check(name = "positive_price", "price > 0")"#;
    list(input, word, FORM, |content| {
        let part: Ident = content.parse()?;
        if part != "name" {
            return Err(syn::Error::new_spanned(&part, "expected `name`"));
        }
        let name = text(content, &part, FORM)?;
        content.parse::<Token![,]>()?;
        let expression: LitStr = content.parse()?;
        if expression.value().trim().is_empty() {
            return Err(with_help(&expression, "a check must not be empty", format_args!("`{FORM}`")));
        }
        if content.peek(Token![,]) {
            content.parse::<Token![,]>()?;
        }
        Ok(CheckAttr { name, expression })
    })
}
