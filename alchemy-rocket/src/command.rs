//! The `database` command of a Rocket program.

use std::ffi::OsString;

use alchemy_core::command;
use alchemy_core::engine::{Engine, Engines};
use rocket::figment::Figment;

use crate::Alchemy;

impl Alchemy {
    /// Runs the `database` command, where the program was asked for it, and ends the program with its status; otherwise does
    /// nothing. One line in `main`:
    ///
    /// ```no_run
    /// use alchemy_rocket::prelude::*;
    ///
    /// fn databases() -> Alchemy {
    ///     Alchemy::new(Config::new("sqlite://local.db").commit_mode(CommitMode::Autocommit))
    /// }
    ///
    /// #[rocket::main]
    /// async fn main() -> Result<(), rocket::Error> {
    ///     databases().command();
    ///     rocket::build().attach(databases()).launch().await.map(drop)
    /// }
    /// ```
    ///
    /// `cargo run -- database upgrade`, or `db` for short, is then the command; `cargo run -- database --help` lists what
    /// it can do. The configuration is Rocket's own, [`rocket::Config::figment`].
    ///
    /// It looks at the program's arguments, so it belongs in `main`, not in a function that tests call too.
    pub fn command(&self) {
        let arguments: Vec<_> = std::env::args_os().skip(1).collect();
        if command::is_asked(&arguments) {
            let status = self.run_command(&rocket::Config::figment(), arguments);
            std::process::exit(status.into());
        }
    }

    /// Runs the `database` command with a program's arguments, the first of which is `database` or `db`, on the databases of
    /// a configuration, and returns its exit status. Blocks.
    pub fn run_command(&self, figment: &Figment, arguments: impl IntoIterator<Item = OsString>) -> u8 {
        command::run(
            || {
                let resolved = self.resolve(figment)?;
                Engines::check_keys(resolved.iter().map(|config| config.engine.key()))?;
                // Not every command needs a database, nor each of several.
                let engines = resolved.into_iter().map(|config| Engine::lazy(config.engine));
                Engines::new(engines.collect::<Result<_, _>>()?)
            },
            arguments,
        )
    }
}
