//! The command lines of the servers' programs.

use std::ffi::OsString;
use std::path::Path;

use crate::Backend;

/// The ways to make a data directory, the better one first.
pub(super) fn initialize(backend: Backend, data: &Path) -> Vec<Vec<OsString>> {
    let common: &[&str] = match backend {
        Backend::Postgres => {
            &["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync", "--pgdata"]
        }
        _ => {
            return vec![vec![
                "--no-defaults".into(),
                "--skip-test-db".into(),
                "--auth-root-authentication-method=normal".into(),
                option("--datadir=", data),
            ]];
        }
    };
    // Not every system has the locale that sorts and folds case by Unicode without being a language's.
    ["--locale=C.UTF-8", "--no-locale"]
        .map(|locale| {
            let words = common.iter().map(OsString::from);
            words.chain([data.into(), locale.into()]).collect()
        })
        .into()
}

/// How to serve the data: on one port of 127.0.0.1, for many connections, in little memory.
pub(super) fn serve(backend: Backend, directory: &Path, port: u16) -> Vec<OsString> {
    let data = directory.join("data");
    match backend {
        Backend::Postgres => {
            let mut words = vec!["-D".into(), data.into(), "-p".into(), port.to_string().into()];
            for setting in [
                "listen_addresses=127.0.0.1",
                "unix_socket_directories=",
                "max_connections=200",
                "shared_buffers=32MB",
                // A crash of the process loses nothing; a crash of the machine takes the directory anyway.
                "fsync=off",
                "full_page_writes=off",
            ] {
                words.extend(["-c".into(), setting.into()]);
            }
            words
        }
        _ => vec![
            "--no-defaults".into(),
            option("--datadir=", &data),
            option("--socket=", &directory.join("socket")),
            option("--pid-file=", &directory.join("pid")),
            option("--tmpdir=", directory),
            format!("--port={port}").into(),
            "--bind-address=127.0.0.1".into(),
            "--max-connections=200".into(),
            "--innodb-buffer-pool-size=64M".into(),
            "--innodb-log-file-size=32M".into(),
            // Written to the system at each commit, so that a crash of the process loses nothing.
            "--innodb-flush-log-at-trx-commit=2".into(),
            "--skip-log-bin".into(),
        ],
    }
}

fn option(name: &str, path: &Path) -> OsString {
    let mut word = OsString::from(name);
    word.push(path);
    word
}
