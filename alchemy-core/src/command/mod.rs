//! The `database` command, inside the user's own program: only that has the models.
//!
//! A program's `main` hands its arguments to [`run`] where [`is_asked`] says that they are meant for it:
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")] {
//! use alchemy_core::command;
//! use alchemy_core::prelude::*;
//!
//! fn connect() -> Result<Engines> {
//!     // It connects when a command first asks the database something: `database diagram` never does.
//!     Engines::new(vec![Engine::lazy(EngineConfig::new("sqlite://local.db"))?])
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     let arguments: Vec<_> = std::env::args_os().skip(1).collect();
//!     if command::is_asked(&arguments) {
//!         return command::run(connect, arguments).into();
//!     }
//!     // …
//!     std::process::ExitCode::SUCCESS
//! }
//! # }
//! ```
//!
//! `cargo run -- database --help` lists the commands.
//!
//! # Several databases
//! A command does its work in each of them, in the order in which they were configured, unless `--bind-key` names one.
//! `downgrade`, `show`, `stamp`, `edit`, `schema`, `revision --empty` and whatever prints SQL with `--sql`, which are about
//! one migration or one file, work on one only and have to be told which. A folder that is given or usual (`migrations`, `fixtures`) holds one for each
//! database then, by the name of its bind key, so that Diesel's own command is given `--migration-dir migrations/<key>`.
//!
//! # What it prints
//! Results go to the standard output: as a table where that is a terminal, as lines of values with tabs between them where
//! it is not, and as one JSON document with `--format json`. What was done is a result too, though not on a terminal where
//! messages have said it, and also where something went wrong afterwards. Everything else goes to the standard error. The
//! exit status is 0 where all went well, 1 where something did not, and 2 for a command line that cannot be read.

mod args;
mod check;
mod context;
mod downgrade;
mod draw;
mod drop_all;
mod dump_data;
mod edit;
mod error;
mod init;
mod load_data;
mod migrations;
mod output;
mod progress;
mod prompt;
mod revision;
mod schema;
mod stamp;
mod status;
mod upgrade;

use std::ffi::{OsStr, OsString};

use clap::Parser;

use self::args::{Command, CommandLine};
use self::context::Context;
use self::error::Result;
use self::output::Output;
use crate::engine::Engines;
use crate::model::ModelMeta;

pub use self::output::Streams;

/// Whether a program's arguments, its own name left out, are meant for the `database` command.
pub fn is_asked(arguments: &[impl AsRef<OsStr>]) -> bool {
    arguments.first().is_some_and(|first| ["database", "db"].iter().any(|name| first.as_ref() == *name))
}

/// Runs a command on the program's databases and models, and returns its exit status.
///
/// `arguments` are the program's without its name, and begin with `database` or `db`. `connect` is called once the command
/// line is read, so that a help text needs no database; with [lazy](crate::engine::Engine::lazy) engines a command connects
/// to those databases only that it asks something. Blocks.
pub fn run(
    connect: impl FnOnce() -> crate::error::Result<Engines>,
    arguments: impl IntoIterator<Item = OsString>,
) -> u8 {
    let models = crate::model::models();
    Streams::of_process(|streams| run_on(connect, &models, arguments, streams))
}

/// The same with models and streams of the caller's own.
pub fn run_on(
    connect: impl FnOnce() -> crate::error::Result<Engines>,
    models: &[&'static ModelMeta],
    arguments: impl IntoIterator<Item = OsString>,
    streams: &mut Streams<'_>,
) -> u8 {
    let line = match CommandLine::try_parse_from(arguments) {
        Ok(line) => line,
        Err(error) => return explain(&error, streams),
    };
    let mut output = Output::new(streams, line.global.format);
    let done = connect().map_err(Into::into).and_then(|engines| {
        dispatch(&Context::new(&line.global, &engines, models), line.command, &mut output)
    });
    match done {
        Ok(()) => 0,
        Err(error) => {
            output.message(&format!("error: {error}"));
            1
        }
    }
}

fn dispatch(context: &Context<'_>, command: Command, output: &mut Output<'_, '_>) -> Result<()> {
    match command {
        Command::DropAll(arguments) => drop_all::run(context, &arguments, output),
        Command::DumpData(arguments) => dump_data::run(context, &arguments, output),
        Command::LoadData(arguments) => load_data::run(context, &arguments, output),
        Command::Diagram(arguments) => draw::run(context, &arguments, output),
        Command::Schema(arguments) => schema::run(context, &arguments, output),
        Command::Init(arguments) => init::run(context, &arguments, output),
        Command::Revision(arguments) => revision::run(context, &arguments, output),
        Command::Upgrade(arguments) => upgrade::run(context, &arguments, output),
        Command::Downgrade(arguments) => downgrade::run(context, &arguments, output),
        Command::Current => status::current(context, output),
        Command::History => status::history(context, output),
        Command::Heads => status::heads(context, output),
        Command::Show(arguments) => status::show(context, &arguments, output),
        Command::Check => check::run(context, output),
        Command::Stamp(arguments) => stamp::run(context, &arguments, output),
        Command::Edit(arguments) => edit::run(context, &arguments, output),
        Command::EnsureVersion(arguments) => stamp::ensure_version(context, &arguments, output),
    }
}

/// Prints what the parser has to say: what was wrong, or the help that was asked for.
fn explain(error: &clap::Error, streams: &mut Streams<'_>) -> u8 {
    let text = error.render().to_string();
    let to: &mut dyn std::io::Write = if error.use_stderr() { streams.err } else { streams.out };
    // Where nobody reads it, nobody is told.
    let _ = to.write_all(text.as_bytes()).and_then(|()| to.flush());
    u8::try_from(error.exit_code()).unwrap_or(2)
}

#[cfg(test)]
mod tests;
