use alchemy_core::prelude::*;

#[derive(Debug, Clone, DefaultBase, Service)]
pub struct BookTag {
    #[alchemy(primary_key)]
    book_id: Uuid,
    #[alchemy(primary_key)]
    tag_id: i64,
}

fn find(tags: &BookTagService) -> Result<()> {
    tags.get((Uuid::nil(), 1, 2))?;
    tags.update((1, Uuid::nil()), BookTagChangeset {})?;
    tags.delete(Uuid::nil())?;
    Ok(())
}

fn main() {}
