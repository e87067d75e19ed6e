//! The JSON guard and responder.

use std::io;
use std::ops::{Deref, DerefMut};

use rocket::Request;
use rocket::data::{self, Data, FromData, Limits};
use rocket::http::Status;
use rocket::request::local_cache;
use rocket::response::{self, Responder, content::RawJson};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use crate::{Error, Problem, reason};

/// A value sent or received as JSON: Rocket's `Json`, with refusals that say why.
///
/// As a data guard it answers malformed JSON with 400, JSON that is not a `T` with 422 and a body beyond the limit
/// `json` (1 MiB unless configured) with 413, each as a [`Problem`] whose `detail` tells what is wrong and where. Like
/// Rocket's it does not look at the content type; a route asks for one with `format = "json"`.
///
/// ```
/// use alchemy_rocket::prelude::*;
///
/// #[derive(Serialize, Deserialize)]
/// struct Point { x: i32, y: i32 }
///
/// #[post("/mirror", data = "<point>")]
/// fn mirror(point: Json<Point>) -> Json<Point> {
///     let Point { x, y } = point.into_inner();
///     Json(Point { x: y, y: x })
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value itself.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

#[rocket::async_trait]
impl<'r, T: Deserialize<'r>> FromData<'r> for Json<T> {
    type Error = Error;

    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        let parsed = match read(request, data).await {
            Ok(body) => serde_json::from_slice(body).map_err(|error| refusal(body, &error)),
            Err(problem) => Err(problem),
        };
        match parsed {
            Ok(value) => data::Outcome::Success(Self(value)),
            Err(problem) => {
                let status = reason::keep(request, problem.clone());
                data::Outcome::Error((status, problem.into()))
            }
        }
    }
}

impl<'r, T: Serialize> Responder<'r, 'static> for Json<T> {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        let body = serde_json::to_string(&self.0).map_err(|error| {
            log::error!(
                "{} {}: the response cannot be written as JSON: {error}",
                request.method(),
                request.uri().path()
            );
            Status::InternalServerError
        })?;
        RawJson(body).respond_to(request)
    }
}

/// The body; kept with the request, so that the value may borrow from it.
async fn read<'r>(request: &'r Request<'_>, data: Data<'r>) -> Result<&'r [u8], Problem> {
    let limit = request.limits().get("json").unwrap_or(Limits::JSON);
    match data.open(limit).into_bytes().await {
        Ok(body) if body.is_complete() => Ok(local_cache!(request, body.into_inner())),
        Ok(_) => {
            Err(Problem::new(Status::PayloadTooLarge).detail(format!("the body is larger than {limit}")))
        }
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Problem::new(Status::BadRequest).detail("the body ended early"))
        }
        Err(_) => Err(Problem::new(Status::BadRequest).detail("the body could not be read")),
    }
}

/// What is wrong with a body. A type that names the field in its errors hides whether the JSON itself was malformed
/// there, so the body of such an error is read once more, as nothing but JSON.
fn refusal(body: &[u8], error: &serde_json::Error) -> Problem {
    if error.classify() != Category::Data {
        return Problem::new(Status::BadRequest).detail(error.to_string());
    }
    match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(_) => {
            let detail = error.to_string();
            let field = field_of(&detail).map(str::to_owned);
            let problem = Problem::new(Status::UnprocessableEntity).detail(detail);
            match field {
                Some(field) => problem.field(field),
                None => problem,
            }
        }
        Err(malformed) => Problem::new(Status::BadRequest).detail(malformed.to_string()),
    }
}

/// The field that a refusal begins with, in the forms that serde and the derives' payloads give it.
fn field_of(detail: &str) -> Option<&str> {
    let named = ["`", "missing field `", "unknown field `", "duplicate field `"];
    let rest = named.iter().find_map(|start| detail.strip_prefix(start))?;
    rest.split_once('`').map(|(field, _)| field)
}

#[cfg(test)]
mod tests {
    use rocket::http::Status;
    use rocket::local::blocking::Client;
    use rocket::{post, routes};
    use serde_json::{Value, json};

    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Point<'a> {
        x: i32,
        label: &'a str,
    }

    #[post("/points", data = "<point>")]
    fn point(point: Json<Point<'_>>) -> Json<Point<'_>> {
        point
    }

    fn client() -> Client {
        let figment = rocket::Config::figment().merge(("limits.json", 64)).merge(("log_level", "off"));
        let rocket = rocket::custom(figment).mount("/", routes![point]).register("/", crate::catchers());
        Client::tracked(rocket).expect("a valid rocket")
    }

    fn answer(body: &[u8]) -> (u16, Value) {
        let client = client();
        let response = client.post("/points").body(body).dispatch();
        (response.status().code, response.into_json().expect("a JSON body"))
    }

    #[test]
    fn a_value_comes_and_goes_without_a_content_type() {
        let value = json!({ "x": 1, "label": "a" });
        assert_eq!(answer(value.to_string().as_bytes()), (200, value));
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        let too_long = json!({ "x": 1, "label": "a".repeat(64) }).to_string();
        let cases: [(&[u8], u16, &str); 7] = [
            (b"", 400, "EOF while parsing a value at line 1 column 0"),
            (b"{\"x\": 1,", 400, "EOF while parsing a value at line 1 column 8"),
            (b"{x: 1}", 400, "key must be a string at line 1 column 2"),
            (b"\xff", 400, "expected value at line 1 column 1"),
            (
                br#"{"x": "one", "label": ""}"#,
                422,
                r#"invalid type: string "one", expected i32 at line 1 column 11"#,
            ),
            (br#"{"y": 1}"#, 422, "unknown field `y`, expected `x` or `label` at line 1 column 4"),
            (too_long.as_bytes(), 413, "the body is larger than 64B"),
        ];
        for (body, status, detail) in cases {
            let (code, problem) = answer(body);
            assert_eq!((code, problem["detail"].as_str()), (status, Some(detail)), "{}", body.escape_ascii());
            assert_eq!(problem["status"], status);
        }
    }

    /// A type whose errors are all its own.
    #[derive(Debug)]
    struct Wrapped;

    impl<'de> Deserialize<'de> for Wrapped {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            use serde::de::Error;

            String::deserialize(deserializer)
                .map(|_| Self)
                .map_err(|error| D::Error::custom(format!("own: {error}")))
        }
    }

    #[test]
    fn malformed_json_is_told_from_json_of_another_type_whoever_finds_it() {
        for (body, status, detail) in [
            ("1", 422, "own: invalid type: integer `1`, expected a string at line 1 column 1"),
            ("\"\\ud800\"", 400, "unexpected end of hex escape at line 1 column 8"),
            ("\"a", 400, "EOF while parsing a string at line 1 column 2"),
        ] {
            let error = serde_json::from_str::<Wrapped>(body).expect_err(body);
            let problem = refusal(body.as_bytes(), &error);
            assert_eq!((problem.status().code, problem.text()), (status, detail), "{body}");
        }
    }

    #[test]
    fn a_request_that_is_sent_again_is_read_again() {
        let client = client();
        let request = client.post("/points");
        for label in ["a", "b"] {
            let value = json!({ "x": 1, "label": label });
            let response = request.clone().body(value.to_string()).dispatch();
            assert_eq!(response.into_json::<Value>(), Some(value));
        }
    }

    #[test]
    fn a_refusal_is_a_problem() {
        let client = client();
        let response = client.post("/points").body("[").dispatch();
        assert_eq!(response.status(), Status::BadRequest);
        assert_eq!(response.headers().get_one("Content-Type"), Some("application/problem+json"));
    }
}
