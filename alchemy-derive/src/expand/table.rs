//! The table's module, made by Diesel's `table!`.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Visibility;
use syn::spanned::Spanned;

use crate::model::{Column, Model};
use crate::types;

/// The module; nothing where an existing one was adopted.
pub(super) fn table(model: &Model) -> TokenStream {
    let Some(module) = &model.table.module else { return TokenStream::new() };
    let (vis, sql_name) = (&model.vis, &model.table.sql_name);
    let is_public = matches!(vis, Visibility::Public(_));
    // Diesel's tables have a key; where the rows have none, nothing that is written here relies on it.
    let keys = if model.keys().is_empty() { &model.columns[..1] } else { model.keys() };
    let keys = keys.iter().map(|key| &key.ident);
    let mut imports = TokenStream::new();
    let columns = model.indexed().map(|(index, column)| {
        let (ident, name) = (&column.ident, &column.sql_name);
        let sql_type = sql_type(column, index, is_public, &mut imports);
        quote!(#[sql_name = #name] #ident -> #sql_type,)
    });
    let columns: Vec<_> = columns.collect();
    let doc = format!("The table `{sql_name}`, for Diesel's query language.");
    let table = quote! {
        ::diesel::table! {
            #imports
            #[doc = #doc]
            #[allow(missing_docs, clippy::all, clippy::pedantic)]
            #[sql_name = #sql_name]
            #module (#(#keys),*) {
                #(#columns)*
            }
        }
    };
    if is_public {
        return table;
    }
    // `table!` makes a public module, so one around it has the visibility of the struct.
    quote! {
        #[doc = #doc]
        #[allow(unused_imports, unreachable_pub)]
        #vis mod #module {
            #table
            pub use self::#module::*;
        }
    }
}

/// Checks that the types which were taken for text are.
pub(super) fn checks(model: &Model) -> TokenStream {
    if model.table.module.is_none() {
        return TokenStream::new();
    }
    let types = model.columns.iter().filter(|column| column.is_presumed_text()).map(|column| {
        let ty = types::option_inner(&column.ty).unwrap_or(&column.ty);
        let span = Span::call_site().located_at(ty.span());
        quote_spanned!(span=> #ty: __private::FieldType<SqlType = ::diesel::sql_types::Text>,)
    });
    let types: Vec<_> = types.collect();
    if types.is_empty() {
        return TokenStream::new();
    }
    // The bounds of an item are checked before everything that relies on them.
    quote! {
        #[allow(dead_code, trivial_bounds)]
        trait __Texts where #(#types)* {}
    }
}

/// The SQL type of a column inside of the module, where the user's names are not in scope: a single name, and what
/// is relative to the struct's module, is imported.
fn sql_type(column: &Column, index: usize, is_public: bool, imports: &mut TokenStream) -> TokenStream {
    let Some(path) = column.attrs.sql_type.as_ref().filter(|path| !types::is_diesels(path)) else {
        return column.plain_sql_type();
    };
    let first = path.segments.first().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let is_relative = path.leading_colon.is_none()
        && (path.segments.len() == 1 || first == "self" || first == "super")
        && path.segments.iter().all(|segment| segment.arguments.is_none());
    if !is_relative {
        return column.with_null(path, &quote!(#path));
    }
    let name = format_ident!("SqlType{index}");
    let up = if is_public { quote!(super) } else { quote!(super::super) };
    let segments = path.segments.iter().skip(usize::from(first == "self"));
    imports.extend(quote!(use #up #(::#segments)* as #name;));
    column.with_null(path, &quote!(#name))
}
