//! SVG.

use super::graph::{Column, Graph, Table};
use super::layout::{self, Layout, PAD, ROW, Rect};

/// The colours and letters.
const STYLE: &str = "text{font:13px ui-monospace,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;fill:#1f2933}\
                     .n{font-weight:bold}.k{fill:#7b8794}.b{fill:#fff;stroke:#7b8794}.h{fill:#d9e2ec;stroke:#7b8794}\
                     .l{fill:none;stroke:#486581;stroke-width:1.5}.o{stroke-dasharray:5 4}";

/// The picture: a box for each table, and an arrow for each foreign key, of dashes where a row may refer to none.
pub(super) fn draw(graph: &Graph) -> String {
    let layout = layout::of(graph);
    let Layout { width, height, .. } = layout;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n<style>{STYLE}</style>\n\
         <defs><marker id=\"arrow\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#486581\"/></marker></defs>\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n"
    );
    // Boxes come last, so that a line that has to pass one goes behind it.
    for (relation, points) in graph.relations.iter().zip(&layout.lines) {
        let points: Vec<_> = points.iter().map(|(x, y)| format!("{x},{y}")).collect();
        let class = if relation.optional { "l o" } else { "l" };
        let (from, to) = (&graph.tables[relation.from.0].name, &graph.tables[relation.to.0].name);
        let title = escape(&format!("{from} ({}) to {to}", relation.columns));
        text.push_str(&format!(
            "<polyline class=\"{class}\" points=\"{}\" marker-end=\"url(#arrow)\"><title>{title}</title></polyline>\n",
            points.join(" ")
        ));
    }
    for (table, &rect) in graph.tables.iter().zip(&layout.boxes) {
        text.push_str(&boxed(table, rect));
    }
    text.push_str("</svg>\n");
    text
}

fn boxed(table: &Table, Rect { x, y, width, height }: Rect) -> String {
    let mut text = format!(
        "<rect class=\"b\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>\n\
         <rect class=\"h\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{ROW}\"/>\n\
         <text class=\"n\" x=\"{}\" y=\"{}\">{}</text>\n",
        x + PAD,
        y + 15,
        escape(&table.name)
    );
    for (row, column) in table.columns.iter().enumerate() {
        let baseline = y + ROW * (row + 1) + 15;
        text.push_str(&format!(
            "<text x=\"{}\" y=\"{baseline}\">{}</text>\
             <text class=\"k\" x=\"{}\" y=\"{baseline}\" text-anchor=\"end\">{}</text>\n",
            x + PAD,
            escape(&label(column)),
            x + width - PAD,
            escape(&kind(column))
        ));
    }
    text
}

/// A column's name and what it is part of.
pub(super) fn label(column: &Column) -> String {
    match column.keys.join(" ") {
        keys if keys.is_empty() => column.name.to_owned(),
        keys => format!("{} {keys}", column.name),
    }
}

/// A column's type, with a question mark where it may be null.
pub(super) fn kind(column: &Column) -> String {
    let limit = column.kind.limit.as_ref().map_or_else(String::new, |limit| format!("({limit})"));
    format!("{}{limit}{}", column.kind.name, if column.nullable { "?" } else { "" })
}

/// A text as XML has it, which has no way of writing some characters.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
