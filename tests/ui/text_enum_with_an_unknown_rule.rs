use alchemy_core::prelude::*;

#[derive(Debug, TextEnum)]
#[alchemy(rename_all = "Snake")]
enum Status {
    Draft,
}

fn main() {}
