//! Query strings, from their parameters to pages of rows.

use std::collections::BTreeMap;

use alchemy_core::filter::ParamLimits;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};
use diesel::prelude::*;

use crate::open;

database_tests! {
    pages,
    searches,
    orders,
    keys,
    moments,
    fields_and_lists_of_values,
    every_page_of_equal_rows_holds_each_row_once,
    a_choice_is_one_of_those_there_are,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "members", bind_key = "members")]
struct Member {
    id: Uuid,
    #[alchemy(search, sort, filter)]
    name: String,
    #[alchemy(search, filter)]
    nick_name: Option<String>,
    #[alchemy(sort, filter)]
    age: Option<i32>,
    #[alchemy(sort, filter)]
    born_on: Option<NaiveDate>,
    #[alchemy(filter)]
    active: bool,
    #[alchemy(filter)]
    team: Uuid,
    secret: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

type Query<'a> = &'a [(&'a str, &'a str)];

const RED: Uuid = Uuid::from_u128(0xfeed_0001);
const BLUE: Uuid = Uuid::from_u128(0xfeed_0002);

fn new(
    name: &str,
    nick_name: Option<&str>,
    age: Option<i32>,
    born_on: Option<&str>,
    team: Uuid,
) -> NewMember {
    NewMember {
        id: None,
        name: name.to_owned(),
        nick_name: nick_name.map(str::to_owned),
        age,
        born_on: born_on.map(|day| day.parse().unwrap()),
        active: team == RED,
        team,
        secret: Some("hidden".to_owned()),
    }
}

/// Seven members, made on the first seven days of 2024 at noon and changed a month later.
fn fill(db: &TestDatabase) -> MemberService {
    let session = open(db, "members").session();
    let service = MemberService::new(session.clone());
    let members = service
        .create_many([
            new("Ann", Some("annie"), Some(30), Some("1990-01-01"), RED),
            new("Bob", Some("b_b"), None, Some("1991-01-01"), RED),
            new("Cid", None, Some(30), None, BLUE),
            new("Dan", Some("50%"), Some(20), None, BLUE),
            new("Eve", Some("ANNA"), Some(40), Some("1989-01-01"), RED),
            new("Fay", Some("anna"), Some(30), Some("1990-01-01"), RED),
            new("Gus", None, None, Some("2000-01-01"), BLUE),
        ])
        .unwrap();
    for (day, member) in (1..).zip(&members) {
        let at = |month| {
            let day = NaiveDate::from_ymd_opt(2024, month, day).unwrap();
            day.and_hms_opt(12, 0, 0).unwrap().and_utc()
        };
        session
            .run(|connection| {
                diesel::update(members::table.find(member.id))
                    .set((members::created_at.eq(at(1)), members::updated_at.eq(at(2))))
                    .execute(connection)
            })
            .unwrap();
    }
    service
}

fn read(query: Query<'_>) -> Filters<Member> {
    Filters::from_params(query.iter().copied(), &ParamLimits::default()).unwrap()
}

/// The initials on the page, and the total.
fn page(service: &MemberService, query: Query<'_>) -> (String, i64) {
    let (members, total) = service.list_and_count(read(query)).unwrap();
    (members.iter().map(|member| &member.name[..1]).collect(), total)
}

/// In alphabetical order, each query gives this page and this total.
#[track_caller]
fn check(service: &MemberService, cases: &[(Query<'_>, &str, i64)]) {
    for (query, expected, total) in cases {
        let sorted = [query, [("orderBy", "name"), ("sortOrder", "asc")].as_slice()].concat();
        assert_eq!(page(service, &sorted), ((*expected).to_owned(), *total), "{query:?}");
    }
}

fn pages(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        &[
            (&[], "ABCDEFG", 7),
            (&[("pageSize", "3")], "ABC", 7),
            (&[("pageSize", "3"), ("currentPage", "2")], "DEF", 7),
            (&[("pageSize", "3"), ("currentPage", "3")], "G", 7),
            (&[("pageSize", "3"), ("currentPage", "4")], "", 7),
            (&[("pageSize", "7"), ("currentPage", "2")], "", 7),
            (&[("currentPage", "1000000")], "", 7),
            (&[("currentPage", "9223372036854775807"), ("pageSize", "1")], "", 7),
            (&[("pageSize", "2"), ("currentPage", "2"), ("age", "30")], "F", 3),
            (&[("pageSize", "2"), ("currentPage", "9"), ("age", "30")], "", 3),
            (&[("pageSize", "2"), ("currentPage", "9"), ("age", "99")], "", 0),
            (&[("pageSize", "100")], "ABCDEFG", 7),
        ],
    );
    let filters = read(&[("pageSize", "2"), ("currentPage", "4"), ("sortOrder", "asc")]);
    let (members, total) = service.list_and_count(&filters).unwrap();
    let page: OffsetPagination<Member> = service.to_schema_page(members, total, &filters);
    assert_eq!((page.items.len(), page.limit, page.offset, page.total), (1, 2, 6, 7));
}

fn searches(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        &[
            (&[("searchString", "Ann")], "A", 1),
            (&[("searchString", "ann")], "AF", 2),
            (&[("searchString", "ann"), ("searchIgnoreCase", "false")], "AF", 2),
            (&[("searchString", "ann"), ("searchIgnoreCase", "true")], "AEF", 3),
            (&[("searchIgnoreCase", "1"), ("searchString", "DAN")], "D", 1),
            (&[("searchString", "%")], "D", 1),
            (&[("searchString", "_"), ("searchIgnoreCase", "true")], "B", 1),
            (&[("searchString", "'")], "", 0),
            (&[("searchString", "")], "ABCDEFG", 7),
            (&[("searchString", " ")], "ABCDEFG", 7),
            // Not a field that is marked for it.
            (&[("searchString", "hidden")], "", 0),
            (&[("searchString", "ann"), ("age", "30"), ("nameNotIn", "Ann")], "F", 1),
        ],
    );
}

fn orders(db: TestDatabase) {
    let service = fill(&db);
    let names = |query: Query<'_>| page(&service, query).0;
    assert_eq!(names(&[]), "GFEDCBA");
    assert_eq!(names(&[("sortOrder", "asc")]), "ABCDEFG");
    assert_eq!(names(&[("orderBy", "name")]), "GFEDCBA");
    assert_eq!(names(&[("orderBy", "name"), ("sortOrder", "ASC")]), "ABCDEFG");
    // Among those of the same age the key decides; those without one are the youngest.
    let by_age = |direction: &'static str| {
        let query = [("orderBy", "age"), ("sortOrder", direction)];
        let (members, _) = service.list_and_count(read(&query)).unwrap();
        members.into_iter().map(|member| (member.age, member.id)).collect::<Vec<_>>()
    };
    let mut expected = by_age("asc");
    assert_eq!(
        expected.iter().map(|(age, _)| *age).collect::<Vec<_>>(),
        [None, None, Some(20), Some(30), Some(30), Some(30), Some(40)]
    );
    assert!(expected.is_sorted());
    expected.reverse();
    assert_eq!(by_age("desc"), expected);
    for field in ["bornOn", "born_on"] {
        let order = names(&[("orderBy", field), ("sortOrder", "asc")]);
        let (nulls, days) = order.split_at(2);
        assert!(["CD", "DC"].contains(&nulls) && ["EAFBG", "EFABG"].contains(&days), "{order}");
    }
}

fn keys(db: TestDatabase) {
    let service = fill(&db);
    let ids: BTreeMap<String, String> = service
        .list(alchemy_core::filter::all())
        .unwrap()
        .into_iter()
        .map(|member| (member.name, member.id.to_string()))
        .collect();
    let (ann, bob, cid) = (ids["Ann"].as_str(), ids["Bob"].as_str(), ids["Cid"].as_str());
    let nobody = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    check(
        &service,
        &[
            (&[("ids", ann)], "A", 1),
            (&[("ids", ann), ("ids", cid)], "AC", 2),
            (&[("ids", &format!("{ann},{bob},{nobody}"))], "AB", 2),
            (&[("ids", nobody)], "", 0),
            (&[("ids", &format!("{ann},{bob}")), ("ids", cid), ("age", "30")], "AC", 2),
            (&[("ids", &ann.to_uppercase())], "A", 1),
        ],
    );
}

fn moments(db: TestDatabase) {
    let service = fill(&db);
    check(
        &service,
        &[
            (&[("createdBefore", "2024-01-03T12:00:00Z")], "AB", 2),
            (&[("createdBefore", "2024-01-03T12:00:00.000001Z")], "ABC", 3),
            (&[("createdAfter", "2024-01-05T12:00:00Z")], "FG", 2),
            (&[("createdAfter", "2024-01-05T11:59:59.999999Z")], "EFG", 3),
            (&[("createdAfter", "2024-01-02"), ("createdBefore", "2024-01-04")], "BC", 2),
            // Noon in UTC.
            (&[("createdAfter", "2024-01-05T14:00:00+02:00")], "FG", 2),
            (&[("createdAfter", "2024-01-05T14:00:00 02:00")], "FG", 2),
            (&[("updatedBefore", "2024-02-02")], "A", 1),
            (&[("updatedAfter", "2024-02-06T12:00:00")], "G", 1),
            (&[("updatedBefore", "2024-01-31")], "", 0),
            (&[("createdBefore", "9999-12-31T23:59:59Z")], "ABCDEFG", 7),
            (&[("createdAfter", "0001-01-01")], "ABCDEFG", 7),
        ],
    );
}

fn fields_and_lists_of_values(db: TestDatabase) {
    let service = fill(&db);
    let (red, blue) = (RED.to_string(), BLUE.to_string());
    check(
        &service,
        &[
            (&[("name", "Ann")], "A", 1),
            (&[("name", "ann")], "", 0),
            (&[("name", "A%")], "", 0),
            (&[("name", "Ann' OR '1'='1")], "", 0),
            (&[("nickName", "anna")], "F", 1),
            (&[("age", "30")], "ACF", 3),
            (&[("bornOn", "1990-01-01")], "AF", 2),
            (&[("active", "false")], "CDG", 3),
            (&[("active", "1")], "ABEF", 4),
            (&[("team", &red)], "ABEF", 4),
            (&[("teamIn", &red), ("teamIn", &blue)], "ABCDEFG", 7),
            (&[("nameIn", "Ann"), ("nameIn", "Bob"), ("nameIn", "Zoe")], "AB", 2),
            // A comma is a part of a text.
            (&[("nameIn", "Ann,Bob")], "", 0),
            // The lists of two fields are two conditions.
            (&[("nameIn", "Ann"), ("ageIn", "30"), ("nameIn", "Bob"), ("ageIn", "20")], "A", 1),
            (&[("nameIn", "Ann"), ("nameIn", "Bob"), ("ageIn", "20")], "", 0),
            (&[("ageIn", "20"), ("ageIn", "30"), ("ageNotIn", "30")], "D", 1),
            // Several values of a field are one of them, in either spelling.
            (&[("age", "20"), ("age", "40")], "DE", 2),
            (&[("nickName", "anna"), ("nick_name", "annie")], "AF", 2),
            (&[("age", "20"), ("age", "30"), ("age_in", "30"), ("ageIn", "40")], "ACF", 3),
            (&[("born_on", "1990-01-01"), ("nick_name_not_in", "anna")], "A", 1),
            (&[("ageNotIn", "30")], "BDEG", 4),
            (&[("ageNotIn", "30"), ("ageNotIn", "20")], "BEG", 3),
            (&[("nickNameNotIn", "annie"), ("nickNameNotIn", "anna")], "BCDEG", 5),
            (&[("bornOnIn", "1990-01-01"), ("bornOnIn", "2000-01-01")], "AFG", 3),
            (&[("bornOnNotIn", "1990-01-01")], "BCDEG", 5),
            (&[("teamNotIn", &red)], "CDG", 3),
            (&[("activeIn", "true"), ("activeIn", "false"), ("active", "true")], "ABEF", 4),
        ],
    );
}

fn every_page_of_equal_rows_holds_each_row_once(db: TestDatabase) {
    let service = MemberService::new(open(&db, "members").session());
    let created = service.create_many((0..50).map(|_| new("Same", None, None, None, RED))).unwrap();
    let mut ids: Vec<Uuid> = created.into_iter().map(|member| member.id).collect();
    ids.sort_unstable();
    for order_by in ["name", "age", "bornOn"] {
        for direction in ["asc", "desc"] {
            let mut seen = Vec::new();
            for number in 1..=8 {
                let number = number.to_string();
                let query = [
                    ("pageSize", "7"),
                    ("currentPage", &number),
                    ("orderBy", order_by),
                    ("sortOrder", direction),
                ];
                let (members, total) = service.list_and_count(read(&query)).unwrap();
                assert_eq!(total, 50);
                seen.extend(members.into_iter().map(|member| member.id));
            }
            if direction == "desc" {
                seen.reverse();
            }
            assert_eq!(seen, ids, "{order_by} {direction}");
        }
    }
}

#[test]
fn a_parameter_that_cannot_be_used_is_an_error() {
    let refused = |query: Query<'_>| {
        Filters::<Member>::from_params(query.iter().copied(), &ParamLimits::default())
            .unwrap_err()
            .to_string()
    };
    for (query, message) in [
        ([("secret", "hidden")], "unknown parameter `secret`"),
        ([("secretIn", "hidden")], "unknown parameter `secretIn`"),
        ([("createdAt", "2024-01-01")], "unknown parameter `createdAt`"),
        ([("orderBy", "secret")], "cannot order by `secret`: expected one of `name`, `age`, `born_on`"),
        ([("bornOn", "1990-02-30")], "`bornOn` must be a date (YYYY-MM-DD)"),
        ([("teamIn", "red")], "`teamIn` must be a UUID"),
        ([("ageNotIn", "")], "`ageNotIn` must be a 32-bit whole number"),
        ([("age", "2147483648")], "`age` must be a 32-bit whole number"),
        ([("age_not_in", "old")], "`age_not_in` must be a 32-bit whole number"),
        ([("created_at", "2024-01-01")], "unknown parameter `created_at`"),
    ] {
        assert_eq!(refused(&query), message, "{query:?}");
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TextEnum)]
enum Shape {
    Round,
    Square,
}

#[derive(Debug, Clone, PartialEq, UuidBase, Service)]
#[alchemy(table = "tables_of_shapes", bind_key = "choices")]
struct Piece {
    id: Uuid,
    #[alchemy(sort)]
    name: String,
    #[alchemy(filter)]
    shape: Shape,
    #[alchemy(filter = "other")]
    second: Option<Shape>,
}

fn a_choice_is_one_of_those_there_are(db: TestDatabase) {
    let pieces = PieceService::new(open(&db, "choices").session());
    let new = |name: &str, shape, second| NewPiece { id: None, name: name.to_owned(), shape, second };
    pieces
        .create_many([
            new("ball", Shape::Round, None),
            new("box", Shape::Square, Some(Shape::Round)),
            new("coin", Shape::Round, Some(Shape::Square)),
        ])
        .unwrap();
    let names = |query: &[(&'static str, &'static str)]| {
        let filters = Filters::from_params(query.iter().copied(), &ParamLimits::default())?;
        let rows = pieces.list(filters.order_by(Piece::NAME.asc())).unwrap();
        let mut names: Vec<_> = rows.into_iter().map(|piece| piece.name).collect();
        names.sort();
        Ok::<_, alchemy_core::filter::FilterError>(names)
    };
    assert_eq!(names(&[("shape", "round")]).unwrap(), ["ball", "coin"]);
    assert_eq!(names(&[("shape", "round"), ("shape", "square")]).unwrap(), ["ball", "box", "coin"]);
    assert_eq!(names(&[("otherIn", "round")]).unwrap(), ["box"]);
    assert_eq!(
        names(&[("shape", "Round")]).unwrap_err().to_string(),
        "`shape` must be one of `round`, `square`"
    );
    assert_eq!(
        names(&[("otherIn", "")]).unwrap_err().to_string(),
        "`otherIn` must be one of `round`, `square`"
    );
    let comparison = alchemy_core::filter::ComparisonFilter::new("shape", "eq", "oval");
    let error = pieces.list(comparison).unwrap_err();
    assert_eq!(error.to_string(), "`shape` must be one of `round`, `square`");
}
