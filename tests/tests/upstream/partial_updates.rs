//! `integration/test_repository.py`, 734 to 1010, and `unit/test_repository.py`, 2103 to 2161: what an update leaves
//! alone, with either kind of key.

macro_rules! cases {
    ($module:ident) => {
        mod $module {
            use alchemy_core::prelude::*;
            use alchemy_tests::{TestDatabase, database_tests};
            use serde_json::json;

            use crate::authors::$module::*;
            use crate::map;

            database_tests! {
                what_a_schema_leaves_out_is_kept_and_null_is_written,
                what_a_schema_does_not_have_is_kept,
                update_many_takes_patches_of_two_schemas,
                update_many_takes_every_kind_in_one_list,
                a_row_with_a_part_of_the_fields_does_not_compile_and_a_changeset_keeps_the_rest,
                update_many_with_partial_changesets_keeps_the_rest,
                only_what_was_set_is_changed,
            }

            fn patch(json: serde_json::Value) -> AuthorPatch {
                serde_json::from_value(json).unwrap()
            }

            /// `integration/test_repository.py` 734
            fn what_a_schema_leaves_out_is_kept_and_null_is_written(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                let updated = authors.update(agatha.id, patch(json!({"name": "Updated Name"}))).unwrap();
                assert_eq!((updated.id, updated.name.as_str()), (agatha.id, "Updated Name"));
                assert_eq!((updated.dob, updated.created_at), (agatha.dob, agatha.created_at));
                let nulled = authors.update(agatha.id, patch(json!({"dob": null}))).unwrap();
                assert_eq!((nulled.name.as_str(), nulled.dob), ("Updated Name", None));
            }

            /// `integration/test_repository.py` 766
            fn what_a_schema_does_not_have_is_kept(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                let rename: Rename = serde_json::from_value(json!({"name": "Updated Name"})).unwrap();
                let updated = authors.update(agatha.id, rename).unwrap();
                let expected =
                    Author { name: "Updated Name".into(), updated_at: updated.updated_at, ..agatha };
                assert_eq!(updated, expected);
            }

            /// `integration/test_repository.py` 798
            fn update_many_takes_patches_of_two_schemas(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let one = AuthorChangeset::from(patch(json!({"name": "Updated Author One"})));
                let two = AuthorChangeset::from(Rename { name: "Updated Author Two".into() });
                let updated = authors.update_many([(agatha.id, one), (leo.id, two)]).unwrap();
                assert_eq!(names(&updated), ["Updated Author One", "Updated Author Two"]);
                for (updated, before) in updated.iter().zip([agatha, leo]) {
                    assert_eq!((updated.dob, updated.created_at), (before.dob, before.created_at));
                    assert!(updated.updated_at > before.updated_at);
                }
            }

            /// `integration/test_repository.py` 909
            fn update_many_takes_every_kind_in_one_list(db: TestDatabase) {
                let (authors, ..) = seeded(&db);
                let dobs = ["1990-01-01", "1991-02-02", "1992-03-03", "1993-04-04", "1994-05-05"];
                let created = authors.create_many(dobs.map(|dob| new("Before", dob))).unwrap();
                let data: [Data<Author>; 5] = [
                    map(json!({"name": "Dict Updated"})).into(),
                    AuthorChangeset::from(patch(json!({"name": "Patch Updated"}))).into(),
                    AuthorChangeset::from(Rename { name: "Rename Updated".into() }).into(),
                    Author { name: "Model Updated".into(), ..created[3].clone() }.into(),
                    new("New Updated", dobs[4]).into(),
                ];
                let updated = authors.update_many(created.iter().map(|author| author.id).zip(data)).unwrap();
                assert_eq!(
                    names(&updated),
                    ["Dict Updated", "Patch Updated", "Rename Updated", "Model Updated", "New Updated"]
                );
                for (updated, before) in updated.iter().zip(&created) {
                    assert_eq!(
                        (updated.id, updated.dob, updated.created_at),
                        (before.id, before.dob, before.created_at)
                    );
                    assert_eq!(&authors.get(updated.id).unwrap(), updated);
                }
            }

            /// `integration/test_repository.py` 979. An `Author` without a `dob` cannot be written down; what upstream
            /// tells by which attributes were assigned is the type `AuthorChangeset` here.
            fn a_row_with_a_part_of_the_fields_does_not_compile_and_a_changeset_keeps_the_rest(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                let updated = authors.update(agatha.id, rename("Updated Name")).unwrap();
                assert_eq!((updated.id, updated.dob), (agatha.id, agatha.dob));
                assert_eq!(updated.name, "Updated Name");
            }

            /// `integration/test_repository.py` 1010
            fn update_many_with_partial_changesets_keeps_the_rest(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let updated = authors
                    .update_many([(agatha.id, rename("Updated One")), (leo.id, rename("Updated Two"))])
                    .unwrap();
                assert_eq!(names(&updated), ["Updated One", "Updated Two"]);
                assert_eq!([updated[0].dob, updated[1].dob], [agatha.dob, leo.dob]);
            }

            /// `unit/test_repository.py` 2103 to 2161 (`was_attribute_set`)
            fn only_what_was_set_is_changed(db: TestDatabase) {
                let (authors, agatha, _) = seeded(&db);
                let sent = authors.session().stats().statements;
                // Nothing was set: the row is as it was, the time of its last change included.
                assert_eq!(authors.update(agatha.id, AuthorChangeset::default()).unwrap(), agatha);
                assert_eq!(authors.update(agatha.id, map(json!({}))).unwrap(), agatha);
                assert_eq!(authors.update(agatha.id, patch(json!({}))).unwrap(), agatha);
                assert_eq!(authors.session().stats().statements - sent, 3);
                // Set to null.
                let nulled = AuthorChangeset { dob: Some(None), ..AuthorChangeset::default() };
                assert_eq!(authors.update(agatha.id, nulled).unwrap().dob, None);
                // What Alchemy keeps, and what there is not.
                for field in ["created_at", "updated_at", "nonexistent_field"] {
                    let mut changes = map(json!({"name": "X"}));
                    changes.insert(field.into(), json!("2024-01-01T00:00:00Z"));
                    let error = authors.update(agatha.id, changes).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error:?}");
                    assert_eq!(error.detail().unwrap().field.as_deref(), Some(field));
                }
                assert_eq!(authors.get(agatha.id).unwrap().name, "Agatha Christie");
            }
        }
    };
}

cases!(uuid);
cases!(bigint);
