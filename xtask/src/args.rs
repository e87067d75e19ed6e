//! The command line.

use xtask::Backend;

use crate::steps;

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Usage: cargo xtask test [options]

Runs the format check, clippy, the tests of every feature combination and the doc tests. Installs the
libraries and finds or starts the database servers that they need.

Options:
    --backends LIST   the databases to test on: sqlite, postgres, mysql (all three unless given)
    --no-install      install nothing; print the line that would
    --only STEPS      some of the steps: format, clippy, core, sqlite, postgres, mysql, all, doc

Environment:
    ALCHEMY_POSTGRES_URL, ALCHEMY_MYSQL_URL   servers on which databases may be created; without them the default
                                              local ports are tried, then throwaway servers are started
";

/// What the command line asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    Help,
    Test(Options),
}

/// The options of `cargo xtask test`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// In the order of [`Backend::ALL`], none twice, at least one.
    pub(crate) backends: Vec<Backend>,
    pub(crate) install: bool,
    /// Names of steps; empty means all of them.
    pub(crate) only: Vec<String>,
}

/// Reads the words behind `cargo xtask`.
pub(crate) fn parse(words: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut words = words.flat_map(|word| match word.split_once('=') {
        Some((option, value)) if option.starts_with("--") => vec![option.to_owned(), value.to_owned()],
        _ => vec![word],
    });
    match words.next().as_deref() {
        None => return Err("no task was named".to_owned()),
        Some("help" | "--help" | "-h") => return Ok(Request::Help),
        Some("test") => {}
        Some(task) => return Err(format!("there is no task `{task}`")),
    }
    let mut options = Options { backends: Backend::ALL.to_vec(), install: true, only: Vec::new() };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--backends" => options.backends = backends(&value()?)?,
            "--no-install" => options.install = false,
            "--only" => options.only.extend(step_names(&value()?)?),
            "--help" | "-h" => return Ok(Request::Help),
            _ => return Err(format!("there is no option `{word}`")),
        }
    }
    Ok(Request::Test(options))
}

fn backends(list: &str) -> Result<Vec<Backend>, String> {
    let mut backends = Vec::new();
    for name in names(list) {
        let unknown = || format!("there is no backend `{name}`, only sqlite, postgres and mysql");
        backends.push(Backend::from_feature(name).ok_or_else(unknown)?);
    }
    backends.sort_unstable();
    backends.dedup();
    if backends.is_empty() { Err("`--backends` needs at least one".to_owned()) } else { Ok(backends) }
}

fn step_names(list: &str) -> Result<Vec<String>, String> {
    let steps: Vec<String> = names(list).map(str::to_owned).collect();
    match steps.iter().find(|step| !steps::NAMES.contains(&step.as_str())) {
        Some(step) => Err(format!("there is no step `{step}`, only {}", steps::NAMES.join(", "))),
        None if steps.is_empty() => Err("`--only` needs at least one step".to_owned()),
        None => Ok(steps),
    }
}

fn names(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Request, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_backends_and_steps_unless_told() {
        let all = Options { backends: Backend::ALL.to_vec(), install: true, only: Vec::new() };
        assert_eq!(parse_line("test"), Ok(Request::Test(all)));
    }

    #[test]
    fn options_narrow_the_run() {
        let expected = Options {
            backends: vec![Backend::Sqlite, Backend::Mysql],
            install: false,
            only: vec!["clippy".to_owned(), "doc".to_owned()],
        };
        let line = "test --backends mysql,sqlite,mysql --no-install --only=clippy,doc";
        assert_eq!(parse_line(line), Ok(Request::Test(expected)));
    }

    #[test]
    fn mistakes_are_named() {
        let cases = [
            ("", "no task was named"),
            ("bench", "there is no task `bench`"),
            ("test --fast", "there is no option `--fast`"),
            ("test --backends", "`--backends` needs a value"),
            ("test --backends ,", "`--backends` needs at least one"),
            ("test --backends oracle", "there is no backend `oracle`, only sqlite, postgres and mysql"),
            (
                "test --only lint",
                "there is no step `lint`, only format, clippy, core, sqlite, postgres, mysql, all, doc",
            ),
        ];
        for (line, message) in cases {
            assert_eq!(parse_line(line), Err(message.to_owned()), "{line}");
        }
    }
}
