use alchemy_core::prelude::*;

#[derive(Debug, Clone, QueryBase, Service)]
pub struct AuthorStats {
    name: String,
}

fn write<M: Writable>(_: &M) {}

fn find<M: Keyed>(_: &M) {}

fn main() {
    let stats = AuthorStats { name: "Ann".into() };
    write(&stats);
    find(&stats);
}
