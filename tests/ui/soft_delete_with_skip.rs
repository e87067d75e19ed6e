use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(soft_delete, skip(create))]
    deleted_at: Option<DateTime<Utc>>,
}

fn main() {}
