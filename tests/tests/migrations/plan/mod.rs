//! Each kind of change, and the way back: the statements, word for word, and what they make of a database.
//!
//! The statements are in the files beside this one; `ALCHEMY_BLESS=1` writes them anew, to be read before they are kept.

mod cases;
mod compared;
mod kept;
#[cfg(feature = "mysql")]
mod mysql;
mod names;
mod neutral;
#[cfg(feature = "postgres")]
mod postgres;
mod rows;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::path::PathBuf;

use alchemy_core::migration::{Plan, Statement, revision};
use alchemy_tests::{TestDatabase, database_tests};

use self::cases::{CASES, Case};
use crate::random::place::{Place, in_order};

database_tests! {
    each_change_and_the_way_back,
}

fn each_change_and_the_way_back(db: TestDatabase) {
    let mut place = Place::open(&db);
    let written: String = CASES.iter().map(|case| there_and_back(&mut place, case)).collect();
    let file = format!("{}.sql", db.backend().feature());
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/migrations/plan").join(file);
    if std::env::var_os("ALCHEMY_BLESS").is_some() {
        std::fs::write(&path, &written).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    for (written, expected) in written.split("\n\n\n").zip(expected.split("\n\n\n")) {
        assert_eq!(written, expected);
    }
    assert_eq!(written.len(), expected.len());
}

/// Goes from one schema to another and back on a database; returns the statements.
fn there_and_back(place: &mut Place, case: &Case) -> String {
    let (from, to) = case.schemas(place.backend);
    place.build(&from);
    let before = place.live();
    let wanted = place.wanted(&before, &to);
    let revision = revision(&before, &wanted, place.dialect).expect(case.name);
    let (up, down) = (script(&revision.up), script(&revision.down));
    let written = format!("-- {}\n\n{up}\n-- and back\n\n{down}\n\n", case.name);
    place.run(&revision.up);
    place.assert_is(&to, &written);
    place.run_each(&revision.online_down);
    place.run(&revision.down);
    let back = place.assert_is(&from, &written);
    assert_eq!(in_order(back), in_order(before), "{written}");
    place.clear();
    written
}

/// A plan as it would be written, with what it says of itself.
fn script(plan: &Plan) -> String {
    let mut script = String::new();
    let write = |script: &mut String, statement: &Statement| {
        for line in statement.summary.lines() {
            script.push_str(&format!("-- {line}\n"));
        }
        for line in statement.warning.iter().flat_map(|warning| warning.lines()) {
            script.push_str(&format!("-- WARNING: {line}\n"));
        }
        script.push_str(&format!("{};\n", statement.sql));
    };
    plan.statements.iter().for_each(|statement| write(&mut script, statement));
    if !plan.online.is_empty() {
        script.push_str("-- online:\n");
        plan.online.iter().for_each(|statement| write(&mut script, statement));
    }
    script
}
