//! The handles of columns: `Author::NAME`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Model;

/// The handles, and what a schema needs to know of the columns' types.
pub(super) fn columns(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let handles = model.indexed().map(|(index, column)| {
        let (vis, handle, ty) = (&column.vis, &column.handle, &column.ty);
        let doc = format!("The column `{}`.", column.sql_name);
        quote! {
            #[doc = #doc]
            #vis const #handle: __private::Column<#ident, #ty> = __private::Column::new(#index);
        }
    });
    let types = model.indexed().map(|(index, column)| {
        let (ty, sql_type) = (&column.ty, model.sql_type(column));
        quote! {
            impl __private::ColumnAt<#index> for #ident {
                type Rust = #ty;
                type Sql = #sql_type;
            }
        }
    });
    quote! {
        impl #ident {
            #(#handles)*
        }
        #(#types)*
    }
}
