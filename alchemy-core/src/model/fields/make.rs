//! The keys that the program makes for rows which come without one.

use std::sync::LazyLock;

use uuid::Uuid;

/// A random UUID (version 4).
#[must_use]
pub fn uuid_v4() -> Uuid {
    Uuid::new_v4()
}

/// A UUID that begins with the time, in the fields of version 1 (version 6).
///
/// Its node is no network address, which would tell who made it: it is random, one for each process, and marked as
/// RFC 9562 (6.10) has it.
#[must_use]
pub fn uuid_v6() -> Uuid {
    static NODE: LazyLock<[u8; 6]> = LazyLock::new(|| {
        // Of a random UUID the last eight bytes are random but for two bits at their start.
        let [.., a, b, c, d, e, f] = Uuid::new_v4().into_bytes();
        // The bit of multicast addresses, which no network card has.
        [a | 1, b, c, d, e, f]
    });
    Uuid::now_v6(&NODE)
}

/// A UUID that begins with the time since 1970 (version 7). Those of one process rise.
#[must_use]
pub fn uuid_v7() -> Uuid {
    Uuid::now_v7()
}

/// A nano id: 21 random characters of letters, digits, `_` and `-`.
#[must_use]
pub fn nano_id() -> String {
    nanoid::nanoid!()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// What `make` makes 2,000 times, in that order.
    fn made<T: Clone + Eq + std::hash::Hash>(make: fn() -> T) -> Vec<T> {
        let made: Vec<T> = (0..2_000).map(|_| make()).collect();
        assert_eq!(made.iter().cloned().collect::<HashSet<_>>().len(), made.len(), "a key was made twice");
        made
    }

    #[test]
    fn uuids_have_the_version_of_their_base() {
        for (make, version) in [(uuid_v4 as fn() -> Uuid, 4), (uuid_v6, 6), (uuid_v7, 7)] {
            for id in made(make) {
                assert_eq!((id.get_version_num(), id.get_variant()), (version, uuid::Variant::RFC4122));
            }
        }
    }

    #[test]
    fn the_node_of_a_uuid_of_version_6_is_that_of_the_process_and_no_address() {
        let nodes: HashSet<_> =
            made(uuid_v6).iter().map(|id| id.get_node_id().expect("version 6 has a node")).collect();
        assert_eq!(nodes.len(), 1);
        assert!(nodes.iter().all(|node| node[0] & 1 == 1), "{nodes:?}");
    }

    #[test]
    fn uuids_of_version_7_rise_within_a_process() {
        let made = made(uuid_v7);
        assert!(made.is_sorted(), "{made:?}");
    }

    #[test]
    fn a_nano_id_has_21_characters_that_a_url_takes() {
        for id in made(nano_id) {
            assert_eq!(id.len(), 21, "{id}");
            assert!(
                id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-'),
                "{id}"
            );
        }
    }
}
