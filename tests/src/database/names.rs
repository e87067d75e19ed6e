//! Names of databases that tell when they were made, so that those of dead runs can be told from living ones.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Nothing else on a server is called like this.
pub(super) const PREFIX: &str = "alchemy_test_";

/// No run takes so long.
const LONGEST_LIFE: Duration = Duration::from_secs(60 * 60);

/// A name that no other test uses, of letters, digits and underscores: it needs no quotes in SQL, nor escapes in a URL.
pub(super) fn unique() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("{PREFIX}{}_{}_{number}", seconds(SystemTime::now()), process::id())
}

/// Whether a database of this name was left behind by a run that is long over.
pub(super) fn is_leftover(name: &str, now: SystemTime) -> bool {
    let rest = name.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
    let made = rest.and_then(|(made, _)| made.parse::<u64>().ok());
    made.is_some_and(|made| made + LONGEST_LIFE.as_secs() < seconds(now))
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_old_names_of_our_own_are_leftovers() {
        let now = SystemTime::now();
        let name = unique();
        assert_ne!(name, unique());
        assert!(!is_leftover(&name, now));
        assert!(!is_leftover(&name, now + LONGEST_LIFE - Duration::from_secs(5)));
        assert!(is_leftover(&name, now + LONGEST_LIFE + Duration::from_secs(5)));
        for other in
            ["postgres", "alchemy_test_", "alchemy_test_1", "alchemy_test_x_1_0", "my_alchemy_test_1_1_0"]
        {
            assert!(!is_leftover(other, now), "{other}");
        }
    }
}
