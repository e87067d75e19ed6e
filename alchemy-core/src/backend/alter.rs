//! The statements that change tables.
