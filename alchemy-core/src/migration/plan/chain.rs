//! Names that are passed on: `a` becomes `b`, and what was `b` becomes `c`.

/// Old and new names.
type Names = Vec<(String, String)>;

/// The new names to give, of those wanted with the names that they may have had before, where `is_there` says what names
/// there are.
///
/// Unless it is `over_others`, one stays where another has its new name and keeps that. Those that would trade names in a
/// circle stay too: they look the same before and after.
pub(super) fn of<'a>(
    wanted: impl Iterator<Item = (Option<&'a str>, &'a str)>,
    is_there: impl Fn(&str) -> bool,
    over_others: bool,
) -> Names {
    let mut names: Vec<(&str, &str)> = wanted
        .filter_map(|(old, new)| old.map(|old| (old, new)))
        .filter(|(old, new)| old != new && is_there(old))
        .collect();
    if !over_others {
        keep_free(&mut names, &is_there);
    }
    // Of two that were the same one, one is new.
    let mut seen = Vec::new();
    names.retain(|(old, _)| {
        !seen.contains(old) && {
            seen.push(*old);
            true
        }
    });
    if !over_others {
        keep_free(&mut names, &is_there);
        let all = names.clone();
        names.retain(|name| !is_in_circle(&all, *name));
    }
    names.into_iter().map(|(old, new)| (old.to_owned(), new.to_owned())).collect()
}

/// Keeps those whose new name nobody has, or somebody who gets another.
fn keep_free(names: &mut Vec<(&str, &str)>, is_there: impl Fn(&str) -> bool) {
    loop {
        let before = names.clone();
        names.retain(|(_, new)| !is_there(new) || before.iter().any(|(old, _)| old == new));
        if names.len() == before.len() {
            return;
        }
    }
}

fn is_in_circle(names: &[(&str, &str)], (first, mut name): (&str, &str)) -> bool {
    for _ in names {
        if name == first {
            return true;
        }
        let Some((_, next)) = names.iter().find(|(old, _)| *old == name) else { return false };
        name = next;
    }
    false
}

/// The same new names in an order in which each is free when it is given; in a circle, one takes a detour.
pub(super) fn steps(names: &Names, is_taken: impl Fn(&str) -> bool) -> Names {
    let mut left = names.clone();
    let mut steps = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let is_free = |new: &String| left.iter().all(|(old, _)| old != new);
        if let Some(place) = left.iter().position(|(_, new)| is_free(new)) {
            steps.push(left.remove(place));
            continue;
        }
        let between = |name: &String| is_taken(name) || left.iter().any(|(old, _)| old == name);
        let mut detour = format!("old_{}", left[0].0);
        while between(&detour) {
            detour.push('_');
        }
        steps.push((std::mem::replace(&mut left[0].0, detour.clone()), detour));
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(pairs: &[(&str, &str)]) -> Names {
        pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect()
    }

    fn chosen(wanted: &[(&str, &str)], there: &[&str], over_others: bool) -> Names {
        of(wanted.iter().map(|(old, new)| (Some(*old), *new)), |name| there.contains(&name), over_others)
    }

    #[test]
    fn a_name_is_free_if_its_holder_gets_another() {
        let chain = [("a", "b"), ("b", "c")];
        assert_eq!(chosen(&chain, &["a", "b"], false), names(&chain));
        // Done before.
        assert_eq!(chosen(&chain, &["b", "c"], false), []);
        assert_eq!(chosen(&chain, &["a", "b", "c"], false), []);
        assert_eq!(chosen(&chain, &["a"], false), names(&[("a", "b")]));
        assert_eq!(chosen(&chain, &["a", "b", "c"], true), names(&chain));
    }

    #[test]
    fn a_swap_is_none_unless_it_is_asked_for() {
        let swap = [("a", "b"), ("b", "a"), ("x", "y")];
        assert_eq!(chosen(&swap, &["a", "b", "x"], false), names(&[("x", "y")]));
        assert_eq!(chosen(&swap, &["a", "b", "x"], true), names(&swap));
    }

    #[test]
    fn of_two_that_were_one_the_first_that_can_is_it() {
        let twice = [("a", "b"), ("a", "c")];
        assert_eq!(chosen(&twice, &["a"], false), names(&[("a", "b")]));
        assert_eq!(chosen(&twice, &["a", "b"], false), names(&[("a", "c")]));
    }

    #[test]
    fn each_name_is_free_when_it_is_given() {
        let taken = |name: &str| ["a", "b", "c", "old_a"].contains(&name);
        assert_eq!(steps(&names(&[("a", "b"), ("b", "c")]), taken), names(&[("b", "c"), ("a", "b")]));
        assert_eq!(
            steps(&names(&[("a", "b"), ("b", "a")]), taken),
            names(&[("a", "old_a_"), ("b", "a"), ("old_a_", "b")])
        );
    }
}
