//! Tables of SQLite that people wrote.

use alchemy_core::migration::schema::live;
use alchemy_tests::{TestDatabase, database_tests};

use super::{engine, made_by};

database_tests! {
    awkward_tables: [sqlite],
    row_numbers_are_never_null: [sqlite],
    indexes_and_triggers: [sqlite],
    foreign_keys_refer_to_what_is_there: [sqlite],
    the_databases_own_tables_are_left_out: [sqlite],
    altered_tables: [sqlite],
}

fn awkward_tables(db: TestDatabase) {
    let found = made_by(
        &db,
        r#"CREATE TABLE "select ""x"" größe" ( -- a comment, with (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            "na""me, (" VARCHAR (10, 2) NOT NULL DEFAULT ('a' || ')') COLLATE NOCASE,
            [group] text CHECK ([group] <> ')' /* ) */) CHECK ([group] > ''),
            key DEFAULT -1.50,
            `sum` INTEGER GENERATED ALWAYS AS (key + length("na""me, (")) STORED,
            twice AS (key * 2),
            stamp DATETIME DEFAULT CURRENT_TIMESTAMP UNIQUE,
            plain BLOB COLLATE BINARY DEFAULT x'00ff',
            CONSTRAINT "u n" UNIQUE (KEY COLLATE NOCASE DESC, [group]) ON CONFLICT IGNORE,
            UNIQUE ("group"), UNIQUE (`group`)
            CONSTRAINT named CHECK (key IN (1, 2)) CHECK (1)
        );
        CREATE TABLE strict_one (a TEXT, b INT NOT NULL, PRIMARY KEY (b, a)) /* why */ WITHOUT ROWID, STRICT;
        CREATE TABLE copied AS SELECT 1 AS one, 'x' AS "two words";
        CREATE TABLE bare (a, b)"#,
    );
    assert_eq!(
        found,
        r#"TABLE bare | 
  a: 
  b: 
TABLE copied | 
  one: 
  two words: 
TABLE select "x" größe | 
  id: INTEGER NOT NULL Identity
  na"me, (: VARCHAR (10, 2) NOT NULL DEFAULT ('a' || ')') COLLATE NOCASE
  group: TEXT
  key:  DEFAULT -1.50
  sum: INTEGER Computed { expression: "key + length(\"na\"\"me, (\")", stored: true }
  twice:  Computed { expression: "key * 2", stored: false }
  stamp: DATETIME DEFAULT CURRENT_TIMESTAMP
  plain: BLOB DEFAULT x'00ff'
  KEY - ["id"]
  UNIQUE - ["group"]
  UNIQUE u n ["key", "group"]
  UNIQUE - ["stamp"]
  CHECK - 1
  CHECK - [group] <> ')'
  CHECK - [group] > ''
  CHECK named key IN (1, 2)
TABLE strict_one | WITHOUT ROWID, STRICT
  a: TEXT NOT NULL
  b: INT NOT NULL
  KEY - ["b", "a"]
"#
    );
}

fn row_numbers_are_never_null(db: TestDatabase) {
    let found = made_by(
        &db,
        "CREATE TABLE a (id integer PRIMARY KEY);
         CREATE TABLE b (id INTEGER PRIMARY KEY DESC);
         CREATE TABLE c (id INT PRIMARY KEY);
         CREATE TABLE d (id INTEGER, x TEXT, CONSTRAINT pk PRIMARY KEY (ID));
         CREATE TABLE e (id INTEGER, x TEXT, PRIMARY KEY (id, x));
         CREATE TABLE f (id INTEGER, x TEXT, PRIMARY KEY (id AUTOINCREMENT))",
    );
    assert_eq!(
        found,
        r#"TABLE a | 
  id: INTEGER NOT NULL
  KEY - ["id"]
TABLE b | 
  id: INTEGER
  KEY - ["id"]
TABLE c | 
  id: INT
  KEY - ["id"]
TABLE d | 
  id: INTEGER NOT NULL
  x: TEXT
  KEY pk ["id"]
TABLE e | 
  id: INTEGER
  x: TEXT
  KEY - ["id", "x"]
TABLE f | 
  id: INTEGER NOT NULL Identity
  x: TEXT
  KEY - ["id"]
"#
    );
}

fn indexes_and_triggers(db: TestDatabase) {
    let found = made_by(
        &db,
        "CREATE TABLE t (a INTEGER, b TEXT, c TEXT UNIQUE);
         CREATE UNIQUE INDEX IF NOT EXISTS \"z z\" ON T (A DESC, \"b\" COLLATE nocase) WHERE (a > 1) AND b <> ')';
         CREATE INDEX main.y ON t(lower(b) DESC, a + 1, c ASC) -- why
;
         CREATE TRIGGER [t ins] AFTER INSERT ON T BEGIN UPDATE t SET a = 1; END;
         CREATE VIEW v AS SELECT a FROM t;
         CREATE TRIGGER v_ins INSTEAD OF INSERT ON v BEGIN SELECT 1; END",
    );
    assert_eq!(
        found,
        r#"TABLE t | 
  a: INTEGER
  b: TEXT
  c: TEXT
  UNIQUE - ["c"]
  INDEX y [<lower(b)> DESC, <a + 1>, c]
  UNIQUE INDEX z z [a DESC, b COLLATE nocase] WHERE (a > 1) AND b <> ')'
  CREATE TRIGGER [t ins] AFTER INSERT ON T BEGIN UPDATE t SET a = 1; END
"#
    );
}

fn foreign_keys_refer_to_what_is_there(db: TestDatabase) {
    db.admin(
        "CREATE TABLE Parents (Id INTEGER PRIMARY KEY, x TEXT UNIQUE);
         CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (b, a));
         CREATE TABLE children (
            id INTEGER PRIMARY KEY,
            one INTEGER REFERENCES parents,
            two INTEGER CONSTRAINT \"f k\" REFERENCES PARENTS(ID) ON DELETE SET NULL ON UPDATE SET DEFAULT
                NOT NULL DEFERRABLE INITIALLY DEFERRED,
            three TEXT, four INTEGER,
            FOREIGN KEY (FOUR, one) REFERENCES pairs ON DELETE CASCADE ON UPDATE RESTRICT DEFERRABLE,
            CONSTRAINT later FOREIGN KEY (three) REFERENCES nowhere (y) ON DELETE NO ACTION
         )",
    );
    // What is ignored is referred to all the same.
    let schema = live(&engine(&db), &["Parents".to_owned(), "pairs".to_owned()]).unwrap();
    assert_eq!(
        super::described(&schema),
        r#"TABLE children | 
  id: INTEGER NOT NULL
  one: INTEGER
  two: INTEGER NOT NULL
  three: TEXT
  four: INTEGER
  KEY - ["id"]
  FOREIGN - ["four", "one"] -> pairs ["b", "a"] Cascade Restrict
  FOREIGN - ["one"] -> Parents ["Id"] NoAction NoAction
  FOREIGN later ["three"] -> nowhere ["y"] NoAction NoAction
  FOREIGN f k ["two"] -> Parents ["Id"] SetNull SetDefault DEFERRED
"#
    );
}

fn the_databases_own_tables_are_left_out(db: TestDatabase) {
    let found = made_by(
        &db,
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT);
         CREATE VIRTUAL TABLE words USING fts5(text);
         INSERT INTO a DEFAULT VALUES; ANALYZE;
         CREATE TEMPORARY TABLE gone (x)",
    );
    assert_eq!(found, "TABLE a | \n  id: INTEGER NOT NULL Identity\n  KEY - [\"id\"]\n");
}

fn altered_tables(db: TestDatabase) {
    let found = made_by(
        &db,
        "CREATE TABLE before (a INTEGER CHECK (a > 0), b TEXT, CONSTRAINT u UNIQUE (a, b));
         ALTER TABLE before ADD COLUMN c INTEGER NOT NULL DEFAULT 5 CHECK (c <> 6) /* , */;
         ALTER TABLE before RENAME COLUMN a TO \"a a\";
         ALTER TABLE before ADD COLUMN d REFERENCES before (\"a a\");
         ALTER TABLE before RENAME TO after",
    );
    assert_eq!(
        found,
        r#"TABLE after | 
  a a: INTEGER
  b: TEXT
  c: INTEGER NOT NULL DEFAULT 5
  d: 
  UNIQUE u ["a a", "b"]
  FOREIGN - ["d"] -> after ["a a"] NoAction NoAction
  CHECK - "a a" > 0
  CHECK - c <> 6
"#
    );
}
