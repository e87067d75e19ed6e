//! Where the expansion finds Alchemy.

use proc_macro2::TokenStream;
use quote::quote;

/// The crate through which a user has Alchemy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Facade {
    /// `alchemy_core`: no web framework.
    Core,
    /// `alchemy_rocket`: services are request guards too.
    Rocket,
}

impl Facade {
    /// The path of what expansions use: in the crate that the user named, or else in the facade.
    pub(crate) fn private(self, named: Option<&syn::Path>) -> TokenStream {
        match (named, self) {
            (Some(path), _) => quote!(#path::__private),
            (None, Self::Core) => quote!(::alchemy_core::__private),
            (None, Self::Rocket) => quote!(::alchemy_rocket::__private),
        }
    }
}
