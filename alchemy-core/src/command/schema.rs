//! `schema`: Diesel's `schema.rs`.

use super::args::Schema;
use super::context::Context;
use super::error::Result;
use super::output::Output;
use crate::file;
use crate::migration::schema::diesel_file;

/// Writes the tables of the models as Diesel's own command line would.
pub(super) fn run(context: &Context<'_>, arguments: &Schema, output: &mut Output<'_, '_>) -> Result<()> {
    let database = context.database_of("schema")?;
    let text = diesel_file(&database.models)?;
    let Some(path) = &arguments.output else { return output.text("schema", &text) };
    file::write_text(path, &text)?;
    output.message(&format!("wrote `{}`", path.display()));
    Ok(())
}
