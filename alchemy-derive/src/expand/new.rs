//! `NewAuthor`: what a create needs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::{Expr, Lit};

use super::payload::{self, Field, Reader};
use super::row::{self, Presence};
use crate::base::Maker;
use crate::model::{Column, Model, Role};
use crate::types;

/// The struct.
pub(super) fn definition(model: &Model) -> TokenStream {
    let (vis, new) = (&model.vis, &model.new);
    let fields = columns(model).map(|column| {
        let (vis, field, ty) = (&column.vis, &column.field, field_type(column));
        let doc = field_doc(column);
        quote!(#[doc = #doc] #vis #field: #ty)
    });
    let has_default = columns(model)
        .filter(|column| column.is_required())
        .all(|column| types::has_plain_default(&column.ty));
    let default = has_default.then(|| quote!(, ::core::default::Default));
    let doc = format!("What is needed to create a row of `{}`.", model.name());
    quote! {
        #[doc = #doc]
        #[derive(::core::fmt::Debug, ::core::clone::Clone #default)]
        #vis struct #new {
            #(#fields,)*
        }
    }
}

/// What the struct can do.
pub(super) fn implementation(model: &Model) -> TokenStream {
    let (ident, new) = (&model.ident, &model.new);
    let id = id(model);
    let id_type = match model.keys() {
        [key] => key.ty.to_token_stream(),
        _ => model.id.to_token_stream(),
    };
    let fills = columns(model).filter_map(|column| {
        let (field, filler) = (&column.field, filler(column)?);
        Some(quote!(self.#field.get_or_insert_with(#filler);))
    });
    let row = row::row(model, new, |column| {
        column.in_new().then_some(if column.may_be_unset() { Presence::WhenSet } else { Presence::Always })
    });
    let serde = serde(model);
    quote! {
        #row

        #[automatically_derived]
        impl __private::NewRow for #new {
            type Model = #ident;

            #[inline]
            fn fill(&mut self) {
                #(#fills)*
            }

            #[inline]
            fn id(&self) -> ::core::option::Option<#id_type> {
                #id
            }
        }

        #serde
    }
}

/// The key of a new row, as an `Option`.
fn id(model: &Model) -> TokenStream {
    let clone = |field: &Ident| quote!(::core::clone::Clone::clone(&self.#field));
    if let [key] = model.keys() {
        let value = clone(&key.field);
        return if key.may_be_unset() { value } else { quote!(::core::option::Option::Some(#value)) };
    }
    let id = &model.id;
    let fields = model.keys().iter().map(|key| {
        let (field, value) = (&key.field, clone(&key.field));
        let given = key.may_be_unset().then(|| quote!(?));
        quote!(#field: #value #given)
    });
    quote!(::core::option::Option::Some(#id { #(#fields),* }))
}

/// The columns that the struct has.
pub(super) fn columns(model: &Model) -> impl Iterator<Item = &Column> {
    model.columns.iter().filter(|column| column.in_new())
}

fn field_type(column: &Column) -> TokenStream {
    let ty = &column.ty;
    if column.may_be_unset() { quote!(::core::option::Option<#ty>) } else { quote!(#ty) }
}

fn field_doc(column: &Column) -> String {
    let unset = match (column.role, &column.attrs) {
        _ if column.maker.is_some() => "made where it is not given",
        (Role::Slug, _) => "made where it is not given",
        (_, attrs) if attrs.default.is_some() => "its default where it is not given",
        (_, attrs) if attrs.db_default.is_some() => "the database's default where it is not given",
        _ => return format!("`{}` of the new row.", column.sql_name),
    };
    format!("`{}` of the new row; {unset}.", column.sql_name)
}

/// What the program fills a column in with: a function without arguments.
pub(super) fn filler(column: &Column) -> Option<TokenStream> {
    match column.maker {
        Some(Maker::Program(function)) => {
            let function = Ident::new(function, Span::call_site());
            return Some(quote!(__private::fields::#function));
        }
        Some(Maker::Database(_)) => return None,
        None => {}
    }
    let ty = &column.ty;
    let value = match &column.attrs.default.as_ref()?.expression {
        None => return Some(quote!(<#ty as ::core::default::Default>::default)),
        // A literal is what one would write for a `String`.
        Some(Expr::Lit(lit)) if matches!(lit.lit, Lit::Str(_)) && column.is_string() => {
            let text = quote!(::std::string::String::from(#lit));
            if column.nullable { quote!(::core::option::Option::Some(#text)) } else { text }
        }
        Some(expression) => quote!(#expression),
    };
    Some(quote!(|| -> #ty { #value }))
}

/// Reading goes into a struct of its own, where every field may still be missing.
fn serde(model: &Model) -> TokenStream {
    let partial = format_ident!("{}Fields", model.new);
    let slots = columns(model).map(|column| {
        let (vis, field, ty) = (&column.vis, &column.field, &column.ty);
        let slot = if column.is_required() {
            quote!(__private::fields::Required<#ty>)
        } else {
            quote!(::core::option::Option<#ty>)
        };
        quote!(#vis #field: #slot)
    });
    let fields: Vec<_> = model
        .indexed()
        .filter(|(_, column)| column.in_new() && column.is_creatable())
        .map(|(index, column)| Field {
            ident: &column.field,
            column: index,
            name: &column.input_name,
            optional: column.may_be_unset(),
            required: column.is_required(),
            reader: Reader::of(column),
        })
        .collect();
    let finish = columns(model).map(|column| {
        let (field, name) = (&column.field, &column.input_name);
        if column.is_required() {
            quote!(#field: partial.#field.get(#name)?)
        } else if column.may_be_unset() {
            quote!(#field: partial.#field)
        } else {
            quote!(#field: partial.#field.flatten())
        }
    });
    let finish = quote!(::core::result::Result::Ok(Self { #(#finish),* }));
    let required: Vec<_> =
        model.indexed().filter(|(_, column)| column.is_required()).map(|(index, _)| index).collect();
    let deserialize = payload::deserialize(&model.new, &fields, &required, &quote!(#partial), &finish);
    let serialize = payload::serialize(&model.new, &fields);
    quote! {
        #[doc(hidden)]
        #[derive(::core::default::Default)]
        pub struct #partial {
            #(#slots,)*
        }
        #deserialize
        #serialize
    }
}
