use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(precision = 2, scale = 4)]
    price: BigDecimal,
}

fn main() {}
