//! `integration/test_repository.py`, 565 and 582: what `delete_many` takes, with either kind of key.

macro_rules! cases {
    ($module:ident) => {
        mod $module {
            use alchemy_core::filter::all;
            use alchemy_core::model::RowKey;
            use alchemy_core::prelude::*;
            use alchemy_tests::{TestDatabase, database_tests};

            use crate::authors::$module::*;

            database_tests! {
                delete_many_takes_rows,
                delete_many_takes_rows_and_keys_in_one_list,
            }

            /// `integration/test_repository.py` 565
            fn delete_many_takes_rows(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let kept = authors.create(new("Kept", "2000-01-01")).unwrap();
                assert_eq!(authors.delete_many([&leo, &agatha]).unwrap(), [leo, agatha]);
                assert_eq!(authors.list(all()).unwrap(), [kept]);
            }

            /// `integration/test_repository.py` 582
            fn delete_many_takes_rows_and_keys_in_one_list(db: TestDatabase) {
                let (authors, agatha, leo) = seeded(&db);
                let kept = authors.create(new("Kept", "2000-01-01")).unwrap();
                let keys: [RowKey<Author>; 3] = [agatha.id.into_key(), (&leo).into_key(), MISSING.into_key()];
                // What is not there is left out of the answer.
                assert_eq!(authors.delete_many(keys).unwrap(), [agatha, leo]);
                assert_eq!(authors.list(all()).unwrap(), [kept]);
            }
        }
    };
}

cases!(uuid);
cases!(bigint);
