//! What the payloads (`NewAuthor`, `AuthorChangeset`) have in common: reading and writing their fields.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::model::Column;

/// A field of a payload.
pub(super) struct Field<'a> {
    pub(super) ident: &'a Ident,
    /// The column's place in the metadata.
    pub(super) column: usize,
    /// The name outside.
    pub(super) name: &'a str,
    /// Whether it is left out when it is `None`.
    pub(super) optional: bool,
    /// Whether reading goes into a `Required`.
    pub(super) required: bool,
    /// The function of `fields` that reads the value.
    pub(super) reader: Reader,
}

/// How the values of a column are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Value,
    /// A decimal, whose text is measured first.
    Decimal,
    NullableDecimal,
}

impl Reader {
    pub(super) fn of(column: &Column) -> Self {
        // Another type of that name has to say its SQL type.
        match column.known.filter(|_| column.attrs.sql_type.is_none()) {
            Some(known) if known.sql == "Numeric" && column.nullable => Self::NullableDecimal,
            Some(known) if known.sql == "Numeric" => Self::Decimal,
            _ => Self::Value,
        }
    }

    fn function(self) -> Ident {
        let name = match self {
            Self::Value => "value",
            Self::Decimal => "decimal",
            Self::NullableDecimal => "nullable_decimal",
        };
        Ident::new(name, Span::call_site())
    }
}

/// `impl FromFields` and `impl Deserialize`. `partial` is the type that is read into, `finish` makes the payload
/// from one called `partial`.
pub(super) fn deserialize(
    ident: &Ident,
    fields: &[Field<'_>],
    required: &[usize],
    partial: &TokenStream,
    finish: &TokenStream,
) -> TokenStream {
    let name = ident.to_string();
    let names: Vec<_> = fields.iter().map(|field| field.name).collect();
    let columns = fields.iter().map(|field| field.column);
    let reads = fields.iter().enumerate().map(|(index, field)| {
        let (ident, name) = (field.ident, field.name);
        let slot = if field.required { quote!(partial.#ident.0) } else { quote!(partial.#ident) };
        let read = field.reader.function();
        quote!(#index => __private::fields::#read(&mut #slot, #name, map),)
    });
    quote! {
        #[automatically_derived]
        impl __private::fields::FromFields for #ident {
            const NAME: &'static ::core::primitive::str = #name;
            const FIELDS: &'static [&'static ::core::primitive::str] = &[#(#names),*];
            const COLUMNS: &'static [::core::primitive::usize] = &[#(#columns),*];
            const REQUIRED: &'static [::core::primitive::usize] = &[#(#required),*];
            type Partial = #partial;

            #[allow(unused_variables)]
            fn read<'de, A: __private::serde::de::MapAccess<'de>>(
                partial: &mut Self::Partial,
                index: ::core::primitive::usize,
                map: &mut A,
            ) -> ::core::result::Result<(), A::Error> {
                match index {
                    #(#reads)*
                    _ => ::core::result::Result::Ok(()),
                }
            }

            #[inline]
            fn finish(
                partial: Self::Partial,
            ) -> ::core::result::Result<Self, &'static ::core::primitive::str> {
                #finish
            }
        }

        #[automatically_derived]
        impl<'de> __private::serde::Deserialize<'de> for #ident {
            fn deserialize<D: __private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                __private::fields::deserialize(deserializer)
            }
        }
    }
}

/// `impl Serialize`: as a map, since fields that are not given are left out.
pub(super) fn serialize(ident: &Ident, fields: &[Field<'_>]) -> TokenStream {
    let entries = fields.iter().map(|field| {
        let (ident, name) = (field.ident, field.name);
        if field.optional {
            quote! {
                if let ::core::option::Option::Some(value) = &self.#ident {
                    __private::serde::ser::SerializeMap::serialize_entry(&mut map, #name, value)?;
                }
            }
        } else {
            quote!(__private::serde::ser::SerializeMap::serialize_entry(&mut map, #name, &self.#ident)?;)
        }
    });
    quote! {
        #[automatically_derived]
        impl __private::serde::Serialize for #ident {
            fn serialize<S: __private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut map =
                    __private::serde::Serializer::serialize_map(serializer, ::core::option::Option::None)?;
                #(#entries)*
                __private::serde::ser::SerializeMap::end(map)
            }
        }
    }
}
