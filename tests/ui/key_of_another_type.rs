use alchemy_core::prelude::*;

#[derive(Debug, Clone, UuidBase, Service)]
pub struct Author {
    id: Uuid,
}

fn find(_: impl IntoKey<Author>) {}

fn main() {
    find(1);
}
