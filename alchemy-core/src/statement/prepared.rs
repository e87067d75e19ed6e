//! Which statements connections keep prepared.
//!
//! Diesel keeps every prepared statement for as long as its connection lives. Where the text of a statement depends
//! on what a client sends (the parameters of a query string, the fields of a JSON object) there may be as many texts
//! as it has subsets, and servers have room for so many only: MariaDB's `max_prepared_stmt_count` is one for all
//! connections. So only the first so many of them are kept; the rest are prepared, executed and forgotten.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{LazyLock, OnceLock};

use crate::backend::{AnyBackend, BindPass};

/// Statements that read, by condition, order and page.
pub(super) static READS: PreparedTexts = PreparedTexts::new(256);
/// Inserts, by columns; apart from the others so that none can crowd out the rest.
pub(super) static INSERTS: PreparedTexts = PreparedTexts::new(64);
/// Updates, by columns.
pub(super) static UPDATES: PreparedTexts = PreparedTexts::new(64);

/// Twice the most texts, so that a search soon meets an empty slot.
const SLOTS: usize = 512;

/// The texts of this process that are kept prepared, by the hashes of what they are made from.
pub(super) struct PreparedTexts {
    most: usize,
    kept: AtomicUsize,
    /// A hash table with open addressing; zero is an empty slot.
    slots: [AtomicU64; SLOTS],
}

impl PreparedTexts {
    const fn new(most: usize) -> Self {
        Self { most, kept: AtomicUsize::new(0), slots: [const { AtomicU64::new(0) }; SLOTS] }
    }

    /// Whether the text of this hash is kept: as long as there is room, every one is.
    fn keeps(&self, hash: u64) -> bool {
        let hash = hash.max(1);
        #[allow(clippy::cast_possible_truncation)] // Any bits will do.
        let first = hash as usize % SLOTS;
        for slot in self.slots[first..].iter().chain(&self.slots[..first]) {
            match slot.load(Ordering::Relaxed) {
                found if found == hash => return true,
                0 => {
                    let room = |kept: usize| (kept < self.most).then_some(kept + 1);
                    if self.kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, room).is_err() {
                        return false;
                    }
                    match slot.compare_exchange(0, hash, Ordering::Relaxed, Ordering::Relaxed) {
                        Ok(_) => return true,
                        // Another thread was faster.
                        Err(found) => {
                            self.kept.fetch_sub(1, Ordering::Relaxed);
                            if found == hash {
                                return true;
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        false
    }
}

/// Whether a statement is kept prepared; found out once, for it is rendered several times.
#[derive(Default)]
pub(crate) struct Keep(OnceLock<bool>);

impl Keep {
    /// Marks the statement where it is not to be kept. `shape` hashes everything that its text depends on; it says
    /// `false` of a text that is not worth keeping at all.
    pub(super) fn mark(
        &self,
        texts: &PreparedTexts,
        out: &mut BindPass<'_, '_>,
        shape: impl FnOnce(AnyBackend, &mut dyn Hasher) -> bool,
    ) {
        let backend = *out.backend();
        let keep = self.0.get_or_init(|| {
            // Seeded, so that nobody can have a text taken for another one that is kept.
            static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
            let mut hasher = SEED.build_hasher();
            shape(backend, &mut hasher) && texts.keeps(hasher.finish())
        });
        if !keep {
            out.unsafe_to_cache_prepared();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_texts_are_kept_as_there_is_room_for() {
        let texts = PreparedTexts::new(3);
        // All of them want the last slot but one.
        let hash = |number: u64| number * SLOTS as u64 - 2;
        assert_eq!(
            [1, 2, 1, 3, 4, 5].map(|number| texts.keeps(hash(number))),
            [true, true, true, true, false, false]
        );
        assert_eq!([1, 2, 3, 4].map(|number| texts.keeps(hash(number))), [true, true, true, false]);
        assert!(!texts.keeps(0), "zero is a hash like any other");
    }
}
