use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(soft_delete)]
    deleted_at: DateTime<Utc>,
}

fn main() {}
