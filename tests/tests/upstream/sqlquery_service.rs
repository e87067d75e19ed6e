//! `integration/test_sqlquery_service.py`: rows of a fixture, and a hand-written query over them.

use alchemy_core::filter::all;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::{open, open_async};

database_tests! {
    a_fixture_is_created_and_ordered,
    a_query_is_counted_listed_and_paged,
    a_row_of_a_query_is_found_by_its_columns,
    async a_query_is_read_async,
    a_query_service_is_made_of_a_session_alone,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "us_state_lookup", bind_key = "upstream_query")]
struct State {
    id: Uuid,
    #[alchemy(max_length = 5)]
    abbreviation: String,
    #[alchemy(max_length = 50)]
    name: String,
}

/// What upstream's struct of msgspec is.
#[derive(Debug, Clone, PartialEq, Deserialize, Schema)]
#[schema(model = State, create)]
struct StateData {
    abbreviation: String,
    name: String,
}

#[derive(Debug, Clone, PartialEq, QueryBase, Service)]
#[alchemy(table = "state_lookup", bind_key = "upstream_query")]
#[alchemy(query = "SELECT abbreviation AS state_abbreviation, name AS state_name FROM us_state_lookup \
             WHERE abbreviation <> 'DC'")]
struct StateQuery {
    state_abbreviation: String,
    state_name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Schema)]
#[schema(model = StateQuery)]
struct StateName {
    state_name: String,
}

/// The fixture: the fifty states, and what is none.
fn fixture() -> Vec<StateData> {
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|FL Florida|\
     GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|KY Kentucky|LA Louisiana|ME Maine|\
     MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|MO Missouri|MT Montana|NE Nebraska|\
     NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|NC North Carolina|ND North Dakota|OH Ohio|\
     OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|\
     UT Utah|VT Vermont|VA Virginia|WA Washington|WV West Virginia|WI Wisconsin|WY Wyoming|DC District of Columbia"
        .split('|')
        .map(|state| {
            let (abbreviation, name) = state.split_once(' ').unwrap();
            serde_json::from_value(serde_json::json!({"abbreviation": abbreviation, "name": name})).unwrap()
        })
        .collect()
}

fn seeded(db: &TestDatabase) -> StateService {
    let states = StateService::new(open(db, "upstream_query").session());
    assert_eq!(states.create_many(fixture()).unwrap().len(), 51);
    states.session().commit().unwrap();
    states
}

/// `integration/test_sqlquery_service.py` 125
fn a_fixture_is_created_and_ordered(db: TestDatabase) {
    let states = seeded(&db);
    let last_first = Filters::new().order_by(State::NAME.desc());
    assert_eq!(states.list(&last_first).unwrap()[0].name, "Wyoming");
    let (found, total) = states.list_and_count(&last_first).unwrap();
    assert_eq!((found[0].name.as_str(), found.len(), total), ("Wyoming", 51, 51));
}

/// `integration/test_sqlquery_service.py` 125
fn a_query_is_counted_listed_and_paged(db: TestDatabase) {
    let states = seeded(&db);
    let query = StateQueryService::new(states.session().clone());
    assert_eq!(query.count(all()).unwrap(), 50);
    assert_eq!(query.list(all()).unwrap().len(), 50);
    let page = Filters::new().order_by(StateQuery::STATE_NAME.asc()).limit_offset(LimitOffset::new(2, 4));
    // Of several columns: upstream's `list_and_count` of rows fails.
    let (found, total) = query.list_and_count(&page).unwrap();
    let page: OffsetPagination<StateName> = query.to_schema_page(found, total, &page);
    assert_eq!(
        serde_json::to_value(&page).unwrap(),
        serde_json::json!({
            "items": [{"state_name": "California"}, {"state_name": "Colorado"}],
            "limit": 2,
            "offset": 4,
            "total": 50,
        })
    );
    // Past the end the total is what it is.
    let past = Filters::new().order_by(StateQuery::STATE_NAME.asc()).limit_offset(LimitOffset::new(2, 60));
    assert_eq!(query.list_and_count(past).unwrap(), (Vec::new(), 50));
}

/// `integration/test_sqlquery_service.py` 125
fn a_row_of_a_query_is_found_by_its_columns(db: TestDatabase) {
    let query = StateQueryService::new(seeded(&db).session().clone());
    let alabama = StateQuery { state_abbreviation: "AL".into(), state_name: "Alabama".into() };
    assert_eq!(query.list(StateQuery::STATE_NAME.eq("Alabama")).unwrap(), std::slice::from_ref(&alabama));
    assert_eq!(query.get_one(StateQuery::STATE_NAME.eq("Alabama")).unwrap(), alabama);
    let texas = query.get_one_or_none(StateQuery::STATE_NAME.eq("Texas")).unwrap().unwrap();
    assert_eq!(texas.state_abbreviation, "TX");
    let schema: StateName = query.to_schema(texas);
    assert_eq!(schema, StateName { state_name: "Texas".into() });
    assert_eq!(query.get_one_or_none(StateQuery::STATE_NAME.eq("Nope")).unwrap(), None);
    assert_eq!(query.get_one_or_none(StateQuery::STATE_ABBREVIATION.eq("DC")).unwrap(), None);
    assert!(query.exists(StateQuery::STATE_ABBREVIATION.eq("WY")).unwrap());
    let names: Vec<StateName> = query.list_as(StateQuery::STATE_NAME.starts_with("New ")).unwrap();
    assert_eq!(names.len(), 4);
}

/// `integration/test_sqlquery_service.py` 203
async fn a_query_is_read_async(db: TestDatabase) {
    let seeding = db.clone();
    rocket::tokio::task::spawn_blocking(move || seeded(&seeding)).await.unwrap();
    let session = AsyncSession::new(open_async(&db, "upstream_query").await);
    let query = StateQueryService::new(session.clone());
    assert_eq!(query.count(all()).await.unwrap(), 50);
    let (found, total) = query.list_and_count(StateQuery::STATE_NAME.eq("Ohio")).await.unwrap();
    assert_eq!((found.len(), found[0].state_abbreviation.as_str(), total), (1, "OH", 1));
    session.rollback().await.unwrap();
}

/// `integration/test_sqlquery_service.py` 281 to 338
fn a_query_service_is_made_of_a_session_alone(db: TestDatabase) {
    let session = open(&db, "upstream_query").session();
    let query = StateQueryService::new(session.clone());
    let worded = query.with_messages(ErrorMessages::new().not_found("Custom not found"));
    let nobody = || StateQuery::STATE_NAME.eq("Nope");
    assert_eq!(worded.get_one(nobody()).unwrap_err().to_string(), "Custom not found");
    assert_eq!(query.get_one(nobody()).unwrap_err().to_string(), "no StateQuery was found");
    assert_eq!(worded.session().stats(), session.stats());
}
