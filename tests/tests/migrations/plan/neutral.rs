//! What rows get in columns that come without a default.

use alchemy_core::migration::compare;
use alchemy_core::model::ModelMeta;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::random::place::Place;

database_tests! {
    rows_that_are_there_can_be_read_with_the_columns_that_come,
}

mod before {
    use super::*;

    #[derive(Debug, Clone, UuidBase, Service)]
    #[alchemy(table = "parcels", bind_key = "neutral_before")]
    pub struct Parcel {
        pub id: Uuid,
    }
}

mod after {
    use super::*;

    #[derive(Debug, Clone, UuidBase, Service)]
    #[alchemy(table = "parcels", bind_key = "neutral_after")]
    pub struct Parcel {
        pub id: Uuid,
        pub flag: bool,
        pub count: i32,
        pub total: i64,
        pub ratio: f64,
        pub text: String,
        pub bytes: Vec<u8>,
        pub owner: Uuid,
        pub day: NaiveDate,
        pub clock: NaiveTime,
        pub local: NaiveDateTime,
        pub instant: DateTime<Utc>,
        pub document: serde_json::Value,
        #[alchemy(precision = 10, scale = 2)]
        pub price: BigDecimal,
        #[alchemy(check_choices)]
        pub size: Size,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TextEnum)]
    pub enum Size {
        Small,
        VeryLarge,
    }
}

fn become_model(place: &mut Place, model: &'static ModelMeta) {
    let revision = compare(&place.engine, &[model], &[]).expect("they can be compared").revision;
    place.run(&revision.up);
    let revision = compare(&place.engine, &[model], &[]).expect("they can be compared").revision;
    assert_eq!(revision.up.summaries().collect::<Vec<_>>(), [""; 0]);
}

fn rows_that_are_there_can_be_read_with_the_columns_that_come(db: TestDatabase) {
    let mut place = Place::open(&db);
    become_model(&mut place, before::Parcel::META);
    let session = place.engine.session();
    let id =
        before::ParcelService::new(session.clone()).create(before::NewParcel { id: None }).expect("a row").id;
    session.commit().expect("kept");
    become_model(&mut place, after::Parcel::META);
    let parcel = after::ParcelService::new(place.engine.session()).get(id).expect("it can be read");
    assert_eq!((parcel.size, parcel.document), (after::Size::Small, serde_json::json!({})));
    assert_eq!((parcel.flag, parcel.count, parcel.text.as_str(), parcel.owner), (false, 0, "", Uuid::nil()));
    assert_eq!(parcel.instant.to_rfc3339(), "1970-01-01T00:00:00+00:00");
}
