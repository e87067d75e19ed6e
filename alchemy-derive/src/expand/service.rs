//! `AuthorService`: the verbs of a model, with room for the user's own.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::DeriveInput;
use syn::ext::IdentExt;

use crate::attr::ModelAttrs;
use crate::errors::Errors;
use crate::krate::Facade;
use crate::model;

/// Everything `#[derive(Service)]` writes.
pub(crate) fn service(input: &DeriveInput, facade: Facade) -> TokenStream {
    let mut errors = Errors::default();
    if model::named_fields(input, "Service", &mut errors).is_none() {
        return errors.into_tokens();
    }
    if !input.generics.params.is_empty() {
        // The base derive, without which there can be no service, reports it.
        return TokenStream::new();
    }
    let private = facade.private(ModelAttrs::parse_crate(&input.attrs).as_ref());
    let (vis, model) = (&input.vis, &input.ident);
    let service = format_ident!("{}Service", model.unraw());
    let session = match facade {
        Facade::Core => quote!(Session),
        Facade::Rocket => quote!(AsyncSession),
    };
    let guard = (facade == Facade::Rocket).then(|| guard(input, &service));
    let doc = format!("The service of `{}`: its verbs, on a session.", model.unraw());
    // `__S`, since a model may be called `S`.
    quote! {
        #[doc = #doc]
        #vis struct #service<__S = #private::#session>(#private::Service<#model, __S>);

        #[doc(hidden)]
        const _: () = {
            use #private as __private;

            #[allow(trivial_bounds)]
            impl<__S> #service<__S>
            where
                #model: __private::Model,
            {
                /// A service on a session.
                #[must_use]
                #vis fn new(session: __S) -> Self {
                    Self(__private::Service::<#model, __S>::new(session))
                }

                /// The same service with other error messages: for all its calls, or for one.
                #[must_use]
                #vis fn with_messages(&self, messages: __private::fields::ErrorMessages) -> Self
                where
                    __S: ::core::clone::Clone,
                {
                    Self(self.0.with_messages(messages))
                }
            }

            #[automatically_derived]
            impl<__S> ::core::ops::Deref for #service<__S> {
                type Target = __private::Service<#model, __S>;

                #[inline]
                fn deref(&self) -> &Self::Target {
                    &self.0
                }
            }

            #[automatically_derived]
            impl<__S> ::core::convert::From<__private::Service<#model, __S>> for #service<__S> {
                #[inline]
                fn from(service: __private::Service<#model, __S>) -> Self {
                    Self(service)
                }
            }

            #[automatically_derived]
            impl<__S> ::core::clone::Clone for #service<__S>
            where
                __private::Service<#model, __S>: ::core::clone::Clone,
            {
                fn clone(&self) -> Self {
                    Self(::core::clone::Clone::clone(&self.0))
                }
            }

            #[automatically_derived]
            impl<__S> ::core::fmt::Debug for #service<__S>
            where
                __private::Service<#model, __S>: ::core::fmt::Debug,
            {
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    ::core::fmt::Debug::fmt(&self.0, f)
                }
            }

            #guard
        };
    }
}

/// The service as a request guard. The future is boxed by hand, which spares the compiler another macro.
fn guard(input: &DeriveInput, service: &proc_macro2::Ident) -> TokenStream {
    let model = &input.ident;
    quote! {
        #[automatically_derived]
        #[allow(trivial_bounds)]
        impl<'r> __private::rocket::request::FromRequest<'r> for #service
        where
            #model: __private::Model,
        {
            type Error = __private::Error;

            fn from_request<'life0, 'async_trait>(
                request: &'r __private::rocket::Request<'life0>,
            ) -> ::core::pin::Pin<::std::boxed::Box<
                dyn ::core::future::Future<Output = __private::rocket::request::Outcome<Self, Self::Error>>
                    + ::core::marker::Send
                    + 'async_trait,
            >>
            where
                'r: 'async_trait,
                'life0: 'async_trait,
                Self: 'async_trait,
            {
                ::std::boxed::Box::pin(async move {
                    __private::service_from_request::<#model>(request).await.map(Self)
                })
            }
        }

        #[automatically_derived]
        #[allow(trivial_bounds)]
        impl __private::rocket::Sentinel for #service
        where
            #model: __private::Model,
        {
            fn abort(rocket: &__private::rocket::Rocket<__private::rocket::Ignite>) -> ::core::primitive::bool {
                __private::abort_service::<#model>(rocket)
            }
        }
    }
}
