//! `unit/test_extensions/*/test_providers.py`: what a query string asks for. `tests/filters/params.rs` has each parameter
//! by itself.

use alchemy_core::filter::{FilterError, ParamLimits};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::authors::uuid::{Author, names, new, seeded};
use crate::open;

database_tests! {
    all_parameters_of_a_request_hold_together,
    a_moment_that_is_none_names_its_parameter,
    choices_are_those_of_the_enum,
    lists_of_several_fields_stay_apart,
    lists_of_the_same_field_in_and_not_in_stay_apart,
    requests_do_not_see_each_others_parameters,
    order_by_takes_sortable_fields_only,
    a_page_has_a_largest_size,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TextEnum)]
enum Status {
    Draft,
    InReview,
    Published,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "articles", bind_key = "upstream_providers")]
struct Article {
    id: Uuid,
    #[alchemy(max_length = 50, search, sort, filter)]
    title: String,
    #[alchemy(filter)]
    status: Status,
    #[alchemy(max_length = 50, filter)]
    first_name: String,
    #[alchemy(filter)]
    is_featured: bool,
    #[alchemy(max_length = 50)]
    secret: String,
}

type Query<'a> = &'a [(&'a str, &'a str)];

fn articles(db: &TestDatabase) -> ArticleService {
    let articles = ArticleService::new(open(db, "upstream_providers").session());
    let row = |title: &str, status, first_name: &str, is_featured| NewArticle {
        id: None,
        title: title.into(),
        status,
        first_name: first_name.into(),
        is_featured,
        secret: "s".into(),
    };
    articles
        .create_many([
            row("a", Status::Draft, "Ann", true),
            row("b", Status::InReview, "Bob", false),
            row("c", Status::Published, "Ann", false),
            row("d", Status::Published, "Cid", true),
        ])
        .unwrap();
    articles
}

/// The titles that are found, by the alphabet.
fn found(articles: &ArticleService, query: Query<'_>) -> String {
    let query = [query, [("orderBy", "title"), ("sortOrder", "asc")].as_slice()].concat();
    let filters = Filters::from_params(query, &ParamLimits::default()).unwrap();
    articles.list(filters).unwrap().into_iter().map(|article| article.title).collect()
}

fn refused(query: Query<'_>) -> FilterError {
    Filters::<Article>::from_params(query.iter().copied(), &ParamLimits::default()).unwrap_err()
}

/// `unit/test_extensions/test_fastapi/test_providers.py` 279
fn all_parameters_of_a_request_hold_together(db: TestDatabase) {
    let (authors, agatha, leo) = seeded(&db);
    authors.create(new("Agatha of today", "2000-01-01")).unwrap();
    let ids = format!("{},{}", agatha.id, leo.id);
    let query = [
        ("ids", ids.as_str()),
        ("createdAfter", "2023-01-01T00:00:00Z"),
        ("createdBefore", "2023-12-31T00:00:00Z"),
        ("updatedAfter", "2023-05-01T00:00:00Z"),
        ("updatedBefore", "2023-06-01T00:00:00Z"),
        ("searchString", "T"),
        ("searchIgnoreCase", "true"),
        ("nameIn", "Agatha Christie"),
        ("nameIn", "Leo Tolstoy"),
        ("nameNotIn", "Agatha of today"),
        ("orderBy", "name"),
        ("sortOrder", "desc"),
        ("currentPage", "2"),
        ("pageSize", "1"),
    ];
    let filters: Filters<Author> = Filters::from_params(query, &ParamLimits::default()).unwrap();
    let (found, total) = authors.list_and_count(&filters).unwrap();
    assert_eq!((names(&found), total), (vec!["Agatha Christie"], 2));
    let page = filters.page().unwrap();
    assert_eq!((page.limit, page.offset), (1, 1));
}

/// `unit/test_extensions/test_fastapi/test_providers.py` 279: its 422
fn a_moment_that_is_none_names_its_parameter(_db: TestDatabase) {
    for parameter in ["createdBefore", "createdAfter", "updatedBefore", "updatedAfter"] {
        let query = [(parameter, "invalid-date")];
        let error = Filters::<Author>::from_params(query, &ParamLimits::default()).unwrap_err();
        assert_eq!(error.parameter(), parameter);
        assert!(matches!(error, FilterError::InvalidValue { .. }), "{error:?}");
    }
}

/// `unit/test_extensions/test_fastapi/test_providers.py` 412
fn choices_are_those_of_the_enum(db: TestDatabase) {
    let articles = articles(&db);
    assert_eq!(found(&articles, &[("status", "published")]), "cd");
    assert_eq!(found(&articles, &[("status", "draft"), ("status", "in_review")]), "ab");
    assert_eq!(found(&articles, &[("isFeatured", "true"), ("status", "published")]), "d");
    // Not the variant's name in Rust.
    for (name, value) in [("status", "Published"), ("statusIn", "InReview"), ("status_not_in", "nonsense")] {
        let message = format!("`{name}` must be one of `draft`, `in_review`, `published`");
        assert_eq!(refused(&[(name, value)]).to_string(), message);
    }
}

/// `unit/test_extensions/test_litestar/test_providers.py` 665
fn lists_of_several_fields_stay_apart(db: TestDatabase) {
    let articles = articles(&db);
    let query = [("firstNameIn", "Ann"), ("titleIn", "c"), ("titleIn", "d"), ("firstNameIn", "Bob")];
    assert_eq!(found(&articles, &query), "c");
    assert_eq!(found(&articles, &query[..1]), "ac");
    assert_eq!(found(&articles, &query[1..3]), "cd");
}

/// `unit/test_extensions/test_litestar/test_providers.py` 689
fn lists_of_the_same_field_in_and_not_in_stay_apart(db: TestDatabase) {
    let articles = articles(&db);
    assert_eq!(found(&articles, &[("firstNameIn", "Ann"), ("titleNotIn", "a")]), "c");
    assert_eq!(found(&articles, &[("firstNameNotIn", "Ann"), ("titleNotIn", "b")]), "d");
    assert_eq!(found(&articles, &[("firstNameIn", "Ann"), ("firstNameNotIn", "Ann")]), "");
}

/// `unit/test_extensions/test_litestar/test_providers.py` 665, 689: nothing is remembered between two requests.
fn requests_do_not_see_each_others_parameters(db: TestDatabase) {
    let articles = articles(&db);
    for _ in 0..2 {
        assert_eq!(found(&articles, &[("firstNameIn", "Ann")]), "ac");
        assert_eq!(found(&articles, &[("titleIn", "b")]), "b");
        assert_eq!(found(&articles, &[]), "abcd");
    }
}

/// Section 4.1 of the reference: upstream orders by whatever attribute is named.
fn order_by_takes_sortable_fields_only(_db: TestDatabase) {
    for field in ["secret", "status", "nonsense", "id; DROP TABLE articles"] {
        let error = refused(&[("orderBy", field)]);
        assert_eq!(error.to_string(), format!("cannot order by `{field}`: expected one of `title`"));
    }
    for name in ["secretIn", "secret", "__class__"] {
        assert_eq!(refused(&[(name, "x")]).to_string(), format!("unknown parameter `{name}`"));
    }
}

/// Section 4.1 of the reference: upstream has no maximum.
fn a_page_has_a_largest_size(_db: TestDatabase) {
    for size in ["101", "1000000", "0", "-1"] {
        let error = refused(&[("pageSize", size)]);
        assert_eq!(error.to_string(), "`pageSize` must be between 1 and 100", "{size}");
    }
}
