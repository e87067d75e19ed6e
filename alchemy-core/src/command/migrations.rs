//! The migrations of a database, as commands work on them.

use super::context::{Context, Database};
use super::error::Result;
use crate::migration::{Event, Migrations, State, Target};

impl Database<'_> {
    /// Its migrations, which say what they do.
    pub(super) fn migrations(&self, context: &Context<'_>) -> Migrations {
        let folder = self.folder(&context.global.directory);
        Migrations::new(self.engine, folder).observe(|event| {
            if matches!(event, Event::Waiting | Event::Begun { .. }) {
                eprintln!("{event}");
            }
        })
    }

    /// What a message calls it.
    pub(super) fn name(&self) -> String {
        format!("`{}` ({})", self.engine.bind_key(), self.engine.dialect())
    }
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
