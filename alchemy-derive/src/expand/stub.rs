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
            impl<'de> __private::serde::Deserialize<'de> for #payload {
                fn deserialize<D: __private::serde::Deserializer<'de>>(
                    _: D,
                ) -> ::core::result::Result<Self, D::Error> {
                    ::core::unreachable!()
                }
            }
        }
    });
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
                type Id = __private::uuid::Uuid;
                type Table = #table_path::table;
                type New = #new;
                type Changeset = #changeset;

                const META: &'static __private::ModelMeta = &__private::ModelMeta::new(#name, #name, &[]);

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

                fn read(_: &mut __private::RowReader<'_>) -> __private::diesel::QueryResult<Self> {
                    ::core::unreachable!()
                }
            }

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
