//! The code that the derives write, one file for each artefact.

mod changeset;
mod columns;
mod conversions;
mod diesel;
mod key;
mod metadata;
mod new;
mod payload;
mod row;
mod schema;
mod serialize;
mod service;
mod stub;
mod table;
mod text_enum;

pub(crate) use self::schema::schema;
pub(crate) use self::service::service;
pub(crate) use self::text_enum::text_enum;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::base::Base;
use crate::errors::Errors;
use crate::krate::Facade;
use crate::model::Model;
use crate::validate;

/// Everything a base derive writes. Beside faults stands what can still be written, so that one fault does not bring
/// others after it.
pub(crate) fn model(input: &DeriveInput, base: &'static Base, facade: Facade) -> TokenStream {
    let mut errors = Errors::default();
    let model = Model::resolve(input, base, facade, &mut errors);
    let code = match &model {
        Some(model) if validate::model(model, &mut errors) => whole(model),
        Some(model) => stub::model(model),
        None => TokenStream::new(),
    };
    let errors = errors.into_tokens();
    quote!(#code #errors)
}

fn whole(model: &Model) -> TokenStream {
    let private = &model.private;
    let table = table::table(model);
    let mut parts =
        vec![table::checks(model), columns::columns(model), metadata::model(model), diesel::queries(model)];
    let mut payloads = TokenStream::new();
    if !model.base.is_read_only() {
        payloads = [key::definition(model), new::definition(model), changeset::definition(model)]
            .into_iter()
            .collect();
        parts.extend([
            key::key(model),
            conversions::conversions(model),
            row::model(model),
            new::implementation(model),
            changeset::implementation(model),
            diesel::inserts(model),
            diesel::changes(model),
        ]);
    }
    parts.push(serialize::model(model));
    quote! {
        #table
        #payloads

        #[doc(hidden)]
        const _: () = {
            use #private as __private;
            #(#parts)*
        };
    }
}
