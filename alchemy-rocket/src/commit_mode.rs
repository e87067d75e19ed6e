//! When a request's unit of work is committed.

use rocket::http::Status;
use serde::{Deserialize, Serialize};

/// Which responses commit the unit of work of their request.
///
/// Whatever is not committed is rolled back. In `Rocket.toml` the modes are written `manual`, `autocommit` and
/// `autocommit_include_redirect`.
///
/// ```
/// use alchemy_rocket::CommitMode;
/// use rocket::http::Status;
///
/// assert!(CommitMode::Autocommit.commits(Status::Created));
/// assert!(!CommitMode::Autocommit.commits(Status::SeeOther));
/// assert!(CommitMode::AutocommitIncludeRedirect.commits(Status::SeeOther));
/// assert!(!CommitMode::Manual.commits(Status::Ok));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitMode {
    /// Nothing is committed by itself; handlers call `commit` on the session.
    #[default]
    Manual,
    /// Responses with a 2xx status commit.
    Autocommit,
    /// Responses with a 2xx or 3xx status commit.
    AutocommitIncludeRedirect,
}

impl CommitMode {
    /// Whether a response with this status commits.
    #[must_use]
    pub fn commits(self, status: Status) -> bool {
        match self {
            Self::Manual => false,
            Self::Autocommit => (200..300).contains(&status.code),
            Self::AutocommitIncludeRedirect => (200..400).contains(&status.code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_decides_by_mode() {
        // status, autocommit, autocommit_include_redirect
        let cases = [
            (100, false, false),
            (101, false, false),
            (199, false, false),
            (200, true, true),
            (201, true, true),
            (204, true, true),
            (299, true, true),
            (300, false, true),
            (302, false, true),
            (399, false, true),
            (400, false, false),
            (404, false, false),
            (422, false, false),
            (500, false, false),
            (599, false, false),
        ];
        for (code, autocommit, include_redirect) in cases {
            let status = Status::new(code);
            assert!(!CommitMode::Manual.commits(status), "manual, {code}");
            assert_eq!(CommitMode::Autocommit.commits(status), autocommit, "autocommit, {code}");
            assert_eq!(
                CommitMode::AutocommitIncludeRedirect.commits(status),
                include_redirect,
                "autocommit_include_redirect, {code}"
            );
        }
    }

    #[test]
    fn the_default_never_commits() {
        assert_eq!(CommitMode::default(), CommitMode::Manual);
    }

    #[test]
    fn configuration_files_use_snake_case() {
        for (text, mode) in [
            ("manual", CommitMode::Manual),
            ("autocommit", CommitMode::Autocommit),
            ("autocommit_include_redirect", CommitMode::AutocommitIncludeRedirect),
        ] {
            let read: CommitMode = serde_json::from_value(text.into()).expect(text);
            assert_eq!(read, mode);
        }
        assert!(serde_json::from_value::<CommitMode>("Autocommit".into()).is_err());
    }
}
