//! The command, in a program.

mod looks;
mod several;

use std::path::Path;
use std::process::{Command, Output, Stdio};

use alchemy_tests::{Backend, TestDatabase, database_tests};

use crate::diesel_cli::diesel;
use crate::run::rights::User;
use crate::tools::succeeded;

database_tests! {
    the_steps_of_the_readme_run_as_written,
    what_differs_is_told_and_the_exit_status_says_so,
    a_difference_is_written_once,
    diesels_command_line_goes_on_with_a_folder_and_ours_with_its,
    what_cannot_be_done_is_one_sentence_and_changes_nothing,
    who_may_not_change_the_schema_is_told_so: [postgres, mysql],
    programs_that_upgrade_at_once_wait_for_each_other,
    what_destroys_is_asked_about,
    tables_that_others_refer_to_are_not_dropped,
    a_migration_is_shown_edited_and_stamped: [sqlite],
    each_database_has_its_own_folder,
    what_was_done_is_printed_for_programs,
    commands_that_need_no_database_ask_none: [sqlite],
    threads_that_print_are_in_nobodys_way,
    scripts_of_all_tables_are_printed_and_not_run,
    whoever_asks_for_no_command_is_served: [sqlite],
}

/// A program in a directory of its own.
pub(crate) struct Program {
    directory: tempfile::TempDir,
    url: String,
    archive: Option<String>,
}

impl Program {
    pub(crate) fn on(db: &TestDatabase) -> Self {
        let directory = tempfile::tempdir().expect("a directory");
        Self { directory, url: db.url().to_owned(), archive: None }
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Runs `database` with these arguments.
    pub(crate) fn run(&self, arguments: &str) -> Output {
        self.command(&format!("database {arguments}")).output().expect("the program runs")
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migrated"));
        command.args(arguments.split(' ')).current_dir(self.path()).env("DATABASE_URL", &self.url);
        command.envs(self.archive.iter().map(|archive| ("ARCHIVE_URL", archive)));
        command.env_remove("VISUAL").env_remove("EDITOR");
        command
    }

    /// What it prints, where it succeeds.
    #[track_caller]
    pub(crate) fn prints(&self, arguments: &str) -> String {
        succeeded(&self.run(arguments))
    }

    /// The sentence by which it fails, with status 1.
    #[track_caller]
    fn fails(&self, arguments: &str) -> String {
        let output = self.run(arguments);
        let text = String::from_utf8(output.stderr).expect("UTF-8");
        assert_eq!(output.status.code(), Some(1), "{arguments}: {text}");
        let sentence = text.lines().last().and_then(|line| line.strip_prefix("error: "));
        sentence.unwrap_or_else(|| panic!("{arguments}: {text}")).to_owned()
    }

    /// The folders of migrations.
    fn folders(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = self.path().join(folder).read_dir() else { return Vec::new() };
        let names = entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
        let mut names: Vec<_> = names.filter(|name| !name.starts_with('.')).collect();
        names.sort();
        names
    }
}

/// Whether there is a table.
fn has_table(db: &TestDatabase, table: &str) -> bool {
    db.connect().try_execute(&format!("SELECT 1 FROM {table}")).is_ok()
}

fn the_steps_of_the_readme_run_as_written(db: TestDatabase) {
    let readme = include_str!("../../../README.md");
    let steps: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("cargo run -p authors -- database "))
        .map(|step| step.split("  #").next().unwrap_or(step).trim())
        .collect();
    let commands: Vec<&str> = steps.iter().filter_map(|step| step.split(' ').next()).collect();
    assert_eq!(commands[..5], ["init", "revision", "upgrade", "downgrade", "history"]);

    let program = Program::on(&db);
    let run = |step: &str| program.prints(&step.replace('"', ""));
    run(steps[0]);
    assert!(program.path().join("migrations").is_dir());
    run(steps[1]);
    assert_eq!(program.folders("migrations").len(), 1);
    assert!(!has_table(&db, "authors"));
    run(steps[2]);
    assert!(has_table(&db, "authors"));
    program.prints("check");
    let taken_back = if steps[3].contains("--no-prompt") {
        steps[3].to_owned()
    } else {
        format!("{} --no-prompt", steps[3])
    };
    run(&taken_back);
    assert!(!has_table(&db, "authors"));
    let version = program.folders("migrations").remove(0);
    let history = run(steps[4]);
    assert_eq!(history.lines().count(), 1);
    assert!(history.contains(&version) && history.contains("pending"), "{history}");
}

fn what_differs_is_told_and_the_exit_status_says_so(db: TestDatabase) {
    let program = Program::on(&db);
    assert!(!has_table(&db, "authors"));
    let output = program.run("check");
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("creates the table `authors`"), "{text}");
    program.prints("revision -m authors");
    program.prints("upgrade");
    assert_eq!(program.prints("check"), "");

    db.admin("ALTER TABLE authors DROP COLUMN dob");
    db.admin("CREATE TABLE leftover (id INTEGER)");
    let output = program.run("check --format json");
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let differences: Vec<_> =
        json.as_array().unwrap().iter().map(|row| row["difference"].as_str().unwrap()).collect();
    assert_eq!(differences, ["drops the table `leftover`", "adds the column `authors.dob`"]);
    assert_eq!(program.fails("check"), "models and database differ in 2 places");
    assert_eq!(program.fails("check --ignore-table leftover"), "models and database differ in 1 place");
}

fn a_difference_is_written_once(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision");
    assert!(program.fails("revision").ends_with("has not all migrations yet; run `database upgrade` first"));
    program.prints("upgrade");
    let output = program.run("revision");
    assert!(output.status.success());
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.ends_with("do not differ: there is nothing to write\n"), "{text}");
    assert_eq!(program.folders("migrations").len(), 1);
    assert_eq!(program.prints("revision --empty -m mine").lines().count(), 1);
    assert_eq!(program.folders("migrations").len(), 2);
    program.prints("upgrade");
    assert_eq!(program.prints("history").lines().filter(|line| line.contains("\tapplied\t")).count(), 2);

    // Printed, and neither written nor run.
    db.admin("ALTER TABLE authors DROP COLUMN dob");
    let sql = program.prints("revision --sql");
    assert!(sql.contains("ADD COLUMN") && sql.contains("DROP COLUMN"), "{sql}");
    assert_eq!(program.folders("migrations").len(), 2);
}

fn diesels_command_line_goes_on_with_a_folder_and_ours_with_its(db: TestDatabase) {
    let program = Program::on(&db);
    let folder = program.path().join("migrations");
    let cli = |arguments: &[&str]| succeeded(&diesel(&db, &folder, arguments));
    program.prints("revision -m authors");
    cli(&["migration", "run"]);
    assert!(has_table(&db, "authors"));
    assert!(program.prints("history").contains("\tapplied\t"));
    program.prints("check");
    program.prints("downgrade --no-prompt");
    assert!(!has_table(&db, "authors"));
    assert!(cli(&["migration", "list"]).contains("[ ]"));
    program.prints("upgrade");
    assert!(cli(&["migration", "list"]).contains("[X]"));

    // What alters the table, and rebuilds it on SQLite, and what runs by itself on PostgreSQL.
    match db.backend() {
        Backend::Mysql => db.admin("DROP INDEX ix_authors_name ON authors"),
        _ => db.admin("DROP INDEX ix_authors_name"),
    }
    db.admin("ALTER TABLE authors DROP COLUMN dob");
    db.admin("ALTER TABLE authors ADD COLUMN age INTEGER CHECK (age > 0)");
    program.prints("revision -m second");
    cli(&["migration", "run"]);
    assert_eq!(program.prints("check"), "");
    let count = program.folders("migrations").len();
    for _ in 1..count {
        cli(&["migration", "revert"]);
    }
    assert!(has_table(&db, "authors"));
    assert!(db.connect().try_execute("SELECT age FROM authors").is_ok());
    program.prints("upgrade --no-prompt");
    assert_eq!(program.prints("check"), "");
    // One that Diesel's command line made.
    cli(&["migration", "generate", "--version", "2099-01-01-000000", "notes"]);
    let notes = program.folders("migrations").pop().unwrap();
    std::fs::write(folder.join(&notes).join("up.sql"), "CREATE TABLE notes (id INTEGER);").unwrap();
    std::fs::write(folder.join(&notes).join("down.sql"), "DROP TABLE notes;").unwrap();
    program.prints("upgrade --no-prompt");
    assert!(has_table(&db, "notes"));
    assert!(!cli(&["migration", "list"]).contains("[ ]"));
    program.prints("downgrade --no-prompt");
    assert!(!has_table(&db, "notes"));
}

fn what_cannot_be_done_is_one_sentence_and_changes_nothing(db: TestDatabase) {
    let program = Program::on(&db);
    let state = |program: &Program| (has_table(&db, "authors"), program.folders("migrations"));
    assert_eq!(program.fails("upgrade"), "there is no folder `migrations`; `database init` makes it");
    program.prints("revision -m authors");
    let before = state(&program);
    assert_eq!(program.fails("upgrade 1999"), "there is no migration `1999` in `migrations`");
    assert_eq!(
        program.fails("upgrade --bind-key users"),
        "no database has the bind key `users`; the configured keys are `default`"
    );

    let bad = program.path().join("migrations/20990101000000_bad");
    std::fs::create_dir(&bad).unwrap();
    assert_eq!(program.fails("upgrade"), "`migrations/20990101000000_bad` has no `up.sql`");
    std::fs::write(bad.join("up.sql"), b"\xff\xfe").unwrap();
    assert_eq!(program.fails("upgrade"), "`migrations/20990101000000_bad/up.sql` is not UTF-8");
    std::fs::write(bad.join("up.sql"), "SELECT 'a").unwrap();
    assert!(program.fails("upgrade").starts_with("`migrations/20990101000000_bad/up.sql` "));
    std::fs::remove_dir_all(&bad).unwrap();
    assert_eq!(state(&program), before);

    program.prints("upgrade");
    std::fs::rename(program.path().join("migrations"), program.path().join("newer")).unwrap();
    program.prints("init");
    assert!(program.fails("upgrade").starts_with("the database has migrations that `migrations` has not: "));
    assert!(program.fails("revision").ends_with("`database history` lists them"));
    assert_eq!(state(&program), (true, Vec::new()));

    let usage = program.run("upgrade --nonsense");
    assert_eq!(usage.status.code(), Some(2));
}

fn who_may_not_change_the_schema_is_told_so(db: TestDatabase) {
    let owner = Program::on(&db);
    owner.prints("revision -m authors");
    let user = User::new(&db);
    let program = Program { url: user.url.clone(), ..owner };
    let sentence = program.fails("upgrade");
    assert!(sentence.contains("denied"), "{sentence}");
    assert!(!has_table(&db, "authors"));
}

fn programs_that_upgrade_at_once_wait_for_each_other(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision -m authors");
    for text in ["one", "two", "three"] {
        program.prints(&format!("revision --empty -m {text}"));
        let folder = program.folders("migrations").pop().expect("the new one");
        let up = format!("CREATE TABLE {text} (id INTEGER);");
        std::fs::write(program.path().join("migrations").join(folder).join("up.sql"), up).expect("a script");
    }
    let upgrade = || program.command("database upgrade").stderr(Stdio::piped()).spawn().expect("it starts");
    let running: Vec<_> = (0..4).map(|_| upgrade()).collect();
    let mut applied = 0;
    for one in running {
        let output = one.wait_with_output().expect("it ends");
        let text = String::from_utf8(output.stderr).expect("UTF-8");
        assert!(output.status.success(), "{text}");
        applied += text.lines().filter(|line| line.starts_with("applying ")).count();
    }
    assert_eq!(applied, 4);
    assert_eq!(db.number("SELECT count(*) FROM __diesel_schema_migrations"), 4);
}

fn what_destroys_is_asked_about(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision -m authors");
    program.prints("upgrade");
    let nobody = "there is no terminal to ask for confirmation at; --no-prompt goes on without";
    assert_eq!(program.fails("downgrade"), nobody);
    assert_eq!(program.fails("drop-all"), nobody);
    db.admin("CREATE TABLE leftover (id INTEGER)");
    program.prints("revision -m leftover");
    assert_eq!(program.fails("upgrade"), nobody);
    assert!(has_table(&db, "authors") && has_table(&db, "leftover"));

    program.prints("upgrade --no-prompt");
    assert!(!has_table(&db, "leftover"));
    program.prints("drop-all --no-prompt");
    assert!(!has_table(&db, "authors") && !has_table(&db, "__diesel_schema_migrations"));
    assert!(!has_table(&db, "__alchemy_migrations"));
}

fn tables_that_others_refer_to_are_not_dropped(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision -m authors");
    program.prints("upgrade");
    let key = if db.backend() == Backend::Postgres { "UUID" } else { "BINARY(16)" };
    let id = if db.backend() == Backend::Postgres {
        "'7f2c1b9e-5d0a-4c7e-9a53-0f6f1d2b3c4d'"
    } else {
        "X'7f2c1b9e5d0a4c7e9a530f6f1d2b3c4d'"
    };
    db.admin(&format!(
        "CREATE TABLE shelves (author {key}, FOREIGN KEY (author) REFERENCES authors (id) ON DELETE CASCADE);
         INSERT INTO authors (id, name) VALUES ({id}, 'Ann');
         INSERT INTO shelves VALUES ({id})"
    ));
    program.fails("drop-all --no-prompt");
    for table in ["authors", "shelves", "__diesel_schema_migrations"] {
        assert_eq!(db.number(&format!("SELECT count(*) FROM {table}")), 1, "{table}");
    }
    db.admin("DROP TABLE shelves");
    program.prints("drop-all --no-prompt");
    assert!(!has_table(&db, "authors"));
}

fn a_migration_is_shown_edited_and_stamped(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision -m authors");
    let shown = program.prints("show head");
    assert!(shown.contains("CREATE TABLE \"authors\"") && shown.contains("DROP TABLE"), "{shown}");
    assert_eq!(program.fails("edit head"), "neither $VISUAL nor $EDITOR names an editor");
    let edited = program.command("database edit head").env("EDITOR", "touch -d 2000-01-01").status().unwrap();
    assert!(edited.success());
    program.prints("stamp head");
    assert!(!has_table(&db, "authors"));
    assert!(program.prints("current").contains("authors"));
    assert!(program.prints("upgrade").is_empty());
    assert!(program.fails("stamp base").contains("--no-prompt"));
    program.prints("stamp base --no-prompt");
    assert_eq!(program.prints("current"), "");
    assert_eq!(program.prints("heads").lines().count(), 1);
}

fn each_database_has_its_own_folder(db: TestDatabase) {
    let archive = db.another();
    let program = Program { archive: Some(archive.url().to_owned()), ..Program::on(&db) };
    program.prints("init");
    program.prints("revision -m first");
    assert_eq!(program.folders("migrations"), ["archive", "default"]);
    program.prints("upgrade");
    assert!(has_table(&db, "authors") && !has_table(&db, "records"));
    assert!(has_table(&archive, "records") && !has_table(&archive, "authors"));
    assert_eq!(program.prints("check"), "");
    assert_eq!(
        program.fails("downgrade --no-prompt"),
        "`downgrade` works on one database, and there are several: --bind-key says which, of `default`, `archive`"
    );
    program.prints("downgrade --no-prompt --bind-key archive");
    assert!(has_table(&db, "authors") && !has_table(&archive, "records"));

    // What is wrong with one keeps the other as it is.
    program.prints("downgrade --no-prompt --bind-key default");
    let (folder, away) = (program.path().join("migrations/archive"), program.path().join("away"));
    std::fs::rename(&folder, &away).unwrap();
    let sentence = program.fails("upgrade");
    assert!(sentence.starts_with("`archive` (") && sentence.contains("there is no folder"), "{sentence}");
    assert!(!has_table(&db, "authors"));
}

fn whoever_asks_for_no_command_is_served(db: TestDatabase) {
    let program = Program::on(&db);
    assert_eq!(succeeded(&program.command("serve").output().unwrap()), "served\n");
}

fn what_was_done_is_printed_for_programs(db: TestDatabase) {
    let program = Program::on(&db);
    let json = |arguments: &str| -> serde_json::Value {
        serde_json::from_str(&program.prints(&format!("{arguments} --format json --no-prompt")))
            .expect(arguments)
    };
    assert_eq!(json("init")[0]["folder"], "migrations");
    assert_eq!(json("init"), serde_json::json!([]));
    json("revision -m authors");
    let done = json("upgrade");
    assert_eq!((done[0]["direction"].as_str(), done[0]["bind_key"].as_str()), (Some("up"), Some("default")));
    assert!(done[0]["name"].as_str().is_some_and(|name| name.ends_with("_authors")), "{done}");
    assert!(done[0]["seconds"].is_number());
    assert_eq!(json("upgrade"), serde_json::json!([]));
    assert_eq!(json("downgrade")[0]["direction"], "down");
    assert_eq!(json("stamp head")[0]["version"], done[0]["version"]);
    assert_eq!(json("stamp base")[0]["version"], serde_json::Value::Null);
    assert_eq!(json("ensure-version")[0]["table"], "__diesel_schema_migrations");
    json("upgrade");
    assert_eq!(json("drop-all")[0]["table"], "authors");
}

fn commands_that_need_no_database_ask_none(db: TestDatabase) {
    let archive = "sqlite:///no/such/folder/archive.db";
    let program = Program { archive: Some(archive.to_owned()), ..Program::on(&db) };
    program.prints("init");
    program.prints("revision --empty -m one --bind-key archive");
    assert_eq!(program.prints("heads").lines().count(), 1);
    assert!(program.prints("show head --bind-key archive").contains("Your SQL goes here"));
    assert!(program.prints("diagram").contains("records"));
    assert!(program.prints("schema --bind-key archive").contains("records (id)"));
    // What one of them has to say, the other does not have to be there for.
    program.prints("upgrade --bind-key default");
    let sentence = program.fails("upgrade");
    assert!(
        sentence.starts_with("`archive` (SQLite): ") && sentence.contains("unable to open"),
        "{sentence}"
    );
    for arguments in ["upgrade --sql", "revision --sql", "ensure-version --sql", "drop-all --sql"] {
        let sentence = program.fails(arguments);
        let several =
            "works on one database, and there are several: --bind-key says which, of `default`, `archive`";
        assert_eq!(sentence, format!("`{arguments}` {several}"));
    }
}

fn threads_that_print_are_in_nobodys_way(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision -m authors");
    let output = program.command("database upgrade").env("PRINTS_STATEMENTS", "1").output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success() && text.contains("CREATE TABLE") && text.contains("authors\t"), "{text}");
}

fn scripts_of_all_tables_are_printed_and_not_run(db: TestDatabase) {
    let program = Program::on(&db);
    program.prints("revision -m authors");
    program.prints("upgrade");
    let script = program.prints("drop-all --sql");
    assert!(has_table(&db, "authors"));
    db.admin(&script);
    assert!(!has_table(&db, "authors") && !has_table(&db, "__diesel_schema_migrations"));
}
