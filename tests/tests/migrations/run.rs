//! Migrations that are applied and taken back.
