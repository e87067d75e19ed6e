//! A program with one model and the `database` command, on the databases that its environment names: `DATABASE_URL`, and
//! `ARCHIVE_URL` for a second one.

use alchemy_rocket::prelude::*;

/// A row of the table `authors`.
#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(table = "authors")]
pub struct Author {
    /// The primary key.
    pub id: Uuid,
    /// The full name.
    #[alchemy(max_length = 100, index)]
    pub name: String,
    /// The date of birth, where it is known.
    pub dob: Option<NaiveDate>,
}

/// A row of the table `records`, of the second database.
#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(table = "records", bind_key = "archive")]
pub struct Record {
    /// The primary key.
    pub id: Uuid,
}

fn main() {
    let config = |name| std::env::var(name).map(Config::new);
    let mut databases = Alchemy::new(config("DATABASE_URL").expect("a URL"));
    if let Ok(archive) = config("ARCHIVE_URL") {
        databases = databases.with(archive.bind_key("archive"));
    }
    if std::env::var_os("PRINTS_STATEMENTS").is_some() {
        // On whichever thread it is run.
        let _ = diesel::connection::set_default_instrumentation(|| {
            Some(Box::new(|event: diesel::connection::InstrumentationEvent<'_>| println!("{event:?}")))
        });
    }
    databases.command();
    println!("served");
}
