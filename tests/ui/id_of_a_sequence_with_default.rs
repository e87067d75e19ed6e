use alchemy_core::prelude::*;

#[derive(IdentityBase)]
struct Author {
    #[alchemy(db_default = "1")]
    id: i64,
    name: String,
}

fn main() {}
