//! Mermaid: <https://mermaid.js.org/syntax/entityRelationshipDiagram.html>.

use super::graph::{Column, Graph, Relation};

/// Words that say what a column is part of, which none can be called.
const KEYS: [&str; 3] = ["pk", "fk", "uk"];

/// The text of a diagram.
pub(super) fn draw(graph: &Graph) -> String {
    let mut text = "erDiagram\n".to_owned();
    for table in &graph.tables {
        text.push_str(&format!("    {} {{\n", entity(&table.name)));
        for column in &table.columns {
            text.push_str(&format!("        {}\n", attribute(column)));
        }
        text.push_str("    }\n");
    }
    for relation in &graph.relations {
        text.push_str(&format!("    {}\n", line(graph, relation)));
    }
    text
}

/// `uuid author_id FK "null"`
fn attribute(column: &Column) -> String {
    // A type is one word, without a comma.
    let kind = match column.kind.limit.as_deref().filter(|limit| !limit.contains(',')) {
        Some(limit) => format!("{}({limit})", column.kind.name),
        None => column.kind.name.to_owned(),
    };
    let name = word(column.name);
    let mut notes = Vec::new();
    if name != column.name {
        notes.push(quotable(column.name));
    }
    if column.nullable {
        notes.push("null".to_owned());
    }
    let mut attribute = format!("{kind} {name}");
    if !column.keys.is_empty() {
        attribute.push_str(&format!(" {}", column.keys.join(", ")));
    }
    if !notes.is_empty() {
        attribute.push_str(&format!(" \"{}\"", notes.join(", ")));
    }
    attribute
}

/// `authors ||--o{ books : "author_id"`
fn line(graph: &Graph, relation: &Relation) -> String {
    let one = if relation.optional { "|o" } else { "||" };
    let many = if relation.unique { "o|" } else { "o{" };
    let (to, from) = (&graph.tables[relation.to.0].name, &graph.tables[relation.from.0].name);
    format!("{} {one}--{many} {} : \"{}\"", entity(to), entity(from), quotable(&relation.columns))
}

/// A table's name, in quotes, as without them it could be a word of the language: `to`, `Style`.
fn entity(name: &str) -> String {
    format!("\"{}\"", quotable(name))
}

/// A name of letters, digits and underscores that begins with a letter and is no word of the language.
fn word(name: &str) -> String {
    let mut word: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect();
    if !word.starts_with(|first: char| first.is_ascii_alphabetic()) {
        word.insert(0, 'n');
    }
    if KEYS.iter().any(|key| word.eq_ignore_ascii_case(key)) {
        word.push('_');
    }
    word
}

/// A text as it can stand in quotes, which have no way of writing some characters.
fn quotable(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|letter| if "\"\\%~".contains(letter) || letter.is_control() { '_' } else { letter })
        .collect();
    // Wherever it is in a line, `direction TB` is taken for a word of the language.
    match text.to_ascii_lowercase().contains("direction") {
        true => text.split_whitespace().collect::<Vec<_>>().join("_"),
        false => text,
    }
}
