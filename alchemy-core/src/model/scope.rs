//! Which rows of a model whose rows are deleted softly.

/// Which rows are there, where deleted ones stay in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) enum Scope {
    /// Those that were not deleted.
    #[default]
    Live,
    /// All.
    WithDeleted,
    /// Those that were deleted.
    OnlyDeleted,
}
