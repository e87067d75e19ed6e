use alchemy_core::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize, TextEnum)]
enum Rank {
    New,
    Old,
}

mod tables {
    alchemy_core::diesel::table! {
        authors (id) {
            id -> Uuid,
            rank -> Text,
        }
    }
}

#[derive(UuidBase)]
#[alchemy(schema = tables::authors)]
struct Author {
    id: Uuid,
    #[alchemy(check_choices)]
    rank: Rank,
}

fn main() {}
