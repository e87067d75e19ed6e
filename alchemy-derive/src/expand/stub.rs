//! What stands in for a model that has faults, so that its users are not reported too.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Model;

/// Types of the usual names that promise everything and do nothing. The program does not compile anyway.
pub(super) fn model(model: &Model) -> TokenStream {
    let Model { ident, vis, new, changeset, private, .. } = model;
    let name = model.name();
    let table = match &model.table.module {
        Some(module) => quote! {
            #[allow(unused, missing_docs, unreachable_pub)]
            #vis mod #module {
                ::diesel::table! { __stub (id) { id -> ::diesel::sql_types::Uuid, } }
                pub use self::__stub::*;
            }
        },
        None => TokenStream::new(),
    };
    let table_path = &model.table.path;
    let rows = [ident, new, changeset].map(|row| {
        quote! {
            impl __private::Row for #row {
                fn has(&self, _: ::core::primitive::usize) -> ::core::primitive::bool {
                    ::core::unreachable!()
                }

                fn bind<'b>(
                    &'b self,
                    _: ::core::primitive::usize,
                    _: __private::BindPass<'_, 'b>,
                ) -> __private::diesel::QueryResult<()> {
                    ::core::unreachable!()
                }
            }
        }
    });
    let payloads = [new, changeset].map(|payload| {
        quote! {
            impl __private::fields::FromFields for #payload {
                const NAME: &'static ::core::primitive::str = "";
                const FIELDS: &'static [&'static ::core::primitive::str] = &[];
                const COLUMNS: &'static [::core::primitive::usize] = &[];
                const REQUIRED: &'static [::core::primitive::usize] = &[];
                type Partial = ();

                fn read<'de, A: __private::serde::de::MapAccess<'de>>(
                    _: &mut (),
                    _: ::core::primitive::usize,
                    _: &mut A,
                ) -> ::core::result::Result<(), A::Error> {
                    ::core::unreachable!()
                }

                fn finish(_: ()) -> ::core::result::Result<Self, &'static ::core::primitive::str> {
                    ::core::unreachable!()
                }
            }

            impl<'de> __private::serde::Deserialize<'de> for #payload {
                fn deserialize<D: __private::serde::Deserializer<'de>>(
                    _: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    ::core::unreachable!()
                }
            }
        }
    });
    let error = quote!(__private::fields::Error);
    let infallible = [(ident, new), (ident, changeset), (new, changeset)].map(|(source, target)| {
        quote! {
            impl ::core::convert::From<#source> for #target {
                fn from(_: #source) -> Self {
                    ::core::unreachable!()
                }
            }
        }
    });
    let fallible = [
        (quote!(#changeset), new),
        (quote!(__private::JsonMap), new),
        (quote!(__private::JsonMap), changeset),
        (quote!(__private::Data<#ident>), new),
        (quote!(__private::Data<#ident>), changeset),
    ]
    .map(|(source, target)| {
        quote! {
            impl ::core::convert::TryFrom<#source> for #target {
                type Error = #error;

                fn try_from(_: #source) -> ::core::result::Result<Self, #error> {
                    ::core::unreachable!()
                }
            }
        }
    });
    let conversions = infallible.into_iter().chain(fallible);
    quote! {
        #table

        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #[allow(missing_docs)]
        #vis struct #new {}

        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #[allow(missing_docs)]
        #vis struct #changeset {}

        const _: () = {
            use #private as __private;
            #(#rows)*
            #(#payloads)*

            impl __private::Model for #ident {
                type Table = #table_path::table;

                const META: &'static __private::ModelMeta = &__private::ModelMeta::new(#name, #name, &[]);

                fn read(_: &mut __private::RowReader<'_>) -> __private::diesel::QueryResult<Self> {
                    ::core::unreachable!()
                }
            }

            impl __private::Keyed for #ident {
                type Id = __private::uuid::Uuid;

                fn id(&self) -> Self::Id {
                    ::core::unreachable!()
                }

                fn bind_id<'b>(
                    _: &'b Self::Id,
                    _: ::core::primitive::usize,
                    _: __private::BindPass<'_, 'b>,
                ) -> __private::diesel::QueryResult<()> {
                    ::core::unreachable!()
                }
            }

            impl __private::IntoKey<#ident> for __private::uuid::Uuid {
                fn into_key(self) -> __private::RowKey<#ident> {
                    ::core::unreachable!()
                }
            }

            impl __private::Writable for #ident {
                type New = #new;
                type Changeset = #changeset;
            }

            #(#conversions)*

            impl __private::NewRow for #new {
                type Model = #ident;

                fn fill(&mut self) {}

                fn id(&self) -> ::core::option::Option<__private::uuid::Uuid> {
                    ::core::option::Option::None
                }
            }

            impl __private::ChangeRow for #changeset {
                type Model = #ident;
            }
        };
    }
}
