//! What PostgreSQL alone has.

mod numbers;

use alchemy_core::migration::{Revision, Schema, revision};

use crate::random::place::Place;

/// A change of what is there, and the way back.
fn change(place: &Place, change: impl FnOnce(&mut Schema)) -> Revision {
    let live = place.live();
    let mut wanted = live.clone();
    change(&mut wanted);
    revision(&live, &place.wanted(&live, &wanted), place.dialect).expect("the difference can be told")
}

/// Goes a way and back, twice; `there` is what it is there, `back` what it is again.
fn there_and_back(place: &mut Place, revision: &Revision, there: impl Fn(), back: impl Fn()) {
    let before = place.live();
    for _ in 0..2 {
        place.run(&revision.up);
        there();
        place.run_each(&revision.online_down);
        place.run(&revision.down);
        assert_eq!(place.live(), before);
        back();
    }
}
