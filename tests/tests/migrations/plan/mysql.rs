//! What MariaDB makes of what it is told, and what it would do to rows without a word.

use alchemy_core::ddl::create_all;
use alchemy_core::migration::compare;
use alchemy_core::migration::schema::{Generation, IndexKey};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use super::rows::change;
use crate::random::place::Place;

database_tests! {
    texts_are_unique_and_bytes_have_defaults_without_a_difference: [mysql],
    a_row_of_the_number_0_keeps_it: [mysql],
    indexes_of_other_kinds_come_back: [mysql],
    a_foreign_key_without_a_name_takes_its_index_along: [mysql],
    short_texts_of_many_letters_are_told_of: [mysql],
    what_triggers_and_views_mention_is_told_of: [mysql],
}

#[derive(UuidBase)]
#[alchemy(table = "leaflets", bind_key = "leaflets")]
struct Leaflet {
    id: Uuid,
    #[alchemy(unique)]
    text: String,
    #[alchemy(unique, max_length = 2000)]
    summary: Option<String>,
    #[alchemy(db_default = "x'00112233445566778899aabbccddeeff'")]
    owner: Uuid,
    #[alchemy(index, max_length = 40)]
    shelf: String,
}

fn texts_are_unique_and_bytes_have_defaults_without_a_difference(db: TestDatabase) {
    let place = Place::open(&db);
    for statement in create_all(&[Leaflet::META], place.dialect).expect("a table") {
        db.admin(&statement);
    }
    // With a row and without.
    for row in
        ["", "INSERT INTO leaflets (id, text, shelf) VALUES (x'00112233445566778899aabbccddee00', 'a', 'b')"]
    {
        if !row.is_empty() {
            db.admin(row);
        }
        let comparison = compare(&place.engine, &[Leaflet::META], &[]).expect("they can be compared");
        assert_eq!(comparison.revision.up.summaries().collect::<Vec<_>>(), [""; 0]);
        assert!(comparison.by_text_only.is_none());
    }
    db.admin("ALTER TABLE leaflets ALTER owner SET DEFAULT x'ff275c0a0d0a00272227225c5c88ff00'");
    let comparison = compare(&place.engine, &[Leaflet::META], &[]).expect("they can be compared");
    assert_eq!(
        comparison.revision.up.summaries().collect::<Vec<_>>(),
        ["changes the default of `leaflets.owner` from x'ff275c0a0d0a00272227225c5c88ff00' to \
          x'00112233445566778899aabbccddeeff'"]
    );
}

fn a_row_of_the_number_0_keeps_it(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE z (id BIGINT PRIMARY KEY); INSERT INTO z VALUES (0), (1), (7)");
    change(&mut place, |wanted| wanted.tables[0].columns[0].generated = Some(Generation::Sequence));
    assert_eq!(db.texts("SELECT CAST(id AS CHAR) FROM z ORDER BY id"), ["0", "1", "7"]);
    db.admin("INSERT INTO z VALUES (NULL)");
    assert_eq!(db.number("SELECT max(id) FROM z"), 8);
}

fn indexes_of_other_kinds_come_back(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE ft (id INT PRIMARY KEY, b TEXT, p POINT NOT NULL, FULLTEXT INDEX words (b), SPATIAL INDEX places (p))",
    );
    let before = place.live();
    change(&mut place, |wanted| wanted.tables[0].indexes.clear());
    assert_eq!(place.live().tables[0].indexes, []);
    let indexes = before.tables[0].indexes.clone();
    assert!(indexes.iter().all(|index| matches!(index.parts[0].key, IndexKey::Column(_))));
    change(&mut place, |wanted| wanted.tables[0].indexes.clone_from(&indexes));
    assert_eq!(place.live(), before);
}

fn a_foreign_key_without_a_name_takes_its_index_along(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE a (id INT PRIMARY KEY);
         CREATE TABLE b (id INT PRIMARY KEY, a_id INT, FOREIGN KEY (a_id) REFERENCES a (id))",
    );
    let keys = place.live().tables[1].foreign_keys.clone();
    change(&mut place, |wanted| wanted.tables[1].foreign_keys.clear());
    assert_eq!(place.live().tables[1].indexes, []);
    change(&mut place, |wanted| wanted.tables[1].foreign_keys.clone_from(&keys));
    assert_eq!(place.live().tables[1].indexes, []);
}

fn short_texts_of_many_letters_are_told_of(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin("CREATE TABLE t (id INT PRIMARY KEY, a TINYTEXT)");
    for (sql_type, warns) in [("VARCHAR(300)", false), ("TINYTEXT", false), ("VARCHAR(100)", true)] {
        let plan = change(&mut place, |wanted| wanted.tables[0].columns[1].sql_type = sql_type.to_owned());
        let warnings: String = plan.statements.iter().filter_map(|one| one.warning.clone()).collect();
        let from_longer = sql_type == "TINYTEXT";
        assert_eq!(
            warnings.contains("may round or cut others"),
            warns || from_longer,
            "{sql_type}: {warnings}"
        );
    }
}

fn what_triggers_and_views_mention_is_told_of(db: TestDatabase) {
    let mut place = Place::open(&db);
    db.admin(
        "CREATE TABLE a (id INT PRIMARY KEY, x INT, y INT);
         CREATE TABLE log (line INT);
         CREATE TRIGGER born AFTER INSERT ON a FOR EACH ROW INSERT INTO log VALUES (NEW.x);
         CREATE VIEW ys AS SELECT y FROM a",
    );
    let warnings = |plan: alchemy_core::migration::Plan| -> Vec<String> {
        let all = plan.statements.into_iter().filter_map(|one| one.warning);
        all.flat_map(|warning| warning.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
    };
    let said = |plan, sentence: &str| {
        let said = warnings(plan);
        assert!(said.iter().any(|line| line == sentence), "{said:?}");
    };
    let plan = change(&mut place, |wanted| {
        let column = &mut wanted.tables[0].columns[2];
        (column.name, column.renamed_from) = ("z".to_owned(), Some("y".to_owned()));
    });
    said(plan, "`a.z` is mentioned by the view `ys`, which may fail from then on.");
    let plan = change(&mut place, |wanted| wanted.tables[0].columns.retain(|column| column.name != "x"));
    said(plan, "`a.x` is mentioned by the trigger `born`, which may fail from then on.");
    let plan = change(&mut place, |wanted| wanted.tables.retain(|table| table.name != "a"));
    said(plan, "The way back does not bring back the trigger `born`.");
}
