use alchemy_core::prelude::*;

#[derive(UuidBase, Service)]
#[alchemy(foreign_key(columns(place, shelf), references = Loan, fields(id), on_delete = set_null))]
struct Loan {
    id: Uuid,
    place: Uuid,
    shelf: Uuid,
}

fn main() {}
