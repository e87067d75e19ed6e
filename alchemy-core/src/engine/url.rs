//! Database URLs.

#[cfg(feature = "cli")]
use std::path::PathBuf;

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
        let Some(dialect) = dialect_of(url) else {
            // Nothing of it is repeated: without a scheme that is known, any part may be a password.
            return Err(Error::config(
                "the database URL must start with `sqlite:`, `postgres://`, `mysql://` or `mariadb://`",
            ));
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
        // With options it is one of SQLite's own URIs: https://www.sqlite.org/uri.html
        let address = if path.starts_with("file:") || !path.contains('?') {
            path.to_owned()
        } else {
            format!("file:{path}")
        };
        let in_memory = is_in_memory(&address);
        Ok(Self { dialect, address, in_memory })
    }

    /// The file of a SQLite database; `None` where it is none that this program would find.
    #[cfg(feature = "cli")]
    pub(crate) fn file(&self) -> Option<PathBuf> {
        if self.dialect != Dialect::Sqlite || self.in_memory {
            return None;
        }
        let Some(uri) = self.address.strip_prefix("file:") else { return Some(PathBuf::from(&self.address)) };
        let uri = uri.split('#').next().unwrap_or_default();
        let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
        // What comes after `//` is a host, and this one's.
        let path = match path.strip_prefix("//") {
            Some(after) => after.find('/').map(|start| &after[start..])?,
            None => path,
        };
        // Another file system may have it.
        let is_elsewhere = url::form_urlencoded::parse(query.as_bytes()).any(|(key, _)| key == "vfs");
        (!is_elsewhere).then(|| PathBuf::from(decode(path)))
    }
}

/// The database of a URL, by its scheme. A server's comes with `//`: after less, its driver would read something else
/// than a URL.
fn dialect_of(url: &str) -> Option<Dialect> {
    if url.starts_with("sqlite:") {
        return Some(Dialect::Sqlite);
    }
    match url.split_once("://")?.0 {
        "postgres" | "postgresql" => Some(Dialect::Postgres),
        "mysql" | "mariadb" => Some(Dialect::Mysql),
        _ => None,
    }
}

/// Whether SQLite keeps a database only as long as its connection: in memory, or in a file without a name.
fn is_in_memory(address: &str) -> bool {
    let Some(uri) = address.strip_prefix("file:") else { return address == ":memory:" };
    let uri = uri.split('#').next().unwrap_or_default();
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    matches!(path, "" | ":memory:")
        || url::form_urlencoded::parse(query.as_bytes())
            .any(|(key, value)| matches!((&*key, &*value), ("mode", "memory") | ("vfs", "memdb")))
}

/// What of a URL may be shown: nothing that is, or may be, a password.
pub(crate) fn redact(url: &str) -> String {
    match dialect_of(url) {
        Some(Dialect::Sqlite) => url.to_owned(),
        Some(_) => match Parts::of(url) {
            Some(Parts { scheme, user, password, rest }) => {
                let password = password.map_or("", |_| ":***");
                let login = user.map_or_else(String::new, |user| format!("{user}{password}@"));
                let shown = rest.split(['?', '#']).next().unwrap_or_default();
                let options = if shown.len() < rest.len() { "?***" } else { "" };
                format!("{scheme}://{login}{shown}{options}")
            }
            None => format!("{}://***", url.split("://").next().unwrap_or_default()),
        },
        None => "***".to_owned(),
    }
}

/// A driver's message without the URL's passwords. libpq, for one, quotes what it cannot read.
pub(crate) fn scrub(message: &str, url: &str) -> String {
    if dialect_of(url) == Some(Dialect::Sqlite) || !url.contains("://") {
        return message.to_owned();
    }
    let Some(secrets) = Parts::of(url).and_then(|parts| parts.secrets()) else {
        return "the driver's message is left out, as it may repeat a password: the database URL is malformed, or \
                holds characters that have to be percent-encoded"
            .to_owned();
    };
    secrets.iter().fold(message.to_owned(), |message, secret| message.replace(secret, "***"))
}

/// A server's URL in which everybody finds the same parts.
struct Parts<'a> {
    scheme: &'a str,
    user: Option<&'a str>,
    password: Option<&'a str>,
    /// What follows the login.
    rest: &'a str,
}

impl<'a> Parts<'a> {
    /// `None` where a password, or a piece of one, may be anywhere: one that holds an `@`, `:`, `/`, `?` or `#` of its
    /// own makes some take it for a host, a port or a path.
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, after) = url.split_once("://")?;
        let (login, rest) = match after.rsplit_once('@') {
            Some((login, rest)) => (Some(login), rest),
            None => (None, after),
        };
        let (user, password) = match login.map(|login| login.split_once(':').ok_or(login)) {
            None => (None, None),
            Some(Ok((user, password))) => (Some(user), Some(password)),
            Some(Err(user)) => (Some(user), None),
        };
        let is_plain = |text: &str| !text.contains(['@', ':', '/', '?', '#']) && is_well_encoded(text);
        if !user.is_none_or(is_plain) || !password.is_none_or(is_plain) {
            return None;
        }
        // PostgreSQL takes several hosts, each with a port.
        let hosts = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let has_port = |host: &str| {
            let (_, port) = host.rsplit_once(']').or_else(|| host.split_once(':')).unwrap_or_default();
            port.trim_start_matches(':').bytes().all(|digit| digit.is_ascii_digit())
        };
        hosts.split(',').all(has_port).then_some(Self { scheme, user, password, rest })
    }

    /// The passwords as they are written and as they are meant, the longest first. `None` where they cannot be told.
    fn secrets(&self) -> Option<Vec<String>> {
        let mut secrets: Vec<&str> = self.password.into_iter().collect();
        if let Some((_, query)) = self.rest.split_once('?') {
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let (key, value) = pair.split_once('=')?;
                if !is_well_encoded(key) {
                    return None;
                }
                if decode(key).contains("password") {
                    secrets.push(value);
                }
            }
        }
        let decoded = secrets.iter().map(|secret| decode(secret));
        let mut secrets: Vec<_> = secrets.iter().map(|&secret| secret.to_owned()).chain(decoded).collect();
        secrets.retain(|secret| !secret.is_empty());
        secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Some(secrets)
    }
}

/// Whether each `%` begins an escape.
fn is_well_encoded(text: &str) -> bool {
    text.split('%')
        .skip(1)
        .all(|piece| piece.as_bytes().get(..2).is_some_and(|escape| escape.iter().all(u8::is_ascii_hexdigit)))
}

/// The text with its escapes resolved.
fn decode(text: &str) -> String {
    // A `+` is one, where forms have a space.
    let text = text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(text.as_bytes()).map(|(key, _)| key.into_owned()).next().unwrap_or_default()
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
            ("sqlite:file:app.db", "file:app.db", false),
            ("sqlite:file:app.db?mode=ro", "file:app.db?mode=ro", false),
            ("sqlite://file:///var/lib/app.db?cache=private", "file:///var/lib/app.db?cache=private", false),
            ("sqlite:file::memory:", "file::memory:", true),
            ("sqlite:file::memory:?cache=shared", "file::memory:?cache=shared", true),
            ("sqlite://shelf?mode=memory", "file:shelf?mode=memory", true),
            ("sqlite://shelf?cache=shared&mode=memory", "file:shelf?cache=shared&mode=memory", true),
            ("sqlite://?mode=memory", "file:?mode=memory", true),
            ("sqlite:file:/shelf?vfs=memdb", "file:/shelf?vfs=memdb", true),
            ("sqlite:file:mode=memory", "file:mode=memory", false),
        ] {
            let target = Target::parse(url).unwrap();
            assert_eq!((target.address.as_str(), target.in_memory), (address, in_memory), "{url}");
        }
    }

    #[cfg(feature = "cli")]
    #[test]
    fn sqlite_urls_are_of_files_that_can_be_looked_for() {
        for (url, file) in [
            ("sqlite://local.db", Some("local.db")),
            ("sqlite:///var/lib/a%20b.db", Some("/var/lib/a%20b.db")),
            ("sqlite:///var/lib/a%20b.db?mode=rw", Some("/var/lib/a b.db")),
            ("sqlite:file:///var/lib/app.db", Some("/var/lib/app.db")),
            ("sqlite:file://localhost/app.db?mode=ro#x", Some("/app.db")),
            ("sqlite:file:a+b.db", Some("a+b.db")),
            ("sqlite:file:app.db?vfs=mine", None),
            ("sqlite::memory:", None),
            ("sqlite:file:a?mode=memory", None),
        ] {
            assert_eq!(Target::parse(url).unwrap().file(), file.map(PathBuf::from), "{url}");
        }
    }
}

#[cfg(test)]
mod secrets {
    use super::*;

    #[test]
    fn urls_that_are_not_understood_are_refused_without_being_repeated() {
        for url in [
            "",
            "local.db",
            "host=db user=ann password=s3cret",
            "ann:s3cret@host/db",
            "ann:s3cret@tcp(host:3306)/db",
            "oracle://ann:s3cret@host/db",
            "postgres:ann:s3cret@host/db",
            "mysql:s3cret",
            "s3cret://host",
        ] {
            let error = Target::parse(url).unwrap_err();
            assert_eq!(
                error.to_string(),
                "the database URL must start with `sqlite:`, `postgres://`, `mysql://` or `mariadb://`",
                "{url}"
            );
            assert_eq!(redact(url), "***", "{url}");
        }
    }

    #[test]
    fn what_is_shown_of_a_url_holds_no_password() {
        for (url, shown) in [
            ("sqlite://local.db?mode=ro", "sqlite://local.db?mode=ro"),
            ("postgres://h:5432/db", "postgres://h:5432/db"),
            ("postgres://ann@h/db", "postgres://ann@h/db"),
            ("postgres://ann:s3cret@h/db", "postgres://ann:***@h/db"),
            ("mariadb://ann:s3%40cret@[::1]:3306/db", "mariadb://ann:***@[::1]:3306/db"),
            ("postgres://ann:s3cret@a:1,b:2/db", "postgres://ann:***@a:1,b:2/db"),
            ("postgres://h/db?password=s3cret", "postgres://h/db?***"),
            ("postgres://h/db?pass%77ord=s3cret", "postgres://h/db?***"),
            ("postgres://ann:12345/s3cret@h/db", "postgres://***"),
            ("postgres://ann:s3cret/x@h/db", "postgres://***"),
            ("postgres://ann:12#s3cret@h/db", "postgres://***"),
            ("postgres://ann:12?s3cret@h/db", "postgres://***"),
            ("postgres://ann:x@s3cret@h/db", "postgres://***"),
            ("postgres://ann:x:s3cret@h/db", "postgres://***"),
            ("postgres://ann:s3%zzcret@h/db", "postgres://***"),
            ("postgres://ann:s3cret", "postgres://***"),
        ] {
            assert_eq!(redact(url), shown);
        }
    }

    #[test]
    fn a_drivers_message_holds_no_password() {
        let withheld = scrub("s3cret", "postgres://ann:a/b@h");
        assert!(withheld.starts_with("the driver's message is left out"), "{withheld}");
        let withheld = withheld.as_str();
        for (message, url, expected) in [
            ("no file", "sqlite://no:x@file", "no file"),
            ("ann has s3cret", "postgres://ann:s3cret@h/db", "ann has ***"),
            ("s3@cret or s3%40cret", "postgres://ann:s3%40cret@h/db", "*** or ***"),
            ("s3+cret", "mysql://ann:s3%2Bcret@h/db", "***"),
            ("s3+cret", "mysql://ann:s3+cret@h/db", "***"),
            ("invalid token: \"s3%zz\"", "postgres://h?password=s3%zz", "invalid token: \"***\""),
            ("key s3cret", "postgres://h/db?sslmode=require&sslpassword=s3cret", "key ***"),
            ("s3cret", "postgres://h?pass%77ord=s3cret", "***"),
            ("no = after cret", "postgres://h?password=s3&cret", withheld),
            ("invalid port s3cret", "postgres://ann:s3cret/x@h", withheld),
            ("invalid port s3cret", "postgres://ann:s3cret", withheld),
            ("invalid port s3cret", "postgres://a,ann:s3cret/db", withheld),
            ("invalid token: \"s3%zz\"", "postgres://ann:s3%zz@h", withheld),
        ] {
            assert_eq!(scrub(message, url), expected, "{url}");
        }
    }
}
