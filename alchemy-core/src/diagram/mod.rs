//! Models as pictures.

mod graph;
mod layout;
mod mermaid;
mod svg;
#[cfg(test)]
mod tests;

use crate::model::ModelMeta;

/// The text of a Mermaid `erDiagram`.
#[must_use]
pub fn mermaid(models: &[&'static ModelMeta]) -> String {
    mermaid::draw(&graph::of(models))
}

/// An SVG picture that needs nothing else.
#[must_use]
pub fn svg(models: &[&'static ModelMeta]) -> String {
    svg::draw(&graph::of(models))
}
