use alchemy_core::prelude::*;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Mood {
    Good,
}

#[derive(UuidBase)]
struct Author {
    id: Uuid,
    mood: Mood,
}

fn main() {}
