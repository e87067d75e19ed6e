//! Database URLs.

use crate::backend::Dialect;
use crate::error::{Error, Result};

/// What a URL says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) dialect: Dialect,
    /// What the driver takes: the URL, or SQLite's file name.
    pub(crate) address: String,
    /// Whether this is a database in memory, which lives as long as its one connection.
    pub(crate) in_memory: bool,
}

impl Target {
    /// # Errors
    /// [`Error::Config`] when the scheme is unknown, or its feature is off.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        let dialect = match scheme {
            "sqlite" => Dialect::Sqlite,
            "postgres" | "postgresql" => Dialect::Postgres,
            "mysql" | "mariadb" => Dialect::Mysql,
            _ => {
                return Err(Error::config(format!(
                    "the database URL `{}` must start with `sqlite:`, `postgres:`, `mysql:` or `mariadb:`",
                    redact(url)
                )));
            }
        };
        if crate::backend::AnyBackend::for_dialect(dialect).is_none() {
            let feature = match dialect {
                Dialect::Sqlite => "sqlite",
                Dialect::Postgres => "postgres",
                Dialect::Mysql => "mysql",
            };
            return Err(Error::config(format!(
                "this program is not built for {dialect}; turn on the cargo feature `{feature}`"
            )));
        }
        if dialect != Dialect::Sqlite {
            return Ok(Self { dialect, address: url.to_owned(), in_memory: false });
        }
        let rest = &url["sqlite:".len()..];
        let path = rest.strip_prefix("//").unwrap_or(rest);
        if path.is_empty() {
            return Err(Error::config(
                "the database URL names no file; use `sqlite::memory:` for one in memory",
            ));
        }
        let in_memory = path == ":memory:";
        // With options it is one of SQLite's own URIs: https://www.sqlite.org/uri.html
        let address = if path.contains('?') { format!("file:{path}") } else { path.to_owned() };
        Ok(Self { dialect, address, in_memory })
    }
}

/// The URL without its password.
pub(crate) fn redact(url: &str) -> String {
    let Ok(mut parsed) = url::Url::parse(url) else {
        // Whatever is before an `@` may hold one.
        return match url.rsplit_once('@') {
            Some((_, rest)) => format!("***@{rest}"),
            None => url.to_owned(),
        };
    };
    if parsed.password().is_some() && parsed.set_password(Some("***")).is_err() {
        return "***".to_owned();
    }
    if parsed.query_pairs().any(|(key, _)| key == "password" || key == "sslpassword") {
        parsed.set_query(None);
    }
    parsed.to_string()
}

/// A driver's message without the URL's password: libpq quotes one that is not well encoded.
pub(crate) fn scrub(message: &str, url: &str) -> String {
    let login = url.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@')).map(|(login, _)| login);
    match login.and_then(|login| login.split_once(':')) {
        Some((_, password)) if !password.is_empty() => message.replace(password, "***"),
        _ => message.to_owned(),
    }
}

#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use super::*;

    #[test]
    fn sqlite_urls_name_files() {
        for (url, address, in_memory) in [
            ("sqlite://local.db", "local.db", false),
            ("sqlite:local.db", "local.db", false),
            ("sqlite:///var/lib/app.db", "/var/lib/app.db", false),
            ("sqlite::memory:", ":memory:", true),
            ("sqlite://:memory:", ":memory:", true),
            ("sqlite://app.db?mode=ro", "file:app.db?mode=ro", false),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!((target.address.as_str(), target.in_memory), (address, in_memory), "{url}");
        }
    }

    #[test]
    fn unknown_urls_are_refused_without_their_password() {
        for url in ["", "local.db", "oracle://ann:s3cret@host/db", "sqlite://"] {
            let error = Target::parse(url).unwrap_err();
            assert!(matches!(error, Error::Config(_)), "{url}");
            assert!(!error.to_string().contains("s3cret"), "{error}");
        }
    }
}
