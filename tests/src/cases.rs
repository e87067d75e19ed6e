//! From a case to one test on each database.

use std::future::Future;
use std::time::Duration;

use crate::{Backend, TestDatabase, report, slots};

/// Makes tests of cases: for each function that it names, a module of the same name with a test for each database that
/// is compiled in, `name::sqlite`, `name::postgres` and `name::mysql`.
///
/// A case takes a [`TestDatabase`], which is empty and its own. `async name` is a case that is an `async fn`, and runs on
/// a multi-threaded runtime of its own. `name: [postgres, mysql]` runs on these databases only.
///
/// A function that is not named here is reported by the compiler as unused.
#[macro_export]
macro_rules! database_tests {
    () => {};
    (async $case:ident : [$($backend:ident),+ $(,)?] $(, $($rest:tt)*)?) => {
        $crate::__database_tests_of!(run_async $case $($backend)+);
        $crate::database_tests! { $($($rest)*)? }
    };
    (async $case:ident $(, $($rest:tt)*)?) => {
        $crate::__database_tests_of!(run_async $case sqlite postgres mysql);
        $crate::database_tests! { $($($rest)*)? }
    };
    ($case:ident : [$($backend:ident),+ $(,)?] $(, $($rest:tt)*)?) => {
        $crate::__database_tests_of!(run $case $($backend)+);
        $crate::database_tests! { $($($rest)*)? }
    };
    ($case:ident $(, $($rest:tt)*)?) => {
        $crate::__database_tests_of!(run $case sqlite postgres mysql);
        $crate::database_tests! { $($($rest)*)? }
    };
}

/// The tests of one case.
#[doc(hidden)]
#[macro_export]
macro_rules! __database_tests_of {
    ($run:ident $case:ident $($backend:ident)+) => {
        mod $case {
            // A case for databases that are not compiled in is no unused function.
            const _: () = {
                let _ = super::$case;
            };
            $($crate::__database_test!($run $case $backend);)+
        }
    };
}

/// The test of one case on one database.
#[doc(hidden)]
#[macro_export]
macro_rules! __database_test {
    ($run:ident $case:ident sqlite) => {
        #[cfg(feature = "sqlite")]
        #[test]
        fn sqlite() {
            $crate::$run($crate::Backend::Sqlite, concat!(module_path!(), "::sqlite"), super::$case);
        }
    };
    ($run:ident $case:ident postgres) => {
        #[cfg(feature = "postgres")]
        #[test]
        fn postgres() {
            $crate::$run($crate::Backend::Postgres, concat!(module_path!(), "::postgres"), super::$case);
        }
    };
    ($run:ident $case:ident mysql) => {
        #[cfg(feature = "mysql")]
        #[test]
        fn mysql() {
            $crate::$run($crate::Backend::Mysql, concat!(module_path!(), "::mysql"), super::$case);
        }
    };
}

/// Runs a case on a new database and reports its outcome under `name`. This is what [`database_tests!`] expands to.
///
/// # Panics
///
/// If the case does, or if there is no database to run it on.
pub fn run(backend: Backend, name: &str, case: impl FnOnce(TestDatabase)) {
    // Dropped in reverse: the database goes before the next test may make one, and the report comes last.
    let _report = report::Line::new(backend, name);
    let _slot = slots::take(backend);
    let database = TestDatabase::create(backend);
    case(database.clone());
}

/// Runs an `async` case like [`run`], on a multi-threaded runtime of its own.
///
/// # Panics
///
/// If the case does, or if there is no database to run it on.
pub fn run_async<F: Future<Output = ()>>(backend: Backend, name: &str, case: impl FnOnce(TestDatabase) -> F) {
    run(backend, name, |database| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
        let runtime = Runtime(Some(runtime.expect("the system gives threads to a runtime")));
        runtime.block_on(case(database));
    });
}

/// A runtime that does not wait forever for blocking work that a failed case has left behind.
struct Runtime(Option<tokio::runtime::Runtime>);

impl Runtime {
    fn block_on(&self, future: impl Future<Output = ()>) {
        if let Some(runtime) = &self.0 {
            runtime.block_on(future);
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_timeout(Duration::from_secs(5));
        }
    }
}
