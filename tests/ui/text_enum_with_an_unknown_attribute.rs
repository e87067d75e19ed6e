use alchemy_core::prelude::*;

#[derive(Debug, TextEnum)]
enum Status {
    #[alchemy(text = "d")]
    Draft,
}

fn main() {}
