//! The commands of the README, run as written against the served example, print what the README says.

#![cfg(feature = "sqlite")]

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn the_readmes_commands_print_what_it_says() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    let commands = commands(&readme);
    assert!(commands.len() >= 5, "the README shows the service at work");

    let server = Server::start();
    for (command, expected) in commands {
        let command = command.replace("localhost:8000", &format!("localhost:{}", server.port));
        let output = Command::new("sh").args(["-c", &command]).output().expect("a shell");
        assert!(output.status.success(), "{command}\n{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim_end(), expected, "{command}");
    }
}

#[test]
fn the_readme_shows_the_whole_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("../../README.md")).expect("the README");
    let source = std::fs::read_to_string(root.join("src/main.rs")).expect("the example");
    let shown = readme.split("```rust\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    // The README leaves out comments, and the function that the example's own tests share with `main`.
    let code = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let (shown, source) = (code(shown), code(&source));
    let end = shown.iter().position(|line| line == "#[launch]").expect("a launch");
    assert_eq!(shown[..end], source[..end]);
}

/// The commands of the first console block, each with what it prints.
fn commands(readme: &str) -> Vec<(String, String)> {
    let block =
        readme.split("```console\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
    let mut commands: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), String::new())),
            None => {
                let (_, output) = commands.last_mut().expect("a command before its output");
                if !output.is_empty() {
                    output.push('\n');
                }
                output.push_str(line);
            }
        }
    }
    commands
}

/// The example, served in a directory of its own.
struct Server {
    child: Child,
    port: u16,
    directory: std::path::PathBuf,
}

impl Server {
    fn start() -> Self {
        // Free a moment ago; Rocket tells a port of its own choice only in its log.
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a port").port();
        let directory = std::env::temp_dir().join(format!("authors-readme-{}", std::process::id()));
        std::fs::create_dir_all(&directory).expect("a directory");
        let child = Command::new(env!("CARGO_BIN_EXE_authors"))
            .current_dir(&directory)
            .env("ROCKET_PORT", port.to_string())
            .env_remove("DATABASE_URL")
            .stdout(Stdio::null())
            .spawn()
            .expect("the example runs");
        let mut server = Self { child, port, directory };
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(server.child.try_wait().expect("a process").is_none(), "the example stopped");
            assert!(Instant::now() < deadline, "the example does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.directory);
    }
}
