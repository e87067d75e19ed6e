//! Snapshots of what the derives write.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::base::{self, Base};
use crate::expand;
use crate::krate::Facade;

fn pretty(tokens: TokenStream) -> String {
    let file = syn::parse2(tokens).expect("an expansion is a list of items");
    prettyplease::unparse(&file)
}

fn input(tokens: TokenStream) -> DeriveInput {
    syn::parse2(tokens).expect("the input is an item")
}

fn model(tokens: TokenStream, base: &'static Base, facade: Facade) -> String {
    pretty(expand::model(&input(tokens), base, facade))
}

#[test]
fn uuid_base() {
    let author = quote! {
        #[alchemy(table = "authors")]
        pub struct Author {
            pub id: Uuid,
            #[alchemy(max_length = 100, search, sort)]
            pub name: String,
            #[alchemy(sort)]
            pub dob: Option<NaiveDate>,
        }
    };
    insta::assert_snapshot!(model(author, &base::UUID, Facade::Rocket));
}

#[test]
fn uuid_audit_base_with_every_attribute() {
    let book = quote! {
        #[alchemy(bind_key = "library", serialize, new = BookForm, changeset = BookPatch)]
        #[alchemy(unique(name = "uq_shelf", columns(shelf, place)), index(status, r#type))]
        #[alchemy(check(name = "positive_price", "price > 0"), renamed_from = "volume")]
        #[serde(rename_all = "camelCase")]
        struct Book {
            id: Uuid,
            #[alchemy(foreign_key(Author, field = id, on_delete = cascade, on_update = restrict, deferred))]
            author_id: Uuid,
            #[alchemy(column = "full_title", unique, renamed_from = "title")]
            #[serde(rename = "name")]
            title: String,
            #[alchemy(default = Status::Draft, filter, check_choices)]
            status: Status,
            r#type: Option<String>,
            #[alchemy(db_default = "1")]
            shelf: i32,
            #[alchemy(default = "front", max_length = 8)]
            place: Option<String>,
            #[alchemy(precision = 10, scale = 2)]
            price: BigDecimal,
            #[alchemy(skip(create, output), default)]
            secret: Vec<u8>,
            #[alchemy(skip(update), index, sql_type = Isbn)]
            isbn: Option<Isbn>,
            created_at: DateTime<Utc>,
            updated_at: DateTime<Utc>,
        }
    };
    insta::assert_snapshot!(model(book, &base::UUID_AUDIT, Facade::Core));
}

#[test]
fn big_int_base() {
    let invoice = quote! {
        pub struct Invoice {
            pub id: i64,
            pub total: BigDecimal,
        }
    };
    insta::assert_snapshot!(model(invoice, &base::BIG_INT, Facade::Core));
}

#[test]
fn nano_id_audit_base() {
    let link = quote! {
        pub struct Link {
            pub id: String,
            #[alchemy(filter = "to")]
            pub target: String,
            pub created_at: DateTime<Utc>,
            pub updated_at: DateTime<Utc>,
        }
    };
    insta::assert_snapshot!(model(link, &base::NANO_ID_AUDIT, Facade::Core));
}

#[test]
fn key_of_several_fields() {
    let book_tag = quote! {
        #[alchemy(foreign_key(columns(tag_id, tag_kind), references = Tag, fields(id, kind), on_delete = cascade))]
        pub struct BookTag {
            pub note: Option<String>,
            #[alchemy(primary_key)]
            #[serde(rename = "bookId")]
            pub book_id: Uuid,
            #[alchemy(primary_key)]
            pub tag_id: i64,
            #[alchemy(primary_key, default = "genre")]
            pub tag_kind: String,
        }
    };
    insta::assert_snapshot!(model(book_tag, &base::DEFAULT, Facade::Core));
}

#[test]
fn query_base() {
    let stats = quote! {
        #[alchemy(table = "author_stats", query = "SELECT name, count(*) AS books FROM books GROUP BY name")]
        pub struct AuthorStats {
            #[alchemy(filter)]
            pub name: String,
            #[alchemy(sort)]
            pub books: i64,
        }
    };
    insta::assert_snapshot!(model(stats, &base::QUERY, Facade::Core));
}

#[test]
fn version_soft_delete_and_slug() {
    let post = quote! {
        #[alchemy(match_fields(slug), messages(not_found = "there is no such post", stale = "someone was faster"))]
        pub struct Post {
            pub id: Uuid,
            pub title: String,
            #[alchemy(slug(from = title))]
            pub slug: String,
            #[alchemy(version)]
            pub version: i32,
            #[alchemy(soft_delete)]
            pub deleted_at: Option<DateTime<Utc>>,
        }
    };
    insta::assert_snapshot!(model(post, &base::UUID_V7, Facade::Core));
}

#[test]
fn adopted_table() {
    let tag = quote! {
        #[alchemy(schema = crate::schema::tags, crate = my::alchemy)]
        pub(crate) struct Tag {
            #[alchemy(column = "label_")]
            label: String,
            id: Uuid,
        }
    };
    insta::assert_snapshot!(model(tag, &base::UUID, Facade::Core));
}

#[test]
fn model_with_faults() {
    let author = quote! {
        #[alchemy(tabel = "authors")]
        pub struct Author {
            pub id: i32,
            #[alchemy(max_length = 100)]
            pub age: i32,
        }
    };
    insta::assert_snapshot!(model(author, &base::UUID, Facade::Core));
}

#[test]
fn service() {
    let author = input(quote!(
        pub struct Author {
            pub id: Uuid,
        }
    ));
    insta::assert_snapshot!(pretty(expand::service(&author, Facade::Core)));
}

#[test]
fn service_for_rocket() {
    let author = input(quote!(
        pub struct Author {
            pub id: Uuid,
        }
    ));
    insta::assert_snapshot!(pretty(expand::service(&author, Facade::Rocket)));
}

#[test]
fn schema() {
    let schema = input(quote! {
        #[schema(model = Author, create, update)]
        pub struct AuthorSchema {
            pub name: String,
            pub id: Option<Uuid>,
            #[schema(column = "dob", skip(update))]
            pub born: Option<NaiveDate>,
            pub created_at: DateTime<Utc>,
        }
    });
    insta::assert_snapshot!(pretty(expand::schema(&schema, Facade::Rocket)));
}

#[test]
fn text_enum() {
    let status = input(quote! {
        pub enum Status {
            Draft,
            InPrint,
            #[alchemy(rename = "gone")]
            OutOfPrint,
        }
    });
    insta::assert_snapshot!(pretty(expand::text_enum(&status, Facade::Core)));
}
