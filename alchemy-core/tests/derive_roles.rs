//! Versions, times of deletion, slugs, and what else a model says about itself.
#![cfg(feature = "sqlite")]
#![allow(missing_docs)]

use alchemy_core::diesel;
use alchemy_core::model::{ColumnRole, Model, NewRow, Row};
use alchemy_core::prelude::*;
use diesel::prelude::*;
use serde_json::json;

#[derive(Debug, Clone, PartialEq, UuidBase)]
#[alchemy(table = "posts", match_fields(slug))]
#[alchemy(messages(not_found = "there is no such post", stale = "someone was faster"))]
pub struct Post {
    pub id: Uuid,
    #[alchemy(filter = "headline")]
    pub title: String,
    #[alchemy(slug(from = title), filter)]
    pub slug: String,
    #[alchemy(version)]
    pub version: i64,
    #[alchemy(soft_delete)]
    pub deleted_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, BigIntBase)]
pub struct Page {
    pub id: i64,
    #[alchemy(slug(from = title), max_length = 12, column = "path", unique)]
    pub slug: String,
    #[alchemy(max_length = 5)]
    pub title: String,
    #[alchemy(version, column = "revision")]
    pub edits: i32,
}

#[derive(Debug, Clone, QueryBase, Service)]
#[alchemy(table = "post_stats", bind_key = "library")]
pub struct PostStats {
    #[alchemy(filter, sort)]
    pub title: String,
    pub posts: i64,
}

#[derive(Debug, Clone, QueryBase)]
#[alchemy(query = "SELECT slug FROM posts")]
pub struct Slugs {
    pub slug: String,
}

#[derive(Debug, PartialEq, Schema)]
#[schema(model = PostStats)]
pub struct Titles {
    pub title: String,
}

/// Each kind of error has a word.
#[derive(Debug, Clone, UuidBase)]
#[alchemy(messages(
    not_found = "0",
    multiple_rows = "1",
    duplicate = "2",
    foreign_key = "3",
    check = "4",
    not_null = "5",
    stale = "6",
    invalid_value = "7",
    filter = "8",
    retryable = "9",
    pool_timeout = "10",
    timeout = "11",
    closed = "12",
    connection = "13",
    read_only = "14",
    unsupported = "15",
    config = "16",
    database = "17",
))]
pub struct Talkative {
    pub id: Uuid,
}

fn post() -> Post {
    Post { id: Uuid::nil(), title: "T".into(), slug: "t".into(), version: 4, deleted_at: None }
}

#[test]
fn each_column_has_its_role() {
    let roles: Vec<_> = Post::META.columns.iter().map(|column| column.role).collect();
    assert_eq!(
        roles,
        [
            ColumnRole::PrimaryKey,
            ColumnRole::Data,
            ColumnRole::Slug { source: 1 },
            ColumnRole::Version,
            ColumnRole::DeletedAt
        ]
    );
    let payloads: Vec<_> =
        Post::META.columns.iter().map(|column| (column.creatable, column.updatable)).collect();
    assert_eq!(payloads, [(true, false), (true, true), (true, true), (false, true), (false, false)]);
    assert_eq!(Page::META.slug(), Some((1, 2)));
}

#[test]
fn a_slug_is_unique_and_short_and_need_not_be_given() {
    assert_eq!((Post::SLUG.meta().max_length, Page::SLUG.meta().max_length), (Some(100), Some(12)));
    let uniques = |meta: &'static alchemy_core::model::ModelMeta| -> Vec<_> {
        meta.uniques.iter().map(|unique| unique.columns).collect()
    };
    assert_eq!((uniques(Post::META), uniques(Page::META)), (vec![&[2][..]], vec![&[1][..]]));
    let mut new = NewPost { id: None, title: "T".into(), slug: None };
    new.fill();
    assert!(!new.has(2), "it is made by the statements, which know what is taken");
    assert_eq!(Post::META.match_fields, [2]);
}

#[test]
fn what_a_slug_is_made_of_can_be_read_as_text() {
    let new = NewPost { id: None, title: "Title".into(), slug: Some("given".into()) };
    assert_eq!([new.text(0), new.text(1), new.text(2)], [None, Some("Title"), Some("given")]);
    assert_eq!(post().text(1), Some("T"));
    let changes = PostChangeset { title: Some("U".into()), ..PostChangeset::default() };
    assert_eq!([changes.text(1), changes.text(2)], [Some("U"), None]);
}

#[test]
fn a_version_is_what_an_update_was_made_of_and_no_part_of_a_create() {
    let changes = PostChangeset::from(post());
    assert_eq!((changes.version, changes.has(3)), (Some(4), true));
    assert!(!PostChangeset::default().has(3));
    let read: PostChangeset = serde_json::from_value(json!({"title": "U", "version": 7})).unwrap();
    assert_eq!(read.version, Some(7));
    let refused = serde_json::from_value::<NewPost>(json!({"title": "T", "version": 1})).unwrap_err();
    assert_eq!(refused.to_string(), "unknown field `version`, expected one of `id`, `title`, `slug`");
    assert_eq!(
        PostChangeset::from(NewPost::from(post())).version,
        None,
        "a new row has been read from nowhere"
    );
}

#[test]
fn the_time_of_a_deletion_is_in_no_payload() {
    for refused in [
        serde_json::from_value::<NewPost>(json!({"title": "T", "deleted_at": null})).unwrap_err().to_string(),
        serde_json::from_value::<PostChangeset>(json!({"deleted_at": null})).unwrap_err().to_string(),
    ] {
        assert!(refused.starts_with("unknown field `deleted_at`, expected one of "), "{refused}");
    }
    assert!(!NewPost::from(post()).has(4) && !PostChangeset::from(post()).has(4));
}

#[test]
fn diesel_starts_versions_at_one_and_raises_them() {
    let sql = |query: &dyn std::fmt::Display| query.to_string();
    let new = NewPage { id: Some(3), slug: Some("s".into()), title: "T".into() };
    let insert = diesel::insert_into(page::table).values(&new);
    assert_eq!(
        sql(&diesel::debug_query::<diesel::sqlite::Sqlite, _>(&insert)),
        "INSERT INTO `page` (`id`, `path`, `title`, `revision`) VALUES (?, ?, ?, ?) \
         -- binds: [3, \"s\", \"T\", 1]"
    );
    let changes = PageChangeset { edits: Some(4), ..PageChangeset::default() };
    let update = diesel::update(page::table).set(&changes);
    assert_eq!(
        sql(&diesel::debug_query::<diesel::sqlite::Sqlite, _>(&update)),
        "UPDATE `page` SET `revision` = ? -- binds: [5]"
    );
    let last = PageChangeset { edits: Some(i32::MAX), ..PageChangeset::default() };
    let update = diesel::update(page::table).set(&last);
    assert_eq!(
        sql(&diesel::debug_query::<diesel::sqlite::Sqlite, _>(&update)),
        "UPDATE `page` SET `revision` = ? -- binds: [2147483647]"
    );
}

#[test]
fn a_parameter_has_the_name_it_was_given() {
    let params: Vec<_> = Post::META.columns.iter().map(|column| (column.filterable, column.param)).collect();
    assert_eq!(params, [(false, None), (true, Some("headline")), (true, None), (false, None), (false, None)]);
}

#[test]
fn messages_stand_with_the_kinds_of_errors() {
    assert_eq!(
        Post::META.messages,
        [(ErrorKind::NotFound, "there is no such post"), (ErrorKind::Stale, "someone was faster")]
    );
    let (kinds, texts): (Vec<_>, Vec<_>) = Talkative::META.messages.iter().copied().unzip();
    assert_eq!((kinds.first(), kinds.last()), (Some(&ErrorKind::NotFound), Some(&ErrorKind::Database)));
    assert_eq!(texts, (0..18).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[test]
fn a_view_has_no_key_and_is_not_created() {
    let meta = PostStats::META;
    assert_eq!((meta.primary_key, meta.managed, meta.query), (&[][..], false, None));
    assert_eq!((meta.table, meta.bind_key()), ("post_stats", "library"));
    assert!(meta.columns.iter().all(|column| !column.creatable && !column.updatable));
    assert_eq!((Slugs::META.table, Slugs::META.query), ("slugs", Some("SELECT slug FROM posts")));
    let service: Option<PostStatsService> = None;
    assert!(service.is_none());
}

#[test]
fn a_view_works_in_queries_of_diesel_and_in_schemas() {
    let query = post_stats::table.filter(post_stats::posts.gt(1)).select(PostStats::as_select());
    assert_eq!(
        diesel::debug_query::<diesel::sqlite::Sqlite, _>(&query).to_string(),
        "SELECT `post_stats`.`title`, `post_stats`.`posts` FROM `post_stats` \
         WHERE (`post_stats`.`posts` > ?) -- binds: [1]"
    );
    let stats = PostStats { title: "T".into(), posts: 2 };
    assert_eq!(Titles::from(stats), Titles { title: "T".into() });
}
