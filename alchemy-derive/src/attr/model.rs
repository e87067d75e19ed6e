//! `#[alchemy(…)]` on the struct of a model.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, LitStr, Path, Token};

use super::field::ForeignKeyOptions;
use super::{RenamedFromAttr, for_each_item, list, set, text, unknown, value};
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
    pub(crate) id: Option<Ident>,
    pub(crate) serialize: Option<Span>,
    pub(crate) foreign_keys: Vec<ForeignKeysAttr>,
    pub(crate) match_fields: Option<ColumnsAttr>,
    pub(crate) messages: Vec<MessageAttr>,
    pub(crate) query: Option<QueryAttr>,
    pub(crate) renamed_from: Option<RenamedFromAttr>,
}

/// `foreign_key(columns(a, b), references = Target, fields(x, y), …)`
pub(crate) struct ForeignKeysAttr {
    pub(crate) word: Ident,
    pub(crate) columns: Vec<Ident>,
    pub(crate) target: Path,
    pub(crate) fields: Vec<Ident>,
    pub(crate) options: ForeignKeyOptions,
}

/// One of `messages(not_found = "…")`
pub(crate) struct MessageAttr {
    /// The variant of `ErrorKind`.
    pub(crate) kind: &'static str,
    pub(crate) text: LitStr,
}

/// `query = "SELECT …"`
pub(crate) struct QueryAttr {
    pub(crate) word: Ident,
    pub(crate) select: LitStr,
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

const KNOWN: &[&str] = &[
    "table",
    "schema",
    "bind_key",
    "unique",
    "index",
    "check",
    "crate",
    "new",
    "changeset",
    "id",
    "serialize",
    "foreign_key",
    "match_fields",
    "messages",
    "query",
    "renamed_from",
];

/// The kinds of errors: as the attribute says them, and as `ErrorKind` does.
const KINDS: &[(&str, &str)] = &[
    ("not_found", "NotFound"),
    ("multiple_rows", "MultipleRows"),
    ("duplicate", "Duplicate"),
    ("foreign_key", "ForeignKey"),
    ("check", "Check"),
    ("not_null", "NotNull"),
    ("stale", "Stale"),
    ("invalid_value", "InvalidValue"),
    ("filter", "Filter"),
    ("retryable", "Retryable"),
    ("pool_timeout", "PoolTimeout"),
    ("timeout", "Timeout"),
    ("closed", "Closed"),
    ("connection", "Connection"),
    ("read_only", "ReadOnly"),
    ("unsupported", "Unsupported"),
    ("config", "Config"),
    ("database", "Database"),
];

impl ModelAttrs {
    /// Reads the attributes of a struct.
    pub(crate) fn parse(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for_each_item(attrs, "alchemy", errors, |word, input| this.item(word, input));
        this
    }

    /// What is about writing rows, or about a table of one's own: word and place.
    pub(crate) fn about_writing(&self) -> Vec<(&'static str, Span)> {
        let constraints = |word, attrs: &[ColumnsAttr]| -> Vec<_> {
            attrs.iter().map(|attr| (word, attr.word.span())).collect()
        };
        let mut found = constraints("unique", &self.uniques);
        found.extend(constraints("index", &self.indexes));
        found.extend(self.checks.iter().map(|check| ("check", check.name.span())));
        found.extend(self.foreign_keys.iter().map(|key| ("foreign_key", key.word.span())));
        found.extend(self.match_fields.iter().map(|attr| ("match_fields", attr.word.span())));
        found.extend(self.renamed_from.iter().map(|renamed| ("renamed_from", renamed.word.span())));
        for (word, ident) in [("new", &self.new), ("changeset", &self.changeset), ("id", &self.id)] {
            found.extend(ident.iter().map(|ident| (word, ident.span())));
        }
        found
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
            "id" => set(&mut self.id, word, value(input, word, "id = BookTagKey")?),
            "serialize" => set(&mut self.serialize, word, word.span()),
            "query" => {
                let select = text(input, word, r#"query = "SELECT …""#)?;
                set(&mut self.query, word, QueryAttr { word: word.clone(), select })
            }
            "renamed_from" => {
                let attr = RenamedFromAttr::read(input, word, r#"renamed_from = "writers""#)?;
                set(&mut self.renamed_from, word, attr)
            }
            "match_fields" => {
                let columns = list(input, word, "match_fields(email)", idents)?;
                set(&mut self.match_fields, word, ColumnsAttr { word: word.clone(), name: None, columns })
            }
            "messages" => list(input, word, MESSAGES, |content| self.messages(content)),
            "foreign_key" => {
                self.foreign_keys.push(foreign_key(input, word)?);
                Ok(())
            }
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

    fn messages(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        while !input.is_empty() {
            let word = input.call(Ident::parse_any)?;
            let kind = KINDS.iter().find(|(name, _)| word == name);
            let Some(&(_, kind)) = kind else {
                let names: Vec<_> = KINDS.iter().map(|(name, _)| format!("`{name}`")).collect();
                return Err(with_help(
                    &word,
                    format_args!("there are no errors of the kind `{word}`"),
                    format_args!("the kinds are {}", names.join(", ")),
                ));
            };
            let text = text(input, &word, MESSAGES)?;
            if self.messages.iter().any(|message| message.kind == kind) {
                return Err(with_help(
                    &word,
                    format_args!("`{word}` is given more than once"),
                    format_args!("remove one `{word}`"),
                ));
            }
            self.messages.push(MessageAttr { kind, text });
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

const MESSAGES: &str = r#"messages(not_found = "there is no such author")"#;

fn foreign_key(input: ParseStream<'_>, keyword: &Ident) -> syn::Result<ForeignKeysAttr> {
    const FORM: &str = "foreign_key(columns(a, b), references = Other, fields(x, y), on_delete = cascade)";
    list(input, keyword, FORM, |content| {
        let (mut columns, mut target, mut fields) = (None, None, None);
        let mut options = ForeignKeyOptions::default();
        while !content.is_empty() {
            let word: Ident = content.parse()?;
            match word.to_string().as_str() {
                "columns" => set(&mut columns, &word, list(content, &word, FORM, idents)?)?,
                "references" => set(&mut target, &word, value(content, &word, FORM)?)?,
                "fields" => set(&mut fields, &word, list(content, &word, FORM, idents)?)?,
                _ if options.item(&word, content)? => {}
                _ => {
                    return Err(syn::Error::new_spanned(
                        &word,
                        "expected `columns`, `references`, `fields`, `on_delete`, `on_update`, `deferred` or `name`",
                    ));
                }
            }
            if !content.is_empty() {
                content.parse::<Token![,]>()?;
            }
        }
        Ok(ForeignKeysAttr {
            word: keyword.clone(),
            columns: columns.ok_or_else(|| content.error("expected `columns(…)`"))?,
            target: target.ok_or_else(|| content.error("expected `references = …`"))?,
            fields: fields.unwrap_or_default(),
            options,
        })
    })
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
