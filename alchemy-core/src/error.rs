//! What can go wrong, as data.

use std::borrow::Cow;
use std::sync::Arc;

use crate::filter::FilterError;

/// A result with Alchemy's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong.
///
/// Database errors are classified by the driver's codes. The text of [`Display`](std::fmt::Display) may be shown to
/// clients: it holds no SQL and no value from the database. What the driver said is in
/// [`source`](std::error::Error::source), for logs.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Error {
    /// No row where one was expected.
    NotFound(Box<Detail>),
    /// More than one row where at most one was expected.
    MultipleRows(Box<Detail>),
    /// A unique constraint or primary key was violated.
    Duplicate(Box<Detail>),
    /// A foreign key was violated.
    ForeignKey(Box<Detail>),
    /// A check constraint was violated.
    Check(Box<Detail>),
    /// A required column was null.
    NotNull(Box<Detail>),
    /// The row was changed since the version that a change was made of.
    Stale(Box<Detail>),
    /// A value that its column cannot hold: too long, out of range, or with characters it cannot store.
    InvalidValue(Box<Detail>),
    /// A filter, ordering or page that cannot be used; says which part.
    Filter(FilterError),
    /// The database gave up a transaction that may succeed when run again: a serialization failure, a deadlock, a
    /// lock that was not released in time.
    Retryable(Box<Detail>),
    /// No connection became free in time.
    PoolTimeout,
    /// The database stopped a statement that ran for longer than it may.
    Timeout(Box<Detail>),
    /// The engine of this bind key was closed: the program is shutting down.
    Closed(Box<str>),
    /// The database cannot be reached, or the connection broke.
    Connection(Box<Detail>),
    /// The transaction cannot go on because an earlier statement in it failed, or what it wrote could not be read; nothing
    /// of it was kept.
    Aborted(Arc<Error>),
    /// The database is read-only.
    ReadOnly(Box<Detail>),
    /// The database has no such feature.
    Unsupported {
        /// The feature, in SQL's words.
        feature: &'static str,
        /// The database's name.
        backend: &'static str,
    },
    /// The configuration cannot be used.
    Config(Cow<'static, str>),
    /// Anything else that the database or the driver reported.
    Database(Box<Detail>),
    /// Another error in the words of [`ErrorMessages`], where that error itself has no place for them.
    Reworded {
        /// What is said in place of the usual message.
        message: Cow<'static, str>,
        /// The error.
        error: Box<Error>,
    },
}

/// What is known about an [`Error`].
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Detail {
    /// The model's name, as in `Author`.
    pub model: Option<&'static str>,
    /// The field at fault.
    pub field: Option<String>,
    /// The constraint that was violated, where the database says which.
    pub constraint: Option<String>,
    /// A message that takes the place of the usual one.
    pub message: Option<Cow<'static, str>>,
    /// What the driver reported.
    pub source: Option<Arc<diesel::result::Error>>,
}

/// The kinds of [`Error`], for matching without their details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// [`Error::NotFound`]
    NotFound,
    /// [`Error::MultipleRows`]
    MultipleRows,
    /// [`Error::Duplicate`]
    Duplicate,
    /// [`Error::ForeignKey`]
    ForeignKey,
    /// [`Error::Check`]
    Check,
    /// [`Error::NotNull`]
    NotNull,
    /// [`Error::Stale`]
    Stale,
    /// [`Error::InvalidValue`]
    InvalidValue,
    /// [`Error::Filter`]
    Filter,
    /// [`Error::Retryable`]
    Retryable,
    /// [`Error::PoolTimeout`]
    PoolTimeout,
    /// [`Error::Timeout`]
    Timeout,
    /// [`Error::Closed`]
    Closed,
    /// [`Error::Connection`]
    Connection,
    /// [`Error::ReadOnly`]
    ReadOnly,
    /// [`Error::Unsupported`]
    Unsupported,
    /// [`Error::Config`]
    Config,
    /// [`Error::Database`]
    Database,
}

impl Error {
    /// What kind of error this is. An [`Aborted`](Error::Aborted) transaction is of the kind of what aborted it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::MultipleRows(_) => ErrorKind::MultipleRows,
            Self::Duplicate(_) => ErrorKind::Duplicate,
            Self::ForeignKey(_) => ErrorKind::ForeignKey,
            Self::Check(_) => ErrorKind::Check,
            Self::NotNull(_) => ErrorKind::NotNull,
            Self::Stale(_) => ErrorKind::Stale,
            Self::InvalidValue(_) => ErrorKind::InvalidValue,
            Self::Filter(_) => ErrorKind::Filter,
            Self::Retryable(_) => ErrorKind::Retryable,
            Self::PoolTimeout => ErrorKind::PoolTimeout,
            Self::Timeout(_) => ErrorKind::Timeout,
            Self::Closed(_) => ErrorKind::Closed,
            Self::Connection(_) => ErrorKind::Connection,
            Self::Aborted(cause) => cause.kind(),
            Self::Reworded { error, .. } => error.kind(),
            Self::ReadOnly(_) => ErrorKind::ReadOnly,
            Self::Unsupported { .. } => ErrorKind::Unsupported,
            Self::Config(_) => ErrorKind::Config,
            Self::Database(_) => ErrorKind::Database,
        }
    }

    /// Whether the same unit of work may succeed when it is run again.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Retryable | ErrorKind::PoolTimeout | ErrorKind::Timeout | ErrorKind::Connection
        )
    }

    /// What is known about the error, where its kind has more to tell.
    #[must_use]
    pub fn detail(&self) -> Option<&Detail> {
        match self {
            Self::NotFound(detail)
            | Self::MultipleRows(detail)
            | Self::Duplicate(detail)
            | Self::ForeignKey(detail)
            | Self::Check(detail)
            | Self::NotNull(detail)
            | Self::Stale(detail)
            | Self::InvalidValue(detail)
            | Self::Retryable(detail)
            | Self::Timeout(detail)
            | Self::Connection(detail)
            | Self::ReadOnly(detail)
            | Self::Database(detail) => Some(detail),
            Self::Aborted(cause) => cause.detail(),
            Self::Reworded { error, .. } => error.detail(),
            Self::Filter(_)
            | Self::PoolTimeout
            | Self::Closed(_)
            | Self::Unsupported { .. }
            | Self::Config(_) => None,
        }
    }

    /// What is wrong with a filter, where that is what the error is about.
    #[must_use]
    pub fn filter_error(&self) -> Option<&FilterError> {
        match self {
            Self::Filter(error) => Some(error),
            Self::Reworded { error, .. } => error.filter_error(),
            _ => None,
        }
    }

    /// What the driver reported, for logs; it may hold SQL and values.
    #[must_use]
    pub fn driver_error(&self) -> Option<&diesel::result::Error> {
        self.detail()?.source.as_deref()
    }

    pub(crate) fn detail_mut(&mut self) -> Option<&mut Detail> {
        match self {
            Self::NotFound(detail)
            | Self::MultipleRows(detail)
            | Self::Duplicate(detail)
            | Self::ForeignKey(detail)
            | Self::Check(detail)
            | Self::NotNull(detail)
            | Self::Stale(detail)
            | Self::InvalidValue(detail)
            | Self::Retryable(detail)
            | Self::Timeout(detail)
            | Self::Connection(detail)
            | Self::ReadOnly(detail)
            | Self::Database(detail) => Some(detail),
            _ => None,
        }
    }

    /// No row of the model was found.
    #[must_use]
    pub fn not_found(model: &'static str) -> Self {
        Self::NotFound(Box::new(Detail { model: Some(model), ..Detail::default() }))
    }

    /// More than one row of the model was found.
    #[must_use]
    pub fn multiple_rows(model: &'static str) -> Self {
        Self::MultipleRows(Box::new(Detail { model: Some(model), ..Detail::default() }))
    }

    /// The row was changed since the version that a change was made of; `field` is the one that holds the version.
    #[must_use]
    pub fn stale(model: &'static str, field: &'static str) -> Self {
        Self::Stale(Box::new(Detail {
            model: Some(model),
            field: Some(field.to_owned()),
            ..Detail::default()
        }))
    }

    /// A value that its field cannot hold; `reason` goes on after the field's name.
    #[must_use]
    pub fn invalid_value(field: impl Into<String>, reason: impl Into<String>) -> Self {
        let field = field.into();
        let message = format!("`{field}` {}", reason.into());
        Self::InvalidValue(Box::new(Detail {
            field: Some(field),
            message: Some(message.into()),
            ..Detail::default()
        }))
    }

    /// A configuration that cannot be used.
    #[must_use]
    pub fn config(message: impl Into<Cow<'static, str>>) -> Self {
        Self::Config(message.into())
    }

    fn text(&self, text: &Text) -> String {
        let detail = self.detail();
        if let Some(message) = detail.and_then(|detail| detail.message.as_ref()) {
            return message.clone().into_owned();
        }
        let model = detail.and_then(|detail| detail.model);
        let field = detail.and_then(|detail| detail.field.as_deref());
        match (text, model, field) {
            (Text::NotFound, Some(model), _) => format!("no {model} was found"),
            (Text::NotFound, None, _) => "no row was found".to_owned(),
            (Text::MultipleRows, Some(model), _) => format!("more than one {model} was found"),
            (Text::MultipleRows, None, _) => "more than one row was found".to_owned(),
            (Text::Duplicate, Some(model), Some(field)) => {
                format!("a record of {model} with the same `{field}` already exists")
            }
            (Text::Duplicate, Some(model), None) => {
                format!("a record of {model} with the same key already exists")
            }
            (Text::Duplicate, ..) => "a record with the same key already exists".to_owned(),
            (Text::ForeignKey, ..) => "a record that is referred to is missing, or still in use".to_owned(),
            (Text::Check, ..) => "the data failed a check".to_owned(),
            (Text::NotNull, _, Some(field)) => format!("`{field}` must not be null"),
            (Text::NotNull, ..) => "a required value is null".to_owned(),
            (Text::Stale, Some(model), _) => {
                format!("the {model} was changed in the meantime; read it again")
            }
            (Text::Stale, None, _) => "the row was changed in the meantime; read it again".to_owned(),
            (Text::InvalidValue, _, Some(field)) => format!("`{field}` has a value that cannot be stored"),
            (Text::InvalidValue, ..) => "a value cannot be stored".to_owned(),
            (Text::Retryable, ..) => {
                "the database was busy; the request may succeed when sent again".to_owned()
            }
            (Text::Timeout, ..) => "the database took too long and was stopped".to_owned(),
            (Text::Connection, ..) => "the database cannot be reached".to_owned(),
            (Text::ReadOnly, ..) => "the database is read-only".to_owned(),
            (Text::Other, ..) => "the database reported an error".to_owned(),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = match self {
            Self::NotFound(_) => Text::NotFound,
            Self::MultipleRows(_) => Text::MultipleRows,
            Self::Duplicate(_) => Text::Duplicate,
            Self::ForeignKey(_) => Text::ForeignKey,
            Self::Check(_) => Text::Check,
            Self::NotNull(_) => Text::NotNull,
            Self::Stale(_) => Text::Stale,
            Self::InvalidValue(_) => Text::InvalidValue,
            Self::Retryable(_) => Text::Retryable,
            Self::Timeout(_) => Text::Timeout,
            Self::Connection(_) => Text::Connection,
            Self::ReadOnly(_) => Text::ReadOnly,
            Self::Database(_) => Text::Other,
            Self::Filter(error) => return error.fmt(f),
            Self::PoolTimeout => return f.write_str("no database connection became free in time"),
            Self::Closed(bind_key) => return write!(f, "the engine `{bind_key}` is closed"),
            Self::Aborted(cause) => {
                return write!(
                    f,
                    "the transaction was rolled back because a statement in it failed: {cause}"
                );
            }
            Self::Unsupported { feature, backend } => {
                return write!(f, "{backend} does not support {feature}");
            }
            Self::Config(message) | Self::Reworded { message, .. } => return f.write_str(message),
        };
        f.write_str(&self.text(&text))
    }
}

impl std::error::Error for Error {
    /// What the driver reported. Other errors that this one may hold are told by its own text.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.driver_error().map(|error| error as _)
    }
}

impl From<FilterError> for Error {
    fn from(error: FilterError) -> Self {
        Self::Filter(error)
    }
}

/// A conversion that cannot fail is one of those that services take.
impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// Which sentence [`Error::text`] makes.
enum Text {
    NotFound,
    MultipleRows,
    Duplicate,
    ForeignKey,
    Check,
    NotNull,
    Stale,
    InvalidValue,
    Retryable,
    Timeout,
    Connection,
    ReadOnly,
    Other,
}

/// Messages that take the place of the usual ones, per service or per call.
///
/// ```
/// use alchemy_core::ErrorMessages;
///
/// let messages = ErrorMessages::new().not_found("no such author").duplicate("that name is taken");
/// # let _ = messages;
/// ```
#[derive(Debug, Clone, Default)]
pub struct ErrorMessages(Vec<(ErrorKind, Cow<'static, str>)>);

impl ErrorMessages {
    /// The usual messages.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The message of errors of one kind.
    #[must_use]
    pub fn with(mut self, kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.retain(|(other, _)| *other != kind);
        self.0.push((kind, message.into()));
        self
    }

    /// The message of [`Error::NotFound`].
    #[must_use]
    pub fn not_found(self, message: impl Into<Cow<'static, str>>) -> Self {
        self.with(ErrorKind::NotFound, message)
    }

    /// The message of [`Error::MultipleRows`].
    #[must_use]
    pub fn multiple_rows(self, message: impl Into<Cow<'static, str>>) -> Self {
        self.with(ErrorKind::MultipleRows, message)
    }

    /// The message of [`Error::Duplicate`].
    #[must_use]
    pub fn duplicate(self, message: impl Into<Cow<'static, str>>) -> Self {
        self.with(ErrorKind::Duplicate, message)
    }

    /// The message of [`Error::ForeignKey`].
    #[must_use]
    pub fn foreign_key(self, message: impl Into<Cow<'static, str>>) -> Self {
        self.with(ErrorKind::ForeignKey, message)
    }

    /// The message of [`Error::Check`].
    #[must_use]
    pub fn check(self, message: impl Into<Cow<'static, str>>) -> Self {
        self.with(ErrorKind::Check, message)
    }

    /// Messages that are known when the program is built.
    pub(crate) fn of(messages: &[(ErrorKind, &'static str)]) -> Self {
        Self(messages.iter().map(|&(kind, message)| (kind, message.into())).collect())
    }

    /// These messages, and below them those of `defaults`.
    #[must_use]
    pub fn over(mut self, defaults: &Self) -> Self {
        for (kind, message) in &defaults.0 {
            if !self.0.iter().any(|(other, _)| other == kind) {
                self.0.push((*kind, message.clone()));
            }
        }
        self
    }

    /// Puts the message for its kind, where there is one, on an error.
    #[must_use]
    pub fn apply(&self, mut error: Error) -> Error {
        let kind = error.kind();
        let Some((_, message)) = self.0.iter().find(|(other, _)| *other == kind) else { return error };
        match &mut error {
            Error::Reworded { message: other, .. } => *other = message.clone(),
            // What failed before is told as it was then.
            Error::Aborted(_) => {}
            other => match other.detail_mut() {
                Some(detail) => detail.message = Some(message.clone()),
                None => return Error::Reworded { message: message.clone(), error: Box::new(error) },
            },
        }
        error
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_of_a_call_wins_over_that_of_the_service() {
        let service = ErrorMessages::new().not_found("service").duplicate("taken");
        let call = ErrorMessages::new().not_found("call").over(&service);
        assert_eq!(call.apply(Error::not_found("Author")).to_string(), "call");
        assert_eq!(call.apply(Error::Duplicate(Box::default())).to_string(), "taken");
        assert_eq!(call.apply(Error::multiple_rows("Author")).to_string(), "more than one Author was found");
    }

    #[test]
    fn every_kind_of_error_can_have_a_message_of_its_own() {
        let filter = FilterError::UnknownParameter { name: "bogus".to_owned() };
        let errors = [
            (Error::Filter(filter.clone()), ErrorKind::Filter),
            (Error::PoolTimeout, ErrorKind::PoolTimeout),
            (Error::config("no engine"), ErrorKind::Config),
            (Error::Unsupported { feature: "a", backend: "b" }, ErrorKind::Unsupported),
            (Error::Closed("default".into()), ErrorKind::Closed),
            (Error::Timeout(Box::default()), ErrorKind::Timeout),
            (Error::ReadOnly(Box::default()), ErrorKind::ReadOnly),
            (Error::Database(Box::default()), ErrorKind::Database),
        ];
        for (error, kind) in errors {
            let first = ErrorMessages::new().with(kind, "first").apply(error);
            assert_eq!((first.to_string().as_str(), first.kind()), ("first", kind));
            let second = ErrorMessages::new().with(kind, "second").apply(first);
            assert_eq!((second.to_string().as_str(), second.kind()), ("second", kind));
            let found = second.filter_error();
            assert_eq!(found, (kind == ErrorKind::Filter).then_some(&filter));
        }
    }

    #[test]
    fn the_source_is_what_the_driver_reported() {
        let source = Some(Arc::new(diesel::result::Error::RollbackTransaction));
        let error = Error::Database(Box::new(Detail { source, ..Detail::default() }));
        let errors = [error.clone(), Error::Aborted(Arc::new(error))];
        for error in errors {
            let source = std::error::Error::source(&error).expect("there is one");
            let source = source.downcast_ref::<diesel::result::Error>();
            assert_eq!(source, Some(&diesel::result::Error::RollbackTransaction));
        }
        assert!(std::error::Error::source(&Error::not_found("Author")).is_none());
    }

    #[test]
    fn an_aborted_transaction_is_of_the_kind_of_its_cause() {
        let error = Error::Aborted(Arc::new(Error::Duplicate(Box::default())));
        assert_eq!(error.kind(), ErrorKind::Duplicate);
    }
}
