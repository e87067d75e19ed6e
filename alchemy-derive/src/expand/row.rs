//! `impl Row`: which values a struct carries, and how they are bound.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::model::{Column, Model};

/// `impl Row` for the model, which carries every column.
pub(super) fn model(model: &Model) -> TokenStream {
    row(model, &model.ident, |_| Some(Presence::Always))
}

/// Whether a struct carries a value for a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// Always; the field has the model's type.
    Always,
    /// When the field is `Some`: it is an `Option` of the model's type.
    WhenSet,
}

/// `impl Row` for a struct with some of the model's fields.
pub(super) fn row(
    model: &Model,
    ident: &Ident,
    presence: impl Fn(&Column) -> Option<Presence>,
) -> TokenStream {
    let (mut always, mut when_set, mut binds, mut texts) = (vec![], vec![], vec![], vec![]);
    let slug_source = model.slug_source();
    for (index, column) in model.indexed() {
        let Some(presence) = presence(column) else { continue };
        let (field, sql_type) = (&column.field, model.sql_type(column));
        if presence == Presence::Always {
            always.push(index);
            binds.push(quote!(#index => __private::fields::bind::<#sql_type, _>(out, &self.#field),));
        } else {
            when_set.push(quote!(#index => self.#field.is_some(),));
            binds.push(quote! {
                #index => __private::fields::bind_set::<#sql_type, _>(out, #index, self.#field.as_ref()),
            });
        }
        // A length is checked, and a slug is made, of the text.
        if column.max_length().is_some() || slug_source == Some(index) {
            texts.push(text(index, column, &sql_type, presence));
        }
    }
    let has = has(model, &always, &when_set);
    let text = (!texts.is_empty()).then(|| {
        quote! {
            #[inline]
            fn text(&self, column: ::core::primitive::usize)
                -> ::core::option::Option<&::core::primitive::str>
            {
                match column {
                    #(#texts)*
                    _ => ::core::option::Option::None,
                }
            }
        }
    });
    quote! {
        #[automatically_derived]
        impl __private::Row for #ident {
            #[inline]
            fn has(&self, column: ::core::primitive::usize) -> ::core::primitive::bool {
                #has
            }

            #[inline]
            fn bind<'b>(
                &'b self,
                column: ::core::primitive::usize,
                out: __private::BindPass<'_, 'b>,
            ) -> __private::diesel::QueryResult<()> {
                match column {
                    #(#binds)*
                    _ => __private::fields::unset(column),
                }
            }

            #text
        }
    }
}

fn has(model: &Model, always: &[usize], when_set: &[TokenStream]) -> TokenStream {
    if always.len() == model.columns.len() {
        let count = always.len();
        return quote!(column < #count);
    }
    if always.is_empty() && when_set.is_empty() {
        return quote!({
            let _ = column;
            false
        });
    }
    let always = (!always.is_empty()).then(|| quote!(#(#always)|* => true,));
    quote! {
        match column {
            #(#when_set)*
            #always
            _ => false,
        }
    }
}

fn text(index: usize, column: &Column, sql_type: &TokenStream, presence: Presence) -> TokenStream {
    let field = &column.field;
    let value = match (presence, column.nullable) {
        // What another type is as a text is known when it is bound.
        (Presence::Always, _) if !column.is_string() => {
            quote!(__private::fields::text::<#sql_type, _>(&self.#field))
        }
        (Presence::WhenSet, _) if !column.is_string() => {
            quote!(__private::fields::text::<#sql_type, _>(self.#field.as_ref()?))
        }
        (Presence::Always, false) => quote!(::core::option::Option::Some(&self.#field)),
        (Presence::Always, true) | (Presence::WhenSet, false) => quote!(self.#field.as_deref()),
        (Presence::WhenSet, true) => quote!(self.#field.as_ref()?.as_deref()),
    };
    quote!(#index => #value,)
}
