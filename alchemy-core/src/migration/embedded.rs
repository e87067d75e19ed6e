//! Migrations that are part of the program.

use std::any::Any;

use diesel::QueryResult;
use diesel::connection::{BoxableConnection, SimpleConnection};
use diesel::migration::{Migration as _, MigrationSource};
use diesel_migrations::{EmbeddedMigrations, MigrationError as DieselError};

use super::Result;
use super::folder::{Migration, bad, version_of};
use crate::backend::AnyBackend;

/// The scripts of embedded migrations, by rising version. Diesel gives them to a connection and to nobody else, so they are
/// run on one that writes them down.
///
/// # Errors
/// [`MigrationError::BadFolder`](super::MigrationError::BadFolder) where two have the same version, or one is no script.
pub(super) fn read(source: &EmbeddedMigrations) -> Result<Vec<Migration>> {
    let embedded = MigrationSource::<AnyBackend>::migrations(source)
        .map_err(|error| bad("the embedded migrations".as_ref(), format!("cannot be read: {error}")))?;
    let mut migrations = Vec::new();
    for migration in embedded {
        let name = migration.name().to_string();
        let mut recorder = Recorder::default();
        let refused = |error: Box<dyn std::error::Error + Send + Sync>| {
            bad(name.as_ref(), format!("is no script: {error}"))
        };
        migration.run(&mut recorder).map_err(refused)?;
        let up = std::mem::take(&mut recorder.script);
        let down = match migration.revert(&mut recorder) {
            Ok(()) => Some(recorder.script),
            Err(error) if is_no_revert(&*error) => None,
            Err(error) => return Err(refused(error)),
        };
        migrations.push(Migration {
            version: version_of(&name),
            run_in_transaction: migration.metadata().run_in_transaction(),
            folder: None,
            name,
            up,
            down,
        });
    }
    migrations.sort_by(|one, other| one.version.cmp(&other.version));
    match migrations.windows(2).find(|pair| pair[0].version == pair[1].version) {
        Some(pair) => Err(bad(pair[1].name.as_ref(), format!("has the same version as `{}`", pair[0].name))),
        None => Ok(migrations),
    }
}

fn is_no_revert(error: &(dyn std::error::Error + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(DieselError::NoMigrationRevertFile))
}

/// A connection to nothing, which keeps what it is to run.
#[derive(Default)]
struct Recorder {
    script: String,
}

impl SimpleConnection for Recorder {
    fn batch_execute(&mut self, query: &str) -> QueryResult<()> {
        self.script.push_str(query);
        Ok(())
    }
}

impl BoxableConnection<AnyBackend> for Recorder {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}
