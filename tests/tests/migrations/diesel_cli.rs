//! Folders and tables that Diesel's own command line takes.
