use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(precision = 66)]
    price: BigDecimal,
}

fn main() {}
