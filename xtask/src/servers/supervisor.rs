//! The process between a server and whoever started it, so that the server never outlives its owner.

use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::{self, JoinHandle};

/// A shell that runs a program and reads its own standard input: a line is a signal to end the program with; the end of
/// input means that the owner is gone, however it went, and takes the program and its directory away.
#[derive(Debug)]
pub(super) struct Supervisor {
    shell: Child,
    /// Runs for as long as the program does.
    watch: Option<JoinHandle<()>>,
}

/// `$1` ends an orphan, `$2` is its directory, `$3` its log, the rest its command line. The program alone keeps the
/// shell's standard output open, as descriptor 3: that it closes says that the program has ended.
const SCRIPT: &str = r#"
crash=$1 directory=$2 log=$3
shift 3
"$@" 3>&1 >>"$log" 2>&1 </dev/null &
program=$!
exec >/dev/null
if read -r signal; then
    kill -s "$signal" "$program"
    wait "$program"
    exit
fi
# Its own process group holds the shell, the program and what the program has started.
trap '' TERM
kill -s "$crash" "$program"
kill -s TERM 0
wait "$program"
cd /
for attempt in 1 2 3 4 5; do
    rm -rf -- "$directory" && exit
    sleep 1
done
"#;

impl Supervisor {
    /// Starts `program`, a path and its arguments, under `shell`.
    pub(super) fn start(
        mut shell: Command,
        crash_signal: &str,
        directory: &Path,
        log: &Path,
        program: &[OsString],
    ) -> Result<Self, String> {
        shell.args(["-c", SCRIPT, "supervisor", crash_signal]).arg(directory).arg(log).args(program);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Away from the terminal's Ctrl-C, which ends the owner and lets the supervisor tidy up.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut shell, 0);
        let mut shell = shell.spawn().map_err(|error| format!("/bin/sh could not be run: {error}"))?;
        let watch = shell.stdout.take().map(|mut output| thread::spawn(move || drop(output.read(&mut [0]))));
        Ok(Self { shell, watch })
    }

    pub(super) fn program_has_ended(&self) -> bool {
        self.watch.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Waits until the program ends by itself; says whether it succeeded.
    pub(super) fn wait(mut self) -> Result<bool, String> {
        if let Some(watch) = self.watch.take() {
            let _ = watch.join();
        }
        // It has ended, so the signal reaches nobody, and the shell passes on how it ended.
        self.send("TERM").map(|status| status.success())
    }

    /// Ends the program with a signal, keeps its directory, and returns when it has ended.
    pub(super) fn end(mut self, signal: &str) -> Result<(), String> {
        self.send(signal).map(drop)
    }

    fn send(&mut self, signal: &str) -> Result<ExitStatus, String> {
        if let Some(mut input) = self.shell.stdin.take() {
            writeln!(input, "{signal}").map_err(|error| format!("the supervisor is gone: {error}"))?;
        }
        self.shell.wait().map_err(|error| error.to_string())
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
    }
}
