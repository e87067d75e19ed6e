//! What can be written after `database`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::fixture;

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "database",
    about = "Migrations, fixtures and pictures of this program's databases",
    long_about = "Migrations, fixtures and pictures of this program's databases.\n\n\
                  The models are those that are compiled into the program. With several databases a command does its \
                  work in each of them, unless --bind-key names one; downgrade, show, stamp, edit, schema, \
                  revision --empty and --sql work on one, and have to be told which.",
    after_help = "Examples:\n  \
                  database init                         make the folder of migrations\n  \
                  database revision -m \"add authors\"    write a migration of what the models changed\n  \
                  database upgrade                      apply what is new\n  \
                  database check                        fail where models and database differ\n\n\
                  The exit status is 0 where all went well, 1 where something did not, and 2 for a command line that \
                  cannot be read.",
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct CommandLine {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Only the database with this bind key
    #[arg(long, global = true, value_name = "KEY")]
    pub(super) bind_key: Option<String>,
    /// The folder of migrations; with several databases it holds one folder for each, named by its bind key
    #[arg(long, global = true, value_name = "DIRECTORY", default_value = "migrations")]
    pub(super) directory: PathBuf,
    /// A table that is none of the program's: it is neither compared nor dropped; may be given several times
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) ignore_table: Vec<String>,
    /// Answer every question with yes
    #[arg(long, global = true)]
    pub(super) no_prompt: bool,
    /// How results are printed; a table on a terminal and plain lines in a pipe where this is not given
    #[arg(long, global = true, value_name = "FORMAT", value_enum)]
    pub(super) format: Option<Format>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A line for each, its values separated by tabs
    Plain,
    /// A table with a heading
    Table,
    /// One JSON document
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make the folder of migrations
    Init(Init),
    /// Write a new migration: by default of what differs between models and database
    #[command(visible_alias = "make-migrations")]
    Revision(Revision),
    /// Apply migrations, up to the newest or to a version
    Upgrade(Upgrade),
    /// Take migrations back, the last one or all after a version
    Downgrade(Downgrade),
    /// Show the version that the database is at
    #[command(visible_alias = "show-current-revision")]
    Current,
    /// List all migrations, and which of them the database has
    History,
    /// Show the newest migration of the folder
    Heads,
    /// Show a migration and its SQL
    Show(Target),
    /// Compare models and database; the exit status is 1 where they differ
    Check,
    /// Note migrations as applied, without running them
    Stamp(Stamp),
    /// Open a migration in the editor that $VISUAL or $EDITOR names
    Edit(Target),
    /// Make the table of versions where it is missing
    EnsureVersion(Sql),
    /// Drop the tables of all models, with all their rows, and the table of versions
    DropAll(Sql),
    /// Write rows to files
    DumpData(DumpData),
    /// Read rows from files: new ones are inserted, those whose primary key is there are changed
    LoadData(LoadData),
    /// Draw the models and what refers to what
    Diagram(Diagram),
    /// Write Diesel's `schema.rs` for the models
    Schema(Schema),
}

/// What `init` takes.
#[derive(Debug, Args)]
pub(super) struct Init {
    /// The folder to make, in place of that of --directory
    #[arg(value_name = "DIRECTORY")]
    pub(super) folder: Option<PathBuf>,
}

/// What `revision` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        database revision -m \"add authors\"\n  \
                        database revision --empty -m \"fill in slugs\"   for SQL of your own\n  \
                        database revision --sql                        print it and write nothing")]
pub(super) struct Revision {
    /// What it does; part of its name
    #[arg(short, long, value_name = "TEXT")]
    pub(super) message: Option<String>,
    /// Write what turns the database into what the models ask for (the default)
    #[arg(long, conflicts_with = "empty")]
    pub(super) autogenerate: bool,
    /// Write empty scripts, to be filled by hand
    #[arg(long, visible_alias = "no-autogenerate")]
    pub(super) empty: bool,
    /// Print the SQL and write nothing
    #[arg(long, conflicts_with = "empty")]
    pub(super) sql: bool,
}

/// What `upgrade` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        database upgrade                    all that is new\n  \
                        database upgrade +1                 the next one\n  \
                        database upgrade 2024-05-01         up to a version, of which the beginning is enough\n  \
                        database upgrade --sql > next.sql   print the SQL and run nothing")]
pub(super) struct Upgrade {
    /// `head`, a version, or `+N` for the next N
    #[arg(value_name = "TARGET", default_value = "head", allow_negative_numbers = true)]
    pub(super) target: String,
    /// Print the SQL and run nothing
    #[arg(long)]
    pub(super) sql: bool,
}

/// What `downgrade` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        database downgrade              the last one\n  \
                        database downgrade -2           the last two\n  \
                        database downgrade 2024-05-01   all after a version\n  \
                        database downgrade base         all of them")]
pub(super) struct Downgrade {
    /// `-N` for the last N, a version to go back to, or `base`
    #[arg(value_name = "TARGET", default_value = "-1", allow_negative_numbers = true)]
    pub(super) target: String,
    /// Print the SQL and run nothing
    #[arg(long)]
    pub(super) sql: bool,
}

/// A migration.
#[derive(Debug, Args)]
pub(super) struct Target {
    /// `head`, or a version, of which the beginning is enough
    #[arg(value_name = "TARGET", allow_negative_numbers = true)]
    pub(super) target: String,
}

/// What `stamp` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        database stamp head           the database has all of them already\n  \
                        database stamp base           it has none\n  \
                        database stamp head --purge   forget first what was noted, versions without a file too")]
pub(super) struct Stamp {
    /// `head`, `base`, or a version
    #[arg(value_name = "TARGET", allow_negative_numbers = true)]
    pub(super) target: String,
    /// Forget all versions first
    #[arg(long)]
    pub(super) purge: bool,
    /// Print the SQL and run nothing
    #[arg(long)]
    pub(super) sql: bool,
}

/// What only prints SQL where that is asked for.
#[derive(Debug, Args)]
pub(super) struct Sql {
    /// Print the SQL and run nothing
    #[arg(long)]
    pub(super) sql: bool,
}

/// What `dump-data` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        database dump-data --all\n  \
                        database dump-data --table authors --table books --file-format csv --compress gz\n\n\
                        Bytes are written in base64, decimals as texts. In CSV a null is \\N, and a text that begins \
                        like one has a backslash more.")]
pub(super) struct DumpData {
    /// A table; may be given several times
    #[arg(long, value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    pub(super) table: Vec<String>,
    /// The tables of all models
    #[arg(long)]
    pub(super) all: bool,
    /// The folder to write to
    #[arg(long, value_name = "DIRECTORY", default_value = "fixtures")]
    pub(super) dir: PathBuf,
    /// What is written
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = fixture::Format::Json)]
    pub(super) file_format: fixture::Format,
    /// How the files are compressed
    #[arg(long, value_name = "HOW", value_enum)]
    pub(super) compress: Option<fixture::Compression>,
}

/// What `load-data` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        database load-data\n  \
                        database load-data --dir seeds --table authors\n\n\
                        Reads <table>.json and <table>.csv, also with .gz or .zip after it. A table is loaded after \
                        those that it refers to; where anything is wrong nothing is written.")]
pub(super) struct LoadData {
    /// The folder to read from
    #[arg(long, value_name = "DIRECTORY", default_value = "fixtures")]
    pub(super) dir: PathBuf,
    /// Only this table; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) table: Vec<String>,
}

/// What `diagram` takes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        database diagram > models.mmd\n  \
                        database diagram --file-format svg --output models.svg")]
pub(super) struct Diagram {
    /// What is drawn
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Picture::Mermaid)]
    pub(super) file_format: Picture,
    /// The file to write, in place of the terminal
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

/// How models are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Picture {
    /// The text of a Mermaid `erDiagram`
    Mermaid,
    /// A picture of its own
    Svg,
}

/// What `schema` takes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  database schema --output src/schema.rs")]
pub(super) struct Schema {
    /// The file to write, in place of the terminal
    #[arg(long, short, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
}

#[cfg(test)]
mod tests;
