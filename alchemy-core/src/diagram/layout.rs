//! Where things stand in a picture.
//!
//! Tables stand in columns, each to the right of those that it refers to. A line leaves a table at the row of its foreign
//! key, runs down or up in a lane of its own, and arrives at the row that is referred to.

use super::graph::{Graph, Table};

/// The height of a row of text, and of a table's name.
pub(super) const ROW: usize = 20;
/// The width of a letter.
pub(super) const LETTER: usize = 8;
/// The space beside a text.
pub(super) const PAD: usize = 8;
/// The space between tables, one above the other.
const GAP: usize = 32;
/// The space around the picture.
const MARGIN: usize = 24;
/// The space between two lines that run side by side.
const LANE: usize = 12;
/// The space between columns of tables, without lanes.
const AISLE: usize = 48;

/// A picture's measures.
pub(super) struct Layout {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) boxes: Vec<Rect>,
    /// For each relation the points that its line goes through.
    pub(super) lines: Vec<Vec<(usize, usize)>>,
}

/// Where a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

/// Lays a graph out.
pub(super) fn of(graph: &Graph) -> Layout {
    let layers = layers(graph);
    let count = layers.iter().max().map_or(0, |last| last + 1);
    let mut boxes = vec![Rect::default(); graph.tables.len()];
    let (mut x, mut height) = (MARGIN, MARGIN);
    for layer in 0..count {
        // Lines that arrive from the right run between this column and the one before it, or behind this one.
        x += LANE * lanes(graph, &layers, |from, to| from == layer && to < from);
        let mut y = MARGIN;
        let mut widest = 0;
        for table in in_order(graph, &layers, layer, &boxes) {
            let rect = size(&graph.tables[table]);
            boxes[table] = Rect { x, y, ..rect };
            y += rect.height + GAP;
            widest = widest.max(rect.width);
        }
        height = height.max(y - GAP);
        x += widest + AISLE + LANE * lanes(graph, &layers, |from, to| to == layer && from <= to);
    }
    let lines = lines(graph, &layers, &boxes);
    Layout { width: (x + MARGIN).saturating_sub(AISLE), height: height + MARGIN, boxes, lines }
}

/// For each table the column that it stands in: one more than the last of those that it refers to. Where tables refer to each
/// other in a circle, what leads back does not count.
fn layers(graph: &Graph) -> Vec<usize> {
    let mut layers: Vec<Option<usize>> = vec![None; graph.tables.len()];
    for table in 0..graph.tables.len() {
        visit(graph, table, &mut layers, &mut Vec::new());
    }
    layers.into_iter().flatten().collect()
}

fn visit(graph: &Graph, table: usize, layers: &mut Vec<Option<usize>>, open: &mut Vec<usize>) -> usize {
    if let Some(layer) = layers[table] {
        return layer;
    }
    open.push(table);
    let mut layer = 0;
    for relation in graph.relations.iter().filter(|relation| relation.from.0 == table) {
        let target = relation.to.0;
        if !open.contains(&target) {
            layer = layer.max(visit(graph, target, layers, open) + 1);
        }
    }
    open.pop();
    layers[table] = Some(layer);
    layer
}

/// The tables of a column from top to bottom: beside what they refer to, and by name.
fn in_order(graph: &Graph, layers: &[usize], layer: usize, boxes: &[Rect]) -> Vec<usize> {
    let mut tables: Vec<usize> = (0..layers.len()).filter(|&table| layers[table] == layer).collect();
    let height = |table: usize| {
        let targets = graph.relations.iter().filter(|relation| relation.from.0 == table);
        let heights: Vec<usize> = targets
            .filter(|relation| layers[relation.to.0] < layer)
            .map(|relation| boxes[relation.to.0].y + boxes[relation.to.0].height / 2)
            .collect();
        heights.iter().sum::<usize>() / heights.len().max(1)
    };
    tables.sort_by_key(|&table| (height(table), table));
    tables
}

/// How many lines there are between columns for which something holds.
fn lanes(graph: &Graph, layers: &[usize], is_meant: impl Fn(usize, usize) -> bool) -> usize {
    let ends = |relation: &&super::graph::Relation| is_meant(layers[relation.from.0], layers[relation.to.0]);
    graph.relations.iter().filter(ends).count()
}

fn lines(graph: &Graph, layers: &[usize], boxes: &[Rect]) -> Vec<Vec<(usize, usize)>> {
    let mut before = vec![0; layers.len() + 1];
    let mut behind = vec![0; layers.len() + 1];
    let right_of = |layer: usize| {
        let ends = boxes.iter().zip(layers).filter(|(_, other)| **other == layer);
        ends.map(|(rect, _)| rect.x + rect.width).max().unwrap_or_default()
    };
    let mut lines = Vec::with_capacity(graph.relations.len());
    for relation in &graph.relations {
        let (from, to) = (boxes[relation.from.0], boxes[relation.to.0]);
        let (start, end) = (row(from, relation.from.1), row(to, relation.to.1));
        let (layer, target) = (layers[relation.from.0], layers[relation.to.0]);
        let (leave, lane) = if target < layer {
            before[layer] += 1;
            (from.x, from.x - 2 * PAD - LANE * before[layer])
        } else {
            behind[target] += 1;
            (from.x + from.width, right_of(target) + PAD + LANE * behind[target])
        };
        lines.push(vec![(leave, start), (lane, start), (lane, end), (to.x + to.width, end)]);
    }
    lines
}

/// The middle of a column's row.
fn row(table: Rect, column: usize) -> usize {
    table.y + ROW * (column + 1) + ROW / 2
}

/// A table's measures.
fn size(table: &Table) -> Rect {
    let (name, kind) = widths(table);
    let inner = (name + kind + PAD).max(width(&table.name));
    Rect { width: inner + 2 * PAD, height: ROW * (table.columns.len() + 1), ..Rect::default() }
}

/// The width of the names of a table's columns with their keys, and that of their types.
pub(super) fn widths(table: &Table) -> (usize, usize) {
    let widest =
        |texts: &mut dyn Iterator<Item = String>| texts.map(|text| width(&text)).max().unwrap_or_default();
    let names = widest(&mut table.columns.iter().map(super::svg::label));
    (names, widest(&mut table.columns.iter().map(super::svg::kind)))
}

/// The width of a text; letters of some scripts are as wide as two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if letter >= '\u{1100}' { 2 * LETTER } else { LETTER }).sum()
}
