//! `Schema`: from a model to a struct with some of its fields, and back.
//!
//! Fields are matched by the model's column handles and by its fields. Each fault is to be reported once, on the
//! field: so the conversion is written in one function, which takes values of the columns' own types, and a handle
//! that the model does not have is replaced by one that fits everything, which leaves the report to the pattern that
//! takes the model apart.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{DeriveInput, Path, Type};

use crate::attr::{SchemaAttrs, SchemaFieldAttrs};
use crate::base;
use crate::errors::Errors;
use crate::krate::Facade;
use crate::model;

/// A field of the schema.
struct Field<'a> {
    ident: &'a Ident,
    ty: &'a Type,
    /// The model's field.
    source: Ident,
    /// The handle of the model's field.
    handle: Ident,
    /// The constant that holds the column's place.
    place: Ident,
    /// The column's value.
    value: Ident,
    in_new: bool,
    in_changeset: bool,
}

/// Everything `#[derive(Schema)]` writes.
pub(crate) fn schema(input: &DeriveInput, facade: Facade) -> TokenStream {
    let mut errors = Errors::default();
    let code = expand(input, facade, &mut errors).unwrap_or_default();
    let errors = errors.into_tokens();
    quote!(#code #errors)
}

fn expand(input: &DeriveInput, facade: Facade, errors: &mut Errors) -> Option<TokenStream> {
    let attrs = SchemaAttrs::parse(&input.attrs, errors);
    let found = model::named_fields(input, "Schema", errors)?;
    if !input.generics.params.is_empty() {
        errors.at(
            &input.generics,
            "a schema cannot be generic",
            "derive `Schema` on a struct for each model",
        );
        return None;
    }
    if found.is_empty() {
        errors.at(&input.ident, "a schema needs a field", "add a field of the model to the struct");
        return None;
    }
    let fields: Vec<_> =
        found.into_iter().enumerate().filter_map(|(at, field)| resolve(field, at, errors)).collect();
    let mut sources = HashSet::new();
    let twice: Vec<_> = fields.iter().filter(|field| !sources.insert(field.source.to_string())).collect();
    for field in &twice {
        errors.at(
            field.ident,
            format_args!("the model's field `{}` is there already", field.source.unraw()),
            "remove one of the fields",
        );
    }
    if !twice.is_empty() {
        return None;
    }
    let Some(model) = &attrs.model else {
        errors.at(
            &input.ident,
            "`Schema` needs to know the model",
            format_args!("add `#[schema(model = {})]`", guess(&input.ident)),
        );
        return None;
    };
    Some(whole(input, &attrs, model, &fields, &facade.private(attrs.krate.as_ref())))
}

fn whole(
    input: &DeriveInput,
    attrs: &SchemaAttrs,
    model: &Path,
    fields: &[Field<'_>],
    private: &TokenStream,
) -> TokenStream {
    let schema = &input.ident;
    let sources: Vec<_> = fields.iter().map(|field| &field.source).collect();
    let handles: Vec<_> = fields.iter().map(|field| &field.handle).collect();
    let places: Vec<_> = fields.iter().map(|field| &field.place).collect();
    let values: Vec<_> = fields.iter().map(|field| &field.value).collect();
    let fits = fields.iter().map(|field| {
        let (ident, handle, value) = (field.ident, &field.handle, &field.value);
        let span = Span::call_site().located_at(field.ty.span());
        quote_spanned!(span=> #ident: <#model>::#handle.__fit(#value))
    });
    let create = attrs.create.map(|span| create(schema, model, fields, span));
    let update = attrs.update.map(|span| update(schema, model, fields, span));
    quote! {
        #[doc(hidden)]
        const _: () = {
            use #private as __private;

            #[allow(dead_code)]
            trait __Unknown {
                #(const #handles: __private::NoColumn = __private::NoColumn;)*
            }
            impl __Unknown for #model {}

            #(const #places: ::core::primitive::usize = <#model>::#handles.index();)*

            fn __build(#(#values: <#model as __private::ColumnAt<{ #places }>>::Rust),*) -> #schema {
                #schema { #(#fits),* }
            }

            #[automatically_derived]
            impl ::core::convert::From<#model> for #schema {
                fn from(model: #model) -> Self {
                    let #model { #(#sources: #values,)* .. } = model;
                    __build(#(#values),*)
                }
            }

            #[automatically_derived]
            impl __private::Schema for #schema {
                type Model = #model;

                const COLUMNS: &'static [::core::primitive::usize] = &[#(#places),*];

                fn read(row: &mut __private::RowReader<'_>) -> __private::diesel::QueryResult<Self> {
                    ::core::result::Result::Ok(__build(
                        #(<#model as __private::ColumnAt<{ #places }>>::read_next(row)?),*
                    ))
                }
            }

            #create
            #update
        };
    }
}

/// `From<AuthorSchema> for NewAuthor`, and for what upserts take.
fn create(schema: &Ident, model: &Path, fields: &[Field<'_>], span: Span) -> TokenStream {
    let name = schema.unraw().to_string();
    let given: Vec<_> = fields.iter().filter(|field| field.in_new).map(|field| &field.place).collect();
    let kept = kept(fields, |field| !field.in_new);
    let new = quote!(<#model as __private::Writable>::New);
    let slot = quote!(_);
    let sets =
        fields.iter().filter(|field| field.in_new).map(|field| set(field, model, "new", "FitNew", &slot));
    let span = Span::call_site().located_at(span);
    let check = quote_spanned! {span=>
        const _: () = __private::assert_creates(
            #name,
            <#model as __private::Model>::META,
            <#new as __private::fields::FromFields>::REQUIRED,
            &[#(#given),*],
        );
        const _: () = __private::assert_kept(#name, <#model as __private::Model>::META, &[#(#kept),*]);
    };
    quote! {
        #check

        #[automatically_derived]
        impl ::core::convert::From<#schema> for #new {
            fn from(schema: #schema) -> Self {
                let mut new = <<Self as __private::fields::FromFields>::Partial as ::core::default::Default>::default();
                #(#sets)*
                match __private::fields::FromFields::finish(new) {
                    ::core::result::Result::Ok(new) => new,
                    ::core::result::Result::Err(field) => {
                        ::core::unreachable!("the compiler has checked that there is a `{}`", field)
                    }
                }
            }
        }

        #[automatically_derived]
        impl ::core::convert::From<#schema> for __private::Draft<#model> {
            #[inline]
            fn from(schema: #schema) -> Self {
                Self::of(::core::convert::Into::into(schema), &[#(#given),*])
            }
        }
    }
}

/// `From<AuthorSchema> for AuthorChangeset`.
fn update(schema: &Ident, model: &Path, fields: &[Field<'_>], span: Span) -> TokenStream {
    let name = schema.unraw().to_string();
    let kept = kept(fields, |field| !field.in_changeset);
    let sets = fields.iter().filter(|field| field.in_changeset).map(|field| {
        // Named, so that the compiler says what does not fit rather than that two types are not the same.
        let place = &field.place;
        let column = quote!(<#model as __private::ColumnAt<{ #place }>>::Rust);
        set(field, model, "changes", "FitChange", &column)
    });
    let span = Span::call_site().located_at(span);
    let check = quote_spanned! {span=>
        const _: () = __private::assert_kept(#name, <#model as __private::Model>::META, &[#(#kept),*]);
    };
    quote! {
        #check

        #[automatically_derived]
        impl ::core::convert::From<#schema> for <#model as __private::Writable>::Changeset {
            fn from(schema: #schema) -> Self {
                let mut changes = <Self as ::core::default::Default>::default();
                #(#sets)*
                changes
            }
        }
    }
}

/// The columns that are left out because of their names, not because the user says so.
fn kept<'a>(fields: &'a [Field<'_>], left_out: fn(&Field<'_>) -> bool) -> Vec<&'a Ident> {
    fields
        .iter()
        .filter(|field| left_out(field) && is_kept(&field.source))
        .map(|field| &field.place)
        .collect()
}

/// Sets a field of a payload; `fit` is the trait that says which values one of type `slot` takes.
fn set(field: &Field<'_>, model: &Path, target: &str, fit: &str, slot: &TokenStream) -> TokenStream {
    let (target, fit) = (Ident::new(target, Span::call_site()), Ident::new(fit, Span::call_site()));
    let (ident, source, place) = (field.ident, &field.source, &field.place);
    let span = Span::call_site().located_at(field.ty.span());
    let nullable = quote!({ __private::is_nullable(<#model as __private::Model>::META, #place) });
    quote_spanned!(span=> #target.#source = __private::#fit::<#slot, #nullable>::fit(schema.#ident);)
}

fn resolve<'a>(field: &'a syn::Field, at: usize, errors: &mut Errors) -> Option<Field<'a>> {
    let attrs = SchemaFieldAttrs::parse(&field.attrs, errors);
    let ident = field.ident.as_ref()?;
    let source = match &attrs.column {
        None => ident.clone(),
        Some(column) => column.parse().unwrap_or_else(|error| {
            errors.push(error);
            ident.clone()
        }),
    };
    let name = source.unraw().to_string();
    Some(Field {
        ident,
        ty: &field.ty,
        handle: model::handle_of(&name, source.span()),
        place: format_ident!("PLACE_{at}", span = Span::mixed_site()),
        value: format_ident!("value_{at}", span = Span::mixed_site()),
        in_new: attrs.skip_create.is_none() && !is_audit(&name),
        in_changeset: attrs.skip_update.is_none() && !is_kept(&source),
        source,
    })
}

/// Whether a payload does not set such a field: the bases keep it.
fn is_kept(field: &Ident) -> bool {
    field == base::KEY_FIELD || is_audit(&field.unraw().to_string())
}

fn is_audit(field: &str) -> bool {
    base::AUDIT.iter().any(|(name, _)| *name == field)
}

/// The model that a schema of this name probably belongs to.
fn guess(schema: &Ident) -> String {
    let name = schema.unraw().to_string();
    name.strip_suffix("Schema").filter(|model| !model.is_empty()).unwrap_or("Author").to_owned()
}
