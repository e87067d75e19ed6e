//! Models as a picture.

mod graph;
mod layout;
mod mermaid;
mod svg;
#[cfg(test)]
mod tests;

use crate::model::ModelMeta;

/// The text of a Mermaid `erDiagram`.
pub(super) fn mermaid(models: &[&'static ModelMeta]) -> String {
    mermaid::draw(&graph::of(models))
}

/// An SVG picture that needs nothing else.
pub(super) fn svg(models: &[&'static ModelMeta]) -> String {
    svg::draw(&graph::of(models))
}
