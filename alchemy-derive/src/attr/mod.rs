//! The syntax of attributes. One file for each place that attributes may be put on.

mod field;
mod model;
mod schema;
mod serde;
mod text_enum;

pub(crate) use self::field::{FieldAttrs, ForeignKeyOptions, SlugAttr};
pub(crate) use self::model::{CheckAttr, ColumnsAttr, ForeignKeysAttr, MessageAttr, ModelAttrs, QueryAttr};
pub(crate) use self::schema::{SchemaAttrs, SchemaFieldAttrs};
pub(crate) use self::serde::{SerdeName, rename, rename_all};
pub(crate) use self::text_enum::{EnumAttrs, VariantAttrs};

use proc_macro2::{Ident, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, LitStr, Meta, Token, parenthesized};

use crate::errors::{Errors, with_help};

/// Reads the items of every `#[name(…)]`, each of which starts with a word. An item that cannot be read is reported
/// and skipped, so that the others are still checked.
pub(crate) fn for_each_item(
    attrs: &[Attribute],
    name: &str,
    errors: &mut Errors,
    mut read: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        let Meta::List(list) = &attr.meta else {
            errors.at(
                attr,
                format_args!("`{name}` needs a list of attributes"),
                format_args!("`#[{name}(…)]`"),
            );
            continue;
        };
        let items = |input: ParseStream<'_>| {
            items(input, errors, &mut read);
            Ok(())
        };
        if let Err(error) = list.parse_args_with(items) {
            errors.push(error);
        }
    }
}

fn items(
    input: ParseStream<'_>,
    errors: &mut Errors,
    read: &mut impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    while !input.is_empty() {
        let item = input.call(Ident::parse_any).and_then(|word| {
            read(&word, input)?;
            if input.is_empty() || input.peek(Token![,]) { Ok(()) } else { Err(input.error("expected `,`")) }
        });
        if let Err(error) = item {
            errors.push(error);
        }
        skip_past_comma(input);
    }
}

fn skip_past_comma(input: ParseStream<'_>) {
    while !input.is_empty() {
        if input.peek(Token![,]) {
            let _: syn::Result<Token![,]> = input.parse();
            return;
        }
        let _: syn::Result<TokenTree> = input.parse();
    }
}

/// Puts an item's value where it belongs; an item may be given once.
pub(crate) fn set<T>(slot: &mut Option<T>, word: &Ident, value: T) -> syn::Result<()> {
    if slot.is_some() {
        return Err(with_help(
            word,
            format_args!("`{word}` is given more than once"),
            format_args!("remove one `{word}`"),
        ));
    }
    *slot = Some(value);
    Ok(())
}

/// Reads `= value`; `form` shows the right form.
pub(crate) fn value<T: Parse>(input: ParseStream<'_>, word: &Ident, form: &str) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(with_help(word, format_args!("`{word}` needs a value"), format_args!("`{form}`")));
    }
    input.parse::<Token![=]>()?;
    let rest = input.cursor();
    input.parse().map_err(|error| match rest.token_tree() {
        Some((token, _)) => with_help(token, error, format_args!("`{form}`")),
        None => with_form(&error, form),
    })
}

/// Reads `= "text"`, which must not be empty; `form` shows the right form.
pub(crate) fn text(input: ParseStream<'_>, word: &Ident, form: &str) -> syn::Result<LitStr> {
    let text: LitStr = value(input, word, form)?;
    if text.value().trim().is_empty() {
        return Err(with_help(&text, format_args!("`{word}` must not be empty"), format_args!("`{form}`")));
    }
    Ok(text)
}

/// `renamed_from = "…"`: what a table or a column was called before.
pub(crate) struct RenamedFromAttr {
    pub(crate) word: Ident,
    pub(crate) name: LitStr,
}

impl RenamedFromAttr {
    /// Reads what follows the word; `form` shows the right form.
    fn read(input: ParseStream<'_>, word: &Ident, form: &str) -> syn::Result<Self> {
        Ok(Self { word: word.clone(), name: text(input, word, form)? })
    }
}

/// Reads `(…)`; `form` shows the right form.
pub(crate) fn list<T>(
    input: ParseStream<'_>,
    word: &Ident,
    form: &str,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    if !input.peek(syn::token::Paren) {
        return Err(with_help(word, format_args!("`{word}` needs a list"), format_args!("`{form}`")));
    }
    let content;
    parenthesized!(content in input);
    if content.is_empty() {
        return Err(with_help(word, format_args!("`{word}` needs a list"), format_args!("`{form}`")));
    }
    let value = read(&content).and_then(|value| {
        if content.is_empty() { Ok(value) } else { Err(content.error("unexpected token")) }
    });
    value.map_err(|error| {
        // What is left would be reported as well.
        while content.parse::<TokenTree>().is_ok() {}
        with_form(&error, form)
    })
}

/// An item nobody knows.
pub(crate) fn unknown(word: &Ident, place: &str, known: &[&str]) -> syn::Error {
    with_help(word, format_args!("unknown attribute `{word}`"), Known { word, place, known })
}

/// Names the attributes that exist, the likeliest first.
struct Known<'a> {
    word: &'a Ident,
    place: &'a str,
    known: &'a [&'a str],
}

impl std::fmt::Display for Known<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = self.word.to_string();
        if let Some(meant) = self.known.iter().find(|known| is_typo(&word, known)) {
            return write!(f, "there is an attribute `{meant}`");
        }
        write!(f, "{} takes ", self.place)?;
        for (at, known) in self.known.iter().enumerate() {
            write!(f, "{}`{known}`", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Whether two words differ by one letter more, less, other, or by two neighbours that changed places.
fn is_typo(word: &str, known: &str) -> bool {
    let (word, known): (Vec<char>, Vec<char>) = (word.chars().collect(), known.chars().collect());
    let same_start = word.iter().zip(&known).take_while(|(a, b)| a == b).count();
    let (word, known) = (&word[same_start..], &known[same_start..]);
    match (word, known) {
        ([], [_]) | ([_], []) => true,
        ([a, b, rest @ ..], [c, d, others @ ..]) if a == d && b == c && rest == others => true,
        ([_, rest @ ..], [_, others @ ..]) if rest == others => true,
        ([_, rest @ ..], known) if rest == known => true,
        (word, [_, others @ ..]) if word == others => true,
        _ => false,
    }
}

/// The same error with a help that shows the right form, unless it has a better one.
fn with_form(error: &syn::Error, form: &str) -> syn::Error {
    if error.to_string().contains("\nhelp: ") {
        return error.clone();
    }
    syn::Error::new(error.span(), format_args!("{error}\nhelp: `{form}`"))
}

#[cfg(test)]
mod tests {
    use super::is_typo;

    #[test]
    fn a_typo_is_one_slip_away() {
        for (word, known) in [
            ("tabel", "table"),
            ("tables", "table"),
            ("tble", "table"),
            ("tsble", "table"),
            ("serch", "search"),
        ] {
            assert!(is_typo(word, known), "{word}");
        }
        for (word, known) in [("table", "table"), ("name", "table"), ("tlabe", "table")] {
            assert!(!is_typo(word, known), "{word}");
        }
    }
}
