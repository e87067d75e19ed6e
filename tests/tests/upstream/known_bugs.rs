//! Faults that upstream still has, which are not here: section 13.2 of the reference, by its numbers.
//!
//! Of those that touch these parts, 6 (a filter in JSON that is not understood is dropped) is in
//! [`multi_filter`](crate::multi_filter) too, 7 (`orderBy` and `pageSize` without bounds) in
//! [`providers`](crate::providers), 10 (every error is an `IntegrityError`) in [`exceptions`](crate::exceptions), 22 (`get`
//! cannot lock) in [`to_model_flow`](crate::to_model_flow). What was 12's flags, `uniquify` and the inverted count, has no
//! counterpart; rows of several columns are counted in [`sqlquery_service`](crate::sqlquery_service).

use alchemy_core::filter::{
    ComparisonFilter, MultiFilter, NotInCollectionFilter, NotInSearchFilter, OnBeforeAfter, all,
};
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;

use crate::authors::uuid::{Author, seeded};
use crate::movies::{HANGOVER, MATRIX, Movie, MovieService, NewMovie, SHAWSHANK, movies, titles};
use crate::{date, map, moment, open};

database_tests! {
    b01_the_total_of_a_page_past_the_end,
    b02_null_among_match_fields_matches_no_other_row,
    b03_an_update_cannot_change_the_key,
    b04_iendswith_and_dateeq,
    b04_wildcards_are_taken_as_they_are,
    b05_what_is_excluded_keeps_rows_of_null,
    b06_a_filter_that_is_not_understood_deletes_nothing,
    b13_counts_of_distinct_and_grouped_rows,
    b14_delete_where_is_guarded,
    b15_an_upsert_is_one_statement,
    b15_rows_that_repeat_in_one_upsert_many,
    b15_upsert_many_answers_in_the_order_of_its_rows,
    b16_exists_does_not_read_the_rows,
    b19_update_many_of_rows_that_were_read_moves_updated_at,
    b20_a_slug_of_letters_that_are_not_ascii,
    b20_a_slug_that_is_taken_gets_a_suffix_within_its_length,
    b21_as_unique_forgets_what_was_rolled_back,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "members", bind_key = "upstream_bugs")]
struct Member {
    id: Uuid,
    #[alchemy(unique, max_length = 50)]
    email: Option<String>,
    #[alchemy(max_length = 50)]
    name: String,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "posts", bind_key = "upstream_bugs")]
struct Post {
    id: Uuid,
    #[alchemy(max_length = 200)]
    title: String,
    #[alchemy(slug(from = title))]
    slug: String,
}

#[derive(Debug, Clone, PartialEq, QueryBase, Service)]
#[alchemy(table = "genres", bind_key = "upstream_movies", query = "SELECT DISTINCT genre FROM movies")]
struct Genre {
    genre: String,
}

#[derive(Debug, Clone, PartialEq, QueryBase, Service)]
#[alchemy(
    table = "genre_counts",
    bind_key = "upstream_movies",
    query = "SELECT genre, count(*) AS movies FROM movies GROUP BY genre"
)]
struct GenreCount {
    genre: String,
    movies: i64,
}

fn members(db: &TestDatabase) -> MemberService {
    MemberService::new(open(db, "upstream_bugs").session())
}

fn member(email: Option<&str>, name: &str) -> NewMember {
    NewMember { id: None, email: email.map(str::to_owned), name: name.to_owned() }
}

/// 13.2, 1
fn b01_the_total_of_a_page_past_the_end(db: TestDatabase) {
    let movies = movies(&db);
    let page = Filters::new().order_by(Movie::ID.asc()).limit_offset(LimitOffset::new(2, 40));
    let (found, total) = movies.list_and_count(&page).unwrap();
    assert_eq!((found.len(), total), (0, 3));
    let page: OffsetPagination<Movie> = movies.to_schema_page(found, total, &page);
    assert_eq!((page.limit, page.offset, page.total), (2, 40, 3));
}

/// 13.2, 2: upstream's `WHERE` is empty then, and the only row of the table is overwritten.
fn b02_null_among_match_fields_matches_no_other_row(db: TestDatabase) {
    let members = members(&db);
    let ann = members.create(member(Some("ann@example.org"), "Ann")).unwrap();
    let by_email = members.matching(Member::EMAIL);
    let given = || member(None, "Nobody");
    for error in [
        by_email.upsert(given()).unwrap_err(),
        by_email.upsert_many([given()]).unwrap_err(),
        by_email.get_or_upsert(given()).unwrap_err(),
        by_email.as_unique(given()).unwrap_err(),
        by_email.upsert(map(json!({"name": "Nobody"}))).unwrap_err(),
        by_email.upsert(map(json!({"name": "Nobody", "email": null}))).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error:?}");
        assert_eq!(error.detail().unwrap().field.as_deref(), Some("email"));
    }
    assert_eq!(members.list(all()).unwrap(), [ann]);
}

/// 13.2, 3: `update({"id": 55, …}, item_id=1)` makes row 1 row 55 upstream.
fn b03_an_update_cannot_change_the_key(db: TestDatabase) {
    let (authors, agatha, leo) = seeded(&db);
    let other = Uuid::from_u128(55);
    let error = authors.update(agatha.id, map(json!({"id": other, "name": "X"}))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(error.detail().unwrap().field.as_deref(), Some("id"));
    assert_eq!(authors.get(agatha.id).unwrap(), agatha);
    // A whole row has a key, which is not among what an update changes.
    let updated = authors.update(agatha.id, Author { id: leo.id, ..agatha.clone() }).unwrap();
    assert_eq!((updated.id, updated.name), (agatha.id, agatha.name));
    assert_eq!(authors.get(leo.id).unwrap(), leo);
    assert!(!authors.exists(Author::ID.eq(other)).unwrap());
}

/// 13.2, 4
fn b04_iendswith_and_dateeq(db: TestDatabase) {
    let movies = movies(&db);
    let compare = |field: &'static str, operator: &'static str, value: &str| {
        titles(&movies, ComparisonFilter::new(field, operator, value))
    };
    assert_eq!(compare("title", "iendswith", "MATRIX"), [MATRIX]);
    assert_eq!(compare("title", "iendswith", "the"), [""; 0]);
    assert_eq!(compare("title", "istartswith", "the"), [HANGOVER, MATRIX]);
    // A day, whatever the time.
    movies
        .update(
            &movies.get_one(Movie::TITLE.eq(MATRIX)).unwrap(),
            map(json!({"release_date": "1999-03-31T23:59:59.999999Z"})),
        )
        .unwrap();
    let on = |day: &str| titles(&movies, ComparisonFilter::new("release_date", "dateeq", date(day)));
    assert_eq!(on("1999-03-31"), [MATRIX]);
    assert_eq!(on("1999-04-01"), [""; 0]);
    assert_eq!(on("1999-03-30"), [""; 0]);
}

fn movie(movies: &MovieService, title: &str) {
    let new = NewMovie {
        id: None,
        title: title.into(),
        release_date: moment("2020-01-01T00:00:00Z"),
        genre: "Wild".into(),
        tagline: None,
    };
    movies.create(new).unwrap();
}

/// 13.2, 4
fn b04_wildcards_are_taken_as_they_are(db: TestDatabase) {
    let movies = movies(&db);
    for title in ["100% Wolf", "1000 Wolves", "Mr_Nobody", "Mr Nobody", r"C:\ Drive"] {
        movie(&movies, title);
    }
    let search = |text: &str| titles(&movies, SearchFilter::new("title", text));
    assert_eq!(search("100%"), ["100% Wolf"]);
    assert_eq!(search("%"), ["100% Wolf"]);
    assert_eq!(search("Mr_"), ["Mr_Nobody"]);
    assert_eq!(search("\\"), [r"C:\ Drive"]);
    let compare =
        |operator: &'static str, text: &str| titles(&movies, ComparisonFilter::new("title", operator, text));
    assert_eq!(compare("startswith", "Mr_"), ["Mr_Nobody"]);
    assert_eq!(compare("istartswith", "mr_"), ["Mr_Nobody"]);
    assert_eq!(compare("endswith", "_Nobody"), ["Mr_Nobody"]);
    assert_eq!(compare("iendswith", "_NOBODY"), ["Mr_Nobody"]);
    // In a pattern they are wildcards, and can be taken as they are.
    assert_eq!(compare("like", "Mr_Nobody"), ["Mr Nobody", "Mr_Nobody"]);
    assert_eq!(compare("like", r"Mr\_Nobody"), ["Mr_Nobody"]);
}

/// 13.2, 5
fn b05_what_is_excluded_keeps_rows_of_null(db: TestDatabase) {
    let movies = movies(&db);
    let others = [SHAWSHANK, HANGOVER];
    assert_eq!(titles(&movies, NotInSearchFilter::new("tagline", "mind")), others);
    assert_eq!(titles(&movies, NotInCollectionFilter::new("tagline", ["Free your mind"])), others);
    // Null among the values, which matches nothing upstream, is a value like another.
    let values = [Some("Free your mind"), None];
    assert_eq!(titles(&movies, NotInCollectionFilter::new("tagline", values)), [HANGOVER]);
    assert_eq!(
        titles(&movies, Movie::TAGLINE.is_in(values.map(|value| value.map(str::to_owned)))),
        [SHAWSHANK, MATRIX]
    );
    assert_eq!(titles(&movies, ComparisonFilter::new("tagline", "ne", "Free your mind")), others);
}

/// 13.2, 6
fn b06_a_filter_that_is_not_understood_deletes_nothing(db: TestDatabase) {
    let movies = movies(&db);
    for filter in [
        json!({"and_": [{"type": "search", "field_name": "nonsense", "value": "x"}]}),
        json!({"or_": [{"type": "comparison", "field_name": "genre", "operator": "eq", "value": 7}]}),
    ] {
        let filter = MultiFilter::from_value(filter).unwrap();
        assert_eq!(movies.delete_where(filter.clone()).unwrap_err().kind(), ErrorKind::Filter);
        assert_eq!(movies.count(filter.clone()).unwrap_err().kind(), ErrorKind::Filter);
        assert_eq!(movies.exists(filter).unwrap_err().kind(), ErrorKind::Filter);
    }
    // A filter by name of a field that is not there, which upstream's search leaves out.
    let error = movies.delete_where(SearchFilter::new("nonsense", "x")).unwrap_err();
    assert_eq!(error.filter_error().unwrap().parameter(), "nonsense");
    assert_eq!(movies.count(all()).unwrap(), 3);
}

/// 13.2, 13
fn b13_counts_of_distinct_and_grouped_rows(db: TestDatabase) {
    let movies = movies(&db);
    movie(&movies, "One");
    movie(&movies, "Two");
    let genres = GenreService::new(movies.session().clone());
    assert_eq!(genres.count(all()).unwrap(), 4);
    let page = Filters::new().order_by(Genre::GENRE.asc()).limit_offset(LimitOffset::new(1, 0));
    assert_eq!(genres.list_and_count(page).unwrap(), (vec![Genre { genre: "Action".into() }], 4));
    let counts = GenreCountService::new(movies.session().clone());
    assert_eq!(counts.count(all()).unwrap(), 4);
    assert_eq!(counts.count(GenreCount::MOVIES.gt(1)).unwrap(), 1);
    let wild = counts.get_one(GenreCount::GENRE.eq("Wild")).unwrap();
    assert_eq!(wild, GenreCount { genre: "Wild".into(), movies: 2 });
}

/// 13.2, 14: upstream deletes the whole table, or does so and rolls back.
fn b14_delete_where_is_guarded(db: TestDatabase) {
    let movies = movies(&db);
    let sent = movies.session().stats().statements;
    for error in [
        movies.delete_where(all()).unwrap_err(),
        movies.delete_where(Filters::<Movie>::new()).unwrap_err(),
        movies.delete_where(Movie::TITLE.asc()).unwrap_err(),
        movies.delete_where(NotInCollectionFilter::new("title", Vec::<String>::new())).unwrap_err(),
        movies.delete_where(OnBeforeAfter::new("release_date")).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "a condition is required", "{error:?}");
    }
    for page in [
        movies.delete_where(LimitOffset::new(1, 0)).unwrap_err(),
        movies
            .delete_where(Filters::new().filter(Movie::TITLE.eq(MATRIX)).limit_offset(LimitOffset::new(1, 0)))
            .unwrap_err(),
    ] {
        assert_eq!(page.to_string(), "a page cannot be asked for here");
    }
    assert_eq!(movies.session().stats().statements, sent);
    let deleted = movies.delete_where(Movie::TITLE.eq(MATRIX)).unwrap();
    assert_eq!(deleted.iter().map(|movie| movie.title.as_str()).collect::<Vec<_>>(), [MATRIX]);
    assert_eq!(movies.count(all()).unwrap(), 2);
}

/// 13.2, 15
fn b15_an_upsert_is_one_statement(db: TestDatabase) {
    let members = members(&db);
    let by_email = members.matching(Member::EMAIL);
    let own = if db.backend() == Backend::Mysql { 2 } else { 1 };
    for name in ["Ann", "Anna"] {
        let before = members.session().stats().statements;
        let row = by_email.upsert(member(Some("ann@example.org"), name)).unwrap();
        assert_eq!((row.name.as_str(), members.session().stats().statements - before), (name, own));
    }
    let rows =
        |name: &str| (0..50).map(|n| member(Some(&format!("{n}@example.org")), name)).collect::<Vec<_>>();
    for name in ["first", "second"] {
        let before = members.session().stats().statements;
        assert_eq!(by_email.upsert_many(rows(name)).unwrap().len(), 50);
        assert_eq!(members.session().stats().statements - before, own, "{name}");
    }
    assert_eq!(members.count(Member::NAME.eq("second")).unwrap(), 50);
}

/// 13.2, 15: upstream raises `DuplicateKeyError`.
fn b15_rows_that_repeat_in_one_upsert_many(db: TestDatabase) {
    let members = members(&db);
    let by_email = members.matching(Member::EMAIL);
    let upserted = by_email
        .upsert_many([
            member(Some("ann@example.org"), "first"),
            member(Some("bob@example.org"), "Bob"),
            member(Some("ann@example.org"), "last"),
        ])
        .unwrap();
    assert_eq!(upserted[0].id, upserted[2].id);
    assert_eq!((upserted[1].name.as_str(), upserted[2].name.as_str()), ("Bob", "last"));
    assert_eq!(members.count(all()).unwrap(), 2);
    assert_eq!(members.get(Member::EMAIL.lookup("ann@example.org")).unwrap().name, "last");
}

/// 13.2, 15: upstream answers with what was inserted first.
fn b15_upsert_many_answers_in_the_order_of_its_rows(db: TestDatabase) {
    let members = members(&db);
    let emails: Vec<_> = (0..20).map(|n| format!("{}@example.org", n * 7 % 20)).collect();
    members.create_many(emails.iter().step_by(2).map(|email| member(Some(email), "old"))).unwrap();
    let upserted = members
        .matching(Member::EMAIL)
        .upsert_many(emails.iter().map(|email| member(Some(email), "new")))
        .unwrap();
    assert_eq!(upserted.iter().map(|row| row.email.clone().unwrap()).collect::<Vec<_>>(), emails);
    assert!(upserted.iter().all(|row| row.name == "new"));
    assert_eq!(members.count(all()).unwrap(), 20);
}

/// A query of PostgreSQL whose second row cannot be computed: what counts them all fails.
#[derive(Debug, Clone, PartialEq, QueryBase, Service)]
#[alchemy(
    table = "traps",
    bind_key = "upstream_bugs",
    query = "SELECT n, CAST(1 / (2 - n) AS INTEGER) AS quotient FROM generate_series(1, 3) AS n"
)]
struct Trap {
    n: i32,
    quotient: i32,
}

/// 13.2, 16
fn b16_exists_does_not_read_the_rows(db: TestDatabase) {
    let members = members(&db);
    let before = members.session().stats().statements;
    assert!(!members.exists(all()).unwrap());
    members.create(member(None, "Ann")).unwrap();
    assert!(members.exists(Member::NAME.eq("Ann")).unwrap());
    let made = if db.backend() == Backend::Mysql { 2 } else { 1 };
    assert_eq!(members.session().stats().statements - before, 2 + made);
    if db.backend() == Backend::Postgres {
        let traps = TrapService::new(members.session().clone());
        assert_eq!(traps.list(Trap::N.eq(1)).unwrap(), [Trap { n: 1, quotient: 1 }]);
        assert!(traps.exists(Trap::QUOTIENT.eq(1)).unwrap());
        assert_eq!(traps.count(Trap::QUOTIENT.eq(1)).unwrap_err().kind(), ErrorKind::Database);
    }
}

/// 13.2, 19
fn b19_update_many_of_rows_that_were_read_moves_updated_at(db: TestDatabase) {
    let (authors, agatha, leo) = seeded(&db);
    let changed = [&leo, &agatha].map(|author| {
        let name = author.name.to_uppercase();
        (author.id, Author { name, ..author.clone() })
    });
    let updated = authors.update_many(changed).unwrap();
    assert_eq!([&*updated[0].name, &*updated[1].name], ["LEO TOLSTOY", "AGATHA CHRISTIE"]);
    for (updated, before) in updated.iter().zip([&leo, &agatha]) {
        assert!(updated.updated_at > before.updated_at);
        assert_eq!(updated.created_at, before.created_at);
    }
}

fn post(posts: &PostService, title: &str) -> String {
    posts.create(NewPost { id: None, title: title.into(), slug: None }).unwrap().slug
}

/// 13.2, 20: upstream's is empty.
fn b20_a_slug_of_letters_that_are_not_ascii(db: TestDatabase) {
    let posts = PostService::new(open(&db, "upstream_bugs").session());
    assert_eq!(post(&posts, "Привет, мир"), "privet-mir");
    assert_eq!(post(&posts, "Ünïcödé Straße"), "unicode-strasse");
    assert_ne!(post(&posts, "日本"), "");
    assert_eq!(posts.get_by_slug("privet-mir").unwrap().title, "Привет, мир");
}

/// 13.2, 20: upstream's suffix is not looked up, and may be too long.
fn b20_a_slug_that_is_taken_gets_a_suffix_within_its_length(db: TestDatabase) {
    let posts = PostService::new(open(&db, "upstream_bugs").session());
    let title = "x".repeat(150);
    let slugs: Vec<_> = (0..20).map(|_| post(&posts, &title)).collect();
    assert_eq!(slugs[0], "x".repeat(100));
    assert!(slugs.iter().all(|slug| slug.len() <= 100), "{slugs:?}");
    let mut unique = slugs.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), 20);
}

/// 13.2, 21: upstream returns a row that is no longer there.
fn b21_as_unique_forgets_what_was_rolled_back(db: TestDatabase) {
    let members = members(&db);
    let by_email = members.matching(Member::EMAIL);
    let given = || member(Some("ann@example.org"), "Ann");
    let lost = by_email.as_unique(given()).unwrap();
    members.session().rollback().unwrap();
    let kept = by_email.as_unique(given()).unwrap();
    members.session().commit().unwrap();
    assert_ne!(kept.id, lost.id);
    assert_eq!(members.list(all()).unwrap(), std::slice::from_ref(&kept));
    assert_eq!(by_email.as_unique(given()).unwrap(), kept);
}
