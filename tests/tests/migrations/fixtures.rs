//! Rows in files.

mod library;
mod refused;

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use alchemy_core::command::{Streams, run_on};
use alchemy_core::model::ModelMeta;
use alchemy_core::prelude::*;
use alchemy_tests::{Backend, TestDatabase, database_tests};
use serde_json::json;
use tempfile::TempDir;

database_tests! {
    rows_of_every_type_come_back_as_they_were,
    rows_are_in_the_order_of_their_keys_however_many_there_are,
    tables_are_loaded_after_those_that_they_refer_to,
    rows_that_are_there_are_changed,
    keys_that_the_database_makes_go_on_after_those_of_a_file,
    files_are_found_by_the_names_that_upstream_has,
    two_databases_are_loaded_as_one,
    tables_that_refer_to_each_other_are_dropped,
}

#[derive(Debug, Clone, PartialEq, UuidAuditBase, Service)]
#[alchemy(table = "fx_samples", bind_key = "fixtures")]
struct Sample {
    id: Uuid,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    large: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    text: Option<String>,
    #[alchemy(max_length = 20)]
    short: Option<String>,
    bytes: Option<Vec<u8>>,
    other: Option<Uuid>,
    day: Option<NaiveDate>,
    clock: Option<NaiveTime>,
    local: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    document: Option<serde_json::Value>,
    #[alchemy(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Json>)]
    plain: Option<serde_json::Value>,
    amount: Option<BigDecimal>,
    #[alchemy(precision = 10, scale = 2)]
    price: Option<BigDecimal>,
    #[alchemy(filter)]
    colour: Option<Colour>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TextEnum)]
enum Colour {
    Red,
    DeepBlue,
}

/// A node of a tree, with a number that the database makes.
#[derive(Debug, Clone, PartialEq, BigIntBase, Service)]
#[alchemy(table = "fx_nodes", bind_key = "fixtures")]
struct Node {
    id: i64,
    #[alchemy(max_length = 40, unique)]
    name: String,
    #[alchemy(foreign_key(Node))]
    parent_id: Option<i64>,
    #[alchemy(db_default = "7")]
    score: i32,
    #[alchemy(soft_delete)]
    deleted_at: Option<DateTime<Utc>>,
}

/// Refers to its players, who refer to it; its table comes first by name.
#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "fx_clubs", bind_key = "fixtures")]
struct Club {
    #[alchemy(primary_key, max_length = 20)]
    name: String,
    #[alchemy(foreign_key(Player))]
    captain_id: Option<i32>,
}

#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "fx_players", bind_key = "fixtures", check(name = "aged", "age > 0"))]
struct Player {
    #[alchemy(primary_key)]
    id: i32,
    age: i32,
    #[alchemy(max_length = 20, foreign_key(Club))]
    club: String,
}

/// Comes before what it refers to by name.
#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "fx_a_goals", bind_key = "fixtures")]
struct Goal {
    #[alchemy(primary_key, foreign_key(Player))]
    player_id: i32,
    #[alchemy(primary_key)]
    minute: i32,
}

#[derive(Debug, Clone, PartialEq, DefaultBase, Service)]
#[alchemy(table = "fx_notes", bind_key = "fixtures_too")]
struct Note {
    #[alchemy(primary_key)]
    id: i32,
    text: String,
}

fn models() -> [&'static ModelMeta; 6] {
    [Sample::META, Node::META, Club::META, Player::META, Goal::META, Note::META]
}

/// A database with the tables, and a folder.
struct Case {
    engine: Engine,
    engines: Engines,
    models: Vec<&'static ModelMeta>,
    folder: TempDir,
}

impl Case {
    fn new(db: &TestDatabase) -> Self {
        let engine = connect(db, "fixtures");
        let engines = Engines::new(vec![engine.clone()]).expect("one database");
        let models = models().into_iter().filter(|model| model.bind_key() == "fixtures").collect();
        Self { engine, engines, models, folder: TempDir::new().expect("a folder") }
    }

    /// The same with another database beside the first.
    fn with(mut self, other: &TestDatabase) -> Self {
        let engines = vec![self.engine.clone(), connect(other, "fixtures_too")];
        self.engines = Engines::new(engines).expect("two databases");
        self.models = models().to_vec();
        self
    }

    /// The exit status, what was printed, and what was said. `DIR` is the folder.
    fn run(&self, line: &str) -> (u8, String, String) {
        let folder = self.folder.path().to_str().expect("UTF-8");
        let arguments = line.split(' ').map(|word| OsString::from(word.replace("DIR", folder)));
        let (mut input, mut out, mut err) = (std::io::empty(), Vec::new(), Vec::new());
        let mut streams = Streams::new(&mut input, &mut out, &mut err);
        let status = run_on(|| Ok(self.engines.clone()), &self.models, arguments, &mut streams);
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8").replace(folder, "DIR");
        (status, text(out), text(err))
    }

    /// What was printed by a command that goes well and has nothing to say.
    #[track_caller]
    fn printed(&self, line: &str) -> String {
        let (status, out, err) = self.run(line);
        assert_eq!((status, err.as_str()), (0, ""), "{line}");
        out
    }

    /// What was said by a command that fails and prints nothing.
    #[track_caller]
    fn refused(&self, line: &str) -> String {
        let (status, out, err) = self.run(line);
        assert_eq!((status, out.as_str()), (1, ""), "{line}: {err}");
        err
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect(name)
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path().join(name)).expect(name);
    }
}

fn connect(db: &TestDatabase, bind_key: &str) -> Engine {
    let config = EngineConfig::new(db.url()).bind_key(bind_key).pool_size(2);
    let engine = Engine::connect(config).expect("the database is there");
    engine.create_all().expect("the tables are made");
    engine
}

/// Random numbers that are the same at every run (a linear congruential generator with Knuth's constants).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 ^ (self.0 >> 29)
    }

    fn below(&mut self, limit: u64) -> u64 {
        (self.next() >> 8) % limit
    }

    fn maybe<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(5) > 0).then(|| make(self))
    }

    fn text(&mut self, longest: u64) -> String {
        const LETTERS: [&str; 24] = [
            "a", "B", " ", ",", ";", "\"", "'", "\\", "\\N", "\n", "\r\n", "\t", "é", "ß", "🦀", "漢",
            "\u{feff}", "null", "{", "]", "&", "\u{1}", "$json", "0",
        ];
        let mut text = String::new();
        for _ in 0..self.below(longest + 1) {
            let index = usize::try_from(self.below(LETTERS.len() as u64)).expect("small");
            text.push_str(LETTERS[index]);
        }
        text
    }

    fn json(&mut self, depth: u64) -> serde_json::Value {
        match self.below(if depth == 0 { 6 } else { 9 }) {
            0 => json!(null),
            1 => json!(self.below(2) == 0),
            #[allow(clippy::cast_possible_wrap)]
            2 => json!(self.next() as i64),
            3 => json!(f64::from(u32::try_from(self.below(1 << 32)).expect("32 bits")) / 1000.0),
            4 | 5 => json!(self.text(8)),
            6 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            7 => json!({"$json": self.json(depth - 1)}),
            _ => json!({"b": self.json(depth - 1), "ä\"": self.json(depth - 1)}),
        }
    }

    fn moment(&mut self) -> DateTime<Utc> {
        // The years 1 to 9999, to the microsecond.
        const FIRST: i64 = -62_135_596_800;
        const LAST: i64 = 253_402_300_799;
        let second = FIRST + i64::try_from(self.below((LAST - FIRST).unsigned_abs())).expect("it fits");
        let digits = [0, 500_000_000, 120_000_000, 999_999_000, 1_000];
        let nanos = digits[usize::try_from(self.below(5)).expect("small")];
        DateTime::from_timestamp(second, nanos).expect("a moment")
    }

    fn decimal(&mut self, digits: u32, scale: i64) -> BigDecimal {
        let whole = i64::try_from(self.below(10_u64.pow(digits))).expect("it fits");
        BigDecimal::new((if self.below(2) == 0 { whole } else { -whole }).into(), scale)
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // Any bits will do.
    fn sample(&mut self) -> NewSample {
        let short = |random: &mut Self| random.text(20).chars().take(20).collect();
        NewSample {
            id: Some(Uuid::from_u64_pair(self.next(), self.next())),
            flag: self.maybe(|random| random.below(2) == 0),
            small: self.maybe(|random| random.next() as i16),
            medium: self.maybe(|random| random.next() as i32),
            large: self.maybe(|random| random.next() as i64),
            single: self.maybe(|random| f32::from_bits(random.next() as u32)).filter(|one| one.is_normal()),
            double: self.maybe(|random| f64::from_bits(random.next())).filter(|one| one.is_normal()),
            text: self.maybe(|random| random.text(200)),
            short: self.maybe(short),
            bytes: self.maybe(|random| (0..random.below(40)).map(|_| random.next() as u8).collect()),
            other: self.maybe(|random| Uuid::from_u64_pair(random.next(), random.next())),
            day: self.maybe(|random| random.moment().date_naive()),
            clock: self.maybe(|random| random.moment().time()),
            local: self.maybe(|random| random.moment().naive_utc()),
            instant: self.maybe(Self::moment),
            document: self.maybe(|random| random.json(3)),
            plain: self.maybe(|random| random.json(3)),
            amount: self.maybe(|random| random.decimal(15, 6)),
            price: self.maybe(|random| random.decimal(10, 2)),
            colour: self.maybe(|random| if random.below(2) == 0 { Colour::Red } else { Colour::DeepBlue }),
        }
    }
}

fn samples(engine: &Engine) -> Vec<Sample> {
    let session = engine.session();
    SampleService::new(session).list(Sample::ID.asc()).expect("the rows are read")
}

fn rows_of_every_type_come_back_as_they_were(db: TestDatabase) {
    let case = Case::new(&db);
    let session = case.engine.session();
    let service = SampleService::new(session.clone());
    let mut random = Random(1);
    let mut rows: Vec<NewSample> = (0..300).map(|_| random.sample()).collect();
    rows.push(NewSample { large: Some(i64::MAX), text: Some(String::new()), ..empty(Uuid::nil()) });
    rows.push(NewSample { large: Some(i64::MIN), text: Some("\\N".into()), ..empty(Uuid::max()) });
    rows.push(NewSample {
        large: Some((1 << 53) + 1),
        document: Some(json!(null)),
        ..empty(Uuid::from_u128(1))
    });
    service.create_many(rows).expect("the rows are written");
    session.commit().expect("committed");
    let before = samples(&case.engine);
    assert_eq!(before.len(), 303);

    for format in ["json", "csv"] {
        for compress in ["", " --compress gz", " --compress zip"] {
            let folder = format!("DIR/{format}{}", compress.replace(" --compress ", "-"));
            let dump =
                format!("db dump-data --table fx_samples --dir {folder} --file-format {format}{compress}");
            let file = format!("{folder}/fx_samples.{format}{}", compress.replace(" --compress ", "."));
            assert_eq!(case.printed(&dump), format!("fixtures\tfx_samples\t303\t{file}\n"));

            db.admin("DELETE FROM fx_samples");
            let load = format!("db load-data --dir {folder} --table fx_samples");
            assert_eq!(case.printed(&load), format!("fixtures\tfx_samples\t303\t{file}\n"));
            for (after, before) in samples(&case.engine).iter().zip(&before) {
                assert_eq!(after, before, "{file}");
            }
            assert_eq!(samples(&case.engine).len(), 303, "{file}");

            // Changing every row to what it is changes nothing.
            case.printed(&load);
            assert_eq!(samples(&case.engine), before, "{file}");
        }
    }
    // The same rows are the same file.
    let bytes = |name: &str| fs::read(case.folder.path().join(name)).expect("a file");
    let first = bytes("json-gz/fx_samples.json.gz");
    case.printed("db dump-data --table fx_samples --dir DIR/json-gz --compress gz");
    assert!(bytes("json-gz/fx_samples.json.gz") == first);
}

/// A row of nulls.
fn empty(id: Uuid) -> NewSample {
    let map = json!({"id": id});
    NewSample::try_from(map.as_object().expect("an object").clone()).expect("everything else may be left out")
}

fn rows_are_in_the_order_of_their_keys_however_many_there_are(db: TestDatabase) {
    let case = Case::new(&db);
    // More than are read or written at once, in no order, some of them twice.
    let mut rows: Vec<_> = (1..=2500).map(|id| (id * 7919) % 2503).collect();
    rows.extend([5, 5, 1]);
    let lines = rows.iter().map(|id| format!("{{\"id\": {id}, \"name\": \"n{id}\", \"deleted_at\": null}}"));
    case.write("fx_nodes.json", format!("[{}]", lines.collect::<Vec<_>>().join(",\n")));
    assert_eq!(case.printed("db load-data --dir DIR"), "fixtures\tfx_nodes\t2503\tDIR/fx_nodes.json\n");
    assert_eq!(db.number("SELECT count(*) FROM fx_nodes"), 2500);
    db.admin("UPDATE fx_nodes SET deleted_at = '2024-01-02 03:04:05' WHERE id = 2502");

    let out = case.printed("db dump-data --all --dir DIR/out --file-format csv --format json");
    let out: serde_json::Value = serde_json::from_str(&out).expect("one document");
    let nodes =
        json!({"bind_key": "fixtures", "table": "fx_nodes", "rows": 2500, "file": "DIR/out/fx_nodes.csv"});
    assert!(out.as_array().is_some_and(|tables| tables.len() == 5 && tables.contains(&nodes)), "{out}");
    let text = case.read("out/fx_nodes.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,name,parent_id,score,deleted_at"));
    let ids: Vec<i64> =
        lines.map(|line| line.split(',').next().and_then(|id| id.parse().ok()).expect(line)).collect();
    let mut sorted = rows.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    // Rows that were deleted softly are rows.
    assert!(text.ends_with("2502,n2502,\\N,7,2024-01-02T03:04:05Z\n"), "{}", &text[text.len() - 80..]);
    assert_eq!(case.read("out/fx_clubs.csv"), "name,captain_id\n");
    case.printed("db dump-data --table fx_clubs --dir DIR/out2");
    assert_eq!(case.read("out2/fx_clubs.json"), "[]\n");
}

fn tables_are_loaded_after_those_that_they_refer_to(db: TestDatabase) {
    let case = Case::new(&db);
    case.write("fx_a_goals.csv", "player_id,minute\n2,90\n2,17\n");
    case.write("fx_clubs.json", r#"[{"name": "x", "captain_id": 2}, {"name": "y", "captain_id": 3}]"#);
    case.write("fx_players.csv", "\u{feff}id,age,club\r\n3,30,y\r\n2,20,x\r\n");
    // Each node refers to the one after it, over more rows than go into one statement.
    let node = |id: i64| match id {
        1200 => r#"{"id": 1200, "name": "last", "parent_id": 1200}"#.to_owned(),
        id => format!(r#"{{"id": {id}, "name": "n{id}", "parent_id": {}}}"#, id + 1),
    };
    case.write("fx_nodes.json", format!("[{}]", (1..=1200).map(node).collect::<Vec<_>>().join(",")));

    let (status, out, err) = case.run("db load-data --dir DIR");
    assert_eq!((status, err.as_str()), (0, ""));
    let mut lines: Vec<_> = out.lines().collect();
    assert!(
        lines.iter().position(|line| line.contains("fx_a_goals"))
            > lines.iter().position(|line| line.contains("fx_players")),
        "{out}"
    );
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "fixtures\tfx_a_goals\t2\tDIR/fx_a_goals.csv",
            "fixtures\tfx_clubs\t2\tDIR/fx_clubs.json",
            "fixtures\tfx_nodes\t1200\tDIR/fx_nodes.json",
            "fixtures\tfx_players\t2\tDIR/fx_players.csv",
        ]
    );
    assert_eq!(db.number("SELECT count(*) FROM fx_nodes WHERE parent_id = id + 1 OR id = 1200"), 1200);
    assert_eq!(
        db.texts("SELECT c.name FROM fx_clubs c JOIN fx_players p ON p.id = c.captain_id AND p.club = c.name ORDER BY 1"),
        ["x", "y"]
    );
    case.printed("db dump-data --table fx_a_goals --dir DIR/out");
    assert_eq!(
        case.read("out/fx_a_goals.json"),
        "[\n{\"player_id\": 2, \"minute\": 17},\n{\"player_id\": 2, \"minute\": 90}\n]\n"
    );
}

fn rows_that_are_there_are_changed(db: TestDatabase) {
    let case = Case::new(&db);
    case.write(
        "fx_nodes.json",
        r#"[{"id": 1, "name": "a", "score": 1}, {"id": 2, "name": "b"}, {"score": 3, "name": "c", "id": 3}]"#,
    );
    case.printed("db load-data --dir DIR");
    let rows =
        "SELECT name FROM fx_nodes WHERE id = 10 * score - 9 OR id = 2 AND score = 7 OR id = 3 ORDER BY id";
    assert_eq!(db.texts(rows), ["a", "b", "c"]);

    // What is left out stays as it is.
    case.write("fx_nodes.json", r#"[{"id": 1, "name": "A"}, {"id": 4, "name": "d", "parent_id": 1}]"#);
    case.printed("db load-data --dir DIR");
    assert_eq!(
        db.texts("SELECT name FROM fx_nodes WHERE score IN (1, 3, 7) ORDER BY id"),
        ["A", "b", "c", "d"]
    );
    assert_eq!(db.number("SELECT count(*) FROM fx_nodes WHERE id = 1 AND score = 1"), 1);

    // What Alchemy keeps is what the file says, and the current time where it says nothing.
    let id = Uuid::from_u128(1);
    let sample = |more: &str| format!(r#"[{{"id": "{id}"{more}}}]"#);
    case.remove("fx_nodes.json");
    let times = r#", "created_at": "2001-02-03T04:05:06Z", "updated_at": "2002-02-03T04:05:06.000007Z""#;
    case.write("fx_samples.json", sample(times));
    case.printed("db load-data --dir DIR");
    let [row] = samples(&case.engine).try_into().expect("one row");
    assert_eq!(row.created_at.to_rfc3339(), "2001-02-03T04:05:06+00:00");
    assert_eq!(row.updated_at.to_rfc3339(), "2002-02-03T04:05:06.000007+00:00");
    let before = Utc::now() - std::time::Duration::from_millis(1);
    case.write("fx_samples.json", sample(r#", "small": 7"#));
    case.printed("db load-data --dir DIR");
    let [changed] = samples(&case.engine).try_into().expect("one row");
    assert_eq!((changed.small, changed.created_at), (Some(7), row.created_at));
    assert!(changed.updated_at >= before, "{changed:?}");
}

fn keys_that_the_database_makes_go_on_after_those_of_a_file(db: TestDatabase) {
    let case = Case::new(&db);
    case.write("fx_nodes.csv", "id,name\n41,a\n-3,b\n7,c\n");
    case.printed("db load-data --dir DIR");
    let create = |name: &str| {
        let session = case.engine.session();
        let new = NewNode { id: None, name: name.into(), parent_id: None, score: None };
        let node = NodeService::new(session.clone()).create(new).expect("its key is free");
        session.commit().expect("committed");
        node.id
    };
    assert_eq!(create("d"), 42);
    // Lower ones do not take them back.
    case.write("fx_nodes.csv", "id,name\n8,e\n");
    case.printed("db load-data --dir DIR");
    assert_eq!(create("f"), 43);
}

fn files_are_found_by_the_names_that_upstream_has(db: TestDatabase) {
    let case = Case::new(&db);
    let note = |name: &str| format!(r#"[{{"name": "{name}"}}]"#);
    case.write("FX_CLUBS.csv", "name\nupper csv\n");
    assert_eq!(case.printed("db load-data --dir DIR"), "fixtures\tfx_clubs\t1\tDIR/FX_CLUBS.csv\n");
    case.write("fx_clubs.csv", "name\ncsv\n");
    case.write("FX_CLUBS.json", note("upper json"));
    let (status, out, err) = case.run("db load-data --dir DIR");
    assert_eq!((status, out.as_str()), (0, "fixtures\tfx_clubs\t1\tDIR/FX_CLUBS.json\n"));
    assert_eq!(
        err,
        "`DIR/fx_clubs.csv` is left out, as `DIR/FX_CLUBS.json` comes first\n\
         `DIR/FX_CLUBS.csv` is left out, as `DIR/FX_CLUBS.json` comes first\n"
    );
    assert_eq!(db.texts("SELECT name FROM fx_clubs ORDER BY name"), ["upper csv", "upper json"]);

    for name in ["fx_clubs.csv", "FX_CLUBS.json", "FX_CLUBS.csv"] {
        case.remove(name);
    }
    case.write("fx_clubs.json", "\u{feff}[{\"name\": \"mark\"}]");
    case.write("strangers.json.gz", "");
    let (status, _, err) = case.run("db load-data --dir DIR");
    assert_eq!(
        (status, err.as_str()),
        (0, "`DIR/strangers.json.gz` is left out, as no model has such a table\n")
    );
    let (_, _, err) = case.run("db dump-data --table fx_clubs --dir DIR --compress gz");
    assert_eq!(
        err,
        "`DIR/fx_clubs.json` is there too, and load-data takes it and not `DIR/fx_clubs.json.gz`\n"
    );
    assert!(!Path::new(case.folder.path()).join("fx_clubs.json.gz.partial").exists());
}

fn two_databases_are_loaded_as_one(db: TestDatabase) {
    let other = db.another();
    let case = Case::new(&db).with(&other);
    // Each has a folder of its own.
    case.write("fixtures/fx_clubs.csv", "name\nx\n");
    case.write("fixtures_too/fx_notes.csv", "id,text\n1,a\n2\n");
    assert_eq!(
        case.refused("db load-data --dir DIR"),
        "error: `DIR/fixtures_too/fx_notes.csv`, row 2: it does not have one value for each column: 1 for 2\n"
    );
    assert_eq!(db.number("SELECT count(*) FROM fx_clubs"), 0);
    assert_eq!(other.number("SELECT count(*) FROM fx_notes"), 0);

    case.write("fixtures_too/fx_notes.csv", "id,text\n1,\"a\nb\"\n2,\n");
    let out = "fixtures\tfx_clubs\t1\tDIR/fixtures/fx_clubs.csv\nfixtures_too\tfx_notes\t2\tDIR/fixtures_too/fx_notes.csv\n";
    assert_eq!(case.printed("db load-data --dir DIR"), out);
    assert_eq!(db.number("SELECT count(*) FROM fx_clubs"), 1);
    assert_eq!(other.texts("SELECT text FROM fx_notes ORDER BY id"), ["a\nb", ""]);

    let out = "fixtures_too\tfx_notes\t2\tDIR/out/fixtures_too/fx_notes.json\n";
    assert_eq!(case.printed("db dump-data --all --dir DIR/out --bind-key fixtures_too"), out);
    assert_eq!(
        case.read("out/fixtures_too/fx_notes.json"),
        "[\n{\"id\": 1, \"text\": \"a\\nb\"},\n{\"id\": 2, \"text\": \"\"}\n]\n"
    );
    let error = case.refused("db dump-data --all --dir DIR/out --bind-key nope");
    assert_eq!(
        error,
        "error: no database has the bind key `nope`; the configured keys are `fixtures`, `fixtures_too`\n"
    );
}

fn tables_that_refer_to_each_other_are_dropped(db: TestDatabase) {
    let other = db.another();
    let case = Case::new(&db).with(&other);
    case.write("fixtures/fx_clubs.json", r#"[{"name": "x", "captain_id": 2}]"#);
    case.write("fixtures/fx_players.json", r#"[{"id": 2, "age": 3, "club": "x"}]"#);
    case.write("fixtures/fx_nodes.json", r#"[{"id": 1, "name": "a", "parent_id": 1}]"#);
    case.printed("db load-data --dir DIR");
    assert_eq!(
        case.refused("db drop-all --bind-key fixtures"),
        "error: there is no terminal to ask for confirmation at; --no-prompt goes on without\n"
    );
    assert_eq!(db.number("SELECT count(*) FROM fx_clubs"), 1);

    // What is no model's and refers to one keeps all of them.
    db.admin(
        "CREATE TABLE mine (player_id INTEGER NOT NULL, FOREIGN KEY (player_id) REFERENCES fx_players (id))",
    );
    db.admin("INSERT INTO mine VALUES (2)");
    case.refused("db drop-all --no-prompt --bind-key fixtures");
    assert_eq!(db.number("SELECT count(*) FROM fx_players"), 1);
    db.admin("DROP TABLE mine");

    for _ in 0..2 {
        let (status, out, err) = case.run("db drop-all --no-prompt --bind-key fixtures");
        let tables = "`fx_samples`, `fx_nodes`, `fx_clubs`, `fx_players`, `fx_a_goals`";
        let message = format!("dropped the tables {tables} of `fixtures` ({})\n", case.engine.dialect());
        let dropped = "fixtures\tfx_samples\nfixtures\tfx_nodes\nfixtures\tfx_clubs\nfixtures\tfx_players\n\
                       fixtures\tfx_a_goals\n";
        assert_eq!((status, out.as_str(), err), (0, dropped, message));
    }
    let left = match db.backend() {
        Backend::Sqlite => "SELECT count(*) FROM sqlite_master WHERE name LIKE 'fx%'",
        Backend::Postgres => "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'fx%'",
        Backend::Mysql => {
            "SELECT count(*) FROM information_schema.tables WHERE table_name LIKE 'fx%' AND table_schema = DATABASE()"
        }
    };
    assert_eq!(db.number(left), 0);
    case.engine.create_all().expect("made again");
    assert_eq!(db.number("SELECT count(*) FROM fx_clubs"), 0);
}
