//! The command, in a program.
