//! A login without a client library: as much of each protocol as it takes to know that a server answers and lets a
//! user in who has no password. The task runner must work before any client library is there.

mod mysql;
mod postgres;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use crate::Backend;

/// Longer than any local server needs to answer, short enough to ask several addresses in turn.
const PATIENCE: Duration = Duration::from_secs(3);

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Tcp { host: String, port: u16 },
    Unix(PathBuf),
}

impl Address {
    pub(crate) fn local(port: u16) -> Self {
        Self::Tcp { host: "127.0.0.1".to_owned(), port }
    }

    fn connect(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp { host, port } => {
                let mut refused = io::Error::from(io::ErrorKind::AddrNotAvailable);
                for address in (host.as_str(), *port).to_socket_addrs()? {
                    match TcpStream::connect_timeout(&address, PATIENCE) {
                        Ok(stream) => {
                            stream.set_read_timeout(Some(PATIENCE))?;
                            stream.set_write_timeout(Some(PATIENCE))?;
                            return Ok(Box::new(stream));
                        }
                        Err(error) => refused = error,
                    }
                }
                Err(refused)
            }
            #[cfg(unix)]
            Self::Unix(path) => {
                let stream = std::os::unix::net::UnixStream::connect(path)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                stream.set_write_timeout(Some(PATIENCE))?;
                Ok(Box::new(stream))
            }
            #[cfg(not(unix))]
            Self::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port } => write!(formatter, "{host}:{port}"),
            Self::Unix(path) => write!(formatter, "{}", path.display()),
        }
    }
}

/// Whether a server of this kind answers at an address; the error says what happened instead.
pub(crate) fn answers(backend: Backend, address: &Address) -> Result<(), String> {
    let mut stream = open(address)?;
    match backend {
        Backend::Sqlite => Err(NO_SERVER.to_owned()),
        Backend::Postgres => postgres::answers(&mut *stream),
        Backend::Mysql => mysql::greeting(&mut *stream).map(drop),
    }
}

/// Whether a user without a password is let in and may create databases; the error says why not.
pub(crate) fn lets_in(backend: Backend, address: &Address, user: &str) -> Result<(), String> {
    let mut stream = open(address)?;
    match backend {
        Backend::Sqlite => Err(NO_SERVER.to_owned()),
        Backend::Postgres => postgres::lets_in(&mut *stream, user),
        Backend::Mysql => mysql::lets_in(&mut *stream, user),
    }
}

const NO_SERVER: &str = "SQLite has no server";

fn open(address: &Address) -> Result<Box<dyn Stream>, String> {
    address.connect().map_err(|error| error.to_string())
}

trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// Reads exactly `length` bytes.
fn read(stream: &mut dyn Stream, length: usize) -> Result<Vec<u8>, String> {
    /// No message of a login comes near it: a longer one is from something that speaks another protocol.
    const LONGEST_MESSAGE: usize = 1 << 16;
    if length > LONGEST_MESSAGE {
        return Err("something else listens there".to_owned());
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => "nothing is said there".to_owned(),
        io::ErrorKind::UnexpectedEof => "the connection was closed at once".to_owned(),
        _ => error.to_string(),
    })?;
    Ok(bytes)
}

fn send(stream: &mut dyn Stream, bytes: &[u8]) -> Result<(), String> {
    stream.write_all(bytes).map_err(|error| error.to_string())
}

/// The part of `bytes` before the first NUL, and the rest after it.
fn split_at_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|&byte| byte == 0)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}
