//! Rows in the order of what they were made of.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use diesel::QueryResult;

use crate::backend::{AnyBackend, BindPass, Dialect};
use crate::model::{ModelMeta, NewRow, Writable};
use crate::statement::{BindKey, probe_key};

/// Rows that were inserted, in the order of what they were made of; databases promise none.
pub(crate) fn in_order_of<M: Writable>(news: &[M::New], mut rows: Vec<M>) -> Vec<M> {
    let mut wanted = Vec::with_capacity(news.len());
    for new in news {
        wanted.push(new.id());
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.push((row.id(), row.generated_id()));
    }
    if let Some(places) = order(M::META, M::bind_id, &wanted, &found) {
        for (to, from) in swaps(&places, rows.len()) {
            rows.swap(to, from);
        }
        rows.truncate(places.len());
    }
    rows
}

/// What binds a component of a key.
type BindId<I> = for<'b> fn(&'b I, usize, BindPass<'_, 'b>) -> QueryResult<()>;

/// [`places`] of keys, in whatever form the database has them: times to the microsecond, for one.
fn order<I: Eq + Hash + Send + Sync>(
    meta: &'static ModelMeta,
    bind: BindId<I>,
    wanted: &[Option<I>],
    found: &[(I, Option<i64>)],
) -> Option<Vec<usize>> {
    let order = places(wanted, found)?;
    if are_found(wanted, found) {
        return Some(order);
    }
    let dialects = [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];
    let backend = dialects.into_iter().find_map(AnyBackend::for_dialect);
    let probed = |id| probe_key(meta, &Id { id, bind }, backend?).ok();
    let wanted: Vec<_> = wanted.iter().map(|id| id.as_ref().and_then(probed)).collect();
    let found: Vec<_> = found.iter().map(|(id, made)| (probed(id).unwrap_or_default(), *made)).collect();
    places(&wanted, &found)
}

/// A primary key, whatever the model.
struct Id<'a, I> {
    id: &'a I,
    bind: BindId<I>,
}

impl<I: Send + Sync> BindKey for Id<'_, I> {
    fn bind_component<'b>(&'b self, component: usize, out: BindPass<'_, 'b>) -> QueryResult<()> {
        (self.bind)(self.id, component, out)
    }
}

/// What to swap, one pair after the other, so that each place has what was at `places` of it.
fn swaps(places: &[usize], count: usize) -> Vec<(usize, usize)> {
    let mut current: Vec<usize> = (0..count).collect();
    let mut holds = current.clone();
    let mut swaps = Vec::new();
    for (to, &wanted) in places.iter().enumerate() {
        let from = current[wanted];
        if from != to {
            swaps.push((to, from));
            let moved = holds[to];
            (holds[to], holds[from]) = (wanted, moved);
            (current[wanted], current[moved]) = (to, from);
        }
    }
    swaps
}

/// Whether each key that is known was found.
fn are_found<I: Eq + Hash>(wanted: &[Option<I>], found: &[(I, Option<i64>)]) -> bool {
    let found: HashSet<&I> = found.iter().map(|(key, _)| key).collect();
    wanted.iter().flatten().all(|key| found.contains(key))
}

/// Where each of the keys wanted was found; `None` where they were found in order. A key that was not known, or that
/// the database has in another form, is the next of the rest: those that the database made rise in the order of the rows.
fn places<I: Eq + Hash>(wanted: &[Option<I>], found: &[(I, Option<i64>)]) -> Option<Vec<usize>> {
    let in_order = |made: bool| {
        let keys = wanted.iter().zip(found).all(|(wanted, (key, _))| match wanted {
            Some(wanted) => wanted == key,
            None => made,
        });
        let rising = || found.windows(2).all(|pair| pair[0].1 <= pair[1].1);
        keys && (!made || rising())
    };
    if in_order(wanted.iter().any(Option::is_none)) {
        return None;
    }
    let mut by_key: HashMap<&I, usize> =
        found.iter().enumerate().map(|(place, (key, _))| (key, place)).collect();
    let mut places: Vec<Option<usize>> = wanted.iter().map(|key| by_key.remove(key.as_ref()?)).collect();
    let mut rest: Vec<usize> = by_key.into_values().collect();
    rest.sort_by_key(|&place| (found[place].1, place));
    let mut rest = rest.into_iter();
    for place in places.iter_mut().filter(|place| place.is_none()) {
        *place = rest.next();
    }
    Some(places.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::{places, swaps};

    #[test]
    fn rows_come_in_the_order_of_what_they_were_made_of() {
        let found = |keys: &[i64]| keys.iter().map(|&key| (key, Some(key))).collect::<Vec<_>>();
        type Case<'a> = (&'a [Option<i64>], &'a [i64], Option<Vec<usize>>);
        let cases: [Case<'_>; 6] = [
            (&[Some(1), Some(2)], &[1, 2], None),
            (&[Some(2), Some(1)], &[1, 2], Some(vec![1, 0])),
            (&[None, None], &[7, 8], None),
            (&[None, None, None], &[8, 9, 7], Some(vec![2, 0, 1])),
            (&[Some(5), None], &[5, 7], None),
            (&[None, Some(5), None], &[5, 8, 7], Some(vec![2, 0, 1])),
        ];
        for (wanted, keys, expected) in cases {
            assert_eq!(places(wanted, &found(keys)), expected, "{wanted:?} {keys:?}");
        }
    }

    #[test]
    fn swaps_put_each_row_where_it_belongs() {
        let cases: [(&[usize], &str); 6] = [
            (&[0, 1, 2], "abc"),
            (&[2, 0, 1], "cab"),
            (&[1, 2, 0], "bca"),
            (&[2, 1, 0], "cba"),
            (&[2, 0], "ca"),
            (&[], ""),
        ];
        for (places, expected) in cases {
            let mut rows = vec!['a', 'b', 'c'];
            for (to, from) in swaps(places, rows.len()) {
                rows.swap(to, from);
            }
            rows.truncate(places.len());
            assert_eq!(rows.into_iter().collect::<String>(), expected, "{places:?}");
        }
    }
}
