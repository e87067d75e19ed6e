//! Models beside a database that says the same in its own words.

use alchemy_core::migration::{self, Comparison};
use alchemy_core::model::ModelMeta;
use alchemy_core::prelude::*;
use alchemy_tests::{TestDatabase, database_tests};

use crate::random::place::Place;

database_tests! {
    a_check_goes_with_a_column_that_is_renamed: [postgres, mysql],
    a_check_may_call_its_table_by_its_name: [postgres, mysql],
    an_expression_that_the_database_does_not_take_is_the_tables_own_matter: [postgres, mysql],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TextEnum)]
enum Binding {
    Paper,
    Leather,
}

#[derive(UuidBase)]
#[alchemy(table = "volumes", bind_key = "compared_before")]
struct Before {
    id: Uuid,
    #[alchemy(check_choices)]
    a: Binding,
    #[alchemy(check_choices)]
    b: Binding,
}

#[derive(UuidBase)]
#[alchemy(table = "tomes", bind_key = "compared_after", renamed_from = "volumes")]
struct After {
    id: Uuid,
    #[alchemy(check_choices)]
    a: Binding,
    #[alchemy(check_choices, renamed_from = "b")]
    c: Binding,
}

#[derive(DefaultBase)]
#[alchemy(table = "r", bind_key = "compared_before", check(name = "more", "r.v > 0 AND v IN (1, 2)"))]
struct Qualified {
    #[alchemy(primary_key)]
    v: i32,
    #[alchemy(db_default = "(1 + 1)")]
    two: i32,
}

#[derive(DefaultBase)]
#[alchemy(table = "broken", bind_key = "compared_before", check(name = "none", "nothing > 0"))]
struct Broken {
    #[alchemy(primary_key)]
    v: i32,
}

fn compared(place: &Place, models: &[&'static ModelMeta]) -> Comparison {
    migration::compare(&place.engine, models, &[]).expect("the models can be compared")
}

fn summaries(comparison: &Comparison) -> Vec<&str> {
    comparison.revision.up.summaries().collect()
}

/// Makes up for all that differs.
fn become_models(place: &mut Place, models: &[&'static ModelMeta]) {
    let revision = compared(place, models).revision;
    place.run(&revision.up);
    let rest = compared(place, models);
    assert_eq!(summaries(&rest), [""; 0]);
    assert!(rest.by_text_only.is_none(), "{rest:#?}");
}

fn a_check_goes_with_a_column_that_is_renamed(db: TestDatabase) {
    let mut place = Place::open(&db);
    become_models(&mut place, &[Before::META]);
    let before = place.live();
    let comparison = compared(&place, &[After::META]);
    assert_eq!(
        summaries(&comparison),
        ["renames the table `volumes` to `tomes`", "renames the column `tomes.b` to `tomes.c`",]
    );
    place.run(&comparison.revision.up);
    assert_eq!(summaries(&compared(&place, &[After::META])), [""; 0]);
    place.run(&comparison.revision.down);
    assert_eq!(place.live(), before);
}

fn a_check_may_call_its_table_by_its_name(db: TestDatabase) {
    let mut place = Place::open(&db);
    become_models(&mut place, &[Qualified::META]);
}

fn an_expression_that_the_database_does_not_take_is_the_tables_own_matter(db: TestDatabase) {
    let mut place = Place::open(&db);
    become_models(&mut place, &[Before::META, Qualified::META]);
    let comparison = compared(&place, &[Broken::META, Before::META, Qualified::META]);
    assert_eq!(summaries(&comparison), ["creates the table `broken`"]);
    let why = comparison.by_text_only.map(|error| format!("{error:?}")).unwrap_or_default();
    assert!(why.contains("nothing"), "{why}");
}
