//! Which table comes before which.

use super::foreign_key::{fields, is_same_table};
use crate::error::{Error, Result};
use crate::model::ModelMeta;

/// The models, each after those that its foreign keys refer to.
///
/// A model moves ahead only where one that stands before it refers to it. Models that refer to each other in a circle
/// stand together, in the order given. A foreign key to a model that is not among `models` does not count.
///
/// # Errors
/// [`Error::Config`] where a foreign key refers to a model with another bind key that is not among `models`, and so may
/// be in another database.
pub fn sort_by_dependency(models: &[&'static ModelMeta]) -> Result<Vec<&'static ModelMeta>> {
    let mut edges = Vec::with_capacity(models.len());
    for model in models {
        let mut targets = Vec::new();
        for foreign_key in model.foreign_keys {
            let target = (foreign_key.target)();
            let position = models.iter().position(|other| is_same_table(other, target));
            if position.is_none() && target.bind_key() != model.bind_key() {
                return Err(Error::config(format!(
                    "the foreign key of {} refers to `{}`, which has another bind key: `{}`, not `{}`",
                    fields(model, foreign_key),
                    target.name,
                    target.bind_key(),
                    model.bind_key()
                )));
            }
            targets.extend(position);
        }
        edges.push(targets);
    }
    Ok(by_dependency(&edges).into_iter().map(|index| models[index]).collect())
}

/// Nodes, each after those that its edges lead to; those in a circle together, in their own order.
pub(crate) fn by_dependency(edges: &[Vec<usize>]) -> Vec<usize> {
    Components::of(edges)
}

/// Tarjan's algorithm: it finds the circles, and finishes each only after everything that is reached from it.
struct Components<'a> {
    edges: &'a [Vec<usize>],
    visits: Vec<Option<Visit>>,
    open: Vec<usize>,
    visited: usize,
    order: Vec<usize>,
}

#[derive(Clone, Copy)]
struct Visit {
    /// How many were visited before.
    number: usize,
    /// Not yet in the order.
    open: bool,
}

impl<'a> Components<'a> {
    fn of(edges: &'a [Vec<usize>]) -> Vec<usize> {
        let mut components = Self {
            edges,
            visits: vec![None; edges.len()],
            open: Vec::new(),
            visited: 0,
            order: Vec::with_capacity(edges.len()),
        };
        for node in 0..edges.len() {
            if components.visits[node].is_none() {
                components.visit(node);
            }
        }
        components.order
    }

    /// Visits a node and what is reached from it; returns the lowest number in a circle with it.
    fn visit(&mut self, node: usize) -> usize {
        let number = self.visited;
        self.visited += 1;
        self.visits[node] = Some(Visit { number, open: true });
        let first = self.open.len();
        self.open.push(node);

        let mut lowest = number;
        for &target in &self.edges[node] {
            match self.visits[target] {
                None => lowest = lowest.min(self.visit(target)),
                Some(visit) if visit.open => lowest = lowest.min(visit.number),
                Some(_) => {}
            }
        }
        if lowest == number {
            let mut circle = self.open.split_off(first);
            circle.sort_unstable();
            for &member in &circle {
                if let Some(visit) = &mut self.visits[member] {
                    visit.open = false;
                }
            }
            self.order.extend(circle);
        }
        lowest
    }
}

#[cfg(test)]
mod tests {
    use super::Components;

    /// Random numbers that are the same at every run (a linear congruential generator with Knuth's constants).
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % limit
        }

        fn edges(&mut self) -> Vec<Vec<usize>> {
            let nodes = 1 + self.below(12);
            (0..nodes).map(|_| (0..self.below(4)).map(|_| self.below(nodes)).collect()).collect()
        }
    }

    fn reaches(edges: &[Vec<usize>], from: usize, to: usize) -> bool {
        let (mut seen, mut next) = (vec![false; edges.len()], vec![from]);
        while let Some(node) = next.pop() {
            if node == to {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                next.extend(&edges[node]);
            }
        }
        false
    }

    #[test]
    fn every_table_comes_after_those_it_refers_to_unless_they_refer_back() {
        let mut random = Random(1);
        let mut forward = 0;
        for _ in 0..2_000 {
            let edges = random.edges();
            let order = Components::of(&edges);

            let mut places = vec![None; edges.len()];
            for (place, &node) in order.iter().enumerate() {
                assert_eq!(places[node].replace(place), None, "{edges:?} {order:?}");
            }
            assert!(!places.contains(&None), "{edges:?} {order:?}");

            for (node, targets) in edges.iter().enumerate() {
                for &target in targets.iter().filter(|&&target| places[target] > places[node]) {
                    assert!(reaches(&edges, target, node), "{node} before {target}: {edges:?} {order:?}");
                    forward += 1;
                }
            }
        }
        assert!(forward > 0, "no graph had a circle");
    }

    #[test]
    fn tables_without_references_keep_their_order() {
        assert_eq!(Components::of(&vec![Vec::new(); 4]), [0, 1, 2, 3]);
    }
}
