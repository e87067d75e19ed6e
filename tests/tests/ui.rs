//! What the derives say about each fault.

// What the compiler adds about types depends on the databases that are compiled in; once is enough.
#![cfg(all(feature = "sqlite", not(feature = "postgres"), not(feature = "mysql")))]

#[test]
fn every_fault_is_reported_where_it_is() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
}
