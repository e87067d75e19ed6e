//! Throwaway database servers: a data directory of their own in the temporary directory, a free port on 127.0.0.1,
//! no password, gone with whoever started them.

mod account;
mod arguments;
mod binaries;
mod supervisor;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::Backend;
use crate::discovery::url_of;
use crate::login::{self, Address};
use account::Account;
use binaries::Binaries;
use supervisor::Supervisor;

/// Whether this machine has the programs that [`Server::start`] needs; the error names what is missing.
///
/// # Errors
///
/// A sentence, when a program is missing or the backend has no server.
pub fn installed(backend: Backend) -> Result<(), String> {
    Binaries::find(backend).map(drop)
}

/// A database server that belongs to this process. It is stopped and its data removed when the value is dropped, and
/// also when the process dies by a signal.
///
/// What has been committed survives [`crash`](Self::crash), as it would on a real server: only waiting for the disk is
/// turned off.
///
/// ```no_run
/// use xtask::{Backend, servers::Server};
///
/// # fn main() -> Result<(), String> {
/// let mut server = Server::start(Backend::Postgres)?;
/// println!("connect to {}", server.url());
/// server.stop()?;
/// server.restart()?; // the same data, the same port
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Server {
    backend: Backend,
    binaries: Binaries,
    account: Option<Account>,
    directory: PathBuf,
    port: u16,
    running: Option<Supervisor>,
}

impl Server {
    /// Starts a server with empty data, and waits until it lets a user in.
    ///
    /// # Errors
    ///
    /// A sentence that says which program is missing, or why the server did not start, with the end of its log.
    pub fn start(backend: Backend) -> Result<Self, String> {
        let binaries = Binaries::find(backend)?;
        let account = Account::for_servers(backend)?;
        let directory = new_directory(backend, account.as_ref())
            .map_err(|error| format!("a directory for {backend} could not be made: {error}"))?;
        let mut server = Self { backend, binaries, account, directory, port: 0, running: None };
        server.initialize()?;

        // Somebody may take the free port before the server does; another one is as good.
        let mut result = Err(String::new());
        for _ in 0..3 {
            server.port = free_port().map_err(|error| format!("there is no free port: {error}"))?;
            result = server.run();
            if result.is_ok() {
                break;
            }
        }
        result.map(|()| server)
    }

    /// The URL of its administrator, who has no password.
    pub fn url(&self) -> String {
        let user = if self.backend == Backend::Postgres { "postgres" } else { "root" };
        url_of(self.backend, &Address::local(self.port), user)
    }

    /// The port on 127.0.0.1, the same one for the whole life of this value.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Shuts the server down in an orderly way: open transactions are rolled back, clients are told.
    ///
    /// # Errors
    ///
    /// A sentence, when the server was not running.
    pub fn stop(&mut self) -> Result<(), String> {
        self.signal(match self.backend {
            Backend::Postgres => "INT",
            _ => "TERM",
        })
    }

    /// Ends the server as a power failure would: nothing is written, no client is told.
    ///
    /// # Errors
    ///
    /// A sentence, when the server was not running.
    pub fn crash(&mut self) -> Result<(), String> {
        self.signal(self.crash_signal())
    }

    /// Starts the server again after [`stop`](Self::stop) or [`crash`](Self::crash), with the data and the port that
    /// it had.
    ///
    /// # Errors
    ///
    /// A sentence, when the server is running, or does not start.
    pub fn restart(&mut self) -> Result<(), String> {
        if self.running.is_some() {
            return Err(format!("{} on port {} is running", self.backend, self.port));
        }
        self.run()
    }

    fn signal(&mut self, signal: &str) -> Result<(), String> {
        match self.running.take() {
            Some(supervisor) => supervisor.end(signal),
            None => Err(format!("{} on port {} is not running", self.backend, self.port)),
        }
    }

    /// PostgreSQL's immediate shutdown ends its helper processes too, which a KILL would leave to notice by themselves.
    fn crash_signal(&self) -> &'static str {
        if self.backend == Backend::Postgres { "QUIT" } else { "KILL" }
    }

    fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    fn log(&self) -> PathBuf {
        self.directory.join("log")
    }

    /// Makes the data directory.
    fn initialize(&self) -> Result<(), String> {
        let mut reason = String::new();
        for arguments in arguments::initialize(self.backend, &self.data()) {
            match self.supervise(&self.binaries.initializer, arguments).and_then(Supervisor::wait) {
                Ok(true) => return Ok(()),
                Ok(false) => reason = end_of(&self.log()),
                Err(error) => reason = error,
            }
        }
        let initializer = self.binaries.initializer.display();
        Err(format!("{initializer} failed, so there is no {}: {reason}", self.backend))
    }

    /// Runs the server on the data directory, and waits until it lets a user in.
    fn run(&mut self) -> Result<(), String> {
        const PATIENCE: Duration = Duration::from_secs(60);
        let arguments = arguments::serve(self.backend, &self.directory, self.port);
        let supervisor = self.supervise(&self.binaries.server, arguments)?;
        let user = if self.backend == Backend::Postgres { "postgres" } else { "root" };
        let deadline = Instant::now() + PATIENCE;
        loop {
            // In this order: a server that has ended cannot be the one that answers.
            let ended = supervisor.program_has_ended();
            match login::lets_in(self.backend, &Address::local(self.port), user) {
                Ok(()) if !ended => break,
                Err(_) if !ended && Instant::now() < deadline => thread::sleep(Duration::from_millis(50)),
                result => {
                    let reason = result.err().unwrap_or_else(|| "another server has its port".to_owned());
                    // Ended by the crash signal: one that hangs would ignore a polite one.
                    let _ = supervisor.end(self.crash_signal());
                    let log = end_of(&self.log());
                    return Err(format!(
                        "{} did not start ({reason}). Its log ends with:\n{log}",
                        self.backend
                    ));
                }
            }
        }
        self.running = Some(supervisor);
        Ok(())
    }

    /// Starts a program of the server as the server's account, in a directory that this account may enter.
    fn supervise(&self, program: &Path, arguments: Vec<OsString>) -> Result<Supervisor, String> {
        let mut shell = Command::new("/bin/sh");
        shell.current_dir(&self.directory);
        if let Some(account) = &self.account {
            account.apply(&mut shell);
        }
        let line: Vec<OsString> = std::iter::once(program.into()).chain(arguments).collect();
        Supervisor::start(shell, self.crash_signal(), &self.directory, &self.log(), &line)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The supervisor ends the server and removes the directory by itself when it is left alone.
        drop(self.running.take());
        let _ = fs::remove_dir_all(&self.directory);
    }
}

/// A new directory that only the server's account can enter. Short, for the path of a Unix socket has to fit in 107
/// bytes.
fn new_directory(backend: Backend, account: Option<&Account>) -> io::Result<PathBuf> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("alchemy-{}-{}-{number}", backend.feature(), std::process::id());
    let directory = std::env::temp_dir().join(name);
    // Left by an earlier process of the same number, which is gone.
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir(&directory)?;
    #[cfg(unix)]
    fs::set_permissions(&directory, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    if let Some(account) = account {
        account.own(&directory)?;
    }
    Ok(directory)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

fn end_of(log: &Path) -> String {
    let bytes = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(15)..].join("\n")
}

#[cfg(test)]
mod tests;
