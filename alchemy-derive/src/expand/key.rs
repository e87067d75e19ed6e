//! The primary key: `impl Keyed`, and what a row is found by.

use proc_macro2::TokenStream;
use quote::quote;
use syn::Index;

use crate::base::Maker;
use crate::model::{Column, Model};

/// The struct of a key of several columns.
pub(super) fn definition(model: &Model) -> TokenStream {
    if model.keys().len() < 2 {
        return TokenStream::new();
    }
    let (vis, id, private) = (&model.vis, &model.id, &model.private);
    let fields = model.keys().iter().map(|key| {
        let (vis, field, ty, doc) =
            (&key.vis, &key.field, &key.ty, format!("`{}` of the row.", key.sql_name));
        let (output, input) = (&key.output_name, &key.input_name);
        let is_renamed = key.field != output.as_str() || key.field != input.as_str();
        let rename = is_renamed.then(|| quote!(#[serde(rename(serialize = #output, deserialize = #input))]));
        quote!(#[doc = #doc] #rename #vis #field: #ty)
    });
    let doc = format!("The primary key of `{}`.", model.name());
    let serde = quote!(#private::serde);
    let serde_path = serde.to_string();
    quote! {
        #[doc = #doc]
        #[derive(
            ::core::fmt::Debug,
            ::core::clone::Clone,
            ::core::cmp::PartialEq,
            ::core::cmp::Eq,
            ::core::hash::Hash,
            #serde::Serialize,
            #serde::Deserialize,
        )]
        #[serde(crate = #serde_path, deny_unknown_fields)]
        #vis struct #id {
            #(#fields,)*
        }
    }
}

/// `impl Keyed` and `impl IntoKey` for everything that is a key.
pub(super) fn key(model: &Model) -> TokenStream {
    match model.keys() {
        [] => TokenStream::new(),
        [key] => of_one(model, key),
        keys => of_several(model, keys),
    }
}

fn of_one(model: &Model, key: &Column) -> TokenStream {
    let (field, ty, sql_type) = (&key.field, &key.ty, model.sql_type(key));
    let generated = matches!(key.maker, Some(Maker::Database(_))).then(|| {
        quote! {
            #[inline]
            fn generated_id(&self) -> ::core::option::Option<::core::primitive::i64> {
                ::core::option::Option::Some(self.#field)
            }
        }
    });
    let keyed = keyed(
        model,
        &quote!(#ty),
        &quote!(::core::clone::Clone::clone(&self.#field)),
        (&quote!(_), &quote!(__private::fields::bind::<#sql_type, _>(out, id))),
        generated.as_ref(),
    );
    let of_value = into_key(model, &quote!(#ty), &quote!(self));
    let of_reference = into_key(model, &quote!(&#ty), &quote!(::core::clone::Clone::clone(self)));
    // Text is mostly at hand as a part of another one.
    let of_text = key.is_string().then(|| {
        into_key(model, &quote!(&::core::primitive::str), &quote!(::std::string::String::from(self)))
    });
    quote! {
        #keyed
        #of_value
        #of_reference
        #of_text
    }
}

fn of_several(model: &Model, keys: &[Column]) -> TokenStream {
    let id = &model.id;
    let fields: Vec<_> = keys.iter().map(|key| &key.field).collect();
    let types = keys.iter().map(|key| &key.ty);
    let tuple = quote!((#(#types),*));
    let places = (0..keys.len()).map(Index::from);
    let binds = keys.iter().enumerate().map(|(component, key)| {
        let (field, sql_type) = (&key.field, model.sql_type(key));
        quote!(#component => __private::fields::bind::<#sql_type, _>(out, &id.#field),)
    });
    let keyed = keyed(
        model,
        &quote!(#id),
        &quote!(#id { #(#fields: ::core::clone::Clone::clone(&self.#fields)),* }),
        (
            &quote!(component),
            &quote! {
                match component {
                    #(#binds)*
                    _ => __private::fields::unset(component),
                }
            },
        ),
        None,
    );
    let of_value = into_key(model, &quote!(#id), &quote!(self));
    let of_reference = into_key(model, &quote!(&#id), &quote!(::core::clone::Clone::clone(self)));
    let of_tuple = into_key(model, &tuple, &quote!(::core::convert::Into::into(self)));
    quote! {
        #keyed
        #of_value
        #of_reference
        #of_tuple

        #[automatically_derived]
        impl ::core::convert::From<#tuple> for #id {
            #[inline]
            fn from(key: #tuple) -> Self {
                Self { #(#fields: key.#places),* }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#id> for #tuple {
            #[inline]
            fn from(key: #id) -> Self {
                (#(key.#fields),*)
            }
        }
    }
}

/// `impl Keyed`, and the key of a row at hand.
fn keyed(
    model: &Model,
    ty: &TokenStream,
    id: &TokenStream,
    (component, bind): (&TokenStream, &TokenStream),
    generated: Option<&TokenStream>,
) -> TokenStream {
    let ident = &model.ident;
    let of_row = into_key(model, &quote!(&#ident), &quote!(__private::Keyed::id(self)));
    quote! {
        #[automatically_derived]
        impl __private::Keyed for #ident {
            type Id = #ty;

            #[inline]
            fn id(&self) -> Self::Id {
                #id
            }

            #[inline]
            fn bind_id<'b>(
                id: &'b Self::Id,
                #component: ::core::primitive::usize,
                out: __private::BindPass<'_, 'b>,
            ) -> __private::diesel::QueryResult<()> {
                #bind
            }

            #generated
        }

        #of_row
    }
}

/// `impl IntoKey` for what gives the key `id`.
fn into_key(model: &Model, ty: &TokenStream, id: &TokenStream) -> TokenStream {
    let ident = &model.ident;
    quote! {
        #[automatically_derived]
        impl __private::IntoKey<#ident> for #ty {
            #[inline]
            fn into_key(self) -> __private::RowKey<#ident> {
                __private::RowKey::id(#id)
            }
        }
    }
}
