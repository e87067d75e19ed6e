//! What PostgreSQL alone has.

mod conversions;
mod names;
mod numbers;
mod partitions;
mod schemas;
mod warned;

use alchemy_core::migration::{Plan, Revision, Schema, revision};

use crate::random::place::Place;

/// A change of what is there, and the way back.
fn change(place: &Place, change: impl FnOnce(&mut Schema)) -> Revision {
    let live = place.live();
    let mut wanted = live.clone();
    change(&mut wanted);
    revision(&live, &place.wanted(&live, &wanted), place.dialect).expect("the difference can be told")
}

/// Goes a way and back, twice; `there` is what it is there, `back` what it is again.
fn there_and_back(place: &mut Place, revision: &Revision, there: impl Fn(&Place), back: impl Fn(&Place)) {
    let before = place.live();
    for _ in 0..2 {
        place.run(&revision.up);
        there(place);
        place.run_each(&revision.online_down);
        place.run(&revision.down);
        assert_eq!(place.live(), before);
        back(place);
    }
}

fn warnings(plan: &Plan) -> String {
    let statements = plan.statements.iter().chain(&plan.online);
    statements.filter_map(|statement| statement.warning.clone()).collect::<Vec<_>>().join("\n")
}
