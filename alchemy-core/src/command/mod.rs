//! The `database` command of a program.

mod diagram;
mod fixture;
