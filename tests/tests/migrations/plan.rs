//! The statements that turn one schema into another.
