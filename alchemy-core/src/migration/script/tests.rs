use super::*;

const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];

fn statements(dialect: Dialect, script: &str) -> Vec<&str> {
    match split(dialect, script) {
        Ok(statements) => statements.into_iter().map(|statement| statement.sql).collect(),
        Err(unclosed) => panic!("{dialect}: the script {unclosed}:\n{script}"),
    }
}

/// One statement of each kind that has a semicolon inside; each must stay whole between two others.
fn hard(dialect: Dialect) -> Vec<&'static str> {
    let all = [
        "SELECT ';'",
        "SELECT 'it''s;' || \"a\"\";b\"",
        "SELECT 1 /* ; ' */ + 2",
        "SELECT 1 -- ; '\n + 2",
        "SELECT '--', ';/*'",
        "SELECT 'über;', 1",
    ];
    let own: &[&str] = match dialect {
        Dialect::Sqlite => &[
            "SELECT [a;b], `c;d`",
            r"SELECT '\', ';'",
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE a SET x = CASE WHEN 1 THEN 2 END; DELETE FROM b; END",
            "CREATE TEMP TRIGGER IF NOT EXISTS t UPDATE OF x ON a WHEN new.end > 1 BEGIN SELECT 1; end",
        ],
        Dialect::Postgres => &[
            r"SELECT E'it\'s;'",
            r"SELECT '\', ';'",
            "SELECT 1 /* a /* ; */ ; */ + 2",
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN a; b; END; $$",
            "DO $body$ BEGIN PERFORM $$;$$; END $body$",
            "CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END; SELECT a; END",
            "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)",
            "PREPARE p AS SELECT $1, ';'",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 2; END",
        ],
        Dialect::Mysql => &[
            r"SELECT 'it\'s;', 'a\\', ';'",
            "SELECT 1 # ; '\n + 2",
            "SELECT 1--';'",
            "SELECT `a;b`, \"c\\\";d\"",
            "/*!50003 SET @a = ';' */",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.x > 1 THEN SET NEW.x = 1; END IF; END",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW IF NEW.x > 1 THEN SET NEW.x = IF(1, 2, 3); END IF",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = CASE WHEN 1 THEN 2 ELSE IF(1, 2, 3) END",
            "CREATE OR REPLACE DEFINER = `a`@`b` PROCEDURE p() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN \
             ROLLBACK; END; l: LOOP CASE x WHEN 1 THEN SET a = 1; ELSE IF y THEN SET b = 1; END IF; END CASE; \
             LEAVE l; END LOOP l; WHILE 1 DO SET a = 1; END WHILE; REPEAT SET a = 1; UNTIL 1 END REPEAT; \
             FOR i IN 1..2 DO SET a = REPEAT('x', 2); END FOR; END",
            "CREATE FUNCTION IF NOT EXISTS f() RETURNS INT DETERMINISTIC RETURN IF(1, 2, 3)",
            "CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM a; DELETE FROM b; END",
            "BEGIN NOT ATOMIC SELECT 1; IF 1 THEN SELECT 2; END IF; END",
            "IF (SELECT count(*) FROM a) > 0 THEN CREATE TABLE b (a INT); INSERT INTO b VALUES (1); END IF",
            "FOR i IN 1..2 DO INSERT INTO a VALUES (i); SELECT 1; END FOR",
            "l: WHILE 1 DO SELECT 1; LEAVE l; END WHILE l",
            "CASE 1 WHEN 1 THEN SELECT 1; ELSE SELECT 2; END CASE",
            "CREATE FUNCTION f(a INT) RETURNS INT IF a > 0 THEN RETURN 1; ELSE RETURN 2; END IF",
            "CREATE FUNCTION f(a ENUM('x', 'y')) RETURNS VARCHAR(9) CHARACTER SET utf8mb4 COMMENT 'c' CASE a WHEN 1 \
             THEN RETURN 1; ELSE RETURN 2; END CASE",
            "CREATE FUNCTION f() RETURNS DOUBLE PRECISION UNSIGNED READS SQL DATA SQL SECURITY DEFINER l: LOOP \
             SELECT 1; END LOOP",
            "CREATE PROCEDURE p() DROP TABLE IF EXISTS a",
            "CREATE PROCEDURE p() SET @a = IF(1, 2, 3)",
            "CREATE DEFINER=user@localhost TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.x = 1; END",
            "CREATE TRIGGER td BEFORE INSERT ON data FOR EACH ROW SET NEW.x = 1",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW FOLLOWS s IF 1 THEN SET NEW.x = 1; END IF",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS CURRENT_TIMESTAMP + INTERVAL 1 HOUR DO IF 1 THEN \
             SELECT 1; END IF",
            "CREATE FUNCTION metaphon RETURNS STRING SONAME 'udf_example.so'",
            "ALTER TABLE a ADD COLUMN b INT",
        ],
    };
    all.iter().chain(own).copied().collect()
}

#[test]
fn statements_with_semicolons_inside_stay_whole() {
    for dialect in ALL {
        for sql in hard(dialect) {
            let script = format!("SELECT 0;{sql};\nSELECT 9");
            assert_eq!(statements(dialect, &script), ["SELECT 0", sql, "SELECT 9"], "{dialect}");
        }
    }
}

#[test]
fn joined_statements_are_split_as_they_were() {
    for dialect in ALL {
        let hard = hard(dialect);
        for rotation in 0..hard.len() {
            let mut expected = hard.clone();
            expected.rotate_left(rotation);
            let script = expected.join("\n;\n\n-- a comment; of one line\n/* and; another */ ; ;");
            assert_eq!(statements(dialect, &script), expected, "{dialect}");
        }
    }
}

#[test]
fn nothing_but_separators_and_comments_is_left_out() {
    let comments = ["-- one; 'two'\n", "/* ' ; */", " \t\r\n", ";"];
    for dialect in ALL {
        let parts: Vec<&str> =
            hard(dialect).into_iter().zip(comments.iter().cycle()).flat_map(|(a, b)| [a, ";", b]).collect();
        let script = parts.concat();
        let mut rest = script.clone();
        for statement in statements(dialect, &script) {
            assert_eq!(rest.matches(statement).count().min(1), 1, "{statement}");
            rest = rest.replacen(statement, "", 1);
        }
        for comment in comments {
            rest = rest.replace(comment, "");
        }
        assert_eq!(rest.trim(), "", "{dialect}");
    }
}

#[test]
fn statements_know_their_lines() {
    for dialect in ALL {
        let script = "\u{feff}-- a comment\nSELECT 1;\n\nSELECT '\n\n', 2; SELECT 3;\n/*\n*/ SELECT\n4";
        let lines: Vec<_> = split(dialect, script).unwrap().into_iter().map(|s| (s.line, s.sql)).collect();
        assert_eq!(
            lines,
            [(2, "SELECT 1"), (4, "SELECT '\n\n', 2"), (6, "SELECT 3"), (8, "SELECT\n4")],
            "{dialect}"
        );
    }
}

#[test]
fn a_script_of_comments_has_no_statements() {
    for dialect in ALL {
        for script in ["", ";", " ; ;\n", "-- Your SQL goes here", "/* ; */ -- x\n;"] {
            assert_eq!(statements(dialect, script), [""; 0], "{dialect}: {script}");
        }
    }
}

#[test]
fn what_is_not_closed_is_refused_with_its_line() {
    let unclosed = |dialect, script: &str| split(dialect, script).unwrap_err().to_string();
    for dialect in ALL {
        let quote = "has a quote that is not closed, begun in line 2";
        assert_eq!(unclosed(dialect, "SELECT 1;\nSELECT 'it''s;\n"), quote);
        assert_eq!(unclosed(dialect, "SELECT 1;\nSELECT \"a;\n"), quote);
        let comment = "has a comment that is not closed, begun in line 3";
        assert_eq!(unclosed(dialect, "\n\n/* SELECT 1;\n"), comment);
    }
    let postgres = |script: &str| unclosed(Dialect::Postgres, script);
    assert_eq!(postgres("DO $a$ ; $b$"), "has a quote that is not closed, begun in line 1");
    assert_eq!(postgres("/* /* */ SELECT 1"), "has a comment that is not closed, begun in line 1");
    assert_eq!(postgres(r"SELECT E'\'"), "has a quote that is not closed, begun in line 1");
    assert_eq!(unclosed(Dialect::Mysql, r"SELECT '\'"), "has a quote that is not closed, begun in line 1");
    assert_eq!(statements(Dialect::Sqlite, r"SELECT '\'; SELECT 2"), [r"SELECT '\'", "SELECT 2"]);
}
