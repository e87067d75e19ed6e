//! Migrations: what a database has, what models ask for, the way from one to the other, and the command that goes it.

mod advanced_alchemy;
mod bad_input;
mod diesel_cli;
mod fixtures;
mod folders;
mod ignition;
mod inspect;
mod losses;
mod plan;
mod program;
mod random;
mod run;
mod tools;
