//! The statements of a script.
