//! Services as guards: what the code written by `#[derive(Service)]` calls.

use alchemy_core::model::Model;
use alchemy_core::service::Service;
use alchemy_core::session::AsyncSession;
use rocket::request::{Outcome, Request};
use rocket::{Ignite, Rocket};

use crate::databases::Databases;
use crate::{Error, session};

/// The service of a model on the request's session.
pub async fn service_from_request<M: Model>(
    request: &Request<'_>,
) -> Outcome<Service<M, AsyncSession>, Error> {
    session::open(request, M::META.bind_key()).map(Service::new)
}

/// Whether the launch is to be stopped because there is no database for the model.
#[must_use]
pub fn abort_service<M: Model>(rocket: &Rocket<Ignite>) -> bool {
    session::is_missing(rocket, M::META.bind_key())
}

/// Whether the launch is to be stopped because the fairing is not attached.
#[must_use]
pub fn abort(rocket: &Rocket<Ignite>) -> bool {
    match Databases::of(rocket) {
        Ok(_) => false,
        Err(error) => {
            log::error!("{error}");
            true
        }
    }
}
