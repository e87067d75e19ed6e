//! `diagram`.

use super::args::{Diagram, Picture};
use super::context::Context;
use super::error::Result;
use super::output::Output;
use crate::{diagram, file};

/// Draws the models.
pub(super) fn run(context: &Context<'_>, arguments: &Diagram, output: &mut Output<'_, '_>) -> Result<()> {
    let models: Vec<_> = context.databases()?.into_iter().flat_map(|database| database.models).collect();
    let drawn = match arguments.file_format {
        Picture::Mermaid => diagram::mermaid(&models),
        Picture::Svg => diagram::svg(&models),
    };
    let Some(path) = &arguments.output else { return output.text("diagram", &drawn) };
    file::write_text(path, &drawn)?;
    output.message(&format!("wrote `{}`", path.display()));
    Ok(())
}
