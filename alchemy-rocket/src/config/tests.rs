use rocket::figment::providers::{Format, Toml};

use super::*;

fn figment(toml: &str) -> Figment {
    Figment::from(Toml::string(toml))
}

fn resolve(config: Config, toml: &str) -> Result<Resolved, String> {
    config.resolve(&figment(toml)).map_err(|error| error.to_string())
}

const TWO: &str = r#"
    [databases.main]
    url = "sqlite://main.db"
    pool_size = 3
    timeout = 7
    commit_mode = "autocommit"
    create_all = true

    [databases.archive]
    url = "postgres://ann:s3cret@localhost/archive"
    bind_key = "old"
"#;

#[test]
fn without_configuration_nothing_is_committed_or_created() {
    let resolved = resolve(Config::new("sqlite://local.db"), "").unwrap();
    assert_eq!(resolved.engine.key(), "default");
    assert_eq!((resolved.commit_mode, resolved.create_all), (CommitMode::Manual, false));
}

#[test]
fn an_entry_is_read_by_name() {
    let resolved = resolve(Config::named("main"), TWO).unwrap();
    assert_eq!(resolved.engine.key(), "main");
    assert_eq!((resolved.commit_mode, resolved.create_all), (CommitMode::Autocommit, true));
    let expected = EngineConfig::new("sqlite://main.db")
        .bind_key("main")
        .pool_size(3)
        .acquire_timeout(Duration::from_secs(7));
    assert_eq!(format!("{:?}", resolved.engine), format!("{expected:?}"));

    assert_eq!(resolve(Config::named("archive"), TWO).unwrap().engine.key(), "old");
}

#[test]
fn what_code_says_wins_over_the_configuration() {
    let config = Config::named("main")
        .bind_key("default")
        .commit_mode(CommitMode::Manual)
        .create_all(false)
        .pool_size(4)
        .engine(|engine| engine.acquire_timeout(Duration::from_secs(1)));
    let resolved = resolve(config, TWO).unwrap();
    assert_eq!((resolved.commit_mode, resolved.create_all), (CommitMode::Manual, false));
    let expected = EngineConfig::new("sqlite://main.db").pool_size(4).acquire_timeout(Duration::from_secs(1));
    assert_eq!(format!("{:?}", resolved.engine), format!("{expected:?}"));
}

#[test]
fn a_name_that_is_not_there_lists_those_that_are() {
    assert_eq!(
        resolve(Config::named("mian"), TWO).unwrap_err(),
        "there is no database `mian` in the configuration; there are: archive, main"
    );
    assert_eq!(
        resolve(Config::named("main"), "").unwrap_err(),
        "there is no database `main` in the configuration, which has no `databases`"
    );
}

#[test]
fn a_misspelled_key_is_refused_by_name() {
    let error =
        resolve(Config::named("main"), "[databases.main]\nurl = 'sqlite://x.db'\npool_sise = 3").unwrap_err();
    let expected = "the configuration of the database `main`: unknown key `pool_sise`; there are: `url`, ";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_bad_value_is_refused_by_the_name_of_its_key() {
    for (line, expected) in [
        (
            "commit_mode = 'auto'",
            "the database `main`: `commit_mode`: expected one of `manual`, `autocommit`, \
             `autocommit_include_redirect`",
        ),
        ("create_all = 1", "the database `main`: `create_all`: expected a boolean, found integer"),
        ("pool_size = 'many'", "the database `main`: `pool_size`: expected u32, found string"),
        ("pool_size = -1", "the database `main`: `pool_size`: expected u32, found another integer"),
    ] {
        let error = resolve(Config::named("main"), &format!("[databases.main]\nurl = 'x'\n{line}"));
        assert_eq!(error.unwrap_err(), format!("the configuration of {expected}"), "{line}");
    }
    assert_eq!(
        resolve(Config::named("main"), "[databases.main]\npool_size = 3").unwrap_err(),
        "the configuration of the database `main`: the key `url` is missing"
    );
}

#[test]
fn what_is_found_in_the_wrong_place_is_not_shown() {
    const URL: &str = "'postgres://ann:s3cret@localhost/books'";
    for (toml, expected) in [
        (format!("databases = {URL}"), "`databases`: `databases`: expected a map, found string"),
        (format!("[databases]\nmain = {URL}"), "`databases`: `databases.main`: expected a map, found string"),
        (
            format!("[databases]\nmain = [{URL}]"),
            "`databases`: `databases.main`: expected a map, found array",
        ),
        (
            format!("[databases.main]\nurl = [{URL}]"),
            "the database `main`: `url`: expected a string, found array",
        ),
        (
            format!("[databases.main]\nurl = 'x'\npool_size = {URL}"),
            "the database `main`: `pool_size`: expected u32, found string",
        ),
        (
            format!("[databases.main]\ncommit_mode = {URL}"),
            "the database `main`: `commit_mode`: expected one of `manual`, `autocommit`, \
             `autocommit_include_redirect`",
        ),
    ] {
        let error = resolve(Config::named("main"), &toml).unwrap_err();
        assert_eq!(error, format!("the configuration of {expected}"), "{toml}");
    }
    // The text of a file that cannot be parsed.
    let error = resolve(Config::named("main"), &format!("[databases.main]\nurl = {URL} x")).unwrap_err();
    assert!(!error.contains("s3cret"), "{error}");
}

#[test]
fn the_secret_of_cursors_is_read_and_never_shown() {
    const SECRET: &str = "correct horse battery";
    let named = format!("[databases.main]\nurl = 'sqlite://x.db'\ncursor_secret = '{SECRET}'");
    for (config, toml) in
        [(Config::named("main"), named.as_str()), (Config::new("sqlite://x.db").cursor_secret(SECRET), "")]
    {
        let shown = format!("{config:?} {:?}", resolve(config.clone(), toml).unwrap());
        assert!(!shown.contains("correct"), "{shown}");
    }
    let error =
        resolve(Config::named("main"), "[databases.main]\nurl = 'x'\ncursor_secret = 12345678901234567")
            .unwrap_err();
    let expected =
        "the configuration of the database `main`: `cursor_secret`: expected a string, found integer";
    assert_eq!(error, expected);
}

#[test]
fn debug_output_hides_the_password() {
    let shown = format!("{:?}", Config::new("postgres://ann:s3cret@localhost/archive"));
    assert!(!shown.contains("s3cret"), "{shown}");
}

#[test]
#[cfg(feature = "migrations")]
fn migrations_are_asked_for_by_either_and_need_not_be_there_yet() {
    let toml = "[databases.main]\nurl = 'sqlite://x.db'\nmigrate = true\nmigration_patience = 120";
    let resolved = resolve(Config::named("main"), toml).unwrap();
    assert!(resolved.migrate && resolved.migrations.is_none());
    assert_eq!(resolved.migration_patience, Some(Duration::from_secs(120)));

    let code = Config::named("main").migrate(false).migration_patience(Duration::from_millis(5));
    let resolved = resolve(code, toml).unwrap();
    assert!(!resolved.migrate);
    assert_eq!(resolved.migration_patience, Some(Duration::from_millis(5)));
    assert_eq!(resolve(Config::named("archive"), TWO).unwrap().migration_patience, None);
}
