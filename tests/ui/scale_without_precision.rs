use alchemy_core::prelude::*;

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    #[alchemy(scale = 2)]
    price: BigDecimal,
}

fn main() {}
