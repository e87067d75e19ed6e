//! Another process than the test's, which does one thing beside it.

#![allow(unreachable_pub)] // a test is not used by others

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;

/// The program `another-process`, while it does one task.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
}

impl Process {
    /// Starts it, and waits until it says that it is ready.
    pub fn start(task: &str, url: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_another-process"))
            .arg(task)
            .env("ALCHEMY_TESTS_URL", url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("an output")).lines();
        let ready = lines.by_ref().any(|line| line.is_ok_and(|line| line == "ready"));
        assert!(ready, "the process ended before it was ready");
        // What it says after that is nobody's business, but must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        let input = child.stdin.take();
        Self { child, input }
    }

    /// Lets it go on.
    pub fn go(&mut self) {
        let mut input = self.input.take().expect("it waits");
        input.write_all(b"\n").expect("it listens");
    }

    /// Waits until it has ended well.
    #[track_caller]
    pub fn succeeds(mut self) {
        let status = self.child.wait().expect("it is ours");
        assert!(status.success(), "{status}");
    }
}
