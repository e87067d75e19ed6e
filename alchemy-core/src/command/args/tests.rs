use clap::CommandFactory;

use super::*;

fn parsed(line: &str) -> CommandLine {
    match CommandLine::try_parse_from(line.split(' ')) {
        Ok(line) => line,
        Err(error) => panic!("{line}: {error}"),
    }
}

/// The first line of what is said of a line that cannot be read, and the exit status.
fn refused(line: &str) -> (String, i32) {
    match CommandLine::try_parse_from(line.split(' ')) {
        Ok(line) => panic!("{line:?}"),
        Err(error) => {
            (error.render().to_string().lines().next().unwrap_or_default().to_owned(), error.exit_code())
        }
    }
}

#[test]
fn the_definition_holds_together() {
    CommandLine::command().debug_assert();
}

#[test]
fn targets_may_begin_with_a_sign() {
    for (line, expected) in [
        ("database downgrade", "-1"),
        ("database downgrade -2", "-2"),
        ("db downgrade base", "base"),
        ("db downgrade --sql -3", "-3"),
    ] {
        match parsed(line).command {
            Command::Downgrade(Downgrade { target, sql }) => {
                assert_eq!((target.as_str(), sql), (expected, line.contains("--sql")), "{line}");
            }
            other => panic!("{line}: {other:?}"),
        }
    }
    for (line, expected) in [
        ("database upgrade", "head"),
        ("database upgrade +1", "+1"),
        ("database upgrade 2024-01-01-000000", "2024-01-01-000000"),
    ] {
        match parsed(line).command {
            Command::Upgrade(Upgrade { target, sql: false }) => assert_eq!(target, expected),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn what_is_global_may_stand_anywhere() {
    for line in [
        "database --bind-key a --directory m --ignore-table x --ignore-table y --no-prompt --format json current",
        "database current --format json --no-prompt --ignore-table x --ignore-table y --directory m --bind-key a",
    ] {
        let Global { bind_key, directory, ignore_table, no_prompt, format } = parsed(line).global;
        assert_eq!(ignore_table, ["x", "y"]);
        assert_eq!(
            (bind_key.as_deref(), directory.to_str(), no_prompt, format),
            (Some("a"), Some("m"), true, Some(Format::Json))
        );
    }
    let Global { bind_key, directory, ignore_table, no_prompt, format } = parsed("db check").global;
    assert!(ignore_table.is_empty());
    assert_eq!((bind_key, directory.to_str(), no_prompt, format), (None, Some("migrations"), false, None));
}

#[test]
fn rows_are_written_of_tables_that_are_named() {
    for line in ["database dump-data", "database dump-data --dir d", "database dump-data --all --table a"] {
        let error = CommandLine::try_parse_from(line.split(' ')).map(|_| ()).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
    }
}

#[test]
fn every_command_is_read() {
    for line in [
        "database init",
        "database init there",
        "database revision -m text",
        "database revision --message text --autogenerate",
        "database revision --empty",
        "database revision --sql",
        "database current",
        "database history",
        "database heads",
        "database show head",
        "database check",
        "database stamp head --purge --sql",
        "database edit head",
        "database ensure-version --sql",
        "database drop-all --no-prompt",
        "database dump-data --all",
        "database dump-data --table a --table b --dir d --file-format csv --compress zip",
        "database load-data",
        "database load-data --dir d --table a --table b",
        "database diagram --file-format svg --output models.svg",
        "database schema --output src/schema.rs",
    ] {
        parsed(line);
    }
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let expected = [
        ("database", "Migrations, fixtures and pictures of this program's databases"),
        ("database nope", "error: unrecognized subcommand 'nope'"),
        ("database show", "error: the following required arguments were not provided:"),
        ("database dump-data", "error: the following required arguments were not provided:"),
        (
            "database dump-data --all --table a",
            "error: the argument '--all' cannot be used with '--table <NAME>'",
        ),
        (
            "database revision --empty --autogenerate",
            "error: the argument '--empty' cannot be used with '--autogenerate'",
        ),
        ("database current --format xml", "error: invalid value 'xml' for '--format <FORMAT>'"),
    ];
    for (line, message) in expected {
        assert_eq!(refused(line), (message.to_owned(), 2), "{line}");
    }
}
