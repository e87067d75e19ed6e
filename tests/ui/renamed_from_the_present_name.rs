use alchemy_core::prelude::*;

#[derive(UuidBase)]
#[alchemy(table = "authors", renamed_from = "authors")]
struct Author {
    id: Uuid,
    #[alchemy(renamed_from = "name")]
    name: String,
    #[alchemy(column = "born", renamed_from = "born")]
    dob: Option<NaiveDate>,
}

fn main() {}
