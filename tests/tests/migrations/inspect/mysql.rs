//! Tables of MariaDB that people wrote.

use alchemy_core::migration::schema::{in_own_words, live};
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use super::{described, engine, made_by};

database_tests! {
    awkward_tables_of_mariadb: [mysql],
    indexes_of_mariadb: [mysql],
    foreign_keys_of_mariadb: [mysql],
    options_of_mariadb: [mysql],
    written_expressions_are_repeated_by_mariadb: [mysql],
    the_sessions_mode_changes_nothing: [mysql],
}

const AWKWARD: &str = r#"SET sql_mode = 'STRICT_ALL_TABLES';
    CREATE TABLE `select ``x`` größe` ( -- a comment, with (
        id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
        flag BOOLEAN DEFAULT TRUE, small TINYINT(1) NOT NULL, narrow INT(5) ZEROFILL DEFAULT 7,
        document JSON NOT NULL DEFAULT '{}', checked LONGTEXT CHECK (json_valid(`checked`) AND checked <> '[]'),
        colour ENUM('red', 'it''s, (blue)', 'a\\b') DEFAULT 'red',
        old VARCHAR(10) CHARACTER SET latin1 DEFAULT 'it''s \\ "q"',
        other CHAR(3) COLLATE utf8mb4_bin,
        stamp DATETIME(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
        touched TIMESTAMP NULL ON UPDATE current_timestamp(),
        sum DECIMAL(10,2) DEFAULT (1+1), made UUID DEFAULT uuid(), bits BIT(3) DEFAULT b'101',
        `na``me, (` VARCHAR(20) COMMENT 'it''s a ) comment, really' DEFAULT '',
        stored INT AS (narrow + 1) STORED, virtual VARCHAR(20) AS (concat(old, ')')) VIRTUAL,
        hidden INT INVISIBLE DEFAULT -3, positive INT CHECK (positive > 0),
        CONSTRAINT `c k` CHECK (flag <> 0 OR `na``me, (` LIKE 'a''b\\%' OR small IN (1, 2)),
        CHECK (narrow > 1)
    ) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin COMMENT='AUTO_INCREMENT=1 )'"#;

fn awkward_tables_of_mariadb(db: TestDatabase) {
    assert_eq!(
        made_by(&db, AWKWARD),
        r#"TABLE select `x` größe | ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin COMMENT='AUTO_INCREMENT=1 )'
  id: bigint(20) unsigned NOT NULL Sequence
  flag: tinyint(1) DEFAULT 1
  small: tinyint(1) NOT NULL
  narrow: int(5) unsigned zerofill DEFAULT 00007
  document: JSON NOT NULL DEFAULT '{}'
  checked: longtext
  colour: enum('red','it''s, (blue)','a\\b') DEFAULT 'red'
  old: varchar(10) DEFAULT 'it''s \\ "q"' COLLATE latin1_swedish_ci
  other: char(3) COLLATE utf8mb4_bin
  stamp: datetime(6) DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6)
  touched: timestamp DEFAULT NULL ON UPDATE current_timestamp()
  sum: decimal(10,2) DEFAULT (1 + 1)
  made: uuid DEFAULT uuid()
  bits: bit(3) DEFAULT b'101'
  na`me, (: varchar(20) DEFAULT '' COMMENT 'it''s a ) comment, really'
  stored: int(11) Computed { expression: "`narrow` + 1", stored: true }
  virtual: varchar(20) Computed { expression: "concat(`old`,')')", stored: false }
  hidden: int(11) DEFAULT -3 INVISIBLE
  positive: int(11)
  KEY - ["id"]
  CHECK - `positive` > 0 OF positive
  CHECK - json_valid(`checked`) and `checked` <> '[]' OF checked
  CHECK CONSTRAINT_1 `narrow` > 1
  CHECK c k `flag` <> 0 or `na``me, (` like 'a\'b\\%' or `small` in (1,2)
"#
    );
}

fn indexes_of_mariadb(db: TestDatabase) {
    let found = made_by(
        &db,
        "CREATE TABLE t (a INT, b VARCHAR(100), c LONGTEXT, d POINT NOT NULL,
            UNIQUE KEY `u ``n` (b, a), UNIQUE (a), UNIQUE KEY prefixed (c(10)), UNIQUE KEY falling (a DESC, b),
            UNIQUE KEY hashed (c) USING HASH,
            KEY `two parts` (c(20), a DESC), KEY tree (b) USING BTREE COMMENT 'x, (', FULLTEXT KEY words (b, c),
            SPATIAL KEY places (d)) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin",
    );
    assert_eq!(
        found,
        r#"TABLE t | ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin
  a: int(11)
  b: varchar(100)
  c: longtext
  d: point NOT NULL
  UNIQUE a ["a"]
  UNIQUE u `n ["b", "a"]
  UNIQUE hashed ["c"]
  UNIQUE INDEX falling [a DESC, b]
  INDEX places [d] USING spatial
  UNIQUE INDEX prefixed [c(10)]
  INDEX tree [b]
  INDEX two parts [c(20), a DESC]
  INDEX words [b, c] USING fulltext
"#
    );
}

fn foreign_keys_of_mariadb(db: TestDatabase) {
    let found = made_by(
        &db,
        "CREATE TABLE parents (id INT PRIMARY KEY, x INT, y INT, KEY (x, y)) ENGINE=InnoDB DEFAULT CHARSET=latin1 \
            COLLATE=latin1_bin;
         CREATE TABLE children (id INT PRIMARY KEY, a INT, b INT, c INT, d INT, e INT, f INT,
            CONSTRAINT `f k` FOREIGN KEY (a) REFERENCES parents (id) ON DELETE CASCADE ON UPDATE SET NULL,
            FOREIGN KEY (b) REFERENCES parents (id) ON DELETE RESTRICT ON UPDATE NO ACTION,
            CONSTRAINT pair FOREIGN KEY (c, d) REFERENCES parents (x, y) ON DELETE NO ACTION ON UPDATE RESTRICT,
            CONSTRAINT own FOREIGN KEY (e) REFERENCES children (id), KEY wider (e, f),
            CONSTRAINT plain FOREIGN KEY (f) REFERENCES parents (id), KEY explicit (f)
         ) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin",
    );
    assert_eq!(
        found,
        r#"TABLE children | ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin
  id: int(11) NOT NULL
  a: int(11)
  b: int(11)
  c: int(11)
  d: int(11)
  e: int(11)
  f: int(11)
  KEY - ["id"]
  FOREIGN f k ["a"] -> parents ["id"] Cascade SetNull
  FOREIGN children_ibfk_1 ["b"] -> parents ["id"] NoAction NoAction
  FOREIGN pair ["c", "d"] -> parents ["x", "y"] NoAction NoAction
  FOREIGN own ["e"] -> children ["id"] NoAction NoAction
  FOREIGN plain ["f"] -> parents ["id"] NoAction NoAction
  INDEX explicit [f]
  INDEX wider [e, f]
TABLE parents | ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin
  id: int(11) NOT NULL
  x: int(11)
  y: int(11)
  KEY - ["id"]
  INDEX x [x, y]
"#
    );
}

fn options_of_mariadb(db: TestDatabase) {
    let found = made_by(
        &db,
        "CREATE TABLE parted (id INT PRIMARY KEY) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin
            PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10));
         CREATE TABLE kept (id INT PRIMARY KEY) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin
            WITH SYSTEM VERSIONING;
         CREATE SEQUENCE s;
         CREATE VIEW v AS SELECT 1 AS x",
    );
    assert_eq!(
        found,
        r#"TABLE kept | ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin WITH SYSTEM VERSIONING
  id: int(11) NOT NULL
  KEY - ["id"]
TABLE parted | ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin
 PARTITION BY RANGE (`id`)
(PARTITION `p0` VALUES LESS THAN (10) ENGINE = InnoDB)
  id: int(11) NOT NULL
  KEY - ["id"]
"#
    );
}

fn written_expressions_are_repeated_by_mariadb(db: TestDatabase) {
    db.admin(AWKWARD);
    let engine = engine(&db);
    let found = live(&engine, &[]).unwrap();
    let mut said = found.clone();
    let table = &mut said.tables[0];
    table.columns[1].default = Some("TRUE".to_owned());
    table.columns[11].default = Some("(1+1)".to_owned());
    table.columns[18].default = Some("NULL".to_owned());
    table.checks[2].expression = "(narrow>1)".to_owned();
    assert_eq!(described(&in_own_words(&engine, &said).unwrap()), described(&found));
}

fn the_sessions_mode_changes_nothing(db: TestDatabase) {
    let found = made_by(&db, AWKWARD);
    let mode = "ANSI_QUOTES,PIPES_AS_CONCAT,STRICT_ALL_TABLES";
    let engine = Engine::connect(EngineConfig::new(db.url()).sql_mode(mode).pool_size(1)).unwrap();
    let schema = live(&engine, &[]).unwrap();
    assert_eq!(described(&schema), found);
}
