//! What of generated scripts counts as a loss, and is asked about before an upgrade.

use std::collections::BTreeSet;

use alchemy_core::backend::Dialect;
use alchemy_core::migration::folder;

use crate::folders::Folder;

const SCRIPTS: [(Dialect, &str); 3] = [
    (Dialect::Sqlite, include_str!("plan/sqlite.sql")),
    (Dialect::Postgres, include_str!("plan/postgres.sql")),
    (Dialect::Mysql, include_str!("plan/mysql.sql")),
];

fn losses(dialect: Dialect, up: &str) -> Vec<String> {
    let folder = Folder::new();
    folder.add("1_a", up, "");
    folder::read(folder.path()).expect("a folder").remove(0).losses(dialect)
}

/// A warning without the names in it.
fn nameless(warning: &str) -> String {
    let parts = warning.split('`').enumerate();
    parts.map(|(place, part)| if place % 2 == 0 { part } else { "…" }).collect()
}

#[test]
fn warnings_of_what_is_lost_are_told_from_others() {
    let mut lost = BTreeSet::new();
    for (dialect, script) in SCRIPTS {
        for warning in script.lines().filter_map(|line| line.strip_prefix("-- WARNING: ")) {
            let up = format!("-- WARNING: {warning}\nSELECT 1;");
            lost.extend(losses(dialect, &up).iter().map(|loss| nameless(loss)));
        }
    }
    // The last word of some is a type.
    let known = [
        "Texts in … that can be read as numbers become numbers",
        "The numbers among the values of … become texts, which may round them",
        "This drops the table … with all its rows.",
        "This drops the values of ….",
        "This fails where values of … cannot be turned into ",
    ];
    for text in known {
        assert!(lost.iter().any(|loss| loss.starts_with(text)), "{text}");
    }
    let unknown: Vec<_> =
        lost.iter().filter(|loss| !known.iter().any(|text| loss.starts_with(text))).collect();
    assert_eq!(unknown, [""; 0]);

    // Those that none of the scripts has.
    for (warning, is_loss) in [
        ("The values of `a.b` lose their time of day.", true),
        ("`a.b` loses the values that were computed.", true),
        ("The documents in `a.b` lose the order of their keys.", true),
        (
            "The dates in `a.b` become midnight in UTC, which fields with a zone and without one can read.",
            false,
        ),
        ("The values of `a.b` are copied as they are, also those that are no DATE.", false),
        ("`a.b` is mentioned by the view `c`, which may fail from then on.", false),
    ] {
        let up = format!("-- WARNING: {warning}\nSELECT 1;");
        assert_eq!(!losses(Dialect::Sqlite, &up).is_empty(), is_loss, "{warning}");
    }
}

#[test]
fn of_generated_scripts_only_warnings_are_asked_about() {
    for (dialect, scripts) in SCRIPTS {
        for script in scripts.split("\n\n\n").flat_map(|case| case.split("-- and back")) {
            let by_words: Vec<_> =
                losses(dialect, script).into_iter().filter(|loss| loss.contains("` runs: ")).collect();
            assert_eq!(by_words, [""; 0], "{script}");
        }
    }
}
