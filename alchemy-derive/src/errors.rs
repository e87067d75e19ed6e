//! The faults found so far.

use std::fmt::Display;

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// Collects faults, so that all of them are reported at once.
#[derive(Debug, Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds a fault.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds a fault at some tokens; `help` shows the right form.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display, help: impl Display) {
        self.push(with_help(tokens, message, help));
    }

    /// Adds a fault at a place; `help` shows the right form.
    pub(crate) fn at_span(&mut self, span: Span, message: impl Display, help: impl Display) {
        self.push(syn::Error::new(span, format_args!("{message}\nhelp: {help}")));
    }

    /// The faults as `compile_error!`s; nothing if there were none.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0.map(syn::Error::into_compile_error).unwrap_or_default()
    }
}

/// An error at some tokens; `help` shows the right form.
pub(crate) fn with_help(tokens: impl ToTokens, message: impl Display, help: impl Display) -> syn::Error {
    syn::Error::new_spanned(tokens, format_args!("{message}\nhelp: {help}"))
}
