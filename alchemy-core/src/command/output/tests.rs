use serde_json::json;

use super::*;

fn table() -> Table {
    Table {
        columns: vec!["version", "name", "applied", "rows"],
        rows: vec![
            vec![json!("2024"), json!("add\tauthors\n"), json!(true), json!(3)],
            vec![json!("2025"), json!("é"), json!(false), Value::Null],
        ],
    }
}

fn printed(format: Option<Format>, is_terminal: bool, print: impl Fn(&mut Output<'_, '_>)) -> String {
    let (mut input, mut out, mut err) = (io::empty(), Vec::new(), Vec::new());
    let mut streams = Streams::new(&mut input, &mut out, &mut err);
    streams.out_is_terminal = is_terminal;
    print(&mut Output::new(&mut streams, format));
    assert_eq!(err, b"");
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn rows_are_plain_lines_in_a_pipe() {
    let expected = "2024\tadd\\tauthors\\n\tyes\t3\n2025\té\tno\t\n";
    let print = |output: &mut Output<'_, '_>| output.table(&table()).expect("printed");
    assert_eq!(printed(None, false, print), expected);
    assert_eq!(printed(Some(Format::Plain), true, print), expected);
}

#[test]
fn rows_are_a_table_on_a_terminal() {
    let mut shown = table();
    shown.rows[0][1] = json!("add authors");
    let print = |output: &mut Output<'_, '_>| output.table(&shown).expect("printed");
    let expected = "\
────────────────────────────────────────
 version   name          applied   rows
════════════════════════════════════════
 2024      add authors   yes       3
────────────────────────────────────────
 2025      é             no
────────────────────────────────────────
";
    assert_eq!(printed(None, true, print), expected);
    assert_eq!(printed(Some(Format::Table), false, print), expected);
}

#[test]
fn who_reads_is_told_nothing_twice() {
    let done = |output: &mut Output<'_, '_>| output.done(&table()).expect("printed");
    let none = |output: &mut Output<'_, '_>| {
        output.table(&Table { columns: vec!["version"], rows: Vec::new() }).expect("printed");
    };
    assert_eq!((printed(None, true, done), printed(None, true, none)), (String::new(), String::new()));
    // Those who ask for rows get them, and so do programs.
    assert_eq!(printed(None, false, done), printed(Some(Format::Plain), true, done));
    assert!(printed(Some(Format::Table), true, done).contains("2025"));
    assert!(printed(Some(Format::Table), true, none).contains("version"));
    assert_eq!(printed(Some(Format::Json), true, none), "[]\n");
}

#[test]
fn json_is_one_document() {
    let print = |output: &mut Output<'_, '_>| output.table(&table()).expect("printed");
    let text = printed(Some(Format::Json), true, print);
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let expected = json!([
        {"version": "2024", "name": "add\tauthors\n", "applied": true, "rows": 3},
        {"version": "2025", "name": "é", "applied": false, "rows": null},
    ]);
    assert_eq!(document, expected);
    let print = |output: &mut Output<'_, '_>| output.text("sql", "SELECT 1;\n").expect("printed");
    assert_eq!(printed(Some(Format::Json), false, print), "{\n  \"sql\": \"SELECT 1;\\n\"\n}\n");
    assert_eq!(printed(None, false, print), "SELECT 1;\n");
    assert_eq!(printed(None, true, print), "SELECT 1;\n");
}

#[test]
fn messages_go_to_the_other_stream() {
    let (mut input, mut out, mut err) = (io::empty(), Vec::new(), Vec::new());
    let mut streams = Streams::new(&mut input, &mut out, &mut err);
    Output::new(&mut streams, Some(Format::Json)).message("done");
    assert_eq!((out.as_slice(), err.as_slice()), (&b""[..], &b"done\n"[..]));
}

/// Fails in one way.
struct Broken(ErrorKind);

impl Write for Broken {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_gone_is_no_error_and_a_full_disk_is() {
    let print = |kind| {
        let (mut input, mut out, mut err) = (io::empty(), Broken(kind), Broken(kind));
        let mut streams = Streams::new(&mut input, &mut out, &mut err);
        let mut output = Output::new(&mut streams, None);
        output.message("said to nobody");
        output.table(&table()).map_err(|error| error.to_string())
    };
    assert_eq!(print(ErrorKind::BrokenPipe), Ok(()));
    let full = print(ErrorKind::StorageFull).expect_err("refused");
    assert!(full.starts_with("the result cannot be written: "), "{full}");
}
