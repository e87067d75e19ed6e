//! `#[alchemy(…)]` on the fields of a model.

use proc_macro2::{Ident, Span};
use syn::parse::ParseStream;
use syn::{Attribute, Expr, LitInt, LitStr, Path, Token};

use super::{RenamedFromAttr, for_each_item, list, set, text, unknown, value};
use crate::errors::{Errors, with_help};

/// What a field says.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) column: Option<LitStr>,
    pub(crate) unique: Option<Span>,
    pub(crate) index: Option<Span>,
    pub(crate) max_length: Option<LitInt>,
    pub(crate) precision: Option<LitInt>,
    pub(crate) scale: Option<LitInt>,
    pub(crate) default: Option<ClientDefault>,
    pub(crate) db_default: Option<LitStr>,
    pub(crate) foreign_key: Option<ForeignKeyAttr>,
    pub(crate) search: Option<Ident>,
    pub(crate) sort: Option<Span>,
    pub(crate) filter: Option<FilterAttr>,
    pub(crate) primary_key: Option<Ident>,
    pub(crate) version: Option<Ident>,
    pub(crate) soft_delete: Option<Ident>,
    pub(crate) slug: Option<SlugAttr>,
    pub(crate) skip_create: Option<Ident>,
    pub(crate) skip_update: Option<Ident>,
    pub(crate) skip_output: Option<Ident>,
    pub(crate) sql_type: Option<Path>,
    pub(crate) check_choices: Option<Ident>,
    pub(crate) renamed_from: Option<RenamedFromAttr>,
}

/// `default` or `default = expression`
pub(crate) struct ClientDefault {
    pub(crate) word: Ident,
    /// `None` is `Default::default()`.
    pub(crate) expression: Option<Expr>,
}

/// `filter` or `filter = "name"`
pub(crate) struct FilterAttr {
    /// The parameter's name in query strings.
    pub(crate) name: Option<LitStr>,
}

/// `slug(from = title)`
pub(crate) struct SlugAttr {
    pub(crate) word: Ident,
    /// The field that it is made of.
    pub(crate) from: Ident,
}

/// `foreign_key(Author, …)`
pub(crate) struct ForeignKeyAttr {
    pub(crate) target: Path,
    pub(crate) word: Ident,
    pub(crate) field: Option<Ident>,
    pub(crate) options: ForeignKeyOptions,
}

/// What foreign keys of one and of several columns have in common.
#[derive(Default)]
pub(crate) struct ForeignKeyOptions {
    pub(crate) on_delete: Option<Action>,
    pub(crate) on_update: Option<Action>,
    pub(crate) deferred: Option<()>,
    pub(crate) name: Option<LitStr>,
}

/// What happens to a row whose target goes or changes.
pub(crate) struct Action {
    pub(crate) word: Ident,
    /// The variant of `ReferentialAction`.
    pub(crate) variant: &'static str,
}

const KNOWN: &[&str] = &[
    "column",
    "unique",
    "index",
    "max_length",
    "precision",
    "scale",
    "default",
    "db_default",
    "foreign_key",
    "search",
    "sort",
    "filter",
    "skip",
    "sql_type",
    "primary_key",
    "version",
    "soft_delete",
    "slug",
    "check_choices",
    "renamed_from",
];

const FOREIGN_KEY: &str = "foreign_key(Author, field = id, on_delete = cascade)";
const SLUG: &str = "slug(from = title)";

impl FieldAttrs {
    /// Reads the attributes of a field.
    pub(crate) fn parse(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for_each_item(attrs, "alchemy", errors, |word, input| this.item(word, input));
        this
    }

    /// What is about writing rows, or about a table of one's own: word and place.
    pub(crate) fn about_writing(&self) -> Vec<(&'static str, Span)> {
        let of = |ident: &Option<Ident>| ident.as_ref().map(Ident::span);
        let places = [
            ("unique", self.unique),
            ("index", self.index),
            ("default", self.default.as_ref().map(|default| default.word.span())),
            ("db_default", self.db_default.as_ref().map(LitStr::span)),
            ("foreign_key", self.foreign_key.as_ref().map(|key| key.word.span())),
            ("skip(create)", of(&self.skip_create)),
            ("skip(update)", of(&self.skip_update)),
            ("primary_key", of(&self.primary_key)),
            ("check_choices", of(&self.check_choices)),
            ("renamed_from", self.renamed_from.as_ref().map(|renamed| renamed.word.span())),
        ];
        let mut found: Vec<_> = places.into_iter().filter_map(|(word, span)| Some((word, span?))).collect();
        found.extend(self.roles().into_iter().map(|(word, ident)| (word, ident.span())));
        found
    }

    /// Where it is said to be unique by itself; a slug is.
    pub(crate) fn unique_span(&self) -> Option<Span> {
        self.unique.or_else(|| self.slug.as_ref().map(|slug| slug.word.span()))
    }

    /// What the field is kept for, other than the primary key.
    pub(crate) fn roles(&self) -> Vec<(&'static str, &Ident)> {
        let slug = self.slug.as_ref().map(|slug| &slug.word);
        [("version", self.version.as_ref()), ("soft_delete", self.soft_delete.as_ref()), ("slug", slug)]
            .into_iter()
            .filter_map(|(word, ident)| Some((word, ident?)))
            .collect()
    }

    fn item(&mut self, word: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match word.to_string().as_str() {
            "column" => set(&mut self.column, word, text(input, word, r#"column = "full_name""#)?),
            "unique" => set(&mut self.unique, word, word.span()),
            "index" => set(&mut self.index, word, word.span()),
            "max_length" => set(&mut self.max_length, word, value(input, word, "max_length = 100")?),
            "precision" => set(&mut self.precision, word, value(input, word, "precision = 10")?),
            "scale" => set(&mut self.scale, word, value(input, word, "scale = 2")?),
            "default" => {
                let expression =
                    if input.peek(Token![=]) { Some(value(input, word, "default = 0")?) } else { None };
                set(&mut self.default, word, ClientDefault { word: word.clone(), expression })
            }
            "db_default" => set(&mut self.db_default, word, text(input, word, r#"db_default = "0""#)?),
            "foreign_key" => {
                let key = list(input, word, FOREIGN_KEY, |content| foreign_key(content, word))?;
                set(&mut self.foreign_key, word, key)
            }
            "search" => set(&mut self.search, word, word.clone()),
            "sort" => set(&mut self.sort, word, word.span()),
            "filter" => {
                let name = if input.peek(Token![=]) {
                    Some(text(input, word, r#"filter = "author""#)?)
                } else {
                    None
                };
                set(&mut self.filter, word, FilterAttr { name })
            }
            "primary_key" => set(&mut self.primary_key, word, word.clone()),
            "version" => set(&mut self.version, word, word.clone()),
            "soft_delete" => set(&mut self.soft_delete, word, word.clone()),
            "slug" => {
                let from = list(input, word, SLUG, slug)?;
                set(&mut self.slug, word, SlugAttr { word: word.clone(), from })
            }
            "skip" => list(input, word, "skip(create, update, output)", |content| self.skip(content)),
            "sql_type" => set(&mut self.sql_type, word, value(input, word, "sql_type = Text")?),
            "check_choices" => set(&mut self.check_choices, word, word.clone()),
            "renamed_from" => {
                let attr = RenamedFromAttr::read(input, word, r#"renamed_from = "surname""#)?;
                set(&mut self.renamed_from, word, attr)
            }
            _ => Err(unknown(word, "a field", KNOWN)),
        }
    }

    fn skip(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        while !input.is_empty() {
            let word: Ident = input.parse()?;
            let slot = match word.to_string().as_str() {
                "create" => &mut self.skip_create,
                "update" => &mut self.skip_update,
                "output" => &mut self.skip_output,
                _ => return Err(syn::Error::new_spanned(&word, "expected `create`, `update` or `output`")),
            };
            set(slot, &word, word.clone())?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    }
}

fn foreign_key(input: ParseStream<'_>, keyword: &Ident) -> syn::Result<ForeignKeyAttr> {
    let target = input.parse()?;
    let (mut field, mut options) = (None, ForeignKeyOptions::default());
    while !input.is_empty() {
        input.parse::<Token![,]>()?;
        if input.is_empty() {
            break;
        }
        let word: Ident = input.parse()?;
        if word == "field" {
            set(&mut field, &word, value(input, &word, "field = id")?)?;
        } else if !options.item(&word, input)? {
            return Err(syn::Error::new_spanned(
                &word,
                "expected `field`, `on_delete`, `on_update`, `deferred` or `name`",
            ));
        }
    }
    Ok(ForeignKeyAttr { target, word: keyword.clone(), field, options })
}

impl ForeignKeyOptions {
    /// Reads an option; `false` where the word is none.
    pub(super) fn item(&mut self, word: &Ident, input: ParseStream<'_>) -> syn::Result<bool> {
        match word.to_string().as_str() {
            "on_delete" => set(&mut self.on_delete, word, action(input, word)?)?,
            "on_update" => set(&mut self.on_update, word, action(input, word)?)?,
            "deferred" => set(&mut self.deferred, word, ())?,
            "name" => set(&mut self.name, word, text(input, word, r#"name = "fk_book_author""#)?)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn slug(input: ParseStream<'_>) -> syn::Result<Ident> {
    let part: Ident = input.parse()?;
    if part != "from" {
        return Err(syn::Error::new_spanned(&part, "expected `from`"));
    }
    value(input, &part, SLUG)
}

fn action(input: ParseStream<'_>, word: &Ident) -> syn::Result<Action> {
    let action: Ident = value(input, word, "on_delete = cascade")?;
    let variant = match action.to_string().as_str() {
        "no_action" => "NoAction",
        "restrict" => "Restrict",
        "cascade" => "Cascade",
        "set_null" => "SetNull",
        "set_default" => "SetDefault",
        _ => {
            return Err(with_help(
                &action,
                format_args!("unknown action `{action}`"),
                "the actions are `no_action`, `restrict`, `cascade`, `set_null` and `set_default`",
            ));
        }
    };
    Ok(Action { word: action, variant })
}
