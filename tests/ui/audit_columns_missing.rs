use alchemy_core::prelude::*;

#[derive(UuidAuditBase)]
struct Author {
    id: Uuid,
    name: String,
}

fn main() {}
