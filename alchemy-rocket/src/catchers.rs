//! Catchers that answer with problem details.

use rocket::Request;
use rocket::catcher::{BoxFuture, Catcher};
use rocket::http::Status;

use crate::{Problem, reason};

/// A default catcher that answers every error status with a [`Problem`].
///
/// Where a guard of this crate refused the request, the problem says why. The [`Alchemy`](crate::Alchemy) fairing
/// registers it at `/` by itself unless the program has a default catcher there or says
/// [`catchers(false)`](crate::Alchemy::catchers); it can be registered at other bases too:
///
/// ```
/// let rocket = rocket::build().register("/api", alchemy_rocket::catchers());
/// ```
#[must_use]
pub fn catchers() -> Vec<Catcher> {
    let mut catcher = Catcher::new(None, answer);
    catcher.name = Some("alchemy_problem".into());
    vec![catcher]
}

fn answer<'r>(status: Status, request: &'r Request<'_>) -> BoxFuture<'r> {
    Box::pin(async move {
        let problem = reason::get(request, status).unwrap_or_else(|| usual(status));
        Ok(problem.to_response())
    })
}

/// The problem of a status for which no guard left a reason.
fn usual(status: Status) -> Problem {
    let problem = Problem::new(status);
    match status.code {
        404 => problem.detail("there is nothing at this address"),
        // Rocket forwards with this status when a dynamic segment or query parameter does not parse.
        422 => problem.detail("a part of the address has the wrong form"),
        _ => problem,
    }
}

#[cfg(test)]
mod tests {
    use rocket::http::Status;
    use rocket::local::blocking::Client;
    use rocket::{get, post, routes};
    use serde_json::{Value, json};

    use super::*;
    use crate::{Json, Result};

    #[get("/numbers/<number>")]
    fn number(number: u8) -> String {
        number.to_string()
    }

    #[get("/panics")]
    fn panics() -> &'static str {
        panic!("on purpose")
    }

    #[get("/own")]
    fn own() -> Result<()> {
        Err(Problem::new(Status::Gone).detail("it was here yesterday"))?
    }

    /// Goes on after a guard refused, and fails for a reason of its own.
    #[post("/lenient/<status>", data = "<body>")]
    fn lenient(status: u16, body: Option<Json<u8>>) -> Status {
        assert!(body.is_none());
        Status::new(status)
    }

    fn answer(
        request: impl for<'c> Fn(&'c Client) -> rocket::local::blocking::LocalRequest<'c>,
    ) -> (u16, Value) {
        let figment = rocket::Config::figment().merge(("log_level", "off"));
        let rocket = rocket::custom(figment)
            .mount("/", routes![number, panics, own, lenient])
            .register("/", catchers());
        let client = Client::tracked(rocket).expect("a valid rocket");
        let response = request(&client).dispatch();
        assert_eq!(response.headers().get_one("Content-Type"), Some("application/problem+json"));
        (response.status().code, response.into_json().expect("a JSON body"))
    }

    fn blank(status: u16, title: &str) -> Value {
        json!({ "type": "about:blank", "title": title, "status": status })
    }

    fn with_detail(status: u16, title: &str, detail: &str) -> Value {
        json!({ "type": "about:blank", "title": title, "status": status, "detail": detail })
    }

    #[test]
    fn an_unknown_address_is_a_problem() {
        let expected = with_detail(404, "Not Found", "there is nothing at this address");
        assert_eq!(answer(|client| client.get("/nowhere")), (404, expected));
    }

    #[test]
    fn a_segment_of_the_wrong_form_is_a_problem() {
        let expected = with_detail(422, "Unprocessable Entity", "a part of the address has the wrong form");
        assert_eq!(answer(|client| client.get("/numbers/many")), (422, expected));
    }

    #[test]
    fn a_panic_is_a_problem_without_detail() {
        assert_eq!(answer(|client| client.get("/panics")), (500, blank(500, "Internal Server Error")));
    }

    #[test]
    fn a_handler_states_a_problem_of_its_own() {
        let expected = with_detail(410, "Gone", "it was here yesterday");
        assert_eq!(answer(|client| client.get("/own")), (410, expected));
    }

    #[test]
    fn the_reason_of_a_refusal_does_not_show_in_another_error() {
        let expected = blank(403, "Forbidden");
        assert_eq!(answer(|client| client.post("/lenient/403").body("{")), (403, expected));
    }
}
