//! Upstream's author, with either kind of key, and its two rows.

use alchemy_core::prelude::*;
use alchemy_tests::TestDatabase;
use diesel::prelude::*;

use crate::{date, moment, open};

/// The model with one kind of key: what upstream's fixture `repository_pk_type` chooses.
macro_rules! author {
    ($module:ident, $base:ident, $id:ident, $bind_key:literal, $missing:expr) => {
        pub(crate) mod $module {
            use super::*;

            #[derive(Debug, Clone, PartialEq, $base, Service)]
            #[alchemy(table = "authors", bind_key = $bind_key)]
            pub(crate) struct Author {
                pub(crate) id: $id,
                #[alchemy(max_length = 100, search, sort, filter)]
                pub(crate) name: String,
                #[alchemy(sort, filter)]
                pub(crate) dob: Option<NaiveDate>,
                pub(crate) created_at: DateTime<Utc>,
                pub(crate) updated_at: DateTime<Utc>,
            }

            /// A patch that tells apart what was left out from null, as upstream's pydantic model does.
            #[derive(Debug, Clone, Deserialize, Schema)]
            #[schema(model = Author, update)]
            pub(crate) struct AuthorPatch {
                pub(crate) name: Option<String>,
                #[serde(default, with = "alchemy_core::schema::omittable")]
                pub(crate) dob: Option<Option<NaiveDate>>,
            }

            /// A patch that has no other field, as upstream's struct of msgspec with `UNSET`.
            #[derive(Debug, Clone, Deserialize, Schema)]
            #[schema(model = Author, update)]
            pub(crate) struct Rename {
                pub(crate) name: String,
            }

            /// A key that no row has.
            pub(crate) const MISSING: $id = $missing;

            pub(crate) fn new(name: &str, dob: &str) -> NewAuthor {
                NewAuthor { id: None, name: name.to_owned(), dob: Some(date(dob)) }
            }

            pub(crate) fn rename(name: &str) -> AuthorChangeset {
                AuthorChangeset { name: Some(name.to_owned()), ..AuthorChangeset::default() }
            }

            /// The names of some rows.
            pub(crate) fn names(authors: &[Author]) -> Vec<&str> {
                authors.iter().map(|author| author.name.as_str()).collect()
            }

            /// A service on a new session, with both authors, who were created and last changed in 2023.
            pub(crate) fn seeded(db: &TestDatabase) -> (AuthorService, Author, Author) {
                let session = open(db, $bind_key).session();
                let authors = AuthorService::new(session.clone());
                let mut seeds = Vec::new();
                for (name, dob, created_at, updated_at) in [
                    ("Agatha Christie", "1890-09-15", "2023-03-01T00:00:00Z", "2023-05-11T00:00:00Z"),
                    ("Leo Tolstoy", "1828-09-09", "2023-05-02T00:00:00Z", "2023-05-12T00:00:00Z"),
                ] {
                    let id = authors.create(new(name, dob)).unwrap().id;
                    session
                        .run(|connection| {
                            let times = (
                                authors::created_at.eq(moment(created_at)),
                                authors::updated_at.eq(moment(updated_at)),
                            );
                            diesel::update(authors::table.find(id)).set(times).execute(connection)
                        })
                        .unwrap();
                    seeds.push(authors.get(id).unwrap());
                }
                session.commit().unwrap();
                let [agatha, leo] = <[Author; 2]>::try_from(seeds).unwrap();
                (authors, agatha, leo)
            }
        }
    };
}

author!(uuid, UuidAuditBase, Uuid, "upstream_uuid", Uuid::nil());
author!(bigint, BigIntAuditBase, i64, "upstream_bigint", 99_999);
