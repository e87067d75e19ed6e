use super::*;

#[test]
fn a_command_is_asked_by_either_name() {
    assert!(is_asked(&["database"]));
    assert!(is_asked(&["db", "upgrade"]));
    assert!(is_asked(&[OsString::from("db")]));
    assert!(!is_asked(&["serve", "db"]));
    assert!(!is_asked(&["databases"]));
    assert!(!is_asked(&[""; 0]));
}

#[cfg(feature = "sqlite")]
mod on_sqlite {
    use super::*;
    use crate::engine::{Engine, EngineConfig};
    use crate::model::{ColumnKind, ColumnMeta};

    static A: ModelMeta = ModelMeta {
        bind_key: Some("a"),
        ..ModelMeta::new("A", "things", &[ColumnMeta::new("id", "id", ColumnKind::BigInt)])
    };
    static B: ModelMeta = ModelMeta {
        bind_key: Some("b"),
        ..ModelMeta::new("B", "others", &[ColumnMeta::new("id", "id", ColumnKind::Uuid)])
    };

    fn engines(keys: &[&str]) -> Engines {
        let engine = |key: &&str| {
            Engine::connect(EngineConfig::new("sqlite::memory:").bind_key(*key)).expect("in memory")
        };
        Engines::new(keys.iter().map(engine).collect()).expect("keys that differ")
    }

    /// The exit status, what was printed, and what was said.
    fn ran(keys: &[&str], line: &str) -> (u8, String, String) {
        let (mut input, mut out, mut err) = (std::io::empty(), Vec::new(), Vec::new());
        let mut streams = Streams::new(&mut input, &mut out, &mut err);
        let arguments = line.split(' ').map(OsString::from);
        let status = run_on(|| Ok(engines(keys)), &[&A, &B], arguments, &mut streams);
        (status, String::from_utf8(out).expect("UTF-8"), String::from_utf8(err).expect("UTF-8"))
    }

    #[test]
    fn help_is_no_error() {
        let (status, out, err) = ran(&["default"], "database --help");
        assert_eq!((status, err.as_str()), (0, ""));
        assert!(out.contains("Usage: database [OPTIONS] <COMMAND>"), "{out}");
        assert!(out.contains("database revision -m \"add authors\""), "{out}");
        let (status, out, err) = ran(&["default"], "database nope");
        assert_eq!((status, out.as_str()), (2, ""));
        assert!(err.starts_with("error: unrecognized subcommand 'nope'\n"), "{err}");
    }

    #[test]
    fn a_database_is_chosen_by_its_key() {
        let both = "erDiagram\n    \"others\" {\n        uuid id PK\n    }\n    \"things\" {\n        bigint id PK\n    }\n";
        let a = "erDiagram\n    \"things\" {\n        bigint id PK\n    }\n";
        assert_eq!(ran(&["a", "b"], "db diagram"), (0, both.into(), String::new()));
        assert_eq!(ran(&["a", "b"], "db diagram --bind-key a"), (0, a.into(), String::new()));
        // A single database has all models.
        assert_eq!(ran(&["x"], "db diagram --bind-key x"), (0, both.into(), String::new()));
    }

    #[test]
    fn an_unknown_key_is_refused_with_those_there_are() {
        let several = "error: no database has the bind key `c`; the configured keys are `a`, `b`\n";
        assert_eq!(ran(&["a", "b"], "db diagram --bind-key c"), (1, String::new(), several.into()));
        let single = "error: no database has the bind key `c`; the configured keys are `a`\n";
        assert_eq!(ran(&["a"], "db diagram --bind-key c"), (1, String::new(), single.into()));
    }

    #[test]
    fn what_is_about_one_database_has_to_be_told_which() {
        let message = "error: `schema` works on one database, and there are several: --bind-key says which, of `a`, `b`\n";
        assert_eq!(ran(&["a", "b"], "db schema"), (1, String::new(), message.into()));
        let (status, out, _) = ran(&["a", "b"], "db schema --bind-key b");
        assert!(status == 0 && out.contains("others (id)") && !out.contains("things"), "{out}");
    }
}
