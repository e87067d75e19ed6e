//! From one of a model's structs to another, and from what else services take.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{changeset, new};
use crate::model::{Column, Model};

/// `impl Writable`, and the conversions it asks for.
pub(super) fn conversions(model: &Model) -> TokenStream {
    let Model { ident, new, changeset, .. } = model;
    let to_new = model_to_new(model);
    let to_changeset = model_to_changeset(model);
    let new_to_changeset = new_to_changeset(model);
    let changeset_to_new = changeset_to_new(model);
    let payloads =
        [(new, quote!(New), quote!(into_new)), (changeset, quote!(Changeset), quote!(into_changeset))]
            .map(|(payload, variant, into)| payload_conversions(ident, payload, &variant, &into));
    quote! {
        #[automatically_derived]
        impl __private::Writable for #ident {
            type New = #new;
            type Changeset = #changeset;
        }

        #to_new
        #to_changeset
        #new_to_changeset
        #changeset_to_new
        #(#payloads)*

        #[automatically_derived]
        impl ::core::convert::From<#new> for __private::Draft<#ident> {
            #[inline]
            fn from(new: #new) -> Self {
                Self::new(new)
            }
        }

        #[automatically_derived]
        impl ::core::convert::TryFrom<#changeset> for __private::Draft<#ident> {
            type Error = __private::fields::Error;

            #[inline]
            fn try_from(changeset: #changeset) -> ::core::result::Result<Self, Self::Error> {
                __private::Data::Changeset(changeset).try_into()
            }
        }
    }
}

/// What both payloads can be made of, and what they can be put into.
fn payload_conversions(
    ident: &Ident,
    payload: &Ident,
    variant: &TokenStream,
    into: &TokenStream,
) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::convert::TryFrom<__private::JsonMap> for #payload {
            type Error = __private::fields::Error;

            #[inline]
            fn try_from(map: __private::JsonMap) -> ::core::result::Result<Self, Self::Error> {
                __private::fields::from_map(map)
            }
        }

        #[automatically_derived]
        impl ::core::convert::TryFrom<__private::Data<#ident>> for #payload {
            type Error = __private::fields::Error;

            #[inline]
            fn try_from(data: __private::Data<#ident>) -> ::core::result::Result<Self, Self::Error> {
                data.#into()
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#payload> for __private::Data<#ident> {
            #[inline]
            fn from(payload: #payload) -> Self {
                Self::#variant(payload)
            }
        }
    }
}

fn from(source: &Ident, target: &Ident, fields: impl Iterator<Item = TokenStream>) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl ::core::convert::From<#source> for #target {
            #[inline]
            #[allow(unused_variables)]
            fn from(source: #source) -> Self {
                Self { #(#fields),* }
            }
        }
    }
}

fn model_to_new(model: &Model) -> TokenStream {
    let fields = new::columns(model).map(|column| {
        let field = &column.field;
        if column.may_be_unset() {
            quote!(#field: ::core::option::Option::Some(source.#field))
        } else {
            quote!(#field: source.#field)
        }
    });
    from(&model.ident, &model.new, fields)
}

fn model_to_changeset(model: &Model) -> TokenStream {
    let fields = changeset::columns(model).map(|column| {
        let field = &column.field;
        quote!(#field: ::core::option::Option::Some(source.#field))
    });
    from(&model.ident, &model.changeset, fields)
}

fn new_to_changeset(model: &Model) -> TokenStream {
    let fields = changeset::columns(model).map(|column| {
        let field = &column.field;
        if !column.in_new() {
            quote!(#field: ::core::option::Option::None)
        } else if column.may_be_unset() {
            quote!(#field: source.#field)
        } else {
            quote!(#field: ::core::option::Option::Some(source.#field))
        }
    });
    from(&model.new, &model.changeset, fields)
}

/// A changeset may lack what a create needs.
fn changeset_to_new(model: &Model) -> TokenStream {
    let (new, changeset) = (&model.new, &model.changeset);
    let fields = new::columns(model).map(|column: &Column| {
        let (field, name) = (&column.field, &column.input_name);
        let missing = quote!(return ::core::result::Result::Err(__private::fields::missing(#name)));
        match (column.is_updatable(), column.may_be_unset(), column.nullable) {
            (true, true, _) => quote!(#field: source.#field),
            (true, false, true) => quote!(#field: source.#field.flatten()),
            (true, false, false) => quote! {
                #field: match source.#field {
                    ::core::option::Option::Some(value) => value,
                    ::core::option::Option::None => #missing,
                }
            },
            (false, true, _) | (false, false, true) => quote!(#field: ::core::option::Option::None),
            (false, false, false) => quote!(#field: #missing),
        }
    });
    quote! {
        #[automatically_derived]
        impl ::core::convert::TryFrom<#changeset> for #new {
            type Error = __private::fields::Error;

            #[inline]
            #[allow(unused_variables, unreachable_code)]
            fn try_from(source: #changeset) -> ::core::result::Result<Self, Self::Error> {
                ::core::result::Result::Ok(Self { #(#fields),* })
            }
        }
    }
}
