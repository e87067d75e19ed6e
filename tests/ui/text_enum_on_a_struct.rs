use alchemy_core::prelude::*;

#[derive(Debug, TextEnum)]
struct Status;

fn main() {}
