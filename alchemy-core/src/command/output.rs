//! What a command prints.

use std::io::{self, BufRead, ErrorKind, IsTerminal, Write};

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use serde_json::{Map, Value};

use super::args::Format;
use super::error::{CommandError, Result};

/// Where a command reads and writes: results go to `out`, everything else to `err`.
#[non_exhaustive]
pub struct Streams<'a> {
    /// Where answers to questions come from.
    pub input: &'a mut dyn BufRead,
    /// Where results go.
    pub out: &'a mut dyn Write,
    /// Where messages, questions and errors go.
    pub err: &'a mut dyn Write,
    /// Whether somebody can be asked at `input`.
    pub input_is_terminal: bool,
    /// Whether somebody reads `out`.
    pub out_is_terminal: bool,
    /// Whether somebody reads `err`, and may want to see progress.
    pub err_is_terminal: bool,
}

impl<'a> Streams<'a> {
    /// Streams none of which is a terminal.
    pub fn new(input: &'a mut dyn BufRead, out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        let (input_is_terminal, out_is_terminal, err_is_terminal) = (false, false, false);
        Self { input, out, err, input_is_terminal, out_is_terminal, err_is_terminal }
    }

    /// Calls a closure with the streams of the process. Those that are written to are not locked, as others may write to them
    /// meanwhile: loggers, and Diesel's instrumentation, which runs on the threads that connect.
    pub(super) fn of_process<R>(work: impl FnOnce(&mut Streams<'_>) -> R) -> R {
        let (stdin, mut out, mut err) = (io::stdin(), io::stdout(), io::stderr());
        let mut input = stdin.lock();
        let (input_is_terminal, out_is_terminal, err_is_terminal) =
            (stdin.is_terminal(), out.is_terminal(), err.is_terminal());
        work(&mut Streams {
            input: &mut input,
            out: &mut out,
            err: &mut err,
            input_is_terminal,
            out_is_terminal,
            err_is_terminal,
        })
    }
}

/// Rows of results.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<&'static str>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// Prints what a command has to say.
pub(super) struct Output<'a, 's> {
    pub(super) streams: &'a mut Streams<'s>,
    format: Format,
    /// Whether nobody said how, and somebody reads a table.
    is_read: bool,
}

impl<'a, 's> Output<'a, 's> {
    /// In a format; where none is given, a table for somebody who reads and plain lines for a program.
    pub(super) fn new(streams: &'a mut Streams<'s>, format: Option<Format>) -> Self {
        let usual = if streams.out_is_terminal { Format::Table } else { Format::Plain };
        let is_read = format.is_none() && streams.out_is_terminal;
        Self { format: format.unwrap_or(usual), is_read, streams }
    }

    /// Prints rows. A command does so once, so that JSON is one document. Where there are none, somebody who reads has been
    /// told why.
    pub(super) fn table(&mut self, table: &Table) -> Result<()> {
        if self.is_read && table.rows.is_empty() {
            return Ok(());
        }
        let text = match self.format {
            Format::Plain => plain(table),
            Format::Table => drawn(table),
            Format::Json => format!("{:#}\n", json(table)),
        };
        self.write(&text)
    }

    /// Prints rows that say what messages have said: not for somebody who reads.
    pub(super) fn done(&mut self, table: &Table) -> Result<()> {
        if self.is_read { Ok(()) } else { self.table(table) }
    }

    /// Prints a text as it is; as JSON, an object that has it under a name.
    pub(super) fn text(&mut self, name: &str, text: &str) -> Result<()> {
        match self.format {
            Format::Plain | Format::Table => self.write(text),
            Format::Json => {
                let document = Map::from_iter([(name.to_owned(), Value::from(text))]);
                self.write(&format!("{:#}\n", Value::Object(document)))
            }
        }
    }

    /// Says something to the person at the terminal.
    pub(super) fn message(&mut self, text: &str) {
        // Where nobody can be told, the work goes on all the same.
        let _ = writeln!(self.streams.err, "{text}");
    }

    fn write(&mut self, text: &str) -> Result<()> {
        let written = self.streams.out.write_all(text.as_bytes()).and_then(|()| self.streams.out.flush());
        match written {
            // Whoever read has seen enough.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            written => written
                .map_err(|error| CommandError::Message(format!("the result cannot be written: {error}"))),
        }
    }
}

/// A line for each row, its values separated by tabs.
fn plain(table: &Table) -> String {
    let mut text = String::new();
    for row in &table.rows {
        let values = row
            .iter()
            .map(|value| shown(value).replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r"));
        text.push_str(&values.collect::<Vec<_>>().join("\t"));
        text.push('\n');
    }
    text
}

fn drawn(table: &Table) -> String {
    let mut drawn = comfy_table::Table::new();
    drawn.load_preset(UTF8_HORIZONTAL_ONLY).set_header(&table.columns);
    for row in &table.rows {
        drawn.add_row(row.iter().map(shown));
    }
    let lines = drawn.lines().map(|line| format!("{}\n", line.trim_end()));
    lines.collect()
}

/// A list of objects.
fn json(table: &Table) -> Value {
    let object = |row: &Vec<Value>| {
        let fields = table.columns.iter().map(ToString::to_string).zip(row.iter().cloned());
        Value::Object(fields.collect())
    };
    table.rows.iter().map(object).collect()
}

/// A value for somebody who reads.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests;
