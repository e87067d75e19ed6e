use alchemy_core::prelude::*;

#[derive(Debug, TextEnum)]
enum Status {
    Draft,
    Published(NaiveDate),
}

fn main() {}
