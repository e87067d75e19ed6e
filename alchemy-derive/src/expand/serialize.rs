//! `Serialize` for the model, without what is to be left out of its output.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Model;

/// `impl Serialize`, where the model asks for it; in the order of the struct.
pub(super) fn model(model: &Model) -> TokenStream {
    if model.serialize.is_none() {
        return TokenStream::new();
    }
    let (ident, name) = (&model.ident, model.name());
    let mut columns: Vec<_> =
        model.columns.iter().filter(|column| column.attrs.skip_output.is_none()).collect();
    columns.sort_by_key(|column| column.declared);
    let fields = columns.iter().map(|column| &column.field);
    let names = columns.iter().map(|column| &column.output_name);
    let count = columns.len();
    quote! {
        #[automatically_derived]
        impl __private::serde::Serialize for #ident {
            fn serialize<S: __private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut output = __private::serde::Serializer::serialize_struct(serializer, #name, #count)?;
                #(__private::serde::ser::SerializeStruct::serialize_field(&mut output, #names, &self.#fields)?;)*
                __private::serde::ser::SerializeStruct::end(output)
            }
        }
    }
}
