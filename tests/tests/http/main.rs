//! The service over HTTP: what clients send and get, and what is in the database afterwards.

mod app;
mod author_service;
mod bad_input;
mod launch;
mod statements;
mod unit_of_work;
