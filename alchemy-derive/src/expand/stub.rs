//! What stands in for a model that has faults, so that its users are not reported too.

use proc_macro2::TokenStream;
use quote::quote;

use crate::base::Key;
use crate::model::Model;
use crate::types;

/// Types of the usual names that promise everything and do nothing. The program does not compile anyway.
pub(super) fn model(model: &Model) -> TokenStream {
    let Model { ident, private, .. } = model;
    let (name, table, table_path) = (model.name(), table(model), &model.table.path);
    let (definitions, writing) = if model.base.is_read_only() {
        (TokenStream::new(), TokenStream::new())
    } else {
        let key = StubKey::of(model);
        let (payloads, key_struct) = (payloads(model), &key.definition);
        (quote!(#payloads #key_struct), writing(model, &key))
    };
    quote! {
        #table
        #definitions

        const _: () = {
            use #private as __private;

            impl __private::Model for #ident {
                type Table = #table_path::table;

                const META: &'static __private::ModelMeta = &__private::ModelMeta::new(#name, #name, &[]);

                fn read(_: &mut __private::RowReader<'_>) -> __private::diesel::QueryResult<Self> {
                    ::core::unreachable!()
                }
            }

            #writing
        };
    }
}

fn table(model: &Model) -> TokenStream {
    let Some(module) = &model.table.module else { return TokenStream::new() };
    let vis = &model.vis;
    quote! {
        #[allow(unused, missing_docs, unreachable_pub)]
        #vis mod #module {
            ::diesel::table! { __stub (id) { id -> ::diesel::sql_types::Uuid, } }
            pub use self::__stub::*;
        }
    }
}

fn payloads(model: &Model) -> TokenStream {
    let Model { vis, new, changeset, .. } = model;
    quote! {
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #[allow(missing_docs)]
        #vis struct #new {}

        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #[allow(missing_docs)]
        #vis struct #changeset {}
    }
}

/// What stands in for a primary key.
struct StubKey {
    /// The struct of a key of several fields.
    definition: TokenStream,
    /// `Keyed::Id`
    id: TokenStream,
    /// What can be given for a key.
    given: Vec<TokenStream>,
    /// The rest of what the key's struct can do.
    conversions: TokenStream,
}

impl StubKey {
    fn of(model: &Model) -> Self {
        let ident = &model.ident;
        let (id, mut given) = match (&model.base.key, model.keys()) {
            (Key::Field(key), _) => match key.rust {
                "String" => (quote!(::std::string::String), vec![quote!(&::core::primitive::str)]),
                "i64" => (quote!(::core::primitive::i64), vec![]),
                _ => (quote!(__private::uuid::Uuid), vec![]),
            },
            (_, [key]) => {
                let ty = types::option_inner(&key.ty).unwrap_or(&key.ty);
                (quote!(()), vec![quote!(#ty)])
            }
            (_, [_, ..]) => return Self::of_several(model),
            (_, []) => (quote!(()), vec![]),
        };
        given.extend([id.clone(), quote!(&#ident)]);
        Self { definition: TokenStream::new(), id, given, conversions: TokenStream::new() }
    }

    /// By hand, since the fields' types may be what is wrong.
    fn of_several(model: &Model) -> Self {
        let (ident, id, vis) = (&model.ident, &model.id, &model.vis);
        let fields = model.keys().iter().map(|key| (&key.vis, &key.field, &key.ty));
        let fields: Vec<_> = fields.map(|(vis, field, ty)| quote!(#vis #field: #ty)).collect();
        let types = model.keys().iter().map(|key| &key.ty);
        let tuple = quote!((#(#types),*));
        let from = [(quote!(#id), &tuple), (tuple.clone(), &quote!(#id))].map(|(source, target)| {
            quote! {
                impl ::core::convert::From<#source> for #target {
                    fn from(_: #source) -> Self {
                        ::core::unreachable!()
                    }
                }
            }
        });
        Self {
            definition: quote! {
                #[allow(missing_docs, dead_code)]
                #vis struct #id {
                    #(#fields,)*
                }
            },
            given: vec![quote!(#id), quote!(&#id), tuple.clone(), quote!(&#ident)],
            conversions: quote! {
                #(#from)*

                impl ::core::fmt::Debug for #id {
                    fn fmt(&self, _: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        ::core::unreachable!()
                    }
                }

                impl ::core::clone::Clone for #id {
                    fn clone(&self) -> Self {
                        ::core::unreachable!()
                    }
                }

                impl ::core::cmp::PartialEq for #id {
                    fn eq(&self, _: &Self) -> ::core::primitive::bool {
                        ::core::unreachable!()
                    }
                }

                impl ::core::cmp::Eq for #id {}

                impl ::core::hash::Hash for #id {
                    fn hash<H: ::core::hash::Hasher>(&self, _: &mut H) {
                        ::core::unreachable!()
                    }
                }
            },
            id: quote!(#id),
        }
    }
}

/// What a model can do whose rows can be written.
fn writing(model: &Model, key: &StubKey) -> TokenStream {
    let Model { ident, new, changeset, .. } = model;
    let StubKey { id, given, conversions: key_conversions, .. } = key;
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
        #(#rows)*
        #(#payloads)*
        #(#conversions)*
        #key_conversions

        impl __private::Keyed for #ident {
            type Id = #id;

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

        #(
            impl __private::IntoKey<#ident> for #given {
                fn into_key(self) -> __private::RowKey<#ident> {
                    ::core::unreachable!()
                }
            }
        )*

        impl __private::Writable for #ident {
            type New = #new;
            type Changeset = #changeset;
        }

        impl ::core::convert::From<#new> for __private::Draft<#ident> {
            fn from(_: #new) -> Self {
                ::core::unreachable!()
            }
        }

        impl ::core::convert::From<#new> for __private::Data<#ident> {
            fn from(_: #new) -> Self {
                ::core::unreachable!()
            }
        }

        impl ::core::convert::From<#changeset> for __private::Data<#ident> {
            fn from(_: #changeset) -> Self {
                ::core::unreachable!()
            }
        }

        impl __private::NewRow for #new {
            type Model = #ident;

            fn fill(&mut self) {}

            fn id(&self) -> ::core::option::Option<#id> {
                ::core::option::Option::None
            }
        }

        impl __private::ChangeRow for #changeset {
            type Model = #ident;
        }
    }
}
