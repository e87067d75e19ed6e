//! Rows in files.
