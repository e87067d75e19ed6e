//! Diesel's own traits, so that a model works in the user's queries.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use syn::Index;

use super::{changeset, new};
use crate::model::{Column, Model, Role};
use crate::types;

/// `Queryable`, `Selectable`, `Identifiable`.
pub(super) fn queries(model: &Model) -> TokenStream {
    let (ident, table) = (&model.ident, &model.table.path);
    let identifiable = identifiable(model);
    let columns = model.in_diesel_order();
    let fields = columns.iter().map(|column| &column.field);
    let types: Vec<_> = columns.iter().map(|column| &column.ty).collect();
    let paths: Vec<_> = columns.iter().map(|column| model.path_of(column)).collect();
    let places = (0..columns.len()).map(Index::from);
    let sql_types: Vec<_> = (0..columns.len()).map(|at| format_ident!("__ST{at}")).collect();
    quote! {
        #[automatically_derived]
        impl<__DB: __private::diesel::backend::Backend, #(#sql_types),*>
            __private::diesel::deserialize::Queryable<(#(#sql_types,)*), __DB> for #ident
        where
            (#(#types,)*): __private::diesel::deserialize::FromStaticSqlRow<(#(#sql_types,)*), __DB>,
        {
            type Row = (#(#types,)*);

            #[inline]
            fn build(row: Self::Row) -> __private::diesel::deserialize::Result<Self> {
                ::core::result::Result::Ok(Self { #(#fields: row.#places),* })
            }
        }

        #[automatically_derived]
        impl<__DB: __private::diesel::backend::Backend> __private::diesel::expression::Selectable<__DB>
            for #ident
        {
            type SelectExpression = (#(#paths,)*);

            #[inline]
            fn construct_selection() -> Self::SelectExpression {
                (#(#paths,)*)
            }
        }

        #[automatically_derived]
        impl __private::diesel::associations::HasTable for #ident {
            type Table = #table::table;

            #[inline]
            fn table() -> Self::Table {
                #table::table
            }
        }

        #identifiable
    }
}

/// `Identifiable`, where the rows have a key.
fn identifiable(model: &Model) -> TokenStream {
    let ident = &model.ident;
    let (types, values): (Vec<_>, Vec<_>) = model
        .keys()
        .iter()
        .map(|key| {
            let (ty, field) = (&key.ty, &key.field);
            (quote!(&'ident #ty), quote!(&self.#field))
        })
        .unzip();
    let (ty, value) = match (&types[..], &values[..]) {
        ([], _) => return TokenStream::new(),
        ([ty], [value]) => (quote!(#ty), quote!(#value)),
        _ => (quote!((#(#types),*)), quote!((#(#values),*))),
    };
    quote! {
        #[automatically_derived]
        impl<'ident> __private::diesel::associations::Identifiable for &'ident #ident {
            type Id = #ty;

            #[inline]
            fn id(self) -> Self::Id {
                #value
            }
        }

        #[automatically_derived]
        impl<'ident> __private::diesel::associations::Identifiable for &'_ &'ident #ident {
            type Id = #ty;

            #[inline]
            fn id(self) -> Self::Id {
                #value
            }
        }
    }
}

/// `Insertable`.
pub(super) fn inserts(model: &Model) -> TokenStream {
    let (ident, new, table) = (&model.ident, &model.new, &model.table.path);
    let (paths, fields, types): (Vec<_>, Vec<_>, Vec<_>) =
        unzip(model.columns.iter().map(|column| (model.path_of(column), &column.field, &column.ty)));
    let insertable = quote!(__private::diesel::insertable::Insertable<#table::table>);
    let values = quote!(__private::diesel::insertable::Insertable::<#table::table>::values);
    let eq = quote!(__private::diesel::dsl::Eq);
    let to_eq = quote!(__private::diesel::ExpressionMethods::eq);
    let undecorated = quote!(__private::diesel::internal::derives::insertable::UndecoratedInsertRecord);
    let (new_types, new_values) = new_values(model);
    quote! {
        #[automatically_derived]
        impl #insertable for #ident {
            type Values = <(#(#eq<#paths, #types>,)*) as #insertable>::Values;

            #[inline]
            fn values(self) -> Self::Values {
                #values((#(#to_eq(#paths, self.#fields),)*))
            }
        }

        #[automatically_derived]
        impl<'insert> #insertable for &'insert #ident {
            type Values = <(#(#eq<#paths, &'insert #types>,)*) as #insertable>::Values;

            #[inline]
            fn values(self) -> Self::Values {
                #values((#(#to_eq(#paths, &self.#fields),)*))
            }
        }

        #[automatically_derived]
        impl #undecorated<#table::table> for #ident {}

        #[automatically_derived]
        impl #insertable for #new {
            type Values = <(#(#new_types,)*) as #insertable>::Values;

            #[inline]
            fn values(self) -> Self::Values {
                #values((#(#new_values,)*))
            }
        }

        #[automatically_derived]
        impl #insertable for &'_ #new {
            type Values = <#new as #insertable>::Values;

            #[inline]
            fn values(self) -> Self::Values {
                #values(::core::clone::Clone::clone(self))
            }
        }

        #[automatically_derived]
        impl #undecorated<#table::table> for #new {}
    }
}

/// The columns of a new row, filled in, and those that Alchemy keeps.
fn new_values(model: &Model) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let eq = |column: &Column, value: TokenStream| {
        let (path, ty) = (model.path_of(column), &column.ty);
        (
            quote!(__private::diesel::dsl::Eq<#path, #ty>),
            quote!(__private::diesel::ExpressionMethods::eq(#path, #value)),
        )
    };
    let given = new::columns(model).map(|column| {
        let field = &column.field;
        if !column.may_be_unset() {
            return eq(column, quote!(self.#field));
        }
        if let Some(filler) = new::filler(column) {
            return eq(column, quote!(self.#field.unwrap_or_else(#filler)));
        }
        let (ty, value) = eq(column, quote!(value));
        (quote!(::core::option::Option<#ty>), quote!(self.#field.map(|value| #value)))
    });
    let kept = model.columns.iter().filter_map(|column| {
        let value = match column.role {
            Role::Audit(_) => quote!(__private::fields::now()),
            Role::Version => first_version(column),
            Role::Data | Role::Key | Role::DeletedAt | Role::Slug | Role::ReadOnly => return None,
        };
        Some(eq(column, value))
    });
    given.chain(kept).unzip()
}

fn first_version(column: &Column) -> TokenStream {
    let one = if types::is_i64(&column.ty) { Literal::i64_suffixed(1) } else { Literal::i32_suffixed(1) };
    quote!(#one)
}

/// `AsChangeset`. A version that was read gives the one after it; that the row still has it is for the user's query to
/// check.
pub(super) fn changes(model: &Model) -> TokenStream {
    let (changeset, table) = (&model.changeset, &model.table.path);
    let (paths, values, types): (Vec<_>, Vec<_>, Vec<_>) = unzip(changeset::columns(model).map(|column| {
        let (path, field) = (model.path_of(column), &column.field);
        let next = (column.role == Role::Version).then(|| quote!(.saturating_add(1)));
        let value = quote! {
            self.#field.map(|value| __private::diesel::ExpressionMethods::eq(#path, value #next))
        };
        (path, value, &column.ty)
    }));
    if paths.is_empty() {
        return TokenStream::new();
    }
    let as_changeset = quote!(__private::diesel::query_builder::AsChangeset);
    quote! {
        #[automatically_derived]
        impl #as_changeset for #changeset {
            type Target = #table::table;
            type Changeset = <(
                #(::core::option::Option<__private::diesel::dsl::Eq<#paths, #types>>,)*
            ) as #as_changeset>::Changeset;

            #[inline]
            fn as_changeset(self) -> Self::Changeset {
                #as_changeset::as_changeset((
                    #(#values,)*
                ))
            }
        }

        #[automatically_derived]
        impl #as_changeset for &'_ #changeset {
            type Target = #table::table;
            type Changeset = <#changeset as #as_changeset>::Changeset;

            #[inline]
            fn as_changeset(self) -> Self::Changeset {
                #as_changeset::as_changeset(::core::clone::Clone::clone(self))
            }
        }
    }
}

fn unzip<A, B, C>(items: impl Iterator<Item = (A, B, C)>) -> (Vec<A>, Vec<B>, Vec<C>) {
    let (mut first, mut second, mut third) = (vec![], vec![], vec![]);
    for (a, b, c) in items {
        first.push(a);
        second.push(b);
        third.push(c);
    }
    (first, second, third)
}
