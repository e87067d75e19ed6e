//! What the derives say about each fault.

#[test]
fn every_fault_is_reported_where_it_is() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
}
