//! What can go wrong, as data.

use std::borrow::Cow;
use std::sync::Arc;

use crate::filter::FilterError;

#[cfg(any(feature = "fixtures", feature = "migrations"))]
mod explained;
mod messages;

#[cfg(feature = "migrations")]
pub(crate) use self::explained::in_one_line;
pub use self::messages::ErrorMessages;

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

#[cfg(test)]
mod tests {
    use super::*;

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
