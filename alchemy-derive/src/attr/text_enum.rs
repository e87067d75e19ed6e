//! `#[alchemy(…)]` on an enum stored as text and its variants.

use proc_macro2::Ident;
use syn::{Attribute, LitStr, Path};

use super::{for_each_item, set, text, unknown, value};
use crate::case::RenameRule;
use crate::errors::{Errors, with_help};

/// What the enum says.
#[derive(Default)]
pub(crate) struct EnumAttrs {
    pub(crate) rename_all: Option<RenameRule>,
    pub(crate) krate: Option<Path>,
}

impl EnumAttrs {
    /// Reads the attributes of an enum.
    pub(crate) fn parse(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for_each_item(attrs, "alchemy", errors, |word, input| match word.to_string().as_str() {
            "rename_all" => {
                let name = text(input, word, r#"rename_all = "snake_case""#)?;
                set(&mut this.rename_all, word, rename_rule(&name)?)
            }
            "crate" => set(&mut this.krate, word, value(input, word, "crate = my_crate::alchemy")?),
            _ => Err(unknown(word, "an enum", &["rename_all", "crate"])),
        });
        this
    }
}

/// What a variant says.
#[derive(Default)]
pub(crate) struct VariantAttrs {
    pub(crate) rename: Option<LitStr>,
}

impl VariantAttrs {
    /// Reads the attributes of a variant.
    pub(crate) fn parse(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut this = Self::default();
        for_each_item(attrs, "alchemy", errors, |word: &Ident, input| match word.to_string().as_str() {
            "rename" => set(&mut this.rename, word, text(input, word, r#"rename = "draft""#)?),
            _ => Err(unknown(word, "a variant", &["rename"])),
        });
        this
    }
}

/// The rule of that name.
fn rename_rule(name: &LitStr) -> syn::Result<RenameRule> {
    RenameRule::from_name(&name.value()).ok_or_else(|| {
        with_help(
            name,
            format_args!("unknown rule `{}`", name.value()),
            format_args!("the rules are {}", RenameRule::NAMES),
        )
    })
}
