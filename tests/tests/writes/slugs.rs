//! Slugs, in one session; `concurrency` has several make the same.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::{MemberService, open, open_at};

database_tests! {
    a_slug_is_made_of_its_source_in_ascii,
    a_slug_that_was_given_is_kept,
    a_given_slug_that_no_url_could_hold_is_refused,
    a_taken_slug_gets_a_suffix,
    a_slug_is_cut_to_its_length_suffix_included,
    rows_of_equal_titles_in_one_batch_get_slugs_of_their_own,
    a_slug_that_was_given_and_is_taken_is_a_duplicate,
    a_slug_given_in_a_batch_is_not_taken_by_another_row_of_it,
    a_change_may_set_the_slug_and_leaves_it_otherwise,
    an_upsert_makes_a_slug_for_a_new_row_and_leaves_the_one_that_is_there,
    many_upserts_make_slugs_for_new_rows_and_leave_those_that_are_there,
    each_upsert_makes_a_slug,
    a_batch_that_is_tried_again_has_each_row_once: [sqlite, postgres],
    a_row_is_found_by_its_slug,
    an_available_slug_is_free_when_it_is_asked_for,
    a_source_without_letters_gives_a_random_slug,
    a_slug_that_differs_in_case_only_is_another,
    a_model_without_slugs_says_so,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "posts", bind_key = "slugs", match_fields(code))]
struct Post {
    id: Uuid,
    #[alchemy(unique, max_length = 40)]
    code: String,
    #[alchemy(max_length = 200)]
    title: String,
    #[alchemy(slug(from = title), max_length = 24)]
    slug: String,
}

fn service(db: &TestDatabase) -> PostService {
    PostService::new(open_at(db, "slugs").session())
}

fn post(code: &str, title: &str) -> NewPost {
    NewPost { id: None, code: code.to_owned(), title: title.to_owned(), slug: None }
}

fn slugged(code: &str, title: &str, slug: &str) -> NewPost {
    NewPost { slug: Some(slug.to_owned()), ..post(code, title) }
}

/// Whether a slug is the base, a hyphen and four letters and digits.
#[track_caller]
fn assert_suffixed(slug: &str, base: &str) {
    let suffix = slug.strip_prefix(base).and_then(|rest| rest.strip_prefix('-')).unwrap_or_default();
    let random = suffix.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    assert!(suffix.len() == 4 && random, "{slug}");
}

fn a_slug_is_made_of_its_source_in_ascii(db: TestDatabase) {
    let service = service(&db);
    for (at, (title, slug)) in [
        ("Hello, World!", "hello-world"),
        ("  Ursula K. Le Guin  ", "ursula-k-le-guin"),
        ("Stanisław Lem", "stanislaw-lem"),
        ("Солярис", "soliaris"),
        ("日本", "ri-ben"),
        ("a_b--c", "a-b-c"),
        ("100 %", "100"),
    ]
    .into_iter()
    .enumerate()
    {
        let created = service.create(post(&at.to_string(), title)).unwrap();
        assert_eq!((created.slug.as_str(), created.title.as_str()), (slug, title));
        assert_eq!(service.get(created.id).unwrap(), created);
    }
}

fn a_slug_that_was_given_is_kept(db: TestDatabase) {
    let service = service(&db);
    assert_eq!(service.create(slugged("a", "Hello", "my-own")).unwrap().slug, "my-own");
    let rows = service.create_many([slugged("b", "Hello", "Mine_Too"), post("c", "Hello")]).unwrap();
    assert_eq!(rows.iter().map(|row| &*row.slug).collect::<Vec<_>>(), ["Mine_Too", "hello"]);
}

fn a_given_slug_that_no_url_could_hold_is_refused(db: TestDatabase) {
    let service = service(&db);
    let kept = service.create(post("kept", "Kept")).unwrap();
    for slug in ["", "..", "a/b", "a b", "a\0", "a?b"] {
        let refused = service.create(slugged("refused", "Refused", slug)).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "`slug` must be of letters, digits and `-`, `_`, `.` or `~`",
            "{slug:?}"
        );
        let changes = PostChangeset { slug: Some(slug.to_owned()), ..PostChangeset::default() };
        assert_eq!(service.update(kept.id, changes).unwrap_err().kind(), ErrorKind::InvalidValue);
    }
    assert_eq!(service.list(all()).unwrap(), [kept]);
}

fn a_taken_slug_gets_a_suffix(db: TestDatabase) {
    let service = service(&db);
    assert_eq!(service.create(post("a", "Hello")).unwrap().slug, "hello");
    let slugs = ["b", "c", "d"].map(|code| service.create(post(code, "Hello")).unwrap().slug);
    slugs.iter().for_each(|slug| assert_suffixed(slug, "hello"));
    assert!(slugs[0] != slugs[1] && slugs[1] != slugs[2] && slugs[0] != slugs[2]);
    service.session().commit().unwrap();
    assert_eq!(service.count(all()).unwrap(), 4);
}

fn a_slug_is_cut_to_its_length_suffix_included(db: TestDatabase) {
    let service = service(&db);
    // Of 24 characters the last would be a hyphen.
    let title = "abcdefghijklmnopqrstuvw xyz and so on";
    assert_eq!(service.create(post("a", title)).unwrap().slug, "abcdefghijklmnopqrstuvw");
    let again = service.create(post("b", title)).unwrap().slug;
    assert_suffixed(&again, "abcdefghijklmnopqrs");
    assert_eq!(again.len(), 24);
    let rows = service.create_many([post("c", title), post("d", title)]).unwrap();
    rows.iter().for_each(|row| assert_suffixed(&row.slug, "abcdefghijklmnopqrs"));
    let free = service.available_slug(title).unwrap();
    assert_suffixed(&free, "abcdefghijklmnopqrs");
}

fn rows_of_equal_titles_in_one_batch_get_slugs_of_their_own(db: TestDatabase) {
    let service = service(&db);
    let rows = service.create_many((0..50).map(|at| post(&at.to_string(), "Hello"))).unwrap();
    assert_eq!(
        rows.iter().map(|row| row.code.parse::<usize>().unwrap()).collect::<Vec<_>>(),
        (0..50).collect::<Vec<_>>()
    );
    assert_eq!(rows[0].slug, "hello");
    rows[1..].iter().for_each(|row| assert_suffixed(&row.slug, "hello"));
    assert_eq!(service.count(all()).unwrap(), 50);
    let more = service.create_many((50..60).map(|at| post(&at.to_string(), "Hello"))).unwrap();
    more.iter().for_each(|row| assert_suffixed(&row.slug, "hello"));
}

fn a_slug_that_was_given_and_is_taken_is_a_duplicate(db: TestDatabase) {
    let service = service(&db);
    service.create(post("a", "Hello")).unwrap();
    service.session().commit().unwrap();
    let batch = vec![post("b", "Other"), slugged("c", "Other", "hello")];
    for error in [service.create(slugged("b", "Other", "hello")).unwrap_err(), {
        service.session().rollback().unwrap();
        service.create_many(batch).unwrap_err()
    }] {
        assert_eq!(error.kind(), ErrorKind::Duplicate);
        assert_eq!(error.detail().and_then(|detail| detail.field.as_deref()), Some("slug"), "{error:?}");
        assert_eq!(error.to_string(), "a record of Post with the same `slug` already exists");
    }
    service.session().rollback().unwrap();
    assert_eq!(service.count(all()).unwrap(), 1);
}

fn a_slug_given_in_a_batch_is_not_taken_by_another_row_of_it(db: TestDatabase) {
    let service = service(&db);
    let rows = service.create_many([post("a", "Hello"), slugged("b", "Other", "hello")]).unwrap();
    assert_eq!(rows[1].slug, "hello");
    assert_suffixed(&rows[0].slug, "hello");
}

fn a_change_may_set_the_slug_and_leaves_it_otherwise(db: TestDatabase) {
    let service = service(&db);
    let row = service.create(post("a", "Hello")).unwrap();
    service.create(post("b", "Other")).unwrap();
    service.session().commit().unwrap();
    let change = |title: Option<&str>, slug: Option<&str>| PostChangeset {
        title: title.map(str::to_owned),
        slug: slug.map(str::to_owned),
        ..Default::default()
    };
    // Links to the row stay good.
    let changed = service.update(row.id, change(Some("Bye"), None)).unwrap();
    assert_eq!((changed.title.as_str(), changed.slug.as_str()), ("Bye", "hello"));
    let changed = service.update(row.id, change(None, Some("bye"))).unwrap();
    assert_eq!((changed.title.as_str(), changed.slug.as_str()), ("Bye", "bye"));
    service.session().commit().unwrap();
    let error = service.update(row.id, change(None, Some("other"))).unwrap_err();
    assert_eq!(error.to_string(), "a record of Post with the same `slug` already exists");
    service.session().rollback().unwrap();
    assert_eq!(service.get_by_slug("bye").unwrap(), changed);
}

fn an_upsert_makes_a_slug_for_a_new_row_and_leaves_the_one_that_is_there(db: TestDatabase) {
    let service = service(&db);
    let new = service.upsert(post("a", "Hello")).unwrap();
    assert_eq!(new.slug, "hello");
    let again = service.upsert(post("a", "Hello, again")).unwrap();
    assert_eq!(again, Post { title: "Hello, again".into(), ..new.clone() });
    assert_suffixed(&service.upsert(post("b", "Hello")).unwrap().slug, "hello");
    let given = service.upsert(slugged("a", "Hello", "given")).unwrap();
    assert_eq!(given, Post { slug: "given".into(), ..new.clone() });
    let (row, created) = service.get_or_upsert(post("c", "Hello")).unwrap();
    assert!(created);
    assert_eq!(row.slug, "hello");
    assert_eq!(service.as_unique(post("c", "Other")).unwrap(), row);
    assert_suffixed(&service.as_unique(post("d", "Hello")).unwrap().slug, "hello");
    service.session().commit().unwrap();
    assert_eq!(service.count(all()).unwrap(), 4);
}

fn many_upserts_make_slugs_for_new_rows_and_leave_those_that_are_there(db: TestDatabase) {
    let service = service(&db);
    let [a, b] = ["a", "b"].map(|code| service.create(post(code, "Hello")).unwrap());
    let drafts = [
        post("c", "Hello"),
        post("a", "Bye"),
        slugged("d", "Hello", "given"),
        slugged("b", "Hello", "b"),
        post("e", "New"),
        post("f", "New"),
        post("c", "Hello, again"),
    ];
    let rows = service.upsert_many(drafts).unwrap();
    let codes: Vec<_> = rows.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(codes, ["c", "a", "d", "b", "e", "f", "c"]);
    assert_suffixed(&rows[0].slug, "hello");
    assert_eq!(rows[1], Post { title: "Bye".into(), ..a.clone() });
    assert_eq!(rows[2].slug, "given");
    assert_eq!(rows[3], Post { slug: "b".into(), ..b });
    assert_eq!(rows[4].slug, "new");
    assert_suffixed(&rows[5].slug, "new");
    // The second for the same row changes what the first made.
    assert_eq!((rows[6].id, &rows[6].slug), (rows[0].id, &rows[0].slug));
    assert_eq!(service.get(rows[0].id).unwrap().title, "Hello, again");
    assert_eq!(service.upsert_many([post("a", "Bye"), post("e", "New")]).unwrap()[1], rows[4]);
    service.session().commit().unwrap();
    assert_eq!(service.count(all()).unwrap(), 6);
    let taken = service.upsert_many([post("g", "New"), slugged("h", "Other", "new")]).unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Duplicate);
    assert_eq!(service.count(all()).unwrap(), 6);
}

fn each_upsert_makes_a_slug(db: TestDatabase) {
    let service = service(&db);
    let a = service.create(post("a", "Hello")).unwrap();
    let faulty = post("x", &"x".repeat(201));
    let outcomes = service.upsert_each([post("b", "Hello"), faulty, post("a", "Bye")]).unwrap();
    assert_suffixed(&outcomes[0].as_ref().unwrap().slug, "hello");
    assert_eq!(outcomes[1].as_ref().unwrap_err().kind(), ErrorKind::InvalidValue);
    assert_eq!(*outcomes[2].as_ref().unwrap(), Post { title: "Bye".into(), ..a });
    let outcomes = service.upsert_each([post("c", "Hello"), slugged("d", "x", "hello"), post("e", "Hello")]);
    let outcomes = outcomes.unwrap();
    assert_suffixed(&outcomes[0].as_ref().unwrap().slug, "hello");
    assert_eq!(outcomes[1].as_ref().unwrap_err().kind(), ErrorKind::Duplicate);
    assert_suffixed(&outcomes[2].as_ref().unwrap().slug, "hello");
    assert_eq!(service.count(all()).unwrap(), 4);
}

/// More rows than one statement takes; when the first have been inserted, the slug of the last is taken.
fn a_batch_that_is_tried_again_has_each_row_once(db: TestDatabase) {
    const ROWS: usize = 5_002;
    let service = service(&db);
    db.admin(match db.backend() {
        Backend::Sqlite => {
            "CREATE TRIGGER faster AFTER INSERT ON posts WHEN NEW.code LIKE '% 0' BEGIN \
             INSERT INTO posts VALUES (randomblob(16), NEW.code || '!', 'x', 'last'); END"
        }
        _ => {
            "CREATE FUNCTION faster() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
             INSERT INTO posts VALUES (gen_random_uuid(), NEW.code || '!', 'x', 'last'); RETURN NULL; END $$; \
             CREATE TRIGGER faster AFTER INSERT ON posts FOR EACH ROW WHEN (NEW.code LIKE '% 0') \
             EXECUTE FUNCTION faster()"
        }
    });
    let batch = |start: &str| {
        let title = |at: usize| if at + 1 == ROWS { "Last".to_owned() } else { format!("{start} {at}") };
        (0..ROWS).map(|at| post(&format!("{start} {at}"), &title(at))).collect::<Vec<_>>()
    };
    let created = service.create_many(batch("create")).unwrap();
    assert_eq!(created.len(), ROWS);
    assert!(created.iter().enumerate().all(|(at, row)| row.code == format!("create {at}")));
    assert!(created[ROWS - 1].slug.starts_with("last-"), "{}", created[ROWS - 1].slug);
    service.session().rollback().unwrap();
    assert_eq!(service.insert_many(batch("insert")).unwrap(), ROWS as u64);
    service.session().rollback().unwrap();
    let upserted = service.upsert_many(batch("upsert")).unwrap();
    assert!(upserted.iter().enumerate().all(|(at, row)| row.code == format!("upsert {at}")));
    service.session().commit().unwrap();
    assert_eq!(db.number("SELECT count(*) FROM posts WHERE code NOT LIKE '%!'"), 5_002);
    assert_eq!(service.get_by_slug("last").unwrap().code, "upsert 0!");
    assert_eq!(service.get_by_slug(&upserted[ROWS - 1].slug).unwrap(), upserted[ROWS - 1]);
}

fn a_row_is_found_by_its_slug(db: TestDatabase) {
    let service = service(&db);
    let row = service.create(post("a", "Hello, World")).unwrap();
    assert_eq!(service.get_by_slug("hello-world").unwrap(), row);
    assert_eq!(service.get(Post::SLUG.lookup("hello-world")).unwrap(), row);
    for missing in ["hello", "", "hello-world-", "Hello, World"] {
        let error = service.get_by_slug(missing).unwrap_err();
        assert_eq!(error.to_string(), "no Post was found", "{missing}");
    }
}

fn an_available_slug_is_free_when_it_is_asked_for(db: TestDatabase) {
    let service = service(&db);
    assert_eq!(service.available_slug("Hello, World").unwrap(), "hello-world");
    assert!(!service.session().in_transaction());
    service.create(post("a", "Hello, World")).unwrap();
    let free = service.available_slug("Hello, World").unwrap();
    assert_suffixed(&free, "hello-world");
    assert_eq!(service.create(slugged("b", "Hello, World", &free)).unwrap().slug, free);
}

fn a_source_without_letters_gives_a_random_slug(db: TestDatabase) {
    let service = service(&db);
    let random = |slug: &str| {
        assert_eq!(slug.len(), 8, "{slug}");
        assert!(slug.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{slug}");
    };
    let slugs = ["", "!?", " "].map(|title| service.create(post(&format!("<{title}>"), title)).unwrap().slug);
    slugs.iter().for_each(|slug| random(slug));
    let rows = service.create_many([post("a", "…"), post("b", "…")]).unwrap();
    rows.iter().for_each(|row| random(&row.slug));
    assert_ne!(rows[0].slug, rows[1].slug);
    random(&service.available_slug("").unwrap());
    assert_eq!(service.count(all()).unwrap(), 5);
}

fn a_slug_that_differs_in_case_only_is_another(db: TestDatabase) {
    let service = service(&db);
    service.create(slugged("a", "x", "Hello")).unwrap();
    assert_eq!(service.create(post("b", "hello")).unwrap().slug, "hello");
    assert_eq!(service.get_by_slug("Hello").unwrap().code, "a");
}

fn a_model_without_slugs_says_so(db: TestDatabase) {
    let service = MemberService::new(open(&db).session());
    for error in
        [service.get_by_slug("a").map(drop).unwrap_err(), service.available_slug("a").map(drop).unwrap_err()]
    {
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Config, "Member has no slug"));
    }
}
