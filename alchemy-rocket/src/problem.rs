//! Problem details (RFC 9457): the body of every error response.

use std::borrow::Cow;
use std::io::Cursor;

use alchemy_core::{Error, ErrorKind};
use rocket::Request;
use rocket::http::{ContentType, Status};
use rocket::response::{self, Responder, Response};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// How many characters of a `detail` are sent; what clients sent is not echoed at length.
const MAX_DETAIL: usize = 500;

/// How many characters of a name that a client sent are sent back.
const MAX_FIELD: usize = 64;

/// An error response as problem details (RFC 9457), sent as `application/problem+json`.
///
/// ```
/// use alchemy_rocket::prelude::*;
///
/// #[get("/reports")]
/// fn reports() -> Result<String> {
///     Err(Problem::new(Status::Forbidden).detail("reports are for editors"))?
/// }
/// ```
///
/// answers 403 with
///
/// ```json
/// {"type":"about:blank","title":"Forbidden","status":403,"detail":"reports are for editors"}
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: Cow<'static, str>,
    title: Cow<'static, str>,
    #[serde(serialize_with = "code")]
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<Cow<'static, str>>,
    #[serde(flatten)]
    extensions: Map<String, Value>,
    #[serde(skip)]
    retry_after: Option<u32>,
}

impl Problem {
    /// A problem of the type `about:blank`, titled with the status' reason phrase.
    #[must_use]
    pub fn new(status: Status) -> Self {
        Self {
            kind: "about:blank".into(),
            title: status.reason_lossy().into(),
            status,
            detail: None,
            extensions: Map::new(),
            retry_after: None,
        }
    }

    /// The type: a URI that identifies the kind of problem, with the title of that kind.
    #[must_use]
    pub fn kind(mut self, uri: impl Into<Cow<'static, str>>, title: impl Into<Cow<'static, str>>) -> Self {
        self.kind = uri.into();
        self.title = title.into();
        self
    }

    /// What is wrong with this very request, in a sentence for people. Long ones are cut.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        let mut detail = detail.into();
        if let Some((end, _)) = detail.char_indices().nth(MAX_DETAIL) {
            detail = format!("{}…", &detail[..end]).into();
        }
        self.detail = Some(detail);
        self
    }

    /// The field, or query parameter, at fault: the extension member `field`.
    #[must_use]
    pub fn field(self, field: impl Into<String>) -> Self {
        self.extension("field", field.into())
    }

    /// An extension member of the body. The names `type`, `title`, `status` and `detail` have methods of their own and
    /// are ignored here.
    #[must_use]
    pub fn extension(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        let name = name.into();
        if !matches!(name.as_str(), "type" | "title" | "status" | "detail") {
            self.extensions.insert(name, value.into());
        }
        self
    }

    /// After how many seconds the request may be sent again: the header `Retry-After`.
    #[must_use]
    pub fn retry_after(mut self, seconds: impl Into<Option<u32>>) -> Self {
        self.retry_after = seconds.into();
        self
    }

    /// The status of the response.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// The most telling text there is.
    pub(crate) fn text(&self) -> &str {
        self.detail.as_ref().unwrap_or(&self.title)
    }

    /// The response. Infallible, so that an error while a response is being replaced cannot leave the old one.
    pub(crate) fn to_response(&self) -> Response<'static> {
        // A struct of strings and JSON values always serializes.
        let body = serde_json::to_vec(self).unwrap_or_default();
        let mut response = Response::build();
        response
            .status(self.status)
            .header(ContentType::new("application", "problem+json"))
            .sized_body(body.len(), Cursor::new(body));
        if let Some(seconds) = self.retry_after {
            response.raw_header("Retry-After", seconds.to_string());
        }
        response.finalize()
    }
}

/// Classified by kind. The text of the database is never part of it, and a 500 says nothing but that.
impl From<&Error> for Problem {
    fn from(error: &Error) -> Self {
        let status = status_of(error.kind());
        let problem = Self::new(status);
        if status == Status::InternalServerError {
            return problem;
        }
        let mut problem = problem.detail(match error {
            // Bind keys are the program's own names.
            Error::Closed(_) => "the server is shutting down".to_owned(),
            error => error.to_string(),
        });
        if let Some(field) = field_of(error) {
            problem = problem.field(field);
        }
        problem.retry_after(error.is_retryable().then_some(1))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl<'r> Responder<'r, 'static> for Problem {
    fn respond_to(self, _: &'r Request<'_>) -> response::Result<'static> {
        Ok(self.to_response())
    }
}

fn status_of(kind: ErrorKind) -> Status {
    match kind {
        ErrorKind::NotFound => Status::NotFound,
        ErrorKind::Duplicate
        | ErrorKind::ForeignKey
        | ErrorKind::Check
        | ErrorKind::NotNull
        | ErrorKind::Stale => Status::Conflict,
        ErrorKind::InvalidValue => Status::UnprocessableEntity,
        ErrorKind::Filter => Status::BadRequest,
        ErrorKind::Retryable
        | ErrorKind::PoolTimeout
        | ErrorKind::Timeout
        | ErrorKind::Closed
        | ErrorKind::Connection
        | ErrorKind::ReadOnly => Status::ServiceUnavailable,
        _ => Status::InternalServerError,
    }
}

fn field_of(error: &Error) -> Option<String> {
    match error.filter_error() {
        Some(filter) => Some(filter.parameter().chars().take(MAX_FIELD).collect()),
        None => error.detail()?.field.clone(),
    }
}

fn code<S: Serializer>(status: &Status, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u16(status.code)
}

#[cfg(test)]
mod tests {
    use alchemy_core::error::Detail;
    use alchemy_core::filter::FilterError;
    use serde_json::json;

    use super::*;

    fn detail() -> Box<Detail> {
        let mut detail = Detail::default();
        detail.source = Some(std::sync::Arc::new(alchemy_core::diesel::result::Error::QueryBuilderError(
            "SELECT secret FROM users".into(),
        )));
        Box::new(detail)
    }

    fn body(problem: &Problem) -> Value {
        serde_json::to_value(problem).expect("a problem is JSON")
    }

    #[test]
    fn the_kind_of_an_error_decides_status_and_retry() {
        let aborted = Error::Aborted(std::sync::Arc::new(Error::Duplicate(detail())));
        let cases = [
            (Error::NotFound(detail()), 404, false),
            (Error::Duplicate(detail()), 409, false),
            (Error::ForeignKey(detail()), 409, false),
            (Error::Check(detail()), 409, false),
            (Error::NotNull(detail()), 409, false),
            (Error::Stale(detail()), 409, false),
            (Error::InvalidValue(detail()), 422, false),
            (Error::Retryable(detail()), 503, true),
            (Error::PoolTimeout, 503, true),
            (Error::Timeout(detail()), 503, true),
            (Error::Closed("main".into()), 503, false),
            (Error::Connection(detail()), 503, true),
            (Error::ReadOnly(detail()), 503, false),
            (aborted, 409, false),
            (Error::MultipleRows(detail()), 500, false),
            (Error::Unsupported { feature: "RETURNING", backend: "MariaDB" }, 500, false),
            (Error::config("no database `x`"), 500, false),
            (Error::Database(detail()), 500, false),
        ];
        for (error, status, retry) in cases {
            let problem = Problem::from(&error);
            assert_eq!(problem.status().code, status, "{error:?}");
            let response = problem.to_response();
            assert_eq!(response.headers().get_one("Retry-After"), retry.then_some("1"), "{error:?}");
            assert_eq!(response.headers().get_one("Content-Type"), Some("application/problem+json"));
        }
    }

    #[test]
    fn a_body_never_holds_what_the_driver_said() {
        for error in [Error::Duplicate(detail()), Error::Connection(detail()), Error::Database(detail())] {
            let body = body(&Problem::from(error)).to_string();
            assert!(!body.contains("SELECT") && !body.contains("secret"), "{body}");
        }
    }

    #[test]
    fn a_server_error_says_nothing_but_that() {
        assert_eq!(
            body(&Problem::from(Error::multiple_rows("Author"))),
            json!({ "type": "about:blank", "title": "Internal Server Error", "status": 500 })
        );
    }

    #[test]
    fn a_closed_engine_is_not_named() {
        assert_eq!(
            body(&Problem::from(Error::Closed("main".into()))),
            json!({
                "type": "about:blank",
                "title": "Service Unavailable",
                "status": 503,
                "detail": "the server is shutting down",
            })
        );
    }

    #[test]
    fn the_field_at_fault_is_a_member() {
        let error = Error::invalid_value("name", "must be at most 100 characters long");
        assert_eq!(
            body(&Problem::from(error)),
            json!({
                "type": "about:blank",
                "title": "Unprocessable Entity",
                "status": 422,
                "detail": "`name` must be at most 100 characters long",
                "field": "name",
            })
        );
    }

    #[test]
    fn a_filter_names_its_parameter() {
        let error = Error::Filter(FilterError::UnknownParameter { name: "x".repeat(1000) });
        let body = body(&Problem::from(error));
        assert_eq!(body["status"], 400);
        assert_eq!(body["field"], "x".repeat(64));
        assert_eq!(body["detail"], format!("unknown parameter `{}…`", "x".repeat(64)));
    }

    #[test]
    fn other_words_for_an_error_change_nothing_but_its_detail() {
        let messages = alchemy_core::ErrorMessages::new()
            .with(ErrorKind::Filter, "no such list")
            .with(ErrorKind::PoolTimeout, "too much is going on");
        let filter = FilterError::UnknownParameter { name: "bogus".to_owned() };
        let problem = Problem::from(messages.apply(filter.into()));
        assert_eq!(
            body(&problem),
            json!({
                "type": "about:blank",
                "title": "Bad Request",
                "status": 400,
                "detail": "no such list",
                "field": "bogus",
            })
        );
        let problem = Problem::from(messages.apply(Error::PoolTimeout));
        assert_eq!(body(&problem)["detail"], "too much is going on");
        assert_eq!(problem.to_response().headers().get_one("Retry-After"), Some("1"));
    }

    #[test]
    fn extensions_cannot_take_the_place_of_standard_members() {
        let problem = Problem::new(Status::Conflict)
            .kind("https://example.org/problems/taken", "Name taken")
            .extension("status", 200)
            .extension("suggestions", json!(["ann2"]));
        assert_eq!(
            body(&problem),
            json!({
                "type": "https://example.org/problems/taken",
                "title": "Name taken",
                "status": 409,
                "suggestions": ["ann2"],
            })
        );
    }

    #[test]
    fn a_long_detail_is_cut_between_characters() {
        let problem = Problem::new(Status::BadRequest).detail("ö".repeat(MAX_DETAIL + 1));
        assert_eq!(body(&problem)["detail"], format!("{}…", "ö".repeat(MAX_DETAIL)));
        let problem = Problem::new(Status::BadRequest).detail("ö".repeat(MAX_DETAIL));
        assert_eq!(body(&problem)["detail"], "ö".repeat(MAX_DETAIL));
    }
}
