//! Messages of the user's own.

use std::borrow::Cow;

use super::{Error, ErrorKind};

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
    use crate::filter::FilterError;

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
}
