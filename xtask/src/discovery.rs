//! Finding a running database server on which the tests may create databases.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::Backend;
use crate::login::{self, Address};

/// A running server on which databases may be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The URL to connect to it with.
    pub url: String,
    /// Where it was found, for people.
    pub place: String,
}

/// Finds a running server: the one that [`Backend::url_variable`] names, otherwise one at the default local port or
/// socket that lets a user in without a password.
///
/// # Errors
///
/// One sentence on each place that was tried. A variable that is set is the only place tried: a wrong URL is an
/// error, not a reason to test another server.
pub fn find(backend: Backend) -> Result<Found, Vec<String>> {
    let Some(variable) = backend.url_variable() else {
        return Err(vec!["SQLite has no server".to_owned()]);
    };
    match env::var(variable) {
        Ok(url) if !url.trim().is_empty() => find_named(backend, variable, url.trim()),
        _ => find_local(backend),
    }
}

fn find_named(backend: Backend, variable: &str, url: &str) -> Result<Found, Vec<String>> {
    // Only whether a server answers: passwords and TLS are for the client library that runs the tests.
    if let Some(address) = address_of(backend, url) {
        login::answers(backend, &address)
            .map_err(|reason| vec![format!("{variable} names {address}, but {reason}")])?;
    }
    Ok(Found { url: url.to_owned(), place: variable.to_owned() })
}

fn find_local(backend: Backend) -> Result<Found, Vec<String>> {
    let mut refusals = Vec::new();
    for address in local_addresses(backend) {
        if let Err(reason) = login::answers(backend, &address) {
            refusals.push(format!("{address}: {reason}"));
            continue;
        }
        for user in local_users(backend) {
            match login::lets_in(backend, &address, &user) {
                Ok(()) => {
                    let url = url_of(backend, &address, &user);
                    return Ok(Found { url, place: format!("{address}, user {user}") });
                }
                Err(reason) => refusals.push(format!("{address}, user {user}: {reason}")),
            }
        }
    }
    Err(refusals)
}

fn local_addresses(backend: Backend) -> Vec<Address> {
    let (port, sockets): (u16, &[&str]) = match backend {
        Backend::Sqlite => return Vec::new(),
        Backend::Postgres => (5432, &["/var/run/postgresql/.s.PGSQL.5432", "/tmp/.s.PGSQL.5432"]),
        Backend::Mysql => {
            (3306, &["/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"])
        }
    };
    let sockets = sockets.iter().map(Path::new).filter(|socket| socket.exists());
    let sockets = sockets.map(|socket| Address::Unix(socket.to_path_buf()));
    std::iter::once(Address::local(port)).chain(sockets).collect()
}

fn local_users(backend: Backend) -> Vec<String> {
    let administrator = if backend == Backend::Postgres { "postgres" } else { "root" };
    let mut users = vec![administrator.to_owned()];
    users.extend(current_user().filter(|user| user != administrator));
    users
}

fn current_user() -> Option<String> {
    let output = Command::new("id").arg("-un").output().ok()?;
    let name = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !name.is_empty()).then_some(name)
}

/// The URL of a server's administration: PostgreSQL wants a database's name even for that.
pub(crate) fn url_of(backend: Backend, address: &Address, user: &str) -> String {
    let user = percent_encoded(user);
    match (backend, address) {
        (Backend::Mysql, Address::Unix(path)) => {
            let path = percent_encoded(&path.to_string_lossy());
            format!("mysql://{user}@localhost/?unix_socket={path}")
        }
        (Backend::Mysql, address) => format!("mysql://{user}@{address}/"),
        (_, Address::Unix(path)) => {
            let directory = path.parent().unwrap_or(path);
            format!("postgres://{user}@{}/postgres", percent_encoded(&directory.to_string_lossy()))
        }
        (_, address) => format!("postgres://{user}@{address}/postgres"),
    }
}

/// Where the server of a URL listens; `None` when the URL is too unusual to tell.
fn address_of(backend: Backend, url: &str) -> Option<Address> {
    let (_, rest) = url.split_once("://")?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = rest.split('/').next()?;
    let host = authority.rsplit('@').next()?;
    let (default_port, socket_parameter) = match backend {
        Backend::Sqlite => return None,
        Backend::Postgres => (5432, "host="),
        Backend::Mysql => (3306, "unix_socket="),
    };
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().ok()?),
        _ => (host, default_port),
    };
    let parameter = query.split('&').find_map(|pair| pair.strip_prefix(socket_parameter));
    let host = percent_decoded(parameter.unwrap_or(host));
    if host.is_empty() || host.contains(',') {
        return None;
    }
    if !host.starts_with('/') {
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        return Some(Address::Tcp { host, port });
    }
    Some(Address::Unix(match backend {
        Backend::Postgres => Path::new(&host).join(format!(".s.PGSQL.{port}")),
        _ => host.into(),
    }))
}

fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(decoded) if byte == b'%' => {
                bytes.push(decoded);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_from_urls_as_people_write_them() {
        let tcp = |host: &str, port| Some(Address::Tcp { host: host.to_owned(), port });
        let unix = |path: &str| Some(Address::Unix(path.into()));
        let cases = [
            (Backend::Postgres, "postgres://postgres@127.0.0.1:5433/postgres", tcp("127.0.0.1", 5433)),
            (Backend::Postgres, "postgresql://a:p%40:ss@db.test/x?sslmode=require", tcp("db.test", 5432)),
            (Backend::Postgres, "postgres://[::1]:5433/x", tcp("::1", 5433)),
            (Backend::Postgres, "postgres://[::1]/x", tcp("::1", 5432)),
            (Backend::Postgres, "postgres://me@%2Fvar%2Frun/x", unix("/var/run/.s.PGSQL.5432")),
            (Backend::Postgres, "postgres:///x?host=/var/run", unix("/var/run/.s.PGSQL.5432")),
            (Backend::Postgres, "postgres://one,two/x", None),
            (Backend::Postgres, "host=db", None),
            (Backend::Mysql, "mysql://root@db.test", tcp("db.test", 3306)),
            (Backend::Mysql, "mysql://root@localhost/?unix_socket=/run/my.sock", unix("/run/my.sock")),
        ];
        for (backend, url, expected) in cases {
            assert_eq!(address_of(backend, url), expected, "{url}");
        }
    }

    #[test]
    fn the_url_of_an_address_leads_back_to_it() {
        for backend in [Backend::Postgres, Backend::Mysql] {
            for address in [Address::local(5555), Address::Unix("/var/run/x/.s.PGSQL.5432".into())] {
                let url = url_of(backend, &address, "o'brien @ home");
                assert_eq!(address_of(backend, &url), Some(address), "{url}");
            }
        }
    }

    #[test]
    fn a_port_where_nothing_listens_refuses() {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        for backend in [Backend::Postgres, Backend::Mysql] {
            assert!(login::answers(backend, &Address::local(free)).is_err());
            assert!(login::lets_in(backend, &Address::local(free), "root").is_err());
        }
    }
}
