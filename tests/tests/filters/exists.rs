//! Conditions on related rows.

use alchemy_core::filter::{Exists, FilterGroup, NullFilter, all};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;
use diesel::sql_query;

use crate::open;

database_tests! {
    related_rows_are_there_or_are_not,
    null_relates_to_nothing,
    a_condition_and_its_negation_share_all_rows,
    deleted_rows_do_not_count,
    a_table_is_related_to_itself,
    several_columns_relate_two_tables,
    related_conditions_nest,
    a_hand_written_select_is_related,
    pages_and_counts_are_those_of_the_rows,
    a_related_condition_stands_in_the_users_own_query,
    a_condition_of_diesel_in_a_relation_to_itself_is_an_error,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "authors", bind_key = "exists")]
pub(crate) struct Author {
    pub(crate) id: Uuid,
    #[alchemy(search, sort, filter, unique, max_length = 50)]
    pub(crate) name: String,
    #[alchemy(max_length = 50)]
    pub(crate) country: Option<String>,
    /// Who taught them.
    #[alchemy(filter, foreign_key(Author))]
    pub(crate) teacher_id: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "books", bind_key = "exists")]
pub(crate) struct Book {
    id: Uuid,
    #[alchemy(filter, foreign_key(Author))]
    author_id: Option<Uuid>,
    #[alchemy(foreign_key(Author))]
    editor_id: Option<Uuid>,
    #[alchemy(search, filter, max_length = 50)]
    title: String,
    room: i32,
    place: Option<i32>,
    year: i32,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "shelves", bind_key = "exists")]
pub(crate) struct Shelf {
    id: Uuid,
    room: i32,
    place: i32,
    #[alchemy(max_length = 50)]
    label: String,
}

#[derive(Debug, Clone, PartialEq, QueryBase)]
#[alchemy(
    table = "author_stats",
    bind_key = "exists",
    query = "SELECT author_id, count(*) AS books FROM books WHERE author_id IS NOT NULL GROUP BY author_id"
)]
pub(crate) struct AuthorStats {
    author_id: Uuid,
    books: i64,
}

/// Four authors and five books:
///
/// | author | taught by | books |
/// |---|---|---|
/// | ann | | dune (room 1, place 1), emma (1, 2) |
/// | bob | ann | dust (2, 1) |
/// | cid | bob | |
/// | dan | ann | gone (2, no place), which was deleted |
///
/// The book without an author is lost (3, 1).
pub(crate) fn fill(db: &TestDatabase) -> (Session, AuthorService) {
    let session = open(db, "exists").session();
    let authors = AuthorService::new(session.clone());
    let author = |name: &str, country: Option<&str>, teacher: Option<&Author>| {
        let new = NewAuthor {
            id: None,
            name: name.to_owned(),
            country: country.map(str::to_owned),
            teacher_id: teacher.map(|teacher| teacher.id),
        };
        authors.create(new).unwrap()
    };
    let ann = author("ann", Some("no"), None);
    let bob = author("bob", None, Some(&ann));
    let _cid = author("cid", Some("no"), Some(&bob));
    let dan = author("dan", Some("se"), Some(&ann));
    let books = BookService::new(session.clone());
    let book = |title: &str, author: Option<&Author>, room, place, year| NewBook {
        id: None,
        author_id: author.map(|author| author.id),
        editor_id: None,
        title: title.to_owned(),
        room,
        place,
        year,
    };
    books
        .create_many([
            book("dune", Some(&ann), 1, Some(1), 1965),
            book("emma", Some(&ann), 1, Some(2), 1815),
            book("dust", Some(&bob), 2, Some(1), 2001),
            book("gone", Some(&dan), 2, None, 1936),
            book("lost", None, 3, Some(1), 2001),
        ])
        .unwrap();
    let delete = "UPDATE books SET deleted_at = '2024-02-29 00:00:00' WHERE title = 'gone'";
    assert_eq!(session.run(|connection| sql_query(delete).execute(connection)).unwrap(), 1);
    (session, authors)
}

/// The names of the authors that match, in their order.
fn found(authors: &AuthorService, filter: Filter<Author>) -> Vec<String> {
    let filters = Filters::new().filter(filter).order_by(Author::NAME.asc());
    authors.list(filters).unwrap().into_iter().map(|author| author.name).collect()
}

fn related_rows_are_there_or_are_not(db: TestDatabase) {
    let (session, authors) = fill(&db);
    let cases = [
        (Author::ID.exists(Book::AUTHOR_ID, all()), vec!["ann", "bob"]),
        (Author::ID.not_exists(Book::AUTHOR_ID, all()), vec!["cid", "dan"]),
        (Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.contains("m")), vec!["ann"]),
        (Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.starts_with("du")), vec!["ann", "bob"]),
        (
            Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.starts_with("du") & Book::YEAR.gt(2000)),
            vec!["bob"],
        ),
        (Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.is_in(["emma", "dust", "lost"])), vec!["ann", "bob"]),
        (Author::ID.exists(Book::AUTHOR_ID, books::year.lt(1900)), vec!["ann"]),
        (Author::ID.not_exists(Book::AUTHOR_ID, Book::YEAR.gt(1900)), vec!["cid", "dan"]),
        (Author::ID.exists(Book::AUTHOR_ID, Filter::<Book>::nothing()), vec![]),
    ];
    for (filter, names) in cases {
        assert_eq!(found(&authors, filter.clone()), names, "{filter:?}");
    }
    let group = FilterGroup::or_()
        .with(NullFilter::new("country"))
        .with(Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.eq("dune")));
    assert_eq!(found(&authors, group.resolve().unwrap()), ["ann", "bob"]);
    let books = BookService::new(session);
    let of_norway = books.list(Book::AUTHOR_ID.exists(Author::ID, Author::COUNTRY.eq("no"))).unwrap();
    let mut titles: Vec<_> = of_norway.into_iter().map(|book| book.title).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["dune", "emma"]);
}

fn null_relates_to_nothing(db: TestDatabase) {
    let (session, authors) = fill(&db);
    // Of `Option` on both sides: bob has no country, and no one shares it.
    let compatriot = Author::COUNTRY.exists(Author::COUNTRY, all());
    assert_eq!(found(&authors, compatriot.clone()), ["ann", "cid", "dan"]);
    assert_eq!(found(&authors, !compatriot), ["bob"]);
    let books = BookService::new(session);
    let lost = books.get_one(Book::AUTHOR_ID.not_exists(Author::ID, all())).unwrap();
    assert_eq!(lost.title, "lost");
}

fn a_condition_and_its_negation_share_all_rows(db: TestDatabase) {
    let (_session, authors) = fill(&db);
    let everyone = ["ann", "bob", "cid", "dan"];
    let published = Author::ID.exists(Book::AUTHOR_ID, Book::PLACE.gt(1));
    let taught = Author::TEACHER_ID.exists(Author::ID, Author::COUNTRY.ne("no"));
    let conditions = [
        published.clone() & Author::COUNTRY.eq("no"),
        published.clone() | Author::COUNTRY.eq("se"),
        taught.clone() & !published.clone(),
        (taught.clone() | published.clone()) & !Author::COUNTRY.eq("no"),
        !(taught & published),
    ];
    for condition in conditions {
        let matching = found(&authors, condition.clone());
        let others: Vec<_> =
            everyone.into_iter().filter(|name| !matching.iter().any(|one| one == name)).collect();
        assert_eq!(found(&authors, !condition.clone()), others, "{condition:?}");
    }
}

fn deleted_rows_do_not_count(db: TestDatabase) {
    let (_session, authors) = fill(&db);
    assert_eq!(found(&authors, Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.eq("gone"))), [""; 0]);
    let all_but = Author::ID.not_exists(Book::AUTHOR_ID, Book::TITLE.eq("gone"));
    assert_eq!(found(&authors, all_but), ["ann", "bob", "cid", "dan"]);
    // Whatever else is asked for.
    let deleted = Author::ID.exists(Book::AUTHOR_ID, Book::DELETED_AT.is_not_null() | Book::YEAR.eq(1936));
    assert_eq!(found(&authors, deleted), [""; 0]);
}

fn a_table_is_related_to_itself(db: TestDatabase) {
    let (_session, authors) = fill(&db);
    let cases = [
        // Those who taught someone.
        (Author::ID.exists(Author::TEACHER_ID, all()), vec!["ann", "bob"]),
        (Author::ID.not_exists(Author::TEACHER_ID, all()), vec!["cid", "dan"]),
        (Author::ID.exists(Author::TEACHER_ID, Author::NAME.eq("dan")), vec!["ann"]),
        // Those who were taught by someone from there.
        (Author::TEACHER_ID.exists(Author::ID, Author::COUNTRY.eq("no")), vec!["bob", "dan"]),
        (Author::TEACHER_ID.exists(Author::ID, !Author::COUNTRY.eq("no")), vec!["cid"]),
        // Those who taught a teacher.
        (Author::ID.exists(Author::TEACHER_ID, Author::ID.exists(Author::TEACHER_ID, all())), vec!["ann"]),
        // Three generations.
        (
            Author::TEACHER_ID
                .exists(Author::ID, Author::TEACHER_ID.exists(Author::ID, Author::NAME.eq("ann"))),
            vec!["cid"],
        ),
        // Those who taught someone who published nothing.
        (
            Author::ID.exists(Author::TEACHER_ID, Author::ID.not_exists(Book::AUTHOR_ID, all())),
            vec!["ann", "bob"],
        ),
        (
            Author::ID.exists(Author::TEACHER_ID, Author::ID.exists(Book::AUTHOR_ID, Book::YEAR.gt(2000))),
            vec!["ann"],
        ),
        (
            Author::COUNTRY.eq("se") | !Author::ID.exists(Author::TEACHER_ID, Author::NAME.ne("cid")),
            vec!["bob", "cid", "dan"],
        ),
    ];
    for (filter, names) in cases {
        assert_eq!(found(&authors, filter.clone()), names, "{filter:?}");
    }
}

fn several_columns_relate_two_tables(db: TestDatabase) {
    let (session, _authors) = fill(&db);
    let shelves = ShelfService::new(session.clone());
    let shelf = |label: &str, room, place| NewShelf { id: None, room, place, label: label.to_owned() };
    shelves.create_many([shelf("a", 1, 1), shelf("b", 1, 2), shelf("c", 2, 1), shelf("d", 2, 2)]).unwrap();
    let labels = |filter: Filter<Shelf>| -> Vec<String> {
        let filters = Filters::new().filter(filter).order_by(Shelf::LABEL.asc());
        shelves.list(filters).unwrap().into_iter().map(|shelf| shelf.label).collect()
    };
    let over = || Exists::over::<Book>().on(Shelf::ROOM, Book::ROOM).on(Shelf::PLACE, Book::PLACE);
    assert_eq!(labels(over().filter(all())), ["a", "b", "c"]);
    assert_eq!(labels(!over().filter(all())), ["d"]);
    assert_eq!(labels(over().filter(Book::TITLE.starts_with("d"))), ["a", "c"]);
    let books = BookService::new(session);
    let placed =
        Exists::over::<Shelf>().on(Book::PLACE, Shelf::PLACE).on(Book::ROOM, Shelf::ROOM).filter(all());
    assert_eq!(books.get_one(!placed).unwrap().title, "lost");
}

fn related_conditions_nest(db: TestDatabase) {
    let (session, authors) = fill(&db);
    // There and back: those with a book of someone from Norway, which is themselves.
    let norwegian = Book::AUTHOR_ID.exists(Author::ID, Author::COUNTRY.eq("no"));
    assert_eq!(found(&authors, Author::ID.exists(Book::AUTHOR_ID, norwegian.clone())), ["ann"]);
    assert_eq!(found(&authors, Author::ID.exists(Book::AUTHOR_ID, !norwegian)), ["bob"]);
    // In Diesel's words the innermost authors are meant.
    let named = Book::AUTHOR_ID.exists(Author::ID, authors::name.eq("bob"));
    assert_eq!(found(&authors, Author::ID.exists(Book::AUTHOR_ID, named)), ["bob"]);
    // Another book by the same author.
    let books = BookService::new(session);
    let emma = Author::ID.exists(Book::AUTHOR_ID, Book::TITLE.eq("emma"));
    let beside_emma = Book::AUTHOR_ID.exists(Author::ID, emma) & Book::TITLE.ne("emma");
    assert_eq!(books.get_one(beside_emma).unwrap().title, "dune");
}

fn a_hand_written_select_is_related(db: TestDatabase) {
    let (_session, authors) = fill(&db);
    assert_eq!(found(&authors, Author::ID.exists(AuthorStats::AUTHOR_ID, AuthorStats::BOOKS.gt(1))), ["ann"]);
    // The select decides which rows there are: it counts the deleted book, too.
    let one = Author::ID.exists(AuthorStats::AUTHOR_ID, AuthorStats::BOOKS.eq(1));
    assert_eq!(found(&authors, one), ["bob", "dan"]);
    assert_eq!(found(&authors, Author::ID.not_exists(AuthorStats::AUTHOR_ID, all())), ["cid"]);
}

fn pages_and_counts_are_those_of_the_rows(db: TestDatabase) {
    let (_session, authors) = fill(&db);
    // Ann has two books, and is one author.
    let published = Author::ID.exists(Book::AUTHOR_ID, all());
    assert_eq!(authors.count(published.clone()).unwrap(), 2);
    assert!(authors.exists(published.clone() & Author::NAME.eq("ann")).unwrap());
    assert!(!authors.exists(published.clone() & Author::NAME.eq("cid")).unwrap());
    let filters = Filters::new().filter(published).order_by(Author::NAME.asc());
    let (items, total) = authors.list_and_count(filters.limit_offset(LimitOffset::new(1, 1))).unwrap();
    assert_eq!((items[0].name.as_str(), items.len(), total), ("bob", 1, 2));
}

fn a_related_condition_stands_in_the_users_own_query(db: TestDatabase) {
    let (session, authors) = fill(&db);
    let taught = Author::ID.exists(Author::TEACHER_ID, Author::ID.exists(Book::AUTHOR_ID, all()));
    let names: Vec<String> = session
        .run(|connection| {
            let query = authors::table.filter(taught.clone().or(authors::country.eq("se")));
            query.filter(authors::name.ne("bob")).select(authors::name).order(authors::name).load(connection)
        })
        .unwrap();
    assert_eq!(names, ["ann", "dan"]);
    let published = Author::ID.exists(Book::AUTHOR_ID, Book::YEAR.gt(2000));
    let changed = session
        .run(|connection| {
            let rows = authors::table.filter(published);
            diesel::update(rows).set(authors::country.eq("dk")).execute(connection)
        })
        .unwrap();
    assert_eq!(changed, 1);
    assert_eq!(authors.get_one(Author::COUNTRY.eq("dk")).unwrap().name, "bob");
    // A table in whose own rows the related ones are looked for.
    let childless = Author::ID.not_exists(Author::TEACHER_ID, all());
    let unpublished = Author::ID.not_exists(Book::AUTHOR_ID, all()) & Author::NAME.ne("dan");
    let deleted = session
        .run(|connection| diesel::delete(authors::table.filter(childless & unpublished)).execute(connection))
        .unwrap();
    assert_eq!(deleted, 1);
    assert_eq!(found(&authors, Filter::everything()), ["ann", "bob", "dan"]);
}

fn a_condition_of_diesel_in_a_relation_to_itself_is_an_error(db: TestDatabase) {
    let (session, authors) = fill(&db);
    let ambiguous = || Author::ID.exists(Author::TEACHER_ID, authors::name.eq("dan"));
    let message = "a relation of `Author` to itself takes conditions of its columns only, not of Diesel";
    let sent = session.stats().statements;
    for error in [
        authors.list(ambiguous()).unwrap_err(),
        authors.count(Filters::new().filter(!ambiguous())).unwrap_err(),
        authors.exists(Author::NAME.eq("ann") | ambiguous()).unwrap_err(),
    ] {
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Filter, message));
    }
    assert_eq!(session.stats().statements, sent);
    let own = session
        .run(|connection| authors::table.filter(ambiguous()).select(authors::id).load::<Uuid>(connection));
    assert_eq!(own.unwrap_err().kind(), ErrorKind::Database);
}
