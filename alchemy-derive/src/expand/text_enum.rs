//! `TextEnum`: an enum without data, stored as text.

use std::collections::HashMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields};

use crate::attr::{EnumAttrs, VariantAttrs};
use crate::case::RenameRule;
use crate::errors::Errors;
use crate::krate::Facade;

/// Everything `#[derive(TextEnum)]` writes.
pub(crate) fn text_enum(input: &DeriveInput, facade: Facade) -> TokenStream {
    let mut errors = Errors::default();
    let attrs = EnumAttrs::parse(&input.attrs, &mut errors);
    let variants = variants(input, attrs.rename_all.unwrap_or(RenameRule::Snake), &mut errors);
    let private = facade.private(attrs.krate.as_ref());
    let code = variants.map(|(idents, texts)| {
        let conversions = conversions(input, &idents, &texts);
        let stored = stored(input, &texts);
        quote! {
            #[doc(hidden)]
            const _: () = {
                use #private as __private;
                use __private::diesel as __diesel;
                #conversions
                #stored
            };
        }
    });
    let errors = errors.into_tokens();
    quote!(#code #errors)
}

type Variants<'a> = (Vec<&'a syn::Ident>, Vec<String>);

fn variants<'a>(input: &'a DeriveInput, rule: RenameRule, errors: &mut Errors) -> Option<Variants<'a>> {
    let Data::Enum(data) = &input.data else {
        errors.at(
            &input.ident,
            "`TextEnum` is for enums",
            format_args!("`enum {} {{ Draft, Published }}`", input.ident),
        );
        return None;
    };
    if data.variants.is_empty() || !input.generics.params.is_empty() {
        errors.at(
            &input.ident,
            "`TextEnum` is for enums with variants and without generics",
            format_args!("`enum {} {{ Draft, Published }}`", input.ident),
        );
        return None;
    }
    let mut texts = HashMap::new();
    let (mut idents, mut names) = (vec![], vec![]);
    for variant in &data.variants {
        let attrs = VariantAttrs::parse(&variant.attrs, errors);
        if !matches!(variant.fields, Fields::Unit) {
            errors.at(
                variant,
                format_args!("the variant `{}` has data, which text cannot hold", variant.ident),
                format_args!("remove the data: `{}`", variant.ident),
            );
            return None;
        }
        let ident = variant.ident.unraw().to_string();
        let text = attrs.rename.as_ref().map_or_else(|| rule.variant(&ident), syn::LitStr::value);
        if let Some(other) = texts.insert(text.clone(), ident) {
            errors.at(
                variant,
                format_args!("`{}` and `{other}` have the same text \"{text}\"", variant.ident),
                "give one of them another text: `#[alchemy(rename = \"…\")]`",
            );
        }
        idents.push(&variant.ident);
        names.push(text);
    }
    Some((idents, names))
}

/// To and from text, for everyone.
fn conversions(input: &DeriveInput, idents: &[&syn::Ident], texts: &[String]) -> TokenStream {
    let (vis, ident) = (&input.vis, &input.ident);
    let name = ident.unraw().to_string();
    quote! {
        impl #ident {
            /// The text that the value is stored as.
            #[must_use]
            #vis const fn as_str(&self) -> &'static ::core::primitive::str {
                match self {
                    #(Self::#idents => #texts,)*
                }
            }
        }

        #[automatically_derived]
        impl ::core::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        #[automatically_derived]
        impl ::core::str::FromStr for #ident {
            type Err = __private::fields::UnknownText;

            fn from_str(text: &::core::primitive::str) -> ::core::result::Result<Self, Self::Err> {
                ::core::result::Result::Ok(match text {
                    #(#texts => Self::#idents,)*
                    _ => {
                        return ::core::result::Result::Err(__private::fields::UnknownText::new(
                            #name,
                            text,
                            &[#(#texts),*],
                        ));
                    }
                })
            }
        }

        #[automatically_derived]
        impl __private::FilterValue for #ident {
            fn into_value(self) -> __private::Value {
                __private::Value::Text(::std::string::String::from(self.as_str()))
            }

            fn parse(text: &::core::primitive::str) -> ::core::option::Option<Self> {
                ::core::str::FromStr::from_str(text).ok()
            }
        }
    }
}

/// Diesel's traits, as its own derives write them.
fn stored(input: &DeriveInput, texts: &[String]) -> TokenStream {
    let ident = &input.ident;
    let sql_types =
        [quote!(__diesel::sql_types::Text), quote!(__diesel::sql_types::Nullable<__diesel::sql_types::Text>)];
    let expressions = sql_types.iter().flat_map(|sql_type| {
        [quote!(#ident), quote!(&'__e #ident), quote!(&'__f &'__e #ident)].map(|expression| {
            quote! {
                #[automatically_derived]
                impl<'__e, '__f> __diesel::expression::AsExpression<#sql_type> for #expression {
                    type Expression = __diesel::internal::derives::as_expression::Bound<#sql_type, Self>;

                    fn as_expression(self) -> Self::Expression {
                        __diesel::internal::derives::as_expression::Bound::new(self)
                    }
                }
            }
        })
    });
    quote! {
        #[automatically_derived]
        impl __private::FieldType for #ident {
            type SqlType = __diesel::sql_types::Text;
            const KIND: __private::ColumnKind = __private::ColumnKind::Text;
            const CHOICES: ::core::option::Option<&'static [&'static ::core::primitive::str]> =
                ::core::option::Option::Some(&[#(#texts),*]);
        }

        #[automatically_derived]
        impl<__DB> __diesel::serialize::ToSql<__diesel::sql_types::Text, __DB> for #ident
        where
            __DB: __diesel::backend::Backend,
            ::core::primitive::str: __diesel::serialize::ToSql<__diesel::sql_types::Text, __DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut __diesel::serialize::Output<'b, '_, __DB>,
            ) -> __diesel::serialize::Result {
                __diesel::serialize::ToSql::<__diesel::sql_types::Text, __DB>::to_sql(self.as_str(), out)
            }
        }

        #[automatically_derived]
        impl<__DB> __diesel::serialize::ToSql<__diesel::sql_types::Nullable<__diesel::sql_types::Text>, __DB>
            for #ident
        where
            __DB: __diesel::backend::Backend,
            Self: __diesel::serialize::ToSql<__diesel::sql_types::Text, __DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut __diesel::serialize::Output<'b, '_, __DB>,
            ) -> __diesel::serialize::Result {
                __diesel::serialize::ToSql::<__diesel::sql_types::Text, __DB>::to_sql(self, out)
            }
        }

        #(#expressions)*

        #[automatically_derived]
        impl<__DB> __diesel::deserialize::FromSql<__diesel::sql_types::Text, __DB> for #ident
        where
            __DB: __diesel::backend::Backend,
            ::std::string::String: __diesel::deserialize::FromSql<__diesel::sql_types::Text, __DB>,
        {
            fn from_sql(value: __DB::RawValue<'_>) -> __diesel::deserialize::Result<Self> {
                let text = <::std::string::String as __diesel::deserialize::FromSql<
                    __diesel::sql_types::Text,
                    __DB,
                >>::from_sql(value)?;
                ::core::result::Result::Ok(::core::str::FromStr::from_str(&text)?)
            }
        }

        #[automatically_derived]
        impl<__DB, __ST> __diesel::deserialize::Queryable<__ST, __DB> for #ident
        where
            __DB: __diesel::backend::Backend,
            __ST: __diesel::sql_types::SingleValue,
            Self: __diesel::deserialize::FromSql<__ST, __DB>,
        {
            type Row = Self;

            fn build(row: Self) -> __diesel::deserialize::Result<Self> {
                ::core::result::Result::Ok(row)
            }
        }
    }
}
