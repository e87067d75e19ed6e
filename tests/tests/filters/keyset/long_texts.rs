//! Orders by texts of any length, of which databases do not all look at the whole.

use std::collections::HashSet;

use alchemy_core::filter::{FilterError, Keyset};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;

use super::cursors::{filter_error, service};
use super::{in_order, numbers, page, row};
use crate::{NewThing, Thing, open};

database_tests! {
    a_text_too_long_to_be_found_again_is_refused: [mysql],
    a_text_of_heavy_characters_is_found_again: [mysql],
    several_long_texts_are_ordered_by: [mysql],
    a_text_too_long_for_a_cursor_is_refused: [sqlite, postgres],
}

fn long(number: i32, length: usize) -> NewThing {
    NewThing { label: Some("x".repeat(length)), ..row(number, "") }
}

fn a_text_too_long_to_be_found_again_is_refused(db: TestDatabase) {
    let service = service(&db);
    service.create_many([long(1, 254), long(2, 255), long(3, 256), long(4, 300)]).unwrap();
    let orders = [Thing::LABEL.asc()];
    let first = page(&service, &orders, Keyset::first(2));
    assert_eq!(numbers(&first), [1, 2]);
    let second = page(&service, &orders, Keyset::at(2, first.next.unwrap()));
    assert_eq!((second.items.len(), second.next), (2, None));
    let back = page(&service, &orders, Keyset::at(2, second.previous.unwrap()));
    assert_eq!((numbers(&back), back.previous), (vec![1, 2], None));
    let error = filter_error(service.list_page(in_order(&orders).keyset(Keyset::first(3))));
    assert_eq!(error, FilterError::TooLong { what: "label".to_owned(), max: 255 });
}

fn a_text_too_long_for_a_cursor_is_refused(db: TestDatabase) {
    let service = service(&db);
    service.create_many([long(1, 499), long(2, 500), long(3, 501), long(4, 10_000)]).unwrap();
    let orders = [Thing::LABEL.asc()];
    let first = page(&service, &orders, Keyset::first(2));
    let second = page(&service, &orders, Keyset::at(4, first.next.unwrap().as_str()));
    assert_eq!((numbers(&second), second.next), (vec![3, 4], None));
    let back = page(&service, &orders, Keyset::at(4, second.previous.unwrap()));
    assert_eq!((numbers(&back), back.previous), (vec![1, 2], None));
    let error = filter_error(service.list_page(in_order(&orders).keyset(Keyset::first(3))));
    assert_eq!(error, FilterError::TooLong { what: "label".to_owned(), max: 500 });
}

/// Characters that stand for whole phrases weigh more than four bytes in a collation that looks into them.
fn a_text_of_heavy_characters_is_found_again(db: TestDatabase) {
    let service = service(&db);
    let collated = "ALTER TABLE things MODIFY label LONGTEXT COLLATE utf8mb4_uca1400_ai_ci";
    service.session().run(|connection| diesel::sql_query(collated).execute(connection)).unwrap();
    for length in [100, 254] {
        service.delete_all().unwrap();
        // Not in the order in which they are to come.
        let letters =
            (0..20).map(|number| (number, char::from(b'a' + u8::try_from(number * 7 % 20).unwrap())));
        let rows = letters.map(|(number, letter)| NewThing {
            label: Some(format!("{}{letter}", "\u{fdfa}".repeat(length))),
            ..row(number, "")
        });
        service.create_many(rows).unwrap();
        let mut expected: Vec<_> = (0..20).collect();
        expected.sort_unstable_by_key(|number| number * 7 % 20);
        for (order, expected) in [
            (Thing::LABEL.asc(), expected.clone()),
            (Thing::LABEL.desc(), expected.into_iter().rev().collect()),
        ] {
            let mut seen = Vec::new();
            let mut keyset = Keyset::first(3);
            loop {
                let page = page(&service, &[order], keyset);
                seen.extend(numbers(&page));
                let Some(next) = page.next else { break };
                keyset = Keyset::at(3, next);
            }
            assert_eq!(seen, expected, "{length}");
        }
    }
}

fn several_long_texts_are_ordered_by(db: TestDatabase) {
    let service = TextsService::new(open(&db, "keyset").session());
    let text = "\u{fdfa}".repeat(255);
    let (one, two) = (text.as_str(), "b");
    let texts = |a: &str, b: &str, c: &str, d: &str| NewTexts {
        id: None,
        a: a.to_owned(),
        b: b.to_owned(),
        c: c.to_owned(),
        d: d.to_owned(),
    };
    service
        .create_many((0..40).map(|n| match n % 4 {
            0 => texts(one, one, one, one),
            1 => texts(one, one, two, one),
            2 => texts(two, one, one, two),
            _ => texts(one, two, one, one),
        }))
        .unwrap();
    let filters = || {
        Filters::new()
            .order_by(Texts::A.asc())
            .order_by(Texts::B.desc())
            .order_by(Texts::C.asc())
            .order_by(Texts::D.asc())
    };
    let mut seen = HashSet::new();
    let mut keyset = Keyset::first(7);
    loop {
        let page = service.list_page(filters().keyset(keyset)).unwrap();
        seen.extend(page.items.iter().map(|texts| texts.id));
        let Some(next) = page.next else { break };
        keyset = Keyset::at(7, next);
    }
    assert_eq!(seen.len(), 40);
    assert_eq!(service.list(filters()).unwrap().len(), 40);
}

/// Texts of any length.
#[derive(Debug, Clone, UuidBase, Service)]
#[alchemy(table = "texts", bind_key = "keyset")]
struct Texts {
    id: Uuid,
    a: String,
    b: String,
    c: String,
    d: String,
}
