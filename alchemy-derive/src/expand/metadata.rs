//! The metadata of a model and its entry in the registry.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::attr::ForeignKeyAttr;
use crate::model::{Column, Constraint, Model, Role, handle_of};

/// `impl Model`, with the metadata.
pub(super) fn model(model: &Model) -> TokenStream {
    let Model { ident, new, changeset, .. } = model;
    let table = &model.table.path;
    let Some(key) = model.key() else { return TokenStream::new() };
    let (key_field, key_type, key_sql) = (&key.field, &key.ty, model.sql_type(key));
    let meta = meta(model);
    let reads = model.columns.iter().map(|column| {
        let (field, sql_type) = (&column.field, model.sql_type(column));
        quote!(#field: row.next::<#sql_type, _>()?)
    });
    quote! {
        #meta

        #[automatically_derived]
        impl __private::Model for #ident {
            type Id = #key_type;
            type Table = #table::table;
            type New = #new;
            type Changeset = #changeset;

            const META: &'static __private::ModelMeta = __META;

            fn id(&self) -> Self::Id {
                ::core::clone::Clone::clone(&self.#key_field)
            }

            #[inline]
            fn bind_id<'b>(
                id: &'b Self::Id,
                _: ::core::primitive::usize,
                out: __private::BindPass<'_, 'b>,
            ) -> __private::diesel::QueryResult<()> {
                __private::fields::bind::<#key_sql, _>(out, id)
            }

            #[inline]
            fn read(row: &mut __private::RowReader<'_>) -> __private::diesel::QueryResult<Self> {
                ::core::result::Result::Ok(Self { #(#reads),* })
            }
        }

        __private::inventory::submit!(__private::Registered(|| __META));
    }
}

/// The constants `__COLUMNS` and `__META`, and one for each sort of constraint that the model has.
fn meta(model: &Model) -> TokenStream {
    let (name, table) = (model.name(), &model.table.sql_name);
    let columns = model.columns.iter().map(|column| column_meta(model, column));
    let mut constants = TokenStream::new();
    let mut settings = TokenStream::new();
    let mut list = |field: &str, ty: &str, items: Vec<TokenStream>| {
        if items.is_empty() {
            return;
        }
        let constant = format_ident!("__{}", field.to_uppercase());
        let (field, ty) = (Ident::new(field, Span::call_site()), Ident::new(ty, Span::call_site()));
        constants.extend(quote! {
            const #constant: &[__private::#ty] = &[#(#items),*];
        });
        settings.extend(quote!(meta.#field = #constant;));
    };
    let of =
        |constraints: &[Constraint], ty: &str| constraints.iter().map(|item| constraint(item, ty)).collect();
    list("uniques", "UniqueMeta", of(&model.uniques, "UniqueMeta"));
    list("indexes", "IndexMeta", of(&model.indexes, "IndexMeta"));
    list("foreign_keys", "ForeignKeyMeta", foreign_keys(model));
    let checks = model.checks.iter().map(|check| {
        let (name, expression) = (&check.name, &check.expression);
        quote!(__private::CheckMeta { name: #name, expression: #expression })
    });
    list("checks", "CheckMeta", checks.collect());
    let bind_key =
        model.bind_key.iter().map(|key| quote!(meta.bind_key = ::core::option::Option::Some(#key);));
    let managed = model.table.module.is_none().then(|| quote!(meta.managed = false;));
    quote! {
        const __COLUMNS: &[__private::ColumnMeta] = &[#(#columns),*];
        #constants
        const __META: &__private::ModelMeta = &{
            #[allow(unused_mut)]
            let mut meta = __private::ModelMeta::new(#name, #table, __COLUMNS);
            #(#bind_key)*
            #settings
            #managed
            meta
        };
    }
}

fn column_meta(model: &Model, column: &Column) -> TokenStream {
    use syn::ext::IdentExt;
    let (field, name, kind) = (column.field.unraw().to_string(), column.name_tokens(model), column.kind());
    let attrs = &column.attrs;
    let mut settings = TokenStream::new();
    let mut set = |field: &str, value: TokenStream| {
        let field = Ident::new(field, Span::call_site());
        settings.extend(quote!(column.#field = #value;));
    };
    if column.nullable {
        set("nullable", quote!(true));
    }
    if let Some(length) = &attrs.max_length {
        let length = length.base10_parse::<u32>().unwrap_or(u32::MAX);
        set("max_length", quote!(::core::option::Option::Some(#length)));
    }
    if let Some(precision) = &attrs.precision {
        let digits = precision.base10_parse::<u8>().unwrap_or_default();
        let scale =
            attrs.scale.as_ref().and_then(|scale| scale.base10_parse::<u8>().ok()).unwrap_or_default();
        set("precision", quote!(::core::option::Option::Some((#digits, #scale))));
    }
    if let Some(sql) = &attrs.db_default {
        set("default", quote!(::core::option::Option::Some(__private::DefaultValue::Sql(#sql))));
    }
    match column.role {
        Role::Data => {}
        Role::Key => set("role", quote!(__private::ColumnRole::PrimaryKey)),
        Role::Audit(role) => {
            let role = Ident::new(role, Span::call_site());
            set("role", quote!(__private::ColumnRole::#role));
        }
    }
    for (field, value, usual) in [
        ("creatable", column.is_creatable(), true),
        ("updatable", column.is_updatable(), true),
        ("output", attrs.skip_output.is_none(), true),
        ("searchable", attrs.search.is_some(), false),
        ("sortable", attrs.sort.is_some(), false),
        ("filterable", attrs.filter.is_some(), false),
    ] {
        if value != usual {
            set(field, quote!(#value));
        }
    }
    let new = quote!(__private::ColumnMeta::new(#field, #name, #kind));
    if settings.is_empty() { new } else { quote!({ let mut column = #new; #settings column }) }
}

fn constraint(constraint: &Constraint, ty: &str) -> TokenStream {
    let ty = Ident::new(ty, Span::call_site());
    let (name, columns) = (optional(constraint.name.as_ref()), &constraint.columns);
    quote!(__private::#ty { name: #name, columns: &[#(#columns),*] })
}

fn foreign_keys(model: &Model) -> Vec<TokenStream> {
    let keys =
        model.indexed().filter_map(|(index, column)| Some((index, column.attrs.foreign_key.as_ref()?)));
    keys.map(|(index, key)| foreign_key(index, key)).collect()
}

fn foreign_key(index: usize, key: &ForeignKeyAttr) -> TokenStream {
    use syn::ext::IdentExt;
    let (target, name, deferred) = (&key.target, optional(key.name.as_ref()), key.deferred);
    let fields = key.field.iter().map(|field| {
        let name = field.unraw().to_string();
        let handle = handle_of(&name, field.span());
        // Naming the handle has the compiler check that there is such a field.
        quote!({ let _ = <#target>::#handle; #name })
    });
    let action = |action: Option<&'static str>| {
        let variant = Ident::new(action.unwrap_or("NoAction"), Span::call_site());
        quote!(__private::ReferentialAction::#variant)
    };
    let on_delete = action(key.on_delete.as_ref().map(|action| action.variant));
    let on_update = action(key.on_update.as_ref().map(|action| action.variant));
    quote! {
        __private::ForeignKeyMeta {
            name: #name,
            columns: &[#index],
            target: || <#target as __private::Model>::META,
            target_fields: &[#(#fields),*],
            on_delete: #on_delete,
            on_update: #on_update,
            deferred: #deferred,
        }
    }
}

fn optional(value: Option<&syn::LitStr>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}
