use alchemy_core::prelude::*;

#[derive(Debug, TextEnum)]
enum Status {
    Draft,
    #[alchemy(rename = "draft")]
    Sketch,
}

fn main() {}
