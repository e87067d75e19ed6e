//! scratch
#![allow(missing_docs, dead_code)]

use alchemy_core::filter::{Keyset, MultiFilter, ParamLimits, all};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;
use serde_json::json;

database_tests! {
    choices_json,
    twin_models,
    deleted_twin,
    fan_out,
    no_page,
    values_twice,
    dateeq_last_day,
    long_weights: [mysql],
    infinity: [postgres, sqlite],
    misc,
    prepared_slots,
}

#[derive(Debug, Clone, Copy, PartialEq, TextEnum, Serialize, Deserialize)]
enum Status { Draft, Published }

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "posts")]
struct Post {
    id: Uuid,
    #[alchemy(filter)]
    status: Status,
    #[alchemy(filter, search, sort, max_length = 300)]
    title: String,
    #[alchemy(filter, sort)]
    ratio: Option<f64>,
    #[alchemy(filter)]
    amount: Option<BigDecimal>,
    #[alchemy(filter)]
    moment: Option<DateTime<Utc>>,
    #[alchemy(filter)]
    day: Option<NaiveDate>,
}

fn post(title: &str, status: Status) -> NewPost {
    NewPost { id: None, status, title: title.into(), ratio: None, amount: None, moment: None, day: None }
}

mod full {
    use alchemy_core::prelude::*;
    #[derive(Debug, Clone, PartialEq, UuidBase, Service)]
    #[alchemy(table = "owners")]
    pub struct Owner {
        pub id: Uuid,
        #[alchemy(filter, search)]
        pub name: String,
    }

    #[derive(Debug, Clone, PartialEq, UuidBase, Service)]
    #[alchemy(table = "pets")]
    pub struct Pet {
        pub id: Uuid,
        #[alchemy(filter, foreign_key(Owner))]
        pub owner_id: Uuid,
        #[alchemy(filter, search)]
        pub name: String,
        #[alchemy(soft_delete)]
        pub deleted_at: Option<DateTime<Utc>>,
    }
}
mod twin {
    use alchemy_core::prelude::*;
    /// another view of the table owners, of other columns in another order
    #[derive(Debug, Clone, PartialEq, QueryBase, Service)]
    #[alchemy(table = "owners")]
    pub struct OwnerLine {
        #[alchemy(filter, search)]
        pub name: String,
        pub id: Uuid,
    }
}
use full::*;
use twin::*;

fn open(db: &TestDatabase) -> Engine {
    Engine::connect(EngineConfig::new(db.url()).pool_size(2)).unwrap()
}

fn choices_json(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let session = engine.session();
    let service = PostService::new(session.clone());
    service.create_many([post("a", Status::Draft), post("b", Status::Published)]).unwrap();
    for c in [
        json!({"type":"choices","field_name":"status","values":["bogus"]}),
        json!({"type":"not_in_collection","field_name":"status","values":["pubished"]}),
        json!({"type":"comparison","field_name":"status","operator":"notin","value":["DRAFT"]}),
        json!({"type":"comparison","field_name":"status","operator":"ne","value":"bogus"}),
        json!({"type":"before_after","field_name":"status","before":"zzz"}),
        json!({"type":"comparison","field_name":"status","operator":"between","value":["a","zz"]}),
    ] {
        let filter = MultiFilter::from_value(json!({"and_":[c]})).unwrap();
        let r = filter.resolve::<Post>().map_err(Error::from).and_then(|f| service.list(f)).map(|l| l.len());
        println!("CHOICES {c} -> {r:?}");
    }
    let r = Filters::<Post>::from_params([("statusNotIn", "pubished")], &ParamLimits::default()).map(|_| ());
    println!("CHOICES query string -> {r:?}");
}

fn twin_models(db: TestDatabase) {
    let engine = open(&db);
    println!("TWIN create_all {:?}", engine.create_all());
    let session = engine.session();
    let owner = OwnerService::new(session.clone()).create(NewOwner { id: None, name: "Ann".into() }).unwrap();
    PetService::new(session.clone()).create(NewPet { id: None, owner_id: owner.id, name: "Rex".into() }).unwrap();
    let filter = MultiFilter::from_value(json!({"and_":[{"type":"exists","table":"pets"}]})).unwrap();
    println!("TWIN owners: {:?}", filter.resolve::<Owner>().map_err(Error::from).and_then(|f| OwnerService::new(session.clone()).list(f)));
    println!("TWIN lines: {:?}", filter.resolve::<OwnerLine>().map_err(Error::from).and_then(|f| OwnerLineService::new(session.clone()).list(f)));
    let filter = MultiFilter::from_value(json!({"and_":[{"type":"not_exists","table":"pets"}]})).unwrap();
    println!("TWIN lines without: {:?}", filter.resolve::<OwnerLine>().map_err(Error::from).and_then(|f| OwnerLineService::new(session.clone()).list(f)));
}

fn deleted_twin(_: TestDatabase) {}

fn fan_out(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let session = engine.session();
    let owner = OwnerService::new(session.clone()).create(NewOwner { id: None, name: "Ann".into() }).unwrap();
    let pets = (0..150).map(|n| NewPet { id: None, owner_id: owner.id, name: format!("p{n}") });
    PetService::new(session.clone()).create_many(pets).unwrap();
    session.commit().unwrap();
    for depth in 1..=3 {
        let mut inner = json!({"type":"search","field_name":"name","value":"nothing has this"});
        for _ in 0..depth {
            inner = json!({"type":"exists","table":"pets","filters":[
                {"type":"exists","table":"owners","filters":[inner]}]});
        }
        let text = json!({"and_":[{"type":"exists","table":"pets","filters":[
            {"type":"search","field_name":"name","value":"p"}, ]} , inner]}).to_string();
        let filter = MultiFilter::parse(&text).unwrap().resolve::<Owner>().unwrap();
        let start = std::time::Instant::now();
        let service = OwnerService::new(engine.session());
        let n = service.count(filter);
        println!("FAN {} bytes, {depth} pairs, {n:?} {:?}", text.len(), start.elapsed());
        if start.elapsed().as_secs() > 5 { break; }
    }
}

fn no_page(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let service = PostService::new(engine.session());
    service.create_many((0..300).map(|n| post(&format!("t{n}"), Status::Draft))).unwrap();
    let filter = MultiFilter::parse(r#"{"and_":[{"type":"not_null","field_name":"title"}]}"#).unwrap();
    println!("NOPAGE {:?}", service.list(filter).map(|l| l.len()));
}

fn values_twice(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let json = json!({"and_":[{"type":"collection","field_name":"title","values":vec!["x"; 500]}]}).to_string();
    let mut params = vec![("filters", json.as_str())];
    params.extend(std::iter::repeat_n(("titleNotIn", "y"), 500));
    let r = Filters::<Post>::from_params(params, &ParamLimits::default()).map(|_| "accepted 1000 values");
    println!("VALUES {r:?}");
}

fn dateeq_last_day(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let service = PostService::new(engine.session());
    let mut p = post("a", Status::Draft);
    p.moment = Some("9999-12-31T12:00:00Z".parse().unwrap());
    service.create(p).unwrap();
    let f = r#"{"and_":[{"type":"comparison","field_name":"moment","operator":"dateeq","value":"9999-12-31"}]}"#;
    println!("DATEEQ {:?}", service.count(MultiFilter::parse(f).unwrap()));
}

fn long_weights(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let session = engine.session();
    let service = PostService::new(session.clone());
    let long = "\u{FDFA}".repeat(100);
    service.create_many((0..20).map(|n| post(&format!("{long}{}", char::from(b'a' + (n * 7 % 20) as u8)), Status::Draft))).unwrap();
    let mut seen = 0;
    let mut keyset = Keyset::first(3);
    loop {
        let page = service.list_page(Filters::new().order_by(Post::TITLE.asc()).keyset(keyset));
        let Ok(page) = page else { println!("LONG {:?}", page.map(|_| ())); break };
        seen += page.items.len();
        match page.next { Some(next) => keyset = Keyset::at(3, next), None => break }
        if seen > 60 { break; }
    }
    println!("LONG seen {seen} of 20");
}

fn infinity(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let session = engine.session();
    let service = PostService::new(session.clone());
    service.create_many((0..4).map(|n| post(&format!("t{n}"), Status::Draft))).unwrap();
    session.run(|c| diesel::sql_query(if cfg!(any()) { "" } else { "UPDATE posts SET ratio = 1e308 * 10.0" }).execute(c)).or_else(|_| {
        session.rollback().unwrap();
        service.create_many((0..4).map(|n| post(&format!("t{n}"), Status::Draft))).unwrap();
        session.run(|c| diesel::sql_query("UPDATE posts SET ratio = 'infinity'").execute(c))
    }).unwrap();
    let first = service.list_page(Filters::new().order_by(Post::RATIO.asc()).keyset(Keyset::first(2))).unwrap();
    println!("INF first {:?}", first.items.iter().map(|p| p.ratio).collect::<Vec<_>>());
    let second = service.list_page(Filters::new().order_by(Post::RATIO.asc()).keyset(Keyset::at(2, first.next.unwrap())));
    println!("INF second {:?}", second.map(|p| p.items.len()));
}

fn misc(db: TestDatabase) {
    let engine = open(&db);
    let _ = engine.create_all();
    let session = engine.session();
    let service = PostService::new(session.clone());
    service.create_many([post("a", Status::Draft)]).unwrap();
    // digits
    let mut p = post("d", Status::Draft);
    p.amount = Some("12345678901234.1234".parse().unwrap());
    println!("MISC amount {:?}", service.create(p).map(|p| p.amount));
    for v in ["12345678901234.1234", "0.12345678901234567890123", "123456789012345678901234567890"] {
        let f = format!(r#"{{"and_":[{{"type":"comparison","field_name":"amount","operator":"eq","value":{v}}}]}}"#);
        let m = MultiFilter::parse(&f).unwrap().resolve::<Post>();
        println!("MISC digits {v}: {m:?}");
    }
    // NUL
    println!("MISC nul create {:?}", service.create(post("a\0b", Status::Draft)).map(|p| p.title));
    let session = engine.session();
    let service = PostService::new(session.clone());
    let _ = service.create(post("a\0b", Status::Draft));
    let session2 = session.clone();
    for f in [
        r#"{"and_":[{"type":"not_in_search","field_name":"title","value":"\u0000"}]}"#,
        r#"{"and_":[{"type":"search","field_name":"title","value":"b"}]}"#,
        r#"{"and_":[{"type":"comparison","field_name":"title","operator":"eq","value":"a\u0000b"}]}"#,
    ] {
        println!("MISC {f} {:?}", MultiFilter::parse(f).and_then(|m| m.resolve::<Post>()).map_err(Error::from).and_then(|m| service.count(m)));
    }
    let _ = (session2, all());
}

fn prepared_slots(_: TestDatabase) {}
