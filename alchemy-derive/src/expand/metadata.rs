//! The metadata of a model and its entry in the registry.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Path;

use crate::attr::ForeignKeyOptions;
use crate::base::Maker;
use crate::model::{Column, Constraint, Model, Role, handle_of};
use crate::types;

/// `impl Model`, with the metadata.
pub(super) fn model(model: &Model) -> TokenStream {
    let (ident, table) = (&model.ident, &model.table.path);
    let meta = meta(model);
    let reads = model.columns.iter().map(|column| {
        let (field, sql_type) = (&column.field, model.sql_type(column));
        quote!(#field: row.next::<#sql_type, _>()?)
    });
    quote! {
        #meta

        #[automatically_derived]
        impl __private::Model for #ident {
            type Table = #table::table;

            const META: &'static __private::ModelMeta = __META;

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
        quote!(__private::CheckMeta::new(#name, #expression))
    });
    list("checks", "CheckMeta", checks.chain(choices(model)).collect());
    let bind_key =
        model.bind_key.iter().map(|key| quote!(meta.bind_key = ::core::option::Option::Some(#key);));
    let renamed_from = model.renamed_from.iter().map(|renamed| {
        let name = &renamed.name;
        quote!(meta.renamed_from = ::core::option::Option::Some(#name);)
    });
    let is_managed = model.table.module.is_some() && !model.base.is_read_only();
    let managed = (!is_managed).then(|| quote!(meta.managed = false;));
    let key_count = model.keys().len();
    let primary_key = (key_count != 1).then(|| {
        let places = 0..key_count;
        quote!(meta.primary_key = &[#(#places),*];)
    });
    let match_fields =
        model.match_fields.iter().map(|(_, places)| quote!(meta.match_fields = &[#(#places),*];));
    let query = model.query.iter().map(|query| {
        let select = &query.select;
        quote!(meta.query = ::core::option::Option::Some(#select);)
    });
    let messages = messages(model);
    quote! {
        const __COLUMNS: &[__private::ColumnMeta] = &[#(#columns),*];
        #constants
        const __META: &__private::ModelMeta = &{
            #[allow(unused_mut)]
            let mut meta = __private::ModelMeta::new(#name, #table, __COLUMNS);
            #(#renamed_from)*
            #(#bind_key)*
            #primary_key
            #settings
            #(#match_fields)*
            #messages
            #(#query)*
            #managed
            meta
        };
    }
}

/// The checks of columns that hold only the texts of an enum. What these are, the enum's own derive knows.
fn choices(model: &Model) -> impl Iterator<Item = TokenStream> {
    // Those of a type that cannot have them have been reported.
    let columns = model.indexed().filter(|(_, column)| column.is_presumed_text());
    columns.filter_map(|(place, column)| {
        let (word, name, ty) = (column.attrs.check_choices.as_ref()?, &column.sql_name, &column.ty);
        Some(quote_spanned!(word.span()=> __private::CheckMeta::of_choices::<#ty>(#name, #place)))
    })
}

fn messages(model: &Model) -> Option<TokenStream> {
    let messages = model.messages.iter().map(|message| {
        let (kind, text) = (Ident::new(message.kind, Span::call_site()), &message.text);
        quote!((__private::ErrorKind::#kind, #text))
    });
    (!model.messages.is_empty()).then(|| quote!(meta.messages = &[#(#messages),*];))
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
    if let Some(renamed) = &attrs.renamed_from {
        let name = &renamed.name;
        set("renamed_from", quote!(::core::option::Option::Some(#name)));
    }
    if column.nullable {
        set("nullable", quote!(true));
    }
    if let Some(length) = column.max_length() {
        set("max_length", quote!(::core::option::Option::Some(#length)));
    }
    if let Some(precision) = &attrs.precision {
        let digits = precision.base10_parse::<u8>().unwrap_or_default();
        let scale =
            attrs.scale.as_ref().and_then(|scale| scale.base10_parse::<u8>().ok()).unwrap_or_default();
        set("precision", quote!(::core::option::Option::Some((#digits, #scale))));
    }
    if attrs.sql_type.as_ref().is_some_and(types::is_json_text) {
        set("json_text", quote!(true));
    }
    if let Some(sql) = &attrs.db_default {
        set("default", quote!(::core::option::Option::Some(__private::DefaultValue::Sql(#sql))));
    }
    match column.role {
        Role::Data | Role::ReadOnly => {}
        Role::Key => set("role", quote!(__private::ColumnRole::PrimaryKey)),
        Role::Audit(role) => {
            let role = Ident::new(role, Span::call_site());
            set("role", quote!(__private::ColumnRole::#role));
        }
        Role::Version => set("role", quote!(__private::ColumnRole::Version)),
        Role::DeletedAt => set("role", quote!(__private::ColumnRole::DeletedAt)),
        Role::Slug => {
            let source = model.slug_source().unwrap_or_default();
            set("role", quote!(__private::ColumnRole::Slug { source: #source }));
        }
    }
    if let Some(Maker::Database(generated)) = column.maker {
        let generated = Ident::new(generated, Span::call_site());
        set("generated", quote!(::core::option::Option::Some(__private::Generated::#generated)));
    }
    if let Some(name) = attrs.filter.as_ref().and_then(|filter| filter.name.as_ref()) {
        set("param", quote!(::core::option::Option::Some(#name)));
    }
    if column.is_presumed_text() {
        let ty = &column.ty;
        set("choices", quote!(<#ty as __private::FieldType>::CHOICES));
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
    let columns = &constraint.columns;
    with_settings(
        "constraint",
        &quote!(__private::#ty::new(&[#(#columns),*])),
        &constraint.name.iter().map(|name| setting("name", name)).collect::<Vec<_>>(),
    )
}

fn foreign_keys(model: &Model) -> Vec<TokenStream> {
    let of_fields = model.indexed().filter_map(|(index, column)| {
        let key = column.attrs.foreign_key.as_ref()?;
        let fields = key.field.as_slice();
        Some(foreign_key(&[index], &key.target, fields, &key.options))
    });
    let of_model = model
        .foreign_keys
        .iter()
        .map(|key| foreign_key(&key.columns, &key.target, &key.fields, &key.options));
    of_fields.chain(of_model).collect()
}

fn foreign_key(
    columns: &[usize],
    target: &Path,
    fields: &[Ident],
    options: &ForeignKeyOptions,
) -> TokenStream {
    use syn::ext::IdentExt;
    let mut settings: Vec<_> = options.name.iter().map(|name| setting("name", name)).collect();
    if !fields.is_empty() {
        let names = fields.iter().map(|field| {
            let name = field.unraw().to_string();
            let handle = handle_of(&name, field.span());
            // Naming the handle has the compiler check that there is such a field.
            quote!({ let _ = <#target>::#handle; #name })
        });
        settings.push(("target_fields", quote!(&[#(#names),*])));
    }
    for (name, action) in [("on_delete", &options.on_delete), ("on_update", &options.on_update)] {
        if let Some(action) = action {
            let variant = Ident::new(action.variant, Span::call_site());
            settings.push((name, quote!(__private::ReferentialAction::#variant)));
        }
    }
    if options.deferred.is_some() {
        settings.push(("deferred", quote!(true)));
    }
    let new = quote! {
        __private::ForeignKeyMeta::new(&[#(#columns),*], || <#target as __private::Model>::META)
    };
    with_settings("key", &new, &settings)
}

fn setting(field: &'static str, value: &syn::LitStr) -> (&'static str, TokenStream) {
    (field, quote!(::core::option::Option::Some(#value)))
}

/// A constructor's value with some of its fields set.
fn with_settings(variable: &str, new: &TokenStream, settings: &[(&str, TokenStream)]) -> TokenStream {
    if settings.is_empty() {
        return new.clone();
    }
    let variable = Ident::new(variable, Span::call_site());
    let settings = settings.iter().map(|(field, value)| {
        let field = Ident::new(field, Span::call_site());
        quote!(#variable.#field = #value;)
    });
    quote!({ let mut #variable = #new; #(#settings)* #variable })
}
