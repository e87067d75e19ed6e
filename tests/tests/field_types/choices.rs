//! Enums whose texts the database checks.

use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::connection::SimpleConnection;

use crate::open;

database_tests! {
    a_text_that_is_no_variants_is_refused_by_the_database,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TextEnum)]
enum Binding {
    Paper,
    #[alchemy(rename = "o'clock")]
    Quoted,
    #[alchemy(rename = r"back\slash\")]
    Slashed,
    #[alchemy(rename = "größe")]
    Wide,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "volumes")]
struct Volume {
    id: Uuid,
    #[alchemy(check_choices)]
    binding: Binding,
    /// Its column is a word of SQL, and needs quotes.
    #[alchemy(column = "order", check_choices)]
    place: Option<Binding>,
}

fn a_text_that_is_no_variants_is_refused_by_the_database(db: TestDatabase) {
    let session = open(&db).session();
    let service = VolumeService::new(session.clone());
    for binding in [Binding::Paper, Binding::Quoted, Binding::Slashed, Binding::Wide] {
        for place in [None, Some(binding)] {
            let row = service.create(NewVolume { id: None, binding, place }).unwrap();
            assert_eq!(service.get(row.id).unwrap(), Volume { id: row.id, binding, place });
        }
    }
    session.commit().unwrap();

    let quoted =
        |name: &str| if db.url().starts_with("mysql") { format!("`{name}`") } else { format!("\"{name}\"") };
    for (column, text, name) in [
        ("binding", "leather", "ck_volumes_binding"),
        ("binding", "PAPER", "ck_volumes_binding"),
        ("binding", "paper ", "ck_volumes_binding"),
        ("order", "", "ck_volumes_order"),
    ] {
        let update = format!("UPDATE volumes SET {} = '{text}'", quoted(column));
        let error = session.run(|connection| connection.batch_execute(&update)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Check, "{update}: {error}");
        assert!(format!("{error:?}").contains(name), "{update}: {error:?}");
        session.rollback().unwrap();
    }
    assert_eq!(db.number("SELECT count(*) FROM volumes"), 8);
}
