use alchemy_core::prelude::*;

#[derive(Debug, TextEnum)]
enum Status {}

fn main() {}
