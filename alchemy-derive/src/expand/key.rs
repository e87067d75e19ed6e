//! The primary key: `impl Keyed`, and what a row is found by.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Model;

/// `impl Keyed` and `impl IntoKey` for everything that is a key.
pub(super) fn key(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let Some(key) = model.key() else { return TokenStream::new() };
    let (field, ty, sql_type) = (&key.field, &key.ty, model.sql_type(key));
    quote! {
        #[automatically_derived]
        impl __private::Keyed for #ident {
            type Id = #ty;

            #[inline]
            fn id(&self) -> Self::Id {
                ::core::clone::Clone::clone(&self.#field)
            }

            #[inline]
            fn bind_id<'b>(
                id: &'b Self::Id,
                _: ::core::primitive::usize,
                out: __private::BindPass<'_, 'b>,
            ) -> __private::diesel::QueryResult<()> {
                __private::fields::bind::<#sql_type, _>(out, id)
            }
        }

        #[automatically_derived]
        impl __private::IntoKey<#ident> for #ty {
            #[inline]
            fn into_key(self) -> __private::RowKey<#ident> {
                __private::RowKey::id(self)
            }
        }

        #[automatically_derived]
        impl __private::IntoKey<#ident> for &#ty {
            #[inline]
            fn into_key(self) -> __private::RowKey<#ident> {
                __private::RowKey::id(::core::clone::Clone::clone(self))
            }
        }

        #[automatically_derived]
        impl __private::IntoKey<#ident> for &#ident {
            #[inline]
            fn into_key(self) -> __private::RowKey<#ident> {
                __private::RowKey::id(__private::Keyed::id(self))
            }
        }
    }
}
