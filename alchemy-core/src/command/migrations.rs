//! The migrations of a database, as commands work on them.

use std::sync::mpsc;
use std::thread;

use super::context::{Context, Database};
use super::error::Result;
use super::output::Output;
use crate::migration::{Applied, Event, Migrations, State, Target};

impl Database<'_> {
    /// Its migrations.
    pub(super) fn migrations(&self, context: &Context<'_>) -> Migrations {
        Migrations::new(self.engine, self.folder(&context.global.directory))
    }

    /// What a message calls it.
    pub(super) fn name(&self) -> String {
        format!("`{}` ({})", self.engine.bind_key(), self.engine.dialect())
    }
}

/// Does something with migrations, and says meanwhile what happens.
pub(super) fn watched<T: Send>(
    migrations: Migrations,
    output: &mut Output<'_, '_>,
    work: impl FnOnce(&Migrations) -> T + Send,
) -> T {
    counted(migrations, output, work).1
}

/// The same, with the migrations that were run for good, also where others were not. They are run on a thread of their own,
/// as what they say they say to whoever listens.
pub(super) fn counted<T: Send>(
    migrations: Migrations,
    output: &mut Output<'_, '_>,
    work: impl FnOnce(&Migrations) -> T + Send,
) -> (Vec<Applied>, T) {
    let (sender, receiver) = mpsc::channel();
    let migrations = migrations.observe(move |event| {
        let heard = match event {
            Event::Waiting | Event::Begun { .. } => Err(event.to_string()),
            Event::Done(applied) => Ok((*applied).clone()),
            Event::Statement { .. } => return,
        };
        // Somebody listens until the end.
        let _ = sender.send(heard);
    });
    let mut applied = Vec::new();
    let done = thread::scope(|scope| {
        let worker = scope.spawn(move || work(&migrations));
        for heard in receiver {
            match heard {
                Ok(one) => applied.push(one),
                Err(line) => output.message(&line),
            }
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    });
    (applied, done)
}

/// A target, as it is written on the command line.
pub(super) fn target(text: &str) -> Result<Target> {
    text.parse().map_err(|error: crate::migration::ParseTargetError| {
        crate::migration::MigrationError::from(error).into()
    })
}

/// A state in a word, and since when it is so.
pub(super) fn state(state: State) -> (&'static str, Option<String>) {
    let shown = |time: chrono::NaiveDateTime| Some(time.format("%Y-%m-%d %H:%M:%S").to_string());
    match state {
        State::Applied(time) => ("applied", shown(time)),
        State::Pending => ("pending", None),
        State::Missing(time) => ("missing", shown(time)),
    }
}
