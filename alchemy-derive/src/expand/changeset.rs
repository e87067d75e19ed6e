//! `AuthorChangeset`: what an update changes.

use proc_macro2::TokenStream;
use quote::quote;

use super::payload::{self, Field, Reader};
use super::row::{self, Presence};
use crate::model::{Column, Model, Role};

/// The struct.
pub(super) fn definition(model: &Model) -> TokenStream {
    let (vis, changeset) = (&model.vis, &model.changeset);
    let fields = columns(model).map(|column| {
        let (vis, field, ty) = (&column.vis, &column.field, &column.ty);
        let doc = if column.role == Role::Version {
            format!("The `{}` that was read: that of the row the changes were made for.", column.sql_name)
        } else if column.nullable {
            format!("The new `{}`; `Some(None)` is null, `None` leaves it as it is.", column.sql_name)
        } else {
            format!("The new `{}`; `None` leaves it as it is.", column.sql_name)
        };
        quote!(#[doc = #doc] #vis #field: ::core::option::Option<#ty>)
    });
    let doc = format!("What an update changes in a row of `{}`.", model.name());
    quote! {
        #[doc = #doc]
        #[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::default::Default)]
        #vis struct #changeset {
            #(#fields,)*
        }
    }
}

/// What the struct can do.
pub(super) fn implementation(model: &Model) -> TokenStream {
    let (ident, changeset) = (&model.ident, &model.changeset);
    let row = row::row(model, changeset, |column| column.is_updatable().then_some(Presence::WhenSet));
    let fields: Vec<_> = model
        .indexed()
        .filter(|(_, column)| column.is_updatable())
        .map(|(index, column)| Field {
            ident: &column.field,
            column: index,
            name: &column.input_name,
            optional: true,
            required: false,
            reader: Reader::of(column),
        })
        .collect();
    let finish = quote!(::core::result::Result::Ok(partial));
    let deserialize = payload::deserialize(changeset, &fields, &[], &quote!(Self), &finish);
    let serialize = payload::serialize(changeset, &fields);
    quote! {
        #row

        #[automatically_derived]
        impl __private::ChangeRow for #changeset {
            type Model = #ident;
        }

        #deserialize
        #serialize
    }
}

/// The columns that the struct has.
pub(super) fn columns(model: &Model) -> impl Iterator<Item = &Column> {
    model.columns.iter().filter(|column| column.is_updatable())
}
