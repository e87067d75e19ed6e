use alchemy_core::prelude::*;

mod tables {
    alchemy_core::diesel::table! {
        authors (id) {
            id -> Uuid,
            name -> Text,
        }
    }
}

#[derive(UuidBase)]
#[alchemy(schema = tables::authors, renamed_from = "writers")]
struct Author {
    id: Uuid,
    #[alchemy(renamed_from = "title")]
    name: String,
}

fn main() {}
