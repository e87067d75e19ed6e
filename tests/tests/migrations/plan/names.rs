//! Names of constraints and indexes that one keeps and another is to have.

use alchemy_tests::{TestDatabase, database_tests};

use super::cases::{Case, add, column, foreign_key, index, of, required, table, unique};
use super::there_and_back;
use crate::random::place::Place;

database_tests! {
    what_is_renamed_gives_up_its_names_to_what_comes_in_its_place,
    a_table_that_was_renamed_before_gives_up_its_names_too,
}

const CASES: &[Case] = &[
    Case {
        name: "a column is renamed, and another takes its place, indexed and unique as it was",
        change: |from, to, _| {
            for schema in [from, &mut *to] {
                of(schema, "authors").indexes.push(index("ix_authors_name", "name"));
                of(schema, "books").uniques.push(unique("uq_books_title", &["title"]));
            }
            for (table, old, new) in [("authors", "name", "pen_name"), ("books", "title", "caption")] {
                let renamed = column(to, table, old);
                renamed.name = new.to_owned();
                renamed.renamed_from = Some(old.to_owned());
                add(to, table, super::cases::optional(old, "VARCHAR(50)"));
            }
            of(to, "authors").indexes.insert(0, index("ix_authors_pen_name", "pen_name"));
            of(to, "books").uniques.insert(0, unique("uq_books_caption", &["caption"]));
        },
    },
    Case {
        name: "a table is renamed, and another takes its place",
        change: |from, to, _| {
            of(from, "books").indexes.push(index("ix_books_title", "title"));
            of(from, "books").uniques.push(unique("uq_books_author_id", &["author_id"]));
            *to = from.clone();
            let volumes = of(to, "books");
            volumes.name = "volumes".to_owned();
            volumes.renamed_from = Some("books".to_owned());
            volumes.foreign_keys = vec![foreign_key("volumes", "author_id", "authors")];
            volumes.indexes = vec![index("ix_volumes_title", "title")];
            volumes.uniques = vec![unique("uq_volumes_author_id", &["author_id"])];
            let options = volumes.options.clone();
            volumes.primary_key.iter_mut().for_each(|key| key.name = Some("pk_volumes".to_owned()));
            let mut books = table(
                "books",
                vec![
                    required("id", "BIGINT"),
                    required("title", "VARCHAR(50)"),
                    required("author_id", "BIGINT"),
                ],
                "id",
            );
            books.options = options;
            books.foreign_keys.push(foreign_key("books", "author_id", "authors"));
            books.indexes.push(index("ix_books_title", "title"));
            books.uniques.push(unique("uq_books_author_id", &["author_id"]));
            to.tables.push(books);
        },
    },
];

fn what_is_renamed_gives_up_its_names_to_what_comes_in_its_place(db: TestDatabase) {
    let mut place = Place::open(&db);
    for case in CASES {
        there_and_back(&mut place, case);
    }
}

fn a_table_that_was_renamed_before_gives_up_its_names_too(db: TestDatabase) {
    let mut place = Place::open(&db);
    let (from, to) = CASES[1].schemas(place.backend);
    place.build(&from);
    // Without the one that takes its place.
    let mut renamed = to.clone();
    renamed.tables.retain(|table| table.name != "books");
    for wanted in [&renamed, &to] {
        let live = place.live();
        let wanted = place.wanted(&live, wanted);
        let plan = alchemy_core::migration::plan(&live, &wanted, place.dialect).expect("it can be told");
        place.run(&plan);
    }
    place.assert_is(&to, "");
}
