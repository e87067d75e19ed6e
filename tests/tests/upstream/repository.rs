//! `integration/test_repository.py`, 197 to 683: reads, writes and filters of one table, with either kind of key.

macro_rules! cases {
    ($module:ident) => {
        mod $module {
            use alchemy_core::filter::{BeforeAfter, all};
            use alchemy_core::prelude::*;
            use alchemy_tests::{TestDatabase, database_tests};
            use serde_json::json;

            use crate::authors::$module::*;
            use crate::{date, map, moment};

            database_tests! {
                count_and_list_see_both_rows,
                a_condition_narrows_count_and_list,
                exists_tells_whether_a_row_matches,
                a_row_is_found_by_its_key,
                a_create_returns_the_row_with_its_key,
                an_update_moves_updated_at_and_keeps_created_at,
                an_update_from_json_moves_updated_at,
                update_many_returns_whole_rows,
                update_many_takes_json_and_rows,
                an_update_takes_the_row_itself,
                a_delete_returns_the_row_and_leaves_the_other,
                a_health_check_answers,
                before_after_filters_by_time,
                search_finds_a_part_of_a_text,
                order_by_sorts_both_ways,
                a_page_is_part_of_the_order,
                an_unknown_key_is_not_found,
                messages_of_one_service_do_not_reach_another,
            }

            /// `integration/test_repository.py` 197, 234, 244, 480, 489
            fn count_and_list_see_both_rows(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                assert_eq!(authors.count(all()).unwrap(), 2);
                let by_name = Filters::new().order_by(Author::NAME.asc());
                assert_eq!(authors.list(&by_name).unwrap(), [agatha.clone(), leo.clone()]);
                assert_eq!(authors.list_and_count(&by_name).unwrap(), (vec![agatha, leo], 2));
            }

            /// `integration/test_repository.py` 204, 256
            fn a_condition_narrows_count_and_list(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                let named = || Author::NAME.eq("Agatha Christie");
                assert_eq!(authors.count(named()).unwrap(), 1);
                assert_eq!(authors.list(named()).unwrap(), std::slice::from_ref(&agatha));
                assert_eq!(authors.list_and_count(named()).unwrap(), (vec![agatha], 1));
            }

            /// `integration/test_repository.py` 273
            fn exists_tells_whether_a_row_matches(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                assert!(authors.exists(Author::ID.eq(agatha.id)).unwrap());
                assert!(!authors.exists(Author::ID.eq(MISSING)).unwrap());
            }

            /// `integration/test_repository.py` 289, 302, 498
            fn a_row_is_found_by_its_key(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                assert_eq!(authors.get(agatha.id).unwrap(), agatha);
                assert_eq!(authors.get(&leo).unwrap(), leo);
                let found = authors.get_one_or_none(Author::ID.eq(leo.id)).unwrap();
                assert_eq!(found, Some(leo));
                assert_eq!(authors.get_one_or_none(Author::ID.eq(MISSING)).unwrap(), None);
            }

            /// `integration/test_repository.py` 321, 511
            fn a_create_returns_the_row_with_its_key(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let from_json = map(json!({"name": "Test Author", "dob": "2024-02-29"}));
                let created = authors.create(from_json).unwrap();
                assert_eq!((created.name.as_str(), created.dob), ("Test Author", Some(date("2024-02-29"))));
                assert!(created.id != agatha.id && created.id != leo.id && created.id != MISSING);
                assert_eq!(created.created_at, created.updated_at);
                assert_eq!(authors.get(created.id).unwrap(), created);
                assert_eq!(authors.count(all()).unwrap(), 3);
            }

            /// `integration/test_repository.py` 337
            fn an_update_moves_updated_at_and_keeps_created_at(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let updated = authors.update(agatha.id, rename("Updated Name")).unwrap();
                assert!(updated.updated_at > agatha.updated_at);
                let expected =
                    Author { name: "Updated Name".into(), updated_at: updated.updated_at, ..agatha };
                assert_eq!(updated, expected);
                assert_eq!(authors.get(leo.id).unwrap(), leo);
            }

            /// `integration/test_repository.py` 360
            fn an_update_from_json_moves_updated_at(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                let updated = authors.update(agatha.id, map(json!({"name": "Dict Driven Update"}))).unwrap();
                assert!(updated.updated_at > agatha.updated_at);
                let expected =
                    Author { name: "Dict Driven Update".into(), updated_at: updated.updated_at, ..agatha };
                assert_eq!(updated, expected);
            }

            /// `integration/test_repository.py` 384, 871
            fn update_many_returns_whole_rows(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let updated = authors
                    .update_many([
                        (leo.id, map(json!({"name": "Updated Author 2"}))),
                        (agatha.id, map(json!({"name": "Updated Author 1"}))),
                    ])
                    .unwrap();
                assert_eq!(names(&updated), ["Updated Author 2", "Updated Author 1"]);
                for (updated, before) in updated.into_iter().zip([leo, agatha]) {
                    assert!(updated.updated_at > before.updated_at);
                    let expected = Author {
                        name: updated.name.clone(),
                        updated_at: updated.updated_at,
                        ..before
                    };
                    assert_eq!(updated, expected);
                    assert_eq!(authors.get(updated.id).unwrap(), updated);
                }
            }

            /// `integration/test_repository.py` 423
            fn update_many_takes_json_and_rows(db: TestDatabase) {
                let (authors, agatha, mut leo) = seeded(&db);
                leo.name = "Updated via Model Instance".into();
                let updated = authors
                    .update_many([
                        (agatha.id, Data::from(map(json!({"name": "Updated via Dict"})))),
                        (leo.id, Data::from(leo.clone())),
                    ])
                    .unwrap();
                assert_eq!(names(&updated), ["Updated via Dict", "Updated via Model Instance"]);
                assert_eq!([updated[0].dob, updated[1].dob], [agatha.dob, leo.dob]);
            }

            /// `integration/test_repository.py` 523
            fn an_update_takes_the_row_itself(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                let changed = Author { name: "Service Updated Name".into(), ..agatha.clone() };
                let updated = authors.update(agatha.id, changed.clone()).unwrap();
                assert!(updated.updated_at > agatha.updated_at);
                assert_eq!(updated, Author { updated_at: updated.updated_at, ..changed });
            }

            /// `integration/test_repository.py` 448, 547
            fn a_delete_returns_the_row_and_leaves_the_other(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                assert_eq!(authors.delete(agatha.id).unwrap(), agatha);
                assert_eq!(authors.list(all()).unwrap(), [leo]);
            }

            /// `integration/test_repository.py` 470
            fn a_health_check_answers(db: TestDatabase) {
                let (authors, ..) = seeded(&db);
                authors.session().engine().ping().unwrap();
            }

            /// `integration/test_repository.py` 601
            fn before_after_filters_by_time(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let cutoff = moment("2023-04-01T00:00:00Z");
                let before = authors.list(BeforeAfter::new("created_at").before(cutoff)).unwrap();
                let after = authors.list(BeforeAfter::new("created_at").after(cutoff)).unwrap();
                assert_eq!((&before, &after), (&vec![agatha], &vec![leo]));
                assert_eq!(authors.list(Author::CREATED_AT.lt(cutoff)).unwrap(), before);
                let changed = Author::UPDATED_AT.between(cutoff, moment("2023-05-12T00:00:00Z"));
                assert_eq!(authors.count(changed).unwrap(), 2);
            }

            /// `integration/test_repository.py` 615
            fn search_finds_a_part_of_a_text(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                assert_eq!(authors.list(SearchFilter::new("name", "Christie")).unwrap(), std::slice::from_ref(&agatha));
                assert_eq!(authors.list(SearchFilter::new("name", "christie")).unwrap(), []);
                let any_case = SearchFilter::new("name", "christie").ignore_case(true);
                assert_eq!(authors.list(any_case).unwrap(), [agatha]);
            }

            /// `integration/test_repository.py` 628
            fn order_by_sorts_both_ways(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let by_name = |order| OrderBy::<Author>::field("name", order).unwrap();
                assert_eq!(
                    authors.list(by_name(SortOrder::Asc)).unwrap(),
                    [agatha.clone(), leo.clone()]
                );
                assert_eq!(authors.list(by_name(SortOrder::Desc)).unwrap(), [leo, agatha]);
            }

            /// `integration/test_repository.py` 645
            fn a_page_is_part_of_the_order(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let page = |offset| {
                    Filters::new().order_by(Author::NAME.asc()).limit_offset(LimitOffset::new(1, offset))
                };
                assert_eq!(authors.list(page(0)).unwrap(), [agatha]);
                assert_eq!(authors.list_and_count(page(1)).unwrap(), (vec![leo], 2));
            }

            /// `integration/test_repository.py` 659
            fn an_unknown_key_is_not_found(db: TestDatabase) {
                let (authors, ..) = seeded(&db);
                for error in [
                    authors.get(MISSING).unwrap_err(),
                    authors.get_one(Author::ID.eq(MISSING)).unwrap_err(),
                    authors.update(MISSING, rename("Nobody")).unwrap_err(),
                    authors.delete(MISSING).unwrap_err(),
                ] {
                    assert_eq!((error.kind(), error.to_string().as_str()), (
                        ErrorKind::NotFound,
                        "no Author was found"
                    ));
                }
                assert_eq!(authors.count(all()).unwrap(), 2);
            }

            /// `integration/test_repository.py` 683, 711
            fn messages_of_one_service_do_not_reach_another(db: TestDatabase) {
                let (authors, ..) = seeded(&db);
                let a = authors.with_messages(ErrorMessages::new().not_found("Author A not found"));
                let b = authors.with_messages(ErrorMessages::new().not_found("Author B not found"));
                let again = AuthorService::new(authors.session().clone());
                for _ in 0..2 {
                    assert_eq!(a.get(MISSING).unwrap_err().to_string(), "Author A not found");
                    assert_eq!(b.get(MISSING).unwrap_err().to_string(), "Author B not found");
                    assert_eq!(authors.get(MISSING).unwrap_err().to_string(), "no Author was found");
                    assert_eq!(again.get(MISSING).unwrap_err().to_string(), "no Author was found");
                }
            }
        }
    };
}

cases!(uuid);
cases!(bigint);
