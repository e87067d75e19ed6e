//! The line that each test leaves for the summary of the run.

use std::env;
use std::fs::OpenOptions;
use std::io::Write;
use std::thread;

use crate::Backend;

/// Names the file to append to; unset when nobody wants to know.
const VARIABLE: &str = "ALCHEMY_TEST_REPORT";

/// Written when it is dropped: backend, test and outcome, separated by tabs.
pub(crate) struct Line {
    backend: Backend,
    test: String,
}

impl Line {
    pub(crate) fn new(backend: Backend, test: &str) -> Self {
        Self { backend, test: test.to_owned() }
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        let Some(path) = env::var_os(VARIABLE) else { return };
        let outcome = if thread::panicking() { "failed" } else { "passed" };
        let line = format!("{}\t{}\t{outcome}\n", self.backend.feature(), self.test);
        // One write in append mode, so that tests beside this one do not end up in the middle of the line.
        let file = OpenOptions::new().create(true).append(true).open(&path);
        if let Err(error) = file.and_then(|mut file| file.write_all(line.as_bytes())) {
            eprintln!("{}: {error}", path.display());
        }
    }
}
